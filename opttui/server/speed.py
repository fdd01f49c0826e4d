"""How fast a race goes, from readings of its step. Reads no clock itself."""

WINDOW = 1.0
"""Seconds that a reading covers at least, and twice that at most."""


class Speed:
    """Written by the loop's thread at each flush; `per_second`, replaced whole, is read by the control thread."""

    def __init__(self) -> None:
        self.per_second: float | None = None
        """Steps a second; None before there were two readings."""
        self._first: tuple[float, int] | None = None
        self._second: tuple[float, int] | None = None

    def read(self, now: float, step: int) -> None:
        """Take a reading in."""
        if self._first is None or self._second is None or step < self._second[1]:
            self._first = self._second = now, step
            self.per_second = None
            return
        if now - self._second[0] >= WINDOW:
            self._first, self._second = self._second, (now, step)
        if now > self._first[0]:
            self.per_second = (step - self._first[1]) / (now - self._first[0])

    def forget(self) -> None:
        """After a pause."""
        self._first = self._second = self.per_second = None
