"""A pace without drift: how many rounds are due, counted from one anchor. Reads no clock itself."""

PATIENCE = 0.25
"""Seconds that a race may be behind its pace before what it missed is forgotten rather than made up in a
burst."""

ROUNDING = 1e-6
"""Of a round: a clock that reads 1e-11 seconds before a round's time must not be asked to wait that long."""


class Beat:
    """Rounds at `pace` a second from `now` on, the first at once."""

    def __init__(self, pace: float, now: float) -> None:
        self.pace = pace
        self._anchor = now
        self._taken = 0

    def due(self, now: float) -> int:
        """Rounds that should have begun by `now` and have not."""
        due = int((now - self._anchor) * self.pace + ROUNDING) + 1 - self._taken
        if due > 1 and due > PATIENCE * self.pace:
            self._anchor, self._taken = now, 0
            return 1
        return max(due, 0)

    def took(self, rounds: int) -> None:
        self._taken += rounds

    def wait(self, now: float) -> float:
        """Seconds until the next round."""
        return max(self._anchor + self._taken / self.pace - now, 0.0)
