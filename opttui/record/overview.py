"""A lane's rows in bounded memory, however many there are: what curves and paths are drawn from. Knows no
file."""

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from opttui.record.blocks import COUNTERS, FIELDS, FIRST, HIGH, LAST, LOW, Array, condense, merge
from opttui.record.layout import STEP, X, Y

CAPACITY = 2**14
"""Most buckets of a lane: 3 MB, and more than any screen has columns."""
COARSE = 2**12
"""Of those that whole curves are drawn from: ten for each dot column of the widest panel."""
_SMALLEST = 256
PLACES = np.array([LAST.start + field for field in (STEP, X, Y)])


@dataclass(frozen=True)
class Curve:
    """One column against another; one entry for 2**k successive rows, read-only arrays of one length."""

    x: Array
    """The x of the bucket's last row, so that the newest entry lies at the newest row."""
    low: Array
    """NaN where a bucket holds nothing but NaN; may be infinite."""
    high: Array
    last: Array
    """The last row's value, whatever it is."""

    @functools.cached_property
    def ends(self) -> tuple[float, float]:
        """The smallest `low` and the largest `high`: NaN where there is one, infinity and minus infinity of nothing."""
        if not self.low.size:
            return np.inf, -np.inf
        return float(np.minimum.reduce(self.low)), float(np.maximum.reduce(self.high))

    def measured(self) -> "Curve":
        """Without entries in which nothing was measured; where only the last row was not, the middle stands for it."""
        known = ~np.isnan(self.low)
        x, low, high, last = self.x[known], self.low[known], self.high[known], self.last[known]
        return Curve(x, low, high, np.where(np.isnan(last), (low + high) / 2, last))


class Overview:
    """Buckets of `stride` successive rows; when all are full, neighbours are merged and the stride doubles.

    The state depends on the rows alone, not on the portions in which they came.
    """

    def __init__(self, stride: int = 1, capacity: int = CAPACITY) -> None:
        """`stride` is a power of two, `capacity` an even number."""
        self.stride = stride
        """Rows in a bucket."""
        self._capacity = capacity
        self._buckets = np.empty((FIELDS, min(_SMALLEST, capacity)))
        self._used = 0
        """Buckets in use, the unfinished one included."""
        self._fill = 0
        """Rows in the last bucket while it is unfinished, else 0."""
        self._curves: dict[tuple[int, int], Curve] = {}
        self._fields: dict[int, Array] = {}
        self.coarse: Overview = Overview(stride, COARSE) if capacity > COARSE else self
        """The same in fewer buckets: what is seen of all rows at once costs a quarter."""

    @property
    def rows(self) -> int:
        """Rows fed so far."""
        return self._used * self.stride if self._fill == 0 else (self._used - 1) * self.stride + self._fill

    def __len__(self) -> int:
        """Buckets in use."""
        return self._used

    def feed(self, columns: Array) -> None:
        """Take rows in, as columns (WIDTH, n)."""
        self._feed(columns, 1, condense)
        if self.coarse is not self:
            self.coarse.feed(columns)

    def feed_blocks(self, blocks: Array, rows: int) -> None:
        """Take summaries (FIELDS, n) of `rows` rows each in; the stride must be a multiple of that."""
        self._feed(blocks, rows, merge)
        if self.coarse is not self:
            self.coarse.feed_blocks(blocks, rows)

    def curve(self, x: int, y: int) -> Curve:
        """Column `y` against column `x` (numbers of `layout`)."""
        curve = self._curves.get((x, y))
        if curve is None:
            low, high = self._bounds(y)
            curve = Curve(self._field(LAST.start + x), low, high, self._field(LAST.start + y))
            self._curves[x, y] = curve
        return curve

    def row(self, bucket: int) -> Array:
        """The last row of a bucket."""
        return self._buckets[LAST, bucket].copy()

    def path(self, since: int = 0) -> Array:
        """Step, x and y of the point drawn, shape (3, n): the last of each bucket, where x and y are finite.

        `since`: of rows from this one on.
        """
        first = min(since // self.stride, self._used) if since < self.rows else self._used
        path = self._buckets[PLACES, first : self._used]
        # A sum is finite where all are (or has overflowed): quicker than flags for every point.
        with np.errstate(all="ignore"):
            whole = np.isfinite(path[1:].sum())
        return path if whole else path[:, np.isfinite(path[1:]).all(axis=0)]

    def _bounds(self, column: int) -> tuple[Array, Array]:
        if column < COUNTERS:
            return self._field(FIRST.start + column), self._field(LAST.start + column)
        return self._field(LOW.start + column - COUNTERS), self._field(HIGH.start + column - COUNTERS)

    def _field(self, number: int) -> Array:
        values = self._fields.get(number)
        if values is None:
            # A view: what is in it stays, but for the unfinished bucket at its end (see `_merge_pairs`).
            values = self._fields[number] = self._buckets[number, : self._used]
            values.flags.writeable = False
        return values

    def _feed(self, data: Array, unit: int, summarise: Callable[[Array, int], Array]) -> None:
        self._curves.clear()
        self._fields.clear()
        place, count = 0, data.shape[1]
        while place < count:
            if self._used == self._capacity and self._fill == 0:
                self._merge_pairs()
            per = self.stride // unit
            left = count - place
            if self._fill:
                taken = min(per - self._fill // unit, left)
                self._add_to_last(summarise(data[:, place : place + taken], taken))
                self._fill = (self._fill + taken * unit) % self.stride
            elif left >= per:
                buckets = min(left // per, self._capacity - self._used)
                taken = buckets * per
                self._append(summarise(data[:, place : place + taken], per))
            else:
                taken = left
                self._append(summarise(data[:, place:], taken))
                self._fill = taken * unit
            place += taken

    def _append(self, buckets: Array) -> None:
        used = self._used + buckets.shape[1]
        size = self._buckets.shape[1]
        if used > size:
            grown = np.empty((FIELDS, min(max(2 * size, used), self._capacity)))
            grown[:, : self._used] = self._buckets[:, : self._used]
            self._buckets = grown
        self._buckets[:, self._used : used] = buckets
        self._used = used

    def _add_to_last(self, part: Array) -> None:
        end = slice(self._used - 1, self._used)
        self._buckets[:, end] = merge(np.concatenate((self._buckets[:, end], part), axis=1), 2)

    def _merge_pairs(self) -> None:
        half = self._used // 2
        # Into another array: curves that were handed out are views of this one.
        buckets = np.empty_like(self._buckets)
        buckets[:, :half] = merge(self._buckets[:, : self._used], 2)
        self._buckets, self._used = buckets, half
        self.stride *= 2
