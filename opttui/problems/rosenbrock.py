"""Rosenbrock's valley: two parameters, one curved valley, no data."""

from typing import cast

import torch
from torch import Tensor, nn

from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo
from opttui.surfaces import SURFACES


class Point(nn.Module):
    """A point to walk with: one parameter of shape (2,)."""

    def __init__(self, start: tuple[float, ...], dtype: torch.dtype) -> None:
        super().__init__()
        self.point = nn.Parameter(torch.tensor(start, dtype=dtype))


def rosenbrock(model: Point) -> Tensor:
    """(1 − x)² + 100 (y − x²)² (Rosenbrock 1960)."""
    x, y = model.point
    loss: Tensor = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    return loss


def make(setting: Setting) -> Problem:
    """The problem for a race. The formula is pasted into scripts; a test holds it to the table of surfaces."""
    surface = SURFACES["rosenbrock"]
    start = setting.start or surface.start
    info = ProblemInfo(
        title=surface.title,
        parameters=2,
        surface=surface.name,
        minima=tuple((x, y) for x, y, *_ in surface.minima),
        view=surface.view,
        start=(start[0], start[1]),
    )
    return Problem(
        info=info,
        model=Point(start, setting.dtype).to(setting.device),
        loss=lambda model, batch: rosenbrock(cast(Point, model)),
        batches=lambda: lambda step: None,
        code=Code(
            imports=("from torch import Tensor, nn",),
            functions=(Point, rosenbrock),
            data="None",
            model=f"Point({tuple(start)!r}, DTYPE).to(DEVICE)",
            batch="None",
            loss="rosenbrock(model)",
        ),
    )
