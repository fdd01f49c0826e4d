"""A surface as a problem: a point walks on it, in two dimensions or more, on exact slopes or noisy ones. No data."""

import functools
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn

from opttui.problems.problem import Batch, Code, Problem, Setting
from opttui.record.manifest import ProblemInfo
from opttui.scenario.problem_table import title_of
from opttui.scenario.specs import ProblemSpec
from opttui.surfaces import SURFACES, Surface

PLANE = "plane through start and minimum; paths are projected on it"
"""What is drawn in more than two dimensions."""
START_PLANE = "random plane through the start, which is the minimum"


class Point(nn.Module):
    """A point to walk with: one parameter of shape (n,)."""

    def __init__(self, start: tuple[float, ...], dtype: torch.dtype) -> None:
        super().__init__()
        self.point = nn.Parameter(torch.tensor(start, dtype=dtype))


@functools.lru_cache(maxsize=64)
def slope_noise(
    step: int, seed: int, count: int, scale: float, dtype: torch.dtype, device: torch.device
) -> Tensor:
    """What is added to the slopes at a step: `count` normal numbers that depend on seed and step alone."""
    generator = torch.Generator().manual_seed((seed * 1_000_003 + step) % 2**63)
    noise = torch.randn(count, generator=generator, dtype=torch.float64)
    return (scale * noise).to(device, dtype)


def make(name: str, setting: Setting) -> Problem:
    """The problem for a race. Noisy slopes tilt the whole surface anew at each step; drawn is their mean, the surface."""
    surface = SURFACES[name]
    count = setting.dim or 2
    start = start_of(surface, setting.start, count)
    mean, call = mean_of(surface, count)
    noise = setting.noise or 0.0

    def noisy(model: nn.Module, batch: Batch) -> Tensor:
        tilted: Tensor = mean(model) + (batch * cast(Point, model).point).sum()
        return tilted

    def noise_at(step: int) -> Tensor:
        return slope_noise(step, setting.seed, count, noise, setting.dtype, setting.device)

    def exact(model: nn.Module, batch: Batch) -> Tensor:
        return mean(model)

    pasted: list[Callable[..., Any]] = [Point, *surface.uses, surface.formula]
    if count > 2 and surface.general is not None:
        pasted[-1] = surface.general.formula
    info = info_of(surface, setting, start)
    return Problem(
        info=info,
        model=Point(start, setting.dtype).to(setting.device),
        loss=noisy if noise else exact,
        batches=lambda: noise_at if noise else nothing,
        validate=(lambda model: {"loss": mean(model)}) if noise else None,
        landscape=mean if info.surface is None else None,
        toward=minimum_of(surface, count) if count > 2 else None,
        code=Code(
            imports=("from typing import Any", "from torch import Tensor, nn")
            + (("import functools",) if noise else ()),
            functions=(*pasted, *((slope_noise,) if noise else ())),
            data="None",
            model=f"Point({start!r}, DTYPE).to(DEVICE)",
            batch=f"slope_noise(step, SEED, {count}, {noise!r}, DTYPE, DEVICE)" if noise else "None",
            loss=f"{call} + (batch * model.point).sum()" if noise else call,
        ),
    )


def nothing(step: int) -> None:
    """The batch where there are no data."""


def mean_of(surface: Surface, count: int) -> tuple[Callable[[nn.Module], Tensor], str]:
    """The surface's value at a model's point, and the expression for it in a script."""
    if count == 2:
        formula = surface.formula

        def value(model: nn.Module) -> Tensor:
            x, y = cast(Point, model).point
            return cast(Tensor, formula(x, y, torch))

        return value, f"{formula.__name__}(*model.point, torch)"
    assert surface.general is not None
    general = surface.general.formula
    return lambda model: general(cast(Point, model).point, torch), f"{general.__name__}(model.point, torch)"


def start_of(surface: Surface, asked: tuple[float, ...] | str | None, count: int) -> tuple[float, ...]:
    """The start's coordinates: those asked for, or a named pair, repeated where there are more dimensions."""
    if isinstance(asked, tuple):
        return asked
    pair = surface.start if asked is None else surface.starts[asked]
    return tuple(pair[i % 2] for i in range(count))


def minimum_of(surface: Surface, count: int) -> tuple[float, ...]:
    """A point with the least value in more dimensions than two."""
    assert surface.general is not None
    return tuple(map(float, surface.general.minimum(count)))


def info_of(surface: Surface, setting: Setting, start: tuple[float, ...]) -> ProblemInfo:
    """What a window needs to know. In more than two dimensions x leads from start to minimum."""
    spec = ProblemSpec(surface.name, dim=setting.dim, noise=setting.noise)
    metrics = ("loss",) if setting.noise else ()
    if len(start) == 2:
        return ProblemInfo(
            title=title_of(spec),
            parameters=2,
            surface=surface.name,
            minima=surface.minima,
            view=surface.view,
            start=(start[0], start[1]),
            metrics=metrics,
        )
    minimum = torch.tensor(minimum_of(surface, len(start)), dtype=torch.float64)
    way = float((minimum - torch.tensor(start, dtype=torch.float64)).norm())
    reach = way or 1.0
    return ProblemInfo(
        title=title_of(spec),
        parameters=len(start),
        axes=("towards the minimum", "random direction") if way else ("direction 1", "direction 2"),
        plane=PLANE if way else START_PLANE,
        minima=((way, 0.0),),
        view=(-0.4 * reach, 1.4 * reach, -0.7 * reach, 0.7 * reach),
        start=(0.0, 0.0),
        metrics=metrics,
    )
