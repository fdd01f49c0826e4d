"""Which part of the plane the path panel shows. Knows no surface and no lane's name: only points and a usual box.

It follows the lanes, and not their wildest leaps: a line search that tries a point a hundred boxes away, or a lane on
its way to infinity, would shrink all the rest to a dot.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from opttui.plots.boxes import fitted_box, proper, reach_of, widened
from opttui.plots.growing import Path
from opttui.plots.shades import Box

SHARE = 0.95
"""Of each path's points, so many lie in the box; its newest always does."""

FURTHEST = 64.0
"""Half spans of the usual box beyond which nothing is followed."""

POINTS = 1024
"""Points of a path that are looked at, evenly taken."""


def box_in_sight(paths: Sequence[Path], usual: Box | None) -> Box | None:
    """The usual box, widened in round steps round the paths; None where there is neither."""
    if usual is None or not proper(usual):
        return fitted_box(paths, usual)
    walks = [path for path in paths if path.x.size]
    if not walks:
        return usual
    # One pass for all: its cost is in the calls.
    every = [max(1, path.x.size // POINTS) for path in walks]
    x = [path.x[::-step] for path, step in zip(walks, every, strict=True)]
    y = [path.y[::-step] for path, step in zip(walks, every, strict=True)]
    reach, sizes = reach_of(np.concatenate(x), np.concatenate(y), usual), [part.size for part in x]
    if len(set(sizes)) == 1:
        # In lockstep, as most lanes are.
        return widened(usual, furthest(reach.reshape(len(sizes), -1)))
    parts = np.split(reach, np.cumsum(sizes)[:-1])
    return widened(usual, max(furthest(part[np.newaxis]) for part in parts))


def furthest(reach: NDArray[np.float64]) -> float:
    """How far paths go without their furthest leaps, in half spans of the usual box.

    Args:
        reach: How far their points are, shape (paths, points); of each path its newest point is the first.
    """
    newest = reach[:, 0]
    most = np.minimum(quantile(reach, SHARE), FURTHEST)
    kept = np.where(reach <= most[:, np.newaxis], reach, 0.0)
    return max(float(kept.max()), float(newest.max(initial=0.0, where=newest <= FURTHEST)))


def quantile(values: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """Of each row the smallest value that at least a share of them do not exceed; 20 times as fast as NumPy's."""
    size = values.shape[1]
    place = min(size - 1, math.ceil(share * size) - 1)
    found: NDArray[np.float64] = np.partition(values, place, axis=1)[:, place]
    return found
