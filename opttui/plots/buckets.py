"""Curves by dot columns: the smallest and largest value of each, for many curves in one go. Knows no scale.

What is done once for all curves costs little more than for one: 16 curves of 200 columns are few numbers for NumPy.
"""

import operator
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LONG = 30_000
"""Points from which on copying curves into one array takes longer than looking at each by itself."""


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
    parts = [part for x, lows, highs in alike(curves) for part in parts_of(x, lows, highs, edges)]
    filled = np.concatenate([part.filled for part in parts])
    if not filled.any():
        return None
    if len(parts) == 1:
        return parts[0]
    some = [part for part in parts if part.low.size]
    low, high, joined = (np.concatenate([part[at] for part in some]) for at in (1, 2, 6))
    x, lows, highs = (np.concatenate([part[at] for part in some], axis=1) for at in (3, 4, 5))
    return Buckets(filled, low, high, x, lows, highs, joined)


def alike(curves: Sequence[tuple[Array, Array, Array]]) -> list[tuple[Array, list[Array], list[Array]]]:
    """Neighbours over the same x together, as lanes in lockstep are: what is found in x is found once for all."""
    found: list[tuple[Array, list[Array], list[Array]]] = []
    for x, low, high in curves:
        before = found[-1][0] if found else None
        # Not `array_equal`, whose way in takes as long.
        if before is x or (before is not None and before.size == x.size and bool((before == x).all())):
            found[-1][1].append(low)
            found[-1][2].append(high)
        else:
            found.append((x, [low], [high]))
    return found


def parts_of(x: Array, lows: Sequence[Array], highs: Sequence[Array], edges: Floats) -> list[Buckets]:
    """The same of curves over one x: all of them in one, or each in its own where they have gaps."""
    cuts = x.searchsorted(edges)
    cuts[-1] = x.searchsorted(edges[-1], side="right")
    # Where x does not ascend the picture is wrong, but no index is.
    cuts = np.maximum.accumulate(cuts)
    begin, end = max(int(cuts[0]) - 1, 0), min(int(cuts[-1]) + 1, x.size)
    if end - begin > LONG and len(lows) > 1:
        return [
            part for low, high in zip(lows, highs, strict=True) for part in parts_of(x, [low], [high], edges)
        ]
    # The first point of each column from −1 to `width`, and the end of the last.
    bounds = np.concatenate(([begin], cuts, [end])) - begin
    x, low = x[begin:end], stacked([low[begin:end] for low in lows])
    one = all(map(operator.is_, lows, highs))
    high = low if one else stacked([high[begin:end] for high in highs])
    # A sum is NaN where an entry is (or where infinities meet): quicker than flags for every point.
    with np.errstate(all="ignore"):
        whole = not np.isnan(low.sum() + (0.0 if one else high.sum()))
    if whole:
        return [columns_of(x, low, high, bounds, None)]
    found = []
    for own_low, own_high in zip(low, high, strict=True):
        kept = np.flatnonzero(~(np.isnan(own_low) | np.isnan(own_high)))
        own = own_low[np.newaxis, kept], own_high[np.newaxis, kept]
        found.append(columns_of(x[kept], own[0], own[1], np.searchsorted(kept, bounds), kept))
    return found


def stacked(curves: Sequence[Array]) -> Array:
    """Curves as rows of an array; a single one is not copied."""
    if len(curves) > 1:
        return np.array(curves, np.float64)
    return np.asarray(curves[0], np.float64)[np.newaxis]


def columns_of(x: Array, low: Array, high: Array, bounds: Ints, kept: Ints | None) -> Buckets:
    """Columns of curves without a gap in the arrays.

    Args:
        x: Ascending.
        low: Shape (curves, points).
        high: The same.
        bounds: The first point of each column, and the end of the last.
        kept: Places of the points among all, where some were left out.
    """
    count = low.shape[0]
    held = bounds[1:] > bounds[:-1]
    starts = bounds[:-1][held]
    # The last point of each and its first.
    at = np.array((bounds[1:][held] - 1, starts))
    joined = np.ones(starts.size, bool)
    if kept is not None and starts.size:
        joined[1:] = kept[starts[1:]] - kept[at[0, :-1]] == 1
    least, most = low[:, :0], low[:, :0]
    if starts.size:
        least = np.minimum.reduceat(low, starts, axis=1)
        most = np.maximum.reduceat(high, starts, axis=1)
    lows, highs = (values[:, at].swapaxes(0, 1).reshape(2, -1) for values in (low, high))
    filled, xs = np.broadcast_to(held, (count, held.size)), x[at]
    if count > 1:
        xs, joined = np.tile(xs, count), np.tile(joined, count)
    return Buckets(filled, least.ravel(), most.ravel(), xs, lows, highs, joined)
