"""A path through points as dots. Vectorised; the number of dots is bounded by the picture's size. Knows no ink."""

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_POINTS = 4096
"""Points joined at most, of those that move by a dot: a path that leaps more often is a blot."""


def polyline(x: Array, y: Array, width: int, height: int) -> tuple[Ints, Ints, Floats]:
    """Dots on straight lines between successive points.

    Args:
        x: In dots from the left, within ±1e12; NaN is left out, and the line joins what is on either side.
        y: In dots from the top.
        width: Dot columns.
        height: Dot rows.

    Returns:
        Columns, rows, and the age of each dot from 0 (the path's begin) to 1 (its end); only dots inside the picture.
    """
    at = np.flatnonzero(~(np.isnan(x) | np.isnan(y)))
    age = at / max(1, x.size - 1)
    x, y = x[at], y[at]
    kept = moving(x, y)
    x, y, age = x[kept], y[kept], age[kept]
    begin, end = clipped(x, y, width, height)
    seen = begin < end
    begin, end, dx, dy = begin[seen], end[seen], np.diff(x)[seen], np.diff(y)[seen]
    # Samples at most a dot apart: none that is crossed is left out.
    steps = np.ceil(np.maximum(np.abs(dx), np.abs(dy)) * (end - begin)).astype(np.int64)
    number = np.arange(steps.sum()) - np.repeat(np.cumsum(steps) - steps, steps)
    pace = (end - begin) / np.maximum(steps, 1)
    columns, rows = (
        (np.repeat(at[:-1][seen] + begin * step, steps) + number * np.repeat(pace * step, steps)).astype(
            np.int64
        )
        for at, step in ((x, dx), (y, dy))
    )
    ages = np.repeat(age[:-1][seen], steps)
    if x.size and 0 <= x[-1] <= width and 0 <= y[-1] <= height:
        columns, rows, ages = (
            np.append(columns, int(x[-1])),
            np.append(rows, int(y[-1])),
            np.append(ages, age[-1]),
        )
    # The far edges belong to the last dots.
    return np.minimum(np.maximum(columns, 0), width - 1), np.minimum(np.maximum(rows, 0), height - 1), ages


def moving(x: Floats, y: Floats) -> Ints:
    """Indices of the points that begin or end a stay in one dot: the others add nothing."""
    column, row = np.floor(x), np.floor(y)
    change = (column[1:] != column[:-1]) | (row[1:] != row[:-1])
    ends = np.ones(min(x.size, 1), bool)
    kept = np.flatnonzero(np.append(ends, change) | np.append(change, ends))
    if kept.size > MOST_POINTS:
        kept = kept[np.linspace(0, kept.size - 1, MOST_POINTS).astype(np.int64)]
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
