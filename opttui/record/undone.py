"""Which rows of a log a later rewind has undone. A log only ever grows: what a lane did before it went back stays in it.

A row is part of the lane's history when no rewind after it goes back to its step or before.
"""

import math

from opttui.record.blocks import Array
from opttui.record.layout import STEP


class Undone:
    """The rewinds of a log, by where they lie in it."""

    def __init__(self) -> None:
        self._rewinds: list[tuple[int, float]] = []
        """Offset of the frame; the lowest step that it or a later one goes back to."""

    def __bool__(self) -> bool:
        return bool(self._rewinds)

    def copy(self) -> "Undone":
        """One that can be added to by itself."""
        other = Undone()
        other._rewinds = list(self._rewinds)
        return other

    def add(self, offset: int, step: int) -> None:
        """A rewind, in the order of the log."""
        self._rewinds = [(place, min(other, step)) for place, other in self._rewinds]
        self._rewinds.append((offset, step))

    def limit(self, offset: int) -> float:
        """Rows of a frame at this offset are kept below this step; infinity where nothing after it goes back."""
        return next((step for place, step in self._rewinds if place > offset), math.inf)

    def kept(self, offset: int, columns: Array) -> Array:
        """Of a frame's rows (WIDTH, n), those that are kept."""
        limit = self.limit(offset)
        return columns if limit == math.inf else columns[:, columns[STEP] < limit]
