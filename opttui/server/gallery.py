"""When to look at the lanes' models: now and then, off the lanes' clocks, for a small share of the time and a bounded
room. Knows neither models nor files."""

import math
from collections.abc import Callable, Sequence

from opttui.record.look import Look

FIRST = 0.25
"""Seconds between two looks at first."""
EACH = 24
"""Looks after which they become half as frequent: a day has 400 of them."""
SHARE = 0.02
"""Of the time, at most."""


class Gallery:
    """Asks for looks and hands them on."""

    def __init__(
        self,
        look: Callable[[], Sequence[Look]],
        write: Callable[[Look], None],
        clock: Callable[[], float],
    ) -> None:
        self._look = look
        self._write = write
        self._clock = clock
        self._next = -math.inf
        self._between = FIRST
        self._taken = 0

    def due(self) -> None:
        """Look, if it is time."""
        if self._clock() >= self._next:
            self.now()

    def now(self) -> None:
        """Look at the lanes that have moved."""
        begin = self._clock()
        looks = self._look()
        for look in looks:
            self._write(look)
        end = self._clock()
        if looks:
            self._taken += 1
            if self._taken % EACH == 0:
                self._between *= 2
        self._next = end + max(self._between, (end - begin) / SHARE)
