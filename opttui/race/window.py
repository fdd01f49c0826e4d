"""The last values of a series, also kept in the order of their size, so that a median costs a look. Knows no loss."""

from bisect import bisect_left, insort
from collections import deque

NORMAL = 1.4826
"""Median distances from the median in a standard deviation, where values are normal."""


class Window:
    """At most `size` finite values."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: deque[float] = deque()
        self._sorted: list[float] = []

    def __len__(self) -> int:
        return len(self._values)

    def add(self, value: float) -> None:
        """Take a value in; the oldest one goes where there are too many."""
        if len(self._values) == self._size:
            oldest = self._values.popleft()
            del self._sorted[bisect_left(self._sorted, oldest)]
        self._values.append(value)
        insort(self._sorted, value)

    def median(self) -> float:
        """The middle value; of an even number the upper one of the two."""
        return self._sorted[len(self._sorted) // 2]

    def deviation(self) -> float:
        """A usual distance from the median: a standard deviation where values are normal, and deaf to outliers."""
        middle = self.median()
        distances = sorted(abs(value - middle) for value in self._sorted)
        return NORMAL * distances[len(distances) // 2]

    def range(self, share: float) -> tuple[float, float]:
        """The values between which all lie but a share at either end."""
        cut = int(share * len(self._sorted))
        return self._sorted[cut], self._sorted[-1 - cut]

    def values(self) -> list[float]:
        """The oldest first."""
        return list(self._values)
