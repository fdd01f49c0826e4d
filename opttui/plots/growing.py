"""Paths in dots, kept from frame to frame: of one that has grown, only what is new is looked at. Knows no ink."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from opttui.plots.polyline import MOST_POINTS, Ints, moving, thinned
from opttui.plots.raster import Window
from opttui.plots.scales import Array, Floats


@dataclass(frozen=True, eq=False)
class Path:
    """Where a lane walked; the newest point is the last."""

    x: Array
    y: Array
    ink: str
    focused: bool = False
    owner: object = None
    """Whose path it is, where that is drawn again and again and all its points are finite: for the same owner and stage
    all points but the last stay what they are, and others are added."""
    stage: Hashable = None
    ghost: bool = False
    """It was undone: all of it is faint, without begin, end and arrows."""


class Walked(NamedTuple):
    """The points of some paths that begin or end a stay in one dot, path by path."""

    path: Ints
    """Which path each is of."""
    x: Floats
    """In dots from the left."""
    y: Floats
    age: Floats
    """From 0 (the path's begin) to 1 (its end)."""


@dataclass
class Kept:
    """What is known of a path for good."""

    key: Hashable
    points: Floats
    """Shape (3, n): dots from the left, from the top, and the place among all points."""
    decided: int = 0
    """So many of its points were looked at."""


_kept: WeakKeyDictionary[object, Kept] = WeakKeyDictionary()


def walked(paths: Sequence[Path], view: Window) -> Walked:
    """The moving points of paths with at least one point, all of them finite."""
    known = [_known(path, view) for path in paths]
    # The last point that is decided leads to the first that is not.
    begins = [max(one.decided - 1, 0) for one in known]
    tails = [(path.x[begin:], path.y[begin:]) for path, begin in zip(paths, begins, strict=True)]
    x, y = (np.concatenate([tail[at] for tail in tails] or [np.empty(0)]) for at in range(2))
    right, down = view.dots(x, y)
    sizes = [tail[0].size for tail in tails]
    starts = np.cumsum([0, *sizes])
    flags = moving(right, down, np.repeat(np.arange(len(paths)), sizes))
    flags[[start for start, one in zip(starts.tolist(), known, strict=False) if one.decided]] = False
    at = flags.nonzero()[0]
    cuts = np.searchsorted(at, starts).tolist()
    found = []
    for number, (path, one) in enumerate(zip(paths, known, strict=True)):
        new = at[cuts[number] : cuts[number + 1]]
        place = new - (starts[number] - begins[number])
        points = np.concatenate((one.points, (right[new], down[new], place)), axis=1)
        if path.owner is not None:
            one.decided = max(path.x.size - 2, 0)
            one.points = points[:, : points[2].searchsorted(one.decided)]
        found.append(points)
    if not found:
        return Walked(np.empty(0, np.int64), *np.empty((3, 0)))
    counts = [points.shape[1] for points in found]
    owner = np.repeat(np.arange(len(paths)), counts)
    last = np.repeat([max(path.x.size - 1, 1) for path in paths], counts)
    x, y, place = np.concatenate(found, axis=1)
    age = place / last
    kept = thinned(np.arange(owner.size), owner) if max(counts) > MOST_POINTS else slice(None)
    return Walked(owner[kept], x[kept], y[kept], age[kept])


def _known(path: Path, view: Window) -> Kept:
    """What is kept of a path in a window; nothing where that is another one than before."""
    key = path.stage, view.across, view.up, view.width, view.height
    found = _kept.get(path.owner) if path.owner is not None else None
    if found is None or found.key != key or found.decided > max(path.x.size - 2, 0):
        found = Kept(key, np.empty((3, 0)))
        if path.owner is not None:
            _kept[path.owner] = found
    return found
