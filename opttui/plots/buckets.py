"""Curves by dot columns: the smallest and largest value of each, for many curves in one go. Knows no scale.

What is done once for all curves costs little more than for one: 16 curves of 200 columns are few numbers for NumPy.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Buckets(NamedTuple):
    """Columns of some curves that hold a number, curve by curve, ascending.

    Column −1 holds the last point before the picture and column `width` the first one after it, so that lines enter
    and leave.
    """

    filled: Bools
    """Which they are, shape (curves, width + 2)."""
    low: Array
    """Smallest value of each."""
    high: Array
    x: Array
    """Of the last and of the first point of each, shape (2, columns)."""
    lows: Array
    highs: Array
    joined: Bools
    """Whether nothing lies between each and the one before; of the first of a curve it says nothing."""


def buckets_of(curves: Sequence[tuple[Array, Array, Array]], edges: Floats) -> Buckets | None:
    """Curves (x ascending, low, high) by columns between some edges; None where no number is in sight."""
    parts = [part_of(*curve, edges) for curve in curves]
    filled = np.array([part.filled for part in parts])
    if not filled.any():
        return None
    some = [part for part in parts if part.low.size]
    low, high, joined = (np.concatenate([part[at] for part in some]) for at in (1, 2, 6))
    x, lows, highs = (np.concatenate([part[at] for part in some], axis=1) for at in (3, 4, 5))
    return Buckets(filled, low, high, x, lows, highs, joined)


def part_of(x: Array, low: Array, high: Array, edges: Floats) -> Buckets:
    """The same of one curve; without a curve's number of dimensions, and of no column perhaps."""
    cuts = np.searchsorted(x, edges)
    cuts[-1] = np.searchsorted(x, edges[-1], side="right")
    # Where x does not ascend the picture is wrong, but no index is.
    cuts = np.maximum.accumulate(cuts)
    begin, end = max(int(cuts[0]) - 1, 0), min(int(cuts[-1]) + 1, x.size)
    # The first point of each column from −1 to `width`, and the end of the last.
    bounds = np.concatenate(([begin], cuts, [end])) - begin
    x, low, high = x[begin:end], low[begin:end], high[begin:end]
    # A sum is NaN where an entry is (or where infinities meet): quicker than flags for every point.
    with np.errstate(all="ignore"):
        whole = not np.isnan(low.sum() + (high.sum() if high is not low else 0.0))
    kept = None
    if not whole:
        kept = np.flatnonzero(~(np.isnan(low) | np.isnan(high)))
        x, low, high, bounds = x[kept], low[kept], high[kept], np.searchsorted(kept, bounds)
    filled = bounds[1:] > bounds[:-1]
    starts = bounds[:-1][filled]
    # The last point of each and its first.
    at = np.array((bounds[1:][filled] - 1, starts))
    joined = np.ones(starts.size, bool)
    if kept is not None and starts.size:
        joined[1:] = kept[starts[1:]] - kept[at[0, :-1]] == 1
    least, most = (
        (np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts))
        if starts.size
        else (low[:0], low[:0])
    )
    return Buckets(filled, least, most, x[at], low[at], high[at], joined)
