"""Where in a log the rows of a step lie: every few frames one place, in bounded memory. Knows no file."""

from bisect import bisect_right

MOST = 2**14
"""Places of a lane, 1 MB."""


class RowPlaces:
    """Steps at which frames of rows begin, and their offsets, both ascending."""

    def __init__(self) -> None:
        self._steps: list[float] = []
        self._offsets: list[int] = []

    def add(self, step: float, offset: int) -> None:
        """The next frame of rows. One that begins no later than the one before is found by reading on from that."""
        if self._steps and not step > self._steps[-1]:
            return
        self._steps.append(step)
        self._offsets.append(offset)
        if len(self._steps) > MOST:
            self._steps, self._offsets = self._steps[::2], self._offsets[::2]

    def cut(self, step: float) -> None:
        """Forget what lies at or after a step to which the lane has gone back."""
        kept = sum(each < step for each in self._steps)
        del self._steps[kept:], self._offsets[kept:]

    def before(self, step: float) -> int:
        """Offset of a frame that begins at or before a step; 0 where none is known."""
        place = bisect_right(self._steps, step) - 1
        return self._offsets[place] if place >= 0 else 0
