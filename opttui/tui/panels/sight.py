"""Which part of the plane the path panel shows. Knows no surface and no lane's name: only points and a usual box.

It follows the lanes, and not their wildest leaps: a line search that tries a point a hundred boxes away, or a lane on
its way to infinity, would shrink all the rest to a dot.
"""

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
    reach = np.split(
        reach_of(np.concatenate(x), np.concatenate(y), usual), np.cumsum([part.size for part in x])
    )
    return widened(usual, max(map(_furthest, reach[:-1])))


def _furthest(reach: NDArray[np.float64]) -> float:
    """How far a path goes without its furthest leaps, in half spans of the usual box; its newest point is the first."""
    most = min(FURTHEST, quantile(reach, SHARE))
    newest = float(reach[0]) if reach[0] <= FURTHEST else 0.0
    return max(newest, float(reach[reach <= most].max(initial=0.0)))


def quantile(values: NDArray[np.float64], share: float) -> float:
    """The smallest value that at least a share of them do not exceed; 20 times as fast as NumPy's for 1,024 of them."""
    place = min(values.size - 1, int(np.ceil(share * values.size)) - 1)
    return float(np.partition(values, place)[place])
