"""Curves as dots: exactly the smallest and largest value of every dot column, so that no spike is lost.

All work is vectorised over a curve's points; what it costs hardly depends on their number. Knows no cell and no ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats, Scale

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FAR = 2.0**30
"""Dots from the picture at which a place is cut off: floats still resolve a dot there, and integers hold it. Infinity,
and what a log axis cannot take, lie there."""
MARGIN = 1e-9
"""Share of the picture by which its edges lie inside of it, so that both ends of a scale are seen."""


@dataclass(frozen=True, eq=False)
class Window:
    """What is seen: a part of the plane as dots."""

    across: Scale
    """Linear."""
    up: Scale
    width: int
    """Dot columns."""
    height: int
    """Dot rows."""
    edges: Floats
    """Where the columns begin, and where the last one ends."""

    def dots(self, x: Array, y: Array) -> tuple[Floats, Floats]:
        """Places in dots from the left and from the top."""
        with np.errstate(all="ignore"):
            right = self.across.place(x) * self.width
            down = (1 - self.up.place(y)) * (self.height * (1 - 2 * MARGIN)) + self.height * MARGIN
        return np.minimum(np.maximum(right, -FAR), FAR), np.minimum(np.maximum(down, -FAR), FAR)


def window(across: Scale, up: Scale, width: int, height: int) -> Window:
    """The part of the plane that two scales show."""
    share = np.arange(width + 1) / width
    edges = across.low * (1 - share) + across.high * share
    return Window(across, up, width, height, edges)


@dataclass(frozen=True, eq=False)
class Spans:
    """For each dot column the topmost and the lowest dot row that are drawn; top > bottom where nothing is."""

    top: NDArray[np.int16]
    bottom: NDArray[np.int16]
    beyond: Bools
    """Columns that lie wholly above or below the picture; their span is the nearest edge."""


@dataclass(frozen=True, eq=False)
class Buckets:
    """A curve by dot columns; only columns that hold a number, ascending.

    Column −1 holds the last point before the picture and column `width` the first one after it, so that lines enter
    and leave.
    """

    columns: Ints
    low: Array
    """Smallest value of each column."""
    high: Array
    first: Ints
    """Index of each column's first point with a number."""
    last: Ints
    joined: Bools
    """For each column but the first, whether no NaN lies between it and the one before."""


def spans(x: Array, low: Array, high: Array, view: Window) -> Spans:
    """Dot columns of a curve.

    Columns that hold points span from their smallest to their largest value, empty ones between them lie on the
    straight line, and each is drawn out until it touches the one before.

    Args:
        x: Ascending.
        low: The smallest value of each bucket, NaN where there is a gap.
        high: The largest value of each bucket.
        view: What is seen.
    """
    width, height = view.width, view.height
    found = columns_of(x, low, high, view.edges)
    if found is None:
        nothing = np.full(width, -1, np.int16)
        return Spans(nothing + np.int16(1), nothing, np.zeros(width, bool))
    # One pass through the scales for all values: their cost is in the calls.
    at = np.concatenate((found.last, found.first))
    right, down = view.dots(x[at], np.concatenate((found.high, found.low, high[at], low[at])))
    size = found.columns.size
    out_x, in_x = right[:size], right[size:]
    out_y, in_y = ((down[2 * size : 4 * size] + down[4 * size :]) / 2).reshape(2, size)
    top, bottom = np.full(width, np.inf), np.full(width, -np.inf)
    inner = slice(int(found.columns[0] < 0), size - int(found.columns[-1] >= width))
    here = found.columns[inner]
    rows = np.floor(down[: 2 * size]).reshape(2, size)
    top[here], bottom[here] = rows[0, inner], rows[1, inner]
    if size > 1:
        every = np.arange(width)
        after = np.searchsorted(found.columns, every)
        linked = np.concatenate(([False], found.joined, [False]))[after]
        empty = np.flatnonzero(linked & (top > bottom))
        if empty.size:
            right_of = after[empty]
            left_of = right_of - 1
            share = (empty + 0.5 - out_x[left_of]) / np.maximum(in_x[right_of] - out_x[left_of], 0.5)
            share = np.where(share >= 0, np.minimum(share, 1), 0.0)
            top[empty] = bottom[empty] = np.floor(out_y[left_of] + share * (in_y[right_of] - out_y[left_of]))
        linked[0] = False
        close_up(top, bottom, np.flatnonzero(linked))
    return within(top, bottom, height)


def close_up(top: Floats, bottom: Floats, linked: Ints) -> None:
    """Draw linked columns out, in place, until each touches the one before."""
    above, below = bottom[linked - 1] + 1, top[linked - 1] - 1
    top[linked], bottom[linked] = np.minimum(top[linked], above), np.maximum(bottom[linked], below)


def within(top: Floats, bottom: Floats, height: int) -> Spans:
    """Spans cut to the picture."""
    empty = top > bottom
    beyond = ~empty & ((bottom < 0) | (top >= height))
    top, bottom = np.minimum(np.maximum(top, 0), height - 1), np.minimum(np.maximum(bottom, 0), height - 1)
    top[empty], bottom[empty] = 0, -1
    return Spans(top.astype(np.int16), bottom.astype(np.int16), beyond)


def columns_of(x: Array, low: Array, high: Array, edges: Floats) -> Buckets | None:
    """A curve by dot columns; None where there is no number."""
    width = edges.size - 1
    cuts = np.searchsorted(x, edges)
    cuts[-1] = np.searchsorted(x, edges[-1], side="right")
    # Where x does not ascend the picture is wrong, but no index is.
    cuts = np.maximum.accumulate(cuts)
    begin, end = max(int(cuts[0]) - 1, 0), min(int(cuts[-1]) + 1, x.size)
    lows, highs = low[begin:end], high[begin:end]
    # A sum is NaN where an entry is (or where infinities meet): quicker than flags for every point.
    with np.errstate(all="ignore"):
        gaps = bool(np.isnan(lows.sum() + highs.sum()))
    if gaps:
        points = np.flatnonzero(~(np.isnan(lows) | np.isnan(highs)))
        lows, highs = lows[points], highs[points]
        points += begin
        columns = np.searchsorted(cuts, points, side="right") - 1
        starts = np.flatnonzero(columns[1:] != columns[:-1]) + 1
        starts = np.concatenate(([0], starts))[: points.size]
        columns = columns[starts]
        first, last = points[starts], points[np.append(starts[1:], points.size)[: starts.size] - 1]
    else:
        columns = np.flatnonzero(cuts[1:] > cuts[:-1])
        first = cuts[columns]
        if begin < cuts[0]:
            first, columns = np.append(begin, first), np.append(-1, columns)
        if end > cuts[-1]:
            first, columns = np.append(first, end - 1), np.append(columns, width)
        last = np.append(first[1:], end)[: first.size] - 1
        starts = first - begin
    if not starts.size:
        return None
    return Buckets(
        columns,
        np.minimum.reduceat(lows, starts),
        np.maximum.reduceat(highs, starts),
        first,
        last,
        first[1:] - last[:-1] == 1,
    )


def between(x: Array, low: Array, high: Array, view: Window) -> Spans:
    """Dot columns of the area between two curves, straight between their points.

    Nothing is drawn where one of them has a gap, nor where both lie beyond the same edge.
    """
    upper, lower = spans(x, high, high, view), spans(x, low, low, view)
    seen = (upper.top <= upper.bottom) & (lower.top <= lower.bottom)
    # Both beyond one edge lie on one row of it; an area that only touches the edge has a curve that does not.
    seen &= ~(upper.beyond & lower.beyond & (upper.top == lower.bottom))
    top, bottom = np.where(seen, upper.top, 0), np.where(seen, lower.bottom, -1)
    return Spans(top.astype(np.int16), bottom.astype(np.int16), np.zeros(view.width, bool))


def fill(drawn: Sequence[Spans], view: Window) -> Bools:
    """The dots of some curves, shape (curves, height, columns)."""
    tops = np.array([one.top for one in drawn]).reshape(-1, 1, view.width)
    bottoms = np.array([one.bottom for one in drawn]).reshape(-1, 1, view.width)
    rows = np.arange(view.height, dtype=np.int16)[:, np.newaxis]
    filled: Bools = (rows >= tops) & (rows <= bottoms)
    return filled
