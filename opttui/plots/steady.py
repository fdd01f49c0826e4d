"""A range that holds still while data come: it grows at once, and moves otherwise once a second. Knows no clock."""

from collections.abc import Hashable

from opttui.plots.scales import Scale

PERIOD = 1.0
"""Seconds that a range stays at least, unless data would be cut off."""


class Steady:
    """The range of one axis, from frame to frame."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._scale: Scale | None = None
        self._moved = 0.0

    def held(self, key: Hashable, wanted: Scale, now: float) -> Scale:
        """What is to be drawn.

        Args:
            key: What the range depends on beside the data; with another one it moves at once.
            wanted: The range that just fits the data.
            now: Seconds on any clock.
        """
        before = self._scale
        if before is None or key != self._key or before.kind != wanted.kind or now - self._moved >= PERIOD:
            return self._move(key, wanted, now)
        if wanted.low >= before.low and wanted.high <= before.high:
            return before
        low, high = min(before.low, wanted.low), max(before.high, wanted.high)
        return self._move(key, Scale(low, high, before.kind, before.linear), now)

    def _move(self, key: Hashable, scale: Scale, now: float) -> Scale:
        if scale != self._scale or key != self._key:
            self._key, self._scale, self._moved = key, scale, now
        return scale
