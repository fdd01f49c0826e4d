"""What holds still while data come: a range that grows at once and moves otherwise once a second, values that are made
again now and then. Knows no clock."""

import math
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

from opttui.plots.scales import Scale

Value = TypeVar("Value")

PERIOD = 1.0
"""Seconds that a range stays at least, unless data would be cut off."""


class Paced:
    """Values that are made again only so often."""

    def __init__(self, period: float) -> None:
        """`period`: seconds for which a value stays."""
        self._period = period
        self._made: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable, now: float, make: Callable[[], Value]) -> Value:
        """The value of a key, as old as a period at most."""
        made, value = self._made.get(key, (-math.inf, None))
        if now - made >= self._period:
            value = make()
            self._made[key] = (now, value)
        return cast(Value, value)


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
