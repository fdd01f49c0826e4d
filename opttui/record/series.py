"""One number over steps in bounded memory: what is drawn of a metric, ours or another tool's. Knows no file."""

import math

import numpy as np

from opttui.record.blocks import Array

CAPACITY = 2**13
"""Most buckets of a series: 328 kB, and 25 for each dot column of a wide panel."""
_SMALLEST = 64
STEP, SECONDS, LOW, HIGH, LAST = range(5)
"""Of a bucket: step and seconds of its last point, lowest and highest value, the last point's value."""


class Series:
    """Points in buckets of `stride` successive ones; when all are full, neighbours are merged and the stride doubles.

    A step below the one before it takes back what came from that step on, as a run does that goes on from an earlier
    checkpoint. The state depends on the points alone, not on the portions in which they came.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.stride = 1
        """Points in a bucket."""
        self.first: float | None = None
        """The first point's value."""
        self.best: float | None = None
        """The least finite value."""
        self.best_step: float | None = None
        """Where it was met first; of what was merged before a part was taken back, the end of its bucket."""
        self._capacity = capacity
        self._buckets = np.empty((5, _SMALLEST))
        self._used = 0
        self._fill = 0
        """Points in the last bucket while it is unfinished, else 0."""

    @property
    def rows(self) -> int:
        """Points that are in it."""
        return self._used * self.stride if self._fill == 0 else (self._used - 1) * self.stride + self._fill

    @property
    def last_step(self) -> float:
        """The newest point's step; minus infinity before the first."""
        return float(self._buckets[STEP, self._used - 1]) if self._used else -math.inf

    def buckets(self) -> Array:
        """A copy of all buckets, shape (5, n): STEP, SECONDS, LOW, HIGH and LAST."""
        return self._buckets[:, : self._used].copy()

    def newest(self) -> Array:
        """The last bucket, shape (5,)."""
        return self._buckets[:, self._used - 1].copy()

    def at(self, step: float) -> float | None:
        """The value of the last bucket that ends at or before a step; None where there is none."""
        place = int(np.searchsorted(self._buckets[STEP, : self._used], step, side="right")) - 1
        return float(self._buckets[LAST, place]) if place >= 0 else None

    def add(self, points: Array) -> None:
        """Take points in, shape (3, n): finite steps, seconds, values."""
        steps = points[0]
        if not steps.size:
            return
        falls = np.flatnonzero(steps[1:] < steps[:-1]) + 1
        begin = 0
        for end in (*falls.tolist(), steps.size):
            if steps[begin] < self.last_step:
                self.cut(float(steps[begin]))
            self._take(points[:, begin:end])
            begin = end

    def cut(self, step: float) -> None:
        """Take back what came from a step on; of a bucket that holds such points, all."""
        kept = int(np.searchsorted(self._buckets[STEP, : self._used], step, side="left"))
        if kept == self._used:
            return
        self._used, self._fill = kept, 0
        if not kept:
            self.first = None
        if self.best_step is not None and self.best_step >= step:
            lows = np.where(np.isfinite(self._buckets[LOW, :kept]), self._buckets[LOW, :kept], math.inf)
            place = int(lows.argmin()) if kept else -1
            known = kept > 0 and math.isfinite(lows[place])
            self.best = float(lows[place]) if known else None
            self.best_step = float(self._buckets[STEP, place]) if known else None

    def _take(self, points: Array) -> None:
        steps, seconds, values = points
        if self.first is None:
            self.first = float(values[0])
        finite = np.where(np.isfinite(values), values, math.inf)
        place = int(finite.argmin())
        if math.isfinite(finite[place]) and (self.best is None or finite[place] < self.best):
            self.best, self.best_step = float(finite[place]), float(steps[place])
        data, at = np.stack((steps, seconds, values, values, values)), 0
        while at < data.shape[1]:
            if self._used == self._capacity and self._fill == 0:
                self._merge_pairs()
            left = data.shape[1] - at
            if self._fill:
                taken = min(self.stride - self._fill, left)
                end = slice(self._used - 1, self._used)
                both = np.concatenate((self._buckets[:, end], data[:, at : at + taken]), axis=1)
                self._buckets[:, end] = _condensed(both, taken + 1)
                self._fill = (self._fill + taken) % self.stride
            elif left >= self.stride:
                count = min(left // self.stride, self._capacity - self._used)
                taken = count * self.stride
                self._append(_condensed(data[:, at : at + taken], self.stride))
            else:
                taken = self._fill = left
                self._append(_condensed(data[:, at:], left))
            at += taken

    def _append(self, buckets: Array) -> None:
        used, size = self._used + buckets.shape[1], self._buckets.shape[1]
        if used > size:
            grown = np.empty((5, min(max(2 * size, used), max(self._capacity, used))))
            grown[:, : self._used] = self._buckets[:, : self._used]
            self._buckets = grown
        self._buckets[:, self._used : used] = buckets
        self._used = used

    def _merge_pairs(self) -> None:
        half = self._used // 2
        self._buckets[:, :half] = _condensed(self._buckets[:, : self._used], 2)
        self._used = half
        self.stride *= 2


def _condensed(buckets: Array, per: int) -> Array:
    """Buckets (5, n) of buckets (5, n * per)."""
    if per == 1:
        return buckets
    out = np.empty((5, buckets.shape[1] // per))
    out[[STEP, SECONDS, LAST]] = buckets[[STEP, SECONDS, LAST], per - 1 :: per]
    with np.errstate(invalid="ignore"):
        out[LOW] = np.fmin.reduce(buckets[LOW].reshape(-1, per), axis=1)
        out[HIGH] = np.fmax.reduce(buckets[HIGH].reshape(-1, per), axis=1)
    return out
