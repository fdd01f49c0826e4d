"""Curves by dot columns: the smallest and largest value of each, for many curves in one go. Knows no scale.

What is done once for all curves costs little more than for one: 16 curves of 200 columns are few numbers for NumPy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Part(NamedTuple):
    """The points of a curve that are in sight, and one to either side; those without a number are left out."""

    x: Array
    low: Array
    high: Array
    bounds: Ints
    """Index of the first point of each column from −1 to `width`, and of the end of the last."""
    gaps: Ints | None
    """Indices of the points in the whole curve, where some are left out."""


@dataclass(frozen=True, eq=False)
class Buckets:
    """Columns of all curves that hold a number, curve by curve, ascending.

    Column −1 holds the last point before the picture and column `width` the first one after it, so that lines enter
    and leave.
    """

    filled: Bools
    """Which they are, shape (curves, width + 2)."""
    low: Array
    """Smallest value of each."""
    high: Array
    first: Ints
    """Index in `x`, `lows` and `highs` of its first point."""
    last: Ints
    joined: Bools
    """For each but the very first, whether nothing lies between it and the one before; both may be of two curves."""
    x: Array
    """Of all parts, one after the other."""
    lows: Array
    highs: Array


def buckets_of(curves: Sequence[tuple[Array, Array, Array]], edges: Floats) -> Buckets | None:
    """Curves (x ascending, low, high) by columns between some edges; None where no number is in sight."""
    parts = [part_of(*curve, edges) for curve in curves]
    ends = np.cumsum([part.x.size for part in parts])
    bounds = (
        np.array([part.bounds for part in parts]) + (ends - [part.x.size for part in parts])[:, np.newaxis]
    )
    filled = bounds[:, 1:] > bounds[:, :-1]
    starts, stops = bounds[:, :-1][filled], bounds[:, 1:][filled]
    if not starts.size:
        return None
    x, lows, highs = (np.concatenate([part[at] for part in parts]) for at in range(3))
    joined = np.ones(starts.size - 1, bool)
    if any(part.gaps is not None for part in parts):
        places = np.concatenate(
            [np.arange(part.x.size) if part.gaps is None else part.gaps for part in parts]
        )
        joined = places[starts[1:]] - places[stops[:-1] - 1] == 1
    low, high = np.minimum.reduceat(lows, starts), np.maximum.reduceat(highs, starts)
    return Buckets(filled, low, high, starts, stops - 1, joined, x, lows, highs)


def part_of(x: Array, low: Array, high: Array, edges: Floats) -> Part:
    """What is needed of one curve."""
    cuts = np.searchsorted(x, edges)
    cuts[-1] = np.searchsorted(x, edges[-1], side="right")
    # Where x does not ascend the picture is wrong, but no index is.
    cuts = np.maximum.accumulate(cuts)
    begin, end = max(int(cuts[0]) - 1, 0), min(int(cuts[-1]) + 1, x.size)
    bounds = np.concatenate(([begin], cuts, [end])) - begin
    x, low, high = x[begin:end], low[begin:end], high[begin:end]
    # A sum is NaN where an entry is (or where infinities meet): quicker than flags for every point.
    with np.errstate(all="ignore"):
        whole = not np.isnan(low.sum() + (high.sum() if high is not low else 0.0))
    if whole:
        return Part(x, low, high, bounds, None)
    kept = np.flatnonzero(~(np.isnan(low) | np.isnan(high)))
    return Part(x[kept], low[kept], high[kept], np.searchsorted(kept, bounds), kept)
