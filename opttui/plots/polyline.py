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
    kept = moving(x, y, path)
    x, y, path, age = x[kept], y[kept], path[kept], age[kept]
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
    column, row = (
        (np.repeat(points[at] + begin * step, steps) + number * np.repeat(pace * step, steps)).astype(
            np.int64
        )
        for points, step in ((x, dx), (y, dy))
    )
    # The far edges belong to the last dots.
    column, row = np.minimum(np.maximum(column, 0), width - 1), np.minimum(np.maximum(row, 0), height - 1)
    return Dots(np.repeat(path[at], steps), column, row, np.repeat(age[at], steps))


def moving(x: Floats, y: Floats, path: Ints) -> Ints:
    """Indices of the points that begin or end a stay in one dot: the others add nothing."""
    column, row = np.floor(x), np.floor(y)
    change = (column[1:] != column[:-1]) | (row[1:] != row[:-1]) | (path[1:] != path[:-1])
    ends = np.ones(min(x.size, 1), bool)
    kept = np.flatnonzero(np.append(ends, change) | np.append(change, ends))
    own = np.bincount(path[kept]) if kept.size > MOST_POINTS else np.zeros(0, np.int64)
    if own.size and own.max() > MOST_POINTS:
        parts = np.split(kept, np.cumsum(own)[:-1])
        places = [
            np.linspace(0, part.size - 1, min(part.size, MOST_POINTS)).astype(np.int64)
            for part in parts
            if part.size
        ]
        kept = np.concatenate(
            [part[at] for part, at in zip((part for part in parts if part.size), places, strict=True)]
        )
    return kept


def clipped(x: Floats, y: Floats, width: int, height: int) -> tuple[Floats, Floats]:
    """Shares of each segment between which it lies in the picture; the first not below the second where it does not.

    Liang and Barsky, A new concept and method for line clipping (1984).
    """
    begin, end = np.zeros(max(x.size - 1, 0)), np.ones(max(x.size - 1, 0))
    if not x.size or (x.min() >= 0 and x.max() <= width and y.min() >= 0 and y.max() <= height):
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
