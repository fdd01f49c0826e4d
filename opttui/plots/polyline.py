"""A path through points as dots. Vectorised; the number of dots is bounded by the picture's size. Knows no ink."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_POINTS = 4096
"""Points joined at most, of those that move by a dot: a path that leaps more often is a blot."""


class Dots(NamedTuple):
    """Dots of some paths, path by path in the order in which they were walked; only those inside the picture."""

    path: Ints
    """Which path each is of."""
    column: Ints
    row: Ints
    age: Floats
    """From 0 (the path's begin) to 1 (its end)."""


def polylines(x: Array, y: Array, sizes: Sequence[int], width: int, height: int) -> Dots:
    """Dots on straight lines between successive points of each path.

    Args:
        x: In dots from the left, within ±1e12, of all paths, one after the other; NaN is left out, and the line joins
            what is on either side.
        y: In dots from the top.
        sizes: Points of each path.
        width: Dot columns.
        height: Dot rows.
    """
    counts = np.array(sizes, np.int64)
    path = np.repeat(np.arange(counts.size), counts)
    starts = (np.cumsum(counts) - counts)[path]
    age = (np.arange(x.size) - starts) / np.maximum(counts - 1, 1)[path]
    if np.isnan(x.sum() + y.sum()):
        known = ~(np.isnan(x) | np.isnan(y))
        x, y, path, age = x[known], y[known], path[known], age[known]
    kept = thinned(moving(x, y, path).nonzero()[0], path)
    return joined(path[kept], x[kept], y[kept], age[kept], width, height)


def joined(path: Ints, x: Floats, y: Floats, age: Floats, width: int, height: int) -> Dots:
    """The same of points that are known to move, path by path."""
    step = max(
        float(np.abs(np.diff(values)).max(initial=0.0, where=path[1:] == path[:-1])) for values in (x, y)
    )
    if step <= 1 and inside(x, y, width, height):
        # No dot is leapt over: the points themselves are all the dots.
        return dots_at(path, x, y, age, width, height)
    begin, end = clipped(x, y, width, height)
    seen = (begin < end) & (path[1:] == path[:-1])
    begin, end, dx, dy = begin[seen], end[seen], np.diff(x)[seen], np.diff(y)[seen]
    # Samples at most a dot apart: none that is crossed is left out.
    steps = np.ceil(np.maximum(np.abs(dx), np.abs(dy)) * (end - begin)).astype(np.int64)
    pace = (end - begin) / np.maximum(steps, 1)
    at = np.flatnonzero(seen)
    # Every path ends with its last point, where that is in sight: one more sample of its own.
    last = np.flatnonzero(np.append(path[1:] != path[:-1], np.ones(min(x.size, 1), bool)))
    last = last[(x[last] >= 0) & (x[last] <= width) & (y[last] >= 0) & (y[last] <= height)]
    place = np.searchsorted(at, last)
    at, steps = np.insert(at, place, last), np.insert(steps, place, 1)
    begin, pace, dx, dy = (np.insert(values, place, 0.0) for values in (begin, pace, dx, dy))
    number = np.arange(steps.sum()) - np.repeat(np.cumsum(steps) - steps, steps)
    x, y = (
        np.repeat(points[at] + begin * step, steps) + number * np.repeat(pace * step, steps)
        for points, step in ((x, dx), (y, dy))
    )
    return dots_at(np.repeat(path[at], steps), x, y, np.repeat(age[at], steps), width, height)


def dots_at(path: Ints, x: Floats, y: Floats, age: Floats, width: int, height: int) -> Dots:
    """The dots in which some places are; the far edges belong to the last ones."""
    column, row = x.astype(np.int64), y.astype(np.int64)
    column, row = np.minimum(np.maximum(column, 0), width - 1), np.minimum(np.maximum(row, 0), height - 1)
    return Dots(path, column, row, age)


def moving(x: Floats, y: Floats, path: Ints) -> Bools:
    """Which points begin or end a stay in one dot: the others add nothing."""
    column, row = np.floor(x), np.floor(y)
    change = (column[1:] != column[:-1]) | (row[1:] != row[:-1]) | (path[1:] != path[:-1])
    found = np.ones(x.size, bool)
    found[1:-1] = change[1:] | change[:-1]
    return found


def thinned(kept: Ints, path: Ints) -> Ints:
    """Of some places in the points of all paths so many of each path as are joined at most."""
    own = np.bincount(path[kept]) if kept.size > MOST_POINTS else np.zeros(0, np.int64)
    if not own.size or own.max() <= MOST_POINTS:
        return kept
    parts = [part for part in np.split(kept, np.cumsum(own)[:-1]) if part.size]
    places = [np.linspace(0, part.size - 1, min(part.size, MOST_POINTS)).astype(np.int64) for part in parts]
    return np.concatenate([part[at] for part, at in zip(parts, places, strict=True)])


def inside(x: Floats, y: Floats, width: int, height: int) -> bool:
    """Whether all points lie in the picture."""
    return not x.size or bool(x.min() >= 0 and x.max() <= width and y.min() >= 0 and y.max() <= height)


def clipped(x: Floats, y: Floats, width: int, height: int) -> tuple[Floats, Floats]:
    """Shares of each segment between which it lies in the picture; the first not below the second where it does not.

    Liang and Barsky, A new concept and method for line clipping (1984).
    """
    begin, end = np.zeros(max(x.size - 1, 0)), np.ones(max(x.size - 1, 0))
    if inside(x, y, width, height):
        return begin, end
    for values, most in ((x, width), (y, height)):
        here, there = values[:-1], values[1:]
        step = there - here
        flat = step == 0
        with np.errstate(all="ignore"):
            one, other = -here / step, (most - here) / step
        begin = np.where(flat, begin, np.maximum(begin, np.minimum(one, other)))
        end = np.where(flat, end, np.minimum(end, np.maximum(one, other)))
        end[flat & ((here < 0) | (here > most))] = -1.0
    return begin, end
