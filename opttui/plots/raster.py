"""Curves as dots: exactly the smallest and largest value of every dot column, so that no spike is lost.

All work is vectorised over a curve's points; what it costs hardly depends on their number. Knows no cell and no ink.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array, Floats, Scale

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FAR = 2.0**30
"""Dots from the picture at which a place is cut off: floats still resolve a dot there, and integers hold it."""


@dataclass(frozen=True)
class Spans:
    """For each dot column the topmost and the lowest dot row that are drawn; top > bottom where nothing is."""

    top: Ints
    bottom: Ints
    beyond: Bools
    """Columns that lie wholly above or below the picture; their span is the nearest edge."""


@dataclass(frozen=True)
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


def spans(x: Array, low: Array, high: Array, across: Scale, up: Scale, width: int, height: int) -> Spans:
    """Dot columns of a curve.

    Columns that hold points span from their smallest to their largest value, empty ones between them lie on the
    straight line, and each is drawn out until it touches the one before. What a log axis cannot take and what is infinite
    lies just beyond the edge.

    Args:
        x: Ascending; only what lies on the scale is drawn.
        low: The smallest value of each bucket, NaN where there is a gap.
        high: The largest value of each bucket.
        across: The horizontal scale, linear.
        up: The vertical scale.
        width: Dot columns.
        height: Dot rows.
    """
    found = columns_of(x, low, high, across, width)
    if found is None:
        return Spans(np.full(width, height), np.full(width, -1), np.zeros(width, bool))
    top, bottom = np.full(width, np.inf), np.full(width, -np.inf)
    inner = (found.columns >= 0) & (found.columns < width)
    here = found.columns[inner]
    top[here] = np.floor(depth(up.place(found.high[inner]), height))
    bottom[here] = np.floor(depth(up.place(found.low[inner]), height))
    ends = [
        (
            np.clip(across.place(x[at]) * width, -FAR, FAR),
            (depth(up.place(low[at]), height) + depth(up.place(high[at]), height)) / 2,
        )
        for at in (found.last[:-1], found.first[1:])
    ]
    after = np.searchsorted(found.columns, np.arange(width))
    linked = np.append(np.append(False, found.joined), False)[after]
    empty = np.flatnonzero(
        linked & (found.columns[np.minimum(after, found.columns.size - 1)] != np.arange(width))
    )
    top[empty] = bottom[empty] = straight(empty, ends[0], ends[1], after[empty] - 1)
    linked[:1] = False
    close_up(top, bottom, np.flatnonzero(linked))
    return within(top, bottom, height)


Places = tuple[Floats, Floats]
"""Dots from the left and from the top."""


def straight(columns: Ints, left: Places, right: Places, which: Ints) -> Floats:
    """Rows at the middle of columns, on the straight lines from a left to a right place."""
    (from_x, from_y), (to_x, to_y) = [(xs[which], ys[which]) for xs, ys in (left, right)]
    share = np.clip((columns + 0.5 - from_x) / np.maximum(to_x - from_x, 0.5), 0, 1)
    return np.floor(from_y + share * (to_y - from_y))


def close_up(top: Floats, bottom: Floats, linked: Ints) -> None:
    """Draw linked columns out, in place, until each touches the one before."""
    above, below = bottom[linked - 1] + 1, top[linked - 1] - 1
    top[linked], bottom[linked] = np.minimum(top[linked], above), np.maximum(bottom[linked], below)


def within(top: Floats, bottom: Floats, height: int) -> Spans:
    """Spans cut to the picture."""
    drawn = bottom >= top
    return Spans(
        np.where(drawn, np.clip(top, 0, height - 1), height).astype(np.int64),
        np.where(drawn, np.clip(bottom, 0, height - 1), -1).astype(np.int64),
        drawn & ((bottom < 0) | (top >= height)),
    )


def depth(placed: Floats, height: int) -> Floats:
    """Dots below the upper edge, of places (0 lowest, 1 highest). Both edges belong to the picture."""
    with np.errstate(all="ignore"):
        down = (1 - placed) * height
    edge = height * 1e-9
    down = np.where((down >= height) & (down <= height + edge), height - 0.5, down)
    down = np.where((down < 0) & (down >= -edge), 0.0, down)
    down = np.where(np.isposinf(placed), -0.5, np.where(np.isneginf(placed), height + 0.5, down))
    return np.clip(down, -FAR, FAR)


def columns_of(x: Array, low: Array, high: Array, across: Scale, width: int) -> Buckets | None:
    """A curve by dot columns; None where there is no number."""
    edges = across.low + (across.high - across.low) * (np.arange(width + 1) / width)
    edges[-1] = across.high
    cuts = np.searchsorted(x, edges)
    cuts[-1] = np.searchsorted(x, across.high, side="right")
    cuts = np.maximum.accumulate(cuts)
    begin, end = max(int(cuts[0]) - 1, 0), min(int(cuts[-1]) + 1, x.size)
    lows, highs = low[begin:end], high[begin:end]
    # The sum is NaN where an entry is (or where infinities meet): one pass, no array of flags.
    with np.errstate(all="ignore"):
        suspicious = bool(np.isnan(lows.sum() + highs.sum()))
    points = np.arange(begin, end) if not suspicious else numbers(lows, highs) + begin
    if not points.size:
        return None
    if suspicious:
        columns = np.searchsorted(cuts, points, side="right") - 1
        starts = np.flatnonzero(np.diff(columns, prepend=-2))
        columns = columns[starts]
        lows, highs = lows[points - begin], highs[points - begin]
    else:
        filled = np.flatnonzero(cuts[1:] > cuts[:-1])
        starts = cuts[filled] - begin
        columns = filled
        if begin < cuts[0]:
            starts, columns = np.append(0, starts), np.append(-1, columns)
        if end > cuts[-1]:
            starts, columns = np.append(starts, end - 1 - begin), np.append(columns, width)
    first, last = points[starts], points[np.append(starts[1:], points.size) - 1]
    return Buckets(
        columns,
        np.minimum.reduceat(lows, starts),
        np.maximum.reduceat(highs, starts),
        first,
        last,
        first[1:] - last[:-1] == 1,
    )


def numbers(low: Array, high: Array) -> Ints:
    """Indices of the entries that are no gap."""
    return np.flatnonzero(~(np.isnan(low) | np.isnan(high)))


def fill(drawn: Spans, height: int) -> Bools:
    """The dots of a curve, shape (height, columns)."""
    rows = np.arange(height)[:, np.newaxis]
    return (rows >= drawn.top) & (rows <= drawn.bottom)
