"""When to draw, and how fast the race goes: measured from times that are passed in. Knows no timer."""

from collections import deque

FASTEST = 12.0
"""Frames a second: curves of a race look smooth, and a slow line is not flooded."""
SLOWEST = 2.0
LATE = 0.6
"""Share of the time between two frames that a frame may cost before the rate is halved."""
PATIENCE = 10
"""Late frames in a row before it is."""


class FrameRate:
    """How many frames a second can be afforded: halved when frames are late, recovering slowly."""

    def __init__(self) -> None:
        self.rate = FASTEST
        self._late = 0
        self._next = 0.0

    def due(self, now: float) -> bool:
        """Whether a frame should be drawn at `now`, in seconds."""
        return now >= self._next

    def drew(self, now: float, cost: float) -> None:
        """A frame begun at `now` cost so many seconds."""
        if cost > LATE / self.rate:
            self._late += 1
            if self._late >= PATIENCE:
                self.rate, self._late = max(SLOWEST, self.rate / 2), 0
        else:
            self._late = 0
            self.rate = min(FASTEST, self.rate * 1.02)
        self._next = now + 0.9 / self.rate


class Speedometer:
    """Steps a second over about the last two seconds."""

    WINDOW = 2.0

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def speed(self, now: float, step: float) -> float | None:
        """Take a reading in; None until half a second has been seen."""
        if self._seen and step < self._seen[-1][1]:
            self._seen.clear()
        self._seen.append((now, step))
        while len(self._seen) > 2 and now - self._seen[1][0] >= self.WINDOW:
            self._seen.popleft()
        then, before = self._seen[0]
        return (step - before) / (now - then) if now - then >= 0.5 else None

    def reset(self) -> None:
        """Forget, after a pause."""
        self._seen.clear()


class Meter:
    """What the window costs, by sums that are read about once a second."""

    EVERY = 1.0

    def __init__(self) -> None:
        self.frames = 0
        """Drawn so far."""
        self._last: tuple[float, float, float, float] | None = None

    def rates(self, now: float, sent: float, cpu: float) -> tuple[float, float, float] | None:
        """Frames, bytes and CPU seconds a second since the last answer; None while that is less than a second ago."""
        if self._last is None:
            self._last = now, self.frames, sent, cpu
            return None
        then = now - self._last[0]
        if then < self.EVERY:
            return None
        before, self._last = self._last, (now, self.frames, sent, cpu)
        return tuple((a - b) / then for a, b in zip(self._last[1:], before[1:], strict=True))  # type: ignore[return-value]
