"""The plane in which paths are drawn, and the loss over it. Knows no file: grids are yielded to whoever asked."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from opttui.problems.problem import Problem
from opttui.race.streams import Streams
from opttui.record.grid import Grid

Box = tuple[float, float, float, float]
"""x_low, x_high, y_low, y_high."""


@dataclass(frozen=True)
class Plane:
    """start + x·u + y·v, with u and v orthonormal over all parameters."""

    start: tuple[Tensor, ...]
    directions: tuple[Tensor, ...]
    """For each parameter a tensor of shape (2, its number of elements): its parts of u and of v."""


def random_plane(model: nn.Module, seed: int, toward: tuple[float, ...] | None = None) -> Plane:
    """A random plane through the model's parameters: two Gaussian directions, orthonormalised in float64.

    Args:
        model: Where the plane's origin is.
        seed: Of the directions.
        toward: All parameters of a point that lies in the plane, on the first axis; none where it is the origin.
    """
    parameters = [p.detach() for p in model.parameters()]
    sizes = [p.numel() for p in parameters]
    generator = torch.Generator().manual_seed(seed)
    raw = torch.randn(sum(sizes), 2, generator=generator, dtype=torch.float64)
    if toward is not None:
        origin = torch.cat([p.flatten().to("cpu", torch.float64) for p in parameters])
        way = torch.tensor(toward, dtype=torch.float64) - origin
        if way.any():
            raw[:, 0] = way
    directions, lengths = torch.linalg.qr(raw)
    # The first axis points towards its point, not away from it.
    return plane_along(
        model, (directions * lengths.diagonal().sign()).T if toward is not None else directions.T
    )


def plane_along(model: nn.Module, directions: Tensor) -> Plane:
    """The plane through the model's parameters along two orthonormal directions, shape (2, number of parameters)."""
    parameters = [p.detach() for p in model.parameters()]
    parts = torch.split(directions, [p.numel() for p in parameters], dim=1)
    return Plane(
        start=tuple(p.clone() for p in parameters),
        directions=tuple(
            part.to(p.device, p.dtype).contiguous() for part, p in zip(parts, parameters, strict=True)
        ),
    )


def plane_for(problem: Problem, seed: int) -> Plane | None:
    """The plane to draw in; None where the problem's own two parameters are the coordinates."""
    return None if problem.info.parameters == 2 else random_plane(problem.model, seed, problem.toward)


class HasPlane(Protocol):
    """A race, as far as its plane goes."""

    problem: Problem
    plane: Plane | None
    plane_number: int
    streams: Streams


def grid(race: HasPlane, box: Box, columns: int, rows: int) -> Iterator[Grid | None]:
    """Loss over a box of the race's plane: yields None after every few evaluations and the grid at the end.

    Evaluations run aside: no lane's random streams are touched.
    """
    filling = fill_grid(race.problem, race.plane, box, columns, rows)
    number = race.plane_number
    while True:
        with race.streams.aside():
            part = next(filling)
        if part is not None:
            yield replace(part, plane=number)
            return
        yield None


def fill_grid(
    problem: Problem, plane: Plane | None, box: Box, columns: int, rows: int, at_once: int = 8
) -> Iterator[Grid | None]:
    """Loss over a box of the plane, on a copy of the start. Yields None after every few evaluations, the grid at the end.

    Args:
        problem: Its `landscape` is evaluated, without gradients, in evaluation mode.
        plane: As from `plane_for`.
        box: In the plane's coordinates.
        columns: Cells along x.
        rows: Cells along y; row 0 of the grid is the lowest y.
        at_once: Evaluations between two yields.
    """
    assert problem.landscape is not None
    model = copy.deepcopy(problem.model).eval()
    values = np.full((rows, columns), np.nan)
    xs, ys = centres(box[0], box[1], columns), centres(box[2], box[3], rows)
    for count, (row, column) in enumerate(np.ndindex(rows, columns), start=1):
        with torch.no_grad():
            move(model, plane, float(xs[column]), float(ys[row]))
            values[row, column] = float(problem.landscape(model))
        if count % at_once == 0:
            yield None
    yield Grid(box=box, values=values)


def centres(low: float, high: float, count: int) -> np.ndarray:
    """Centres of equal cells."""
    return low + (np.arange(count) + 0.5) * (high - low) / count


def move(model: nn.Module, plane: Plane | None, x: float, y: float) -> None:
    """Put the model's parameters at a point of the plane."""
    if plane is None:
        flat = [x, y]
        for parameter in model.parameters():
            parameter.copy_(
                torch.tensor(flat[: parameter.numel()], dtype=parameter.dtype).reshape(parameter.shape)
            )
            del flat[: parameter.numel()]
        return
    for parameter, start, both in zip(model.parameters(), plane.start, plane.directions, strict=True):
        parameter.copy_(start + (x * both[0] + y * both[1]).reshape(start.shape))
