"""Curves as dots: exactly the smallest and largest value of every dot column, so that no spike is lost.

All work is vectorised over a curve's points; what it costs hardly depends on their number. Knows no cell and no ink.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.buckets import Buckets, Ints, buckets_of
from opttui.plots.scales import Array, Floats, Scale

Bools = NDArray[np.bool_]
Codes = NDArray[np.uint8]

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
        return self.right(x), self.down(y)

    def right(self, x: Array) -> Floats:
        """Dots from the left."""
        with np.errstate(all="ignore"):
            dots: Floats = np.minimum(np.maximum(self.across.place(x) * self.width, -FAR), FAR)
        return dots

    def down(self, y: Array) -> Floats:
        """Dots from the top."""
        with np.errstate(all="ignore"):
            down = (1 - self.up.place(y)) * (self.height * (1 - 2 * MARGIN)) + self.height * MARGIN
            dots: Floats = np.minimum(np.maximum(down, -FAR), FAR)
        return dots


# A chart's scales are the same for most frames.
@functools.lru_cache(maxsize=16)
def window(across: Scale, up: Scale, width: int, height: int) -> Window:
    """The part of the plane that two scales show."""
    share = np.arange(width + 1) / width
    edges = across.low * (1 - share) + across.high * share
    edges.flags.writeable = False
    return Window(across, up, width, height, edges)


@dataclass(frozen=True, eq=False)
class Spans:
    """For each dot column the topmost and the lowest dot row that are drawn; top > bottom where nothing is."""

    top: NDArray[np.int16]
    bottom: NDArray[np.int16]
    beyond: Bools
    """Columns that lie wholly above or below the picture; their span is the nearest edge."""


def spans(curves: Sequence[tuple[Array, Array, Array]], view: Window) -> list[Spans]:
    """Dot columns of some curves.

    Columns that hold points span from their smallest to their largest value, empty ones between them lie on the
    straight line, and each is drawn out until it touches the one before.

    Args:
        curves: Of each: x, ascending; the smallest value of each bucket, NaN where there is a gap; the largest one.
        view: What is seen.
    """
    shape = len(curves), view.width
    top, bottom = np.full(shape, np.inf), np.full(shape, -np.inf)
    found = buckets_of(curves, view.edges) if curves else None
    if found is not None:
        lay(found, view, top, bottom)
    return within(top, bottom, view.height)


def lay(found: Buckets, view: Window, top: Floats, bottom: Floats) -> None:
    """Topmost and lowest dot row of every column, into arrays that hold none yet."""
    # One pass through the scale for all values: its cost is in the calls.
    size = found.low.size
    rows = np.floor(view.down(np.concatenate((found.high, found.low)))).reshape(2, size)
    inside = found.filled[:, 1:-1]
    seen = np.ones(found.filled.shape, bool)
    seen[:, 0] = seen[:, -1] = False
    inner = seen[found.filled]
    top[inside], bottom[inside] = rows[0, inner], rows[1, inner]
    # Of each column the bucket before it, its own left out, and the next one.
    after: Ints = np.cumsum(found.filled).reshape(found.filled.shape) - found.filled
    before = after - 1
    count = found.filled.sum(axis=1)
    end = np.cumsum(count)[:, np.newaxis]
    linked = ((before >= end - count[:, np.newaxis]) & (after < end))[:, 1:-1]
    if not found.joined.all():
        linked &= found.joined[np.minimum(after, size - 1)][:, 1:-1]
    line, column = np.nonzero(linked & ~inside)
    if line.size:
        right_of: Ints = after[line, column + 1]
        left_of = right_of - 1
        out_x, in_x = view.right(np.array((found.x[0, left_of], found.x[1, right_of])))
        ends = [
            values[at, one]
            for at, one in ((0, left_of), (1, right_of))
            for values in (found.highs, found.lows)
        ]
        out_y, in_y = view.down(np.array(ends)).reshape(2, 2, -1).sum(axis=1) / 2
        share = (column + 0.5 - out_x) / np.maximum(in_x - out_x, 0.5)
        share = np.where(share >= 0, np.minimum(share, 1), 0.0)
        top[line, column] = bottom[line, column] = np.floor(out_y + share * (in_y - out_y))
    # Draw linked columns out until each touches the one before.
    linked = linked[:, 1:]
    above, below = bottom[:, :-1] + 1, top[:, :-1] - 1
    np.minimum(top[:, 1:], above, out=top[:, 1:], where=linked)
    np.maximum(bottom[:, 1:], below, out=bottom[:, 1:], where=linked)


def within(top: Floats, bottom: Floats, height: int) -> list[Spans]:
    """Spans cut to the picture, a curve each."""
    empty = top > bottom
    beyond = ~empty & ((bottom < 0) | (top >= height))
    top, bottom = (np.minimum(np.maximum(ends, 0), height - 1) for ends in (top, bottom))
    top[empty], bottom[empty] = 0, -1
    parts = top.astype(np.int16), bottom.astype(np.int16), beyond
    return [Spans(*own) for own in zip(*parts, strict=True)]


def between(bands: Sequence[tuple[Array, Array, Array]], view: Window) -> list[Spans]:
    """Dot columns of the areas between two curves (x, low, high), straight between their points.

    Nothing is drawn where one of them has a gap, nor where both lie beyond the same edge.
    """
    both = spans([(x, edge, edge) for x, low, high in bands for edge in (high, low)], view)
    found = []
    for upper, lower in zip(both[::2], both[1::2], strict=True):
        seen = (upper.top <= upper.bottom) & (lower.top <= lower.bottom)
        # Both beyond one edge lie on one row of it; an area that only touches the edge has a curve that does not.
        seen &= ~(upper.beyond & lower.beyond & (upper.top == lower.bottom))
        top, bottom = np.where(seen, upper.top, 0), np.where(seen, lower.bottom, -1)
        found.append(Spans(top.astype(np.int16), bottom.astype(np.int16), np.zeros(view.width, bool)))
    return found


def fill(drawn: Sequence[Spans], view: Window) -> Bools:
    """The dots of some curves, shape (curves, height, columns)."""
    tops = np.array([one.top for one in drawn]).reshape(-1, 1, view.width)
    bottoms = np.array([one.bottom for one in drawn]).reshape(-1, 1, view.width)
    rows = np.arange(view.height, dtype=np.int16)[:, np.newaxis]
    filled: Bools = (rows >= tops) & (rows <= bottoms)
    return filled


def cells(drawn: Sequence[Spans], view: Window, rows: int, columns: int) -> Codes:
    """What is in each cell of so many rows and columns of dots, shape (curves, rows, columns), as `Marker.codes` has it:
    bit r + 4c stands for row r and column c of a cell's dots.
    """
    shape = len(drawn), view.width // columns, columns, view.height // rows
    tops = np.array([one.top for one in drawn], np.int64).reshape(-1)
    bottoms = np.array([one.bottom for one in drawn], np.int64).reshape(-1)
    since, until = columns_of_dots(view.height, rows)
    # A column of cells is looked up at once: a dot at a time takes three times as long.
    found = (since[tops] & until[bottoms + 1]).reshape(shape)
    codes = found[:, :, 0] if columns == 1 else found[:, :, 0] | found[:, :, 1] << 4
    return np.ascontiguousarray(codes.swapaxes(1, 2))


@functools.lru_cache(maxsize=16)
def columns_of_dots(height: int, rows: int) -> tuple[Codes, Codes]:
    """Of a column of so many dots, `rows` of them a cell, by row: the cells with all dots from there on, and up to there.

    Shape (height + 1, cells) each; of the second the first has no dot.
    """
    dots = np.arange(height)
    bits = (1 << np.arange(rows)).astype(np.uint8)
    since, until = (
        (there.reshape(height + 1, -1, rows) * bits).sum(axis=2, dtype=np.uint8)
        for there in (
            dots >= np.arange(height + 1)[:, np.newaxis],
            dots < np.arange(height + 1)[:, np.newaxis],
        )
    )
    return since, until
