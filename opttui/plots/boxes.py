"""Which part of a plane is shown. Knows points and boxes, no cell."""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from opttui.plots.scales import Array, Floats
from opttui.plots.shades import Box

FURTHEST = 1e6
"""Points further away than so many spans of the view do not move the box."""
SMALLEST = 1e-290
"""A span below loses its half to underflow."""
LARGEST = 1e150
"""Half spans at most, so that no sum of a few overflows."""


class Points(Protocol):
    """Whatever has points."""

    @property
    def x(self) -> Array:
        """First coordinates."""

    @property
    def y(self) -> Array:
        """Second coordinates."""


def fitted_box(paths: Sequence[Points], view: Box | None) -> Box | None:
    """The view, doubled about its centre until every path is inside; without a view a round box about their start.

    It grows by doubling, so that it seldom moves. None where there is neither a view nor a finite point.
    """
    x = np.concatenate([path.x for path in paths]) if paths else np.empty(0)
    y = np.concatenate([path.y for path in paths]) if paths else np.empty(0)
    fine = np.isfinite(x) & np.isfinite(y)
    x, y = x[fine].astype(np.float64), y[fine].astype(np.float64)
    if view is None or not proper(view):
        if not x.size:
            return None
        view = about(x, y)
    reach = reach_of(x, y, view)
    reach = reach[reach <= 2 * FURTHEST]
    return widened(view, float(reach.max()) if reach.size else 1.0)


def reach_of(x: Floats, y: Floats, view: Box) -> Floats:
    """How far points are from a proper box's centre, in half spans of it: up to 1 they are inside."""
    with np.errstate(all="ignore"):
        across = np.abs(x - (view[0] / 2 + view[1] / 2)) / (view[1] / 2 - view[0] / 2)
        up = np.abs(y - (view[2] / 2 + view[3] / 2)) / (view[3] / 2 - view[2] / 2)
        found: Floats = np.maximum(across, up)
    return found


def widened(view: Box, reach: float) -> Box:
    """A proper box doubled about its centre until points of some reach are inside."""
    middle = view[0] / 2 + view[1] / 2, view[2] / 2 + view[3] / 2
    half = view[1] / 2 - view[0] / 2, view[3] / 2 - view[2] / 2
    times = doublings(reach)
    return (
        float(middle[0] - times * half[0]),
        float(middle[0] + times * half[0]),
        float(middle[1] - times * half[1]),
        float(middle[1] + times * half[1]),
    )


def proper(view: Box) -> bool:
    """Whether a box has an inside that can be drawn."""
    return (
        all(math.isfinite(end) and abs(end) <= LARGEST for end in view)
        and view[1] - view[0] > SMALLEST
        and view[3] - view[2] > SMALLEST
    )


def doublings(reach: float) -> float:
    """The smallest power of two, 1 or more, that is not below a reach."""
    return 2.0 ** max(0, math.ceil(math.log2(reach))) if reach > 1 else 1.0


def about(x: Floats, y: Floats) -> Box:
    """A square about the first point that holds most of the others, its half side a power of two."""
    centre = float(np.clip(x[0], -LARGEST, LARGEST)), float(np.clip(y[0], -LARGEST, LARGEST))
    with np.errstate(all="ignore"):
        reach = np.maximum(np.abs(x - centre[0]), np.abs(y - centre[1]))
    moved = reach[(reach > 0) & (reach <= LARGEST)]
    # The median does not follow a lane that runs away.
    usual = float(np.median(moved)) if moved.size else 1.0
    half = 2.0 ** math.ceil(math.log2(max(usual, abs(centre[0]) * 1e-12, abs(centre[1]) * 1e-12, 1e-9)))
    return centre[0] - half, centre[0] + half, centre[1] - half, centre[1] + half
