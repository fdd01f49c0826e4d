"""The seconds that a script has trained: those since it was tracked, without those in which somebody had it wait."""

import time
from collections.abc import Callable


class Clock:
    """Begins at 0 with its making."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.now = now
        """Only goes on; pauses included."""
        self.begin = now()
        """What `now` said when the clock was at 0."""

    def __call__(self) -> float:
        """Seconds so far."""
        return self.now() - self.begin

    def leave_out(self, seconds: float) -> None:
        """So many of the last ones did not count."""
        self.begin += seconds
