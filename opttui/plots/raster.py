"""Curves as dots: exactly the smallest and largest value of every dot column, so that no spike is lost.

All work is vectorised over a curve's points; what it costs hardly depends on their number. Knows no cell and no ink.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats, Scale

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Spans:
    """For each dot column the topmost and the lowest dot row that are drawn; top > bottom where nothing is."""

    top: Ints
    bottom: Ints


def dot_rows(placed: Floats, height: int) -> Floats:
    """Dot rows, 0 at the top, of places (0 lowest, 1 highest). What lies outside lies on the edge."""
    with np.errstate(invalid="ignore"):
        rows = np.floor((1 - placed) * height)
    return np.clip(rows, 0, height - 1)


def spans(x: Array, low: Array, high: Array, across: Scale, up: Scale, width: int, height: int) -> Spans:
    """Columns of a curve.

    Args:
        x: Ascending; only what lies on the scale is drawn.
        low: The smallest value of each bucket, NaN where there is a gap.
        high: The largest value of each bucket.
        across: The horizontal scale, linear.
        up: The vertical scale.
        width: Dot columns.
        height: Dot rows.
    """
    drawn = Spans(np.full(width, height), np.full(width, -1))
    buckets = columns_of(x, low, high, across, width)
    if buckets is None:
        return drawn
    here, lows, highs, first, last, joined = buckets
    drawn.top[here] = dot_rows(up.place(highs), height)
    drawn.bottom[here] = dot_rows(up.place(lows), height)
    entering, leaving = (
        (dot_rows(up.place(low[at]), height) + dot_rows(up.place(high[at]), height)) / 2
        for at in (first, last)
    )
    bridge(here, drawn.top, drawn.bottom, leaving, entering, joined)
    return drawn


Buckets = tuple[Ints, Array, Array, Ints, Ints, Bools]
"""Occupied columns, their smallest and largest values, their first and last point, and whether each of them but the
first follows the one before without a gap."""


def columns_of(x: Array, low: Array, high: Array, across: Scale, width: int) -> Buckets | None:
    """A curve by dot columns; None where nothing of it can be drawn."""
    edges = across.low + (across.high - across.low) * (np.arange(width + 1) / width)
    cuts = np.searchsorted(x, edges)
    cuts[-1] = np.searchsorted(x, edges[-1], side="right")
    here = np.flatnonzero(cuts[1:] > cuts[:-1])
    if not here.size:
        return None
    first, last = cuts[here], cuts[here + 1] - 1
    end = cuts[-1]
    lows = np.minimum.reduceat(low[:end], first)
    highs = np.maximum.reduceat(high[:end], first)
    if not (np.isnan(lows).any() or np.isnan(highs).any()):
        return here, lows, highs, first, last, np.ones(here.size - 1, bool)
    return with_gaps(low[:end], high[:end], cuts, width)


def with_gaps(low: Array, high: Array, cuts: Ints, width: int) -> Buckets | None:
    """As `columns_of`, for a curve with NaN: columns without a number are empty, and no line crosses a NaN."""
    fine = np.flatnonzero(~(np.isnan(low) | np.isnan(high)))
    fine = fine[fine >= cuts[0]]
    if not fine.size:
        return None
    columns = np.searchsorted(cuts[1:-1], fine, side="right")
    starts = np.flatnonzero(np.diff(columns, prepend=-1))
    ends = np.append(starts[1:], fine.size) - 1
    lows, highs = np.minimum.reduceat(low[fine], starts), np.maximum.reduceat(high[fine], starts)
    first, last = fine[starts], fine[ends]
    missing = first[1:] - last[:-1] - 1
    return columns[starts], lows, highs, first, last, missing == 0


def bridge(here: Ints, top: Ints, bottom: Ints, leaving: Floats, entering: Floats, joined: Bools) -> None:
    """Join neighbouring columns that hold points, in place: a straight line over empty columns, and no vertical hole.

    Args:
        here: Columns that hold points, ascending.
        top: Topmost dot rows, by column.
        bottom: Lowest dot rows, by column.
        leaving: Row at which the curve leaves each of the columns that hold points.
        entering: Row at which it enters them.
        joined: For each of them but the first, whether no gap lies before it.
    """
    empty = np.flatnonzero(top > bottom)
    after = np.searchsorted(here, empty)
    inside = (after > 0) & (after < here.size)
    empty, after = empty[inside], after[inside]
    kept = joined[after - 1]
    empty, after = empty[kept], after[kept]
    if empty.size:
        left, right = here[after - 1], here[after]
        share = (empty - left) / (right - left)
        rows = np.rint(leaving[after - 1] + share * (entering[after] - leaving[after - 1])).astype(np.int64)
        top[empty] = bottom[empty] = rows
    link = np.zeros(top.size, bool)
    link[here[1:][joined]] = True
    link[empty] = True
    columns = np.flatnonzero(link)
    above = bottom[columns - 1] < top[columns] - 1
    below = top[columns - 1] > bottom[columns] + 1
    reach_up, reach_down = bottom[columns - 1] + 1, top[columns - 1] - 1
    top[columns[above]] = reach_up[above]
    bottom[columns[below]] = reach_down[below]


def fill(drawn: Spans, height: int) -> Bools:
    """The dots of a curve, shape (height, columns)."""
    rows = np.arange(height)[:, np.newaxis]
    return (rows >= drawn.top) & (rows <= drawn.bottom)
