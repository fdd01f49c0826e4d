"""How often the norms are measured: at every step where that is cheap, else as often as their share allows. Reads no
clock.
"""

import math
from collections import deque

SHARE = 0.003
"""Of the time of a step, norms may take so much on average: what they push out of the caches costs as much again."""
FREE = 12e-6
"""Seconds a step that they may take in any case: with all the rest (75 µs) less than 2 % of a step of 5 ms."""
SHORT, ANYWAY = 2e-3, 200e-6
"""Seconds of a step below which a script is a small one, whose norms are worth so many seconds a step."""
FIRST = 3
"""Steps that are measured in any case: the very first one is not like the others."""
RECENT = 16
"""Costs remembered; the least of them counts, since a busy machine only ever makes them look dearer."""
LONGEST = 1000


class Often:
    """Steps and costs in, whether it is time out."""

    def __init__(self, every: int | None) -> None:
        """`every`: steps between two measurements; 0: none; None: as the costs allow."""
        self.every = 1 if every is None else every
        self._fixed = every is not None
        self._steps = 0
        self._costs: deque[float] = deque(maxlen=RECENT)
        self._pace = math.nan
        """Seconds of a step, the least of the last few stretches."""
        self._paces: deque[float] = deque(maxlen=RECENT)

    def due(self) -> bool:
        """Whether the step that begins is measured."""
        step, self._steps = self._steps, self._steps + 1
        return self.every > 0 and step % self.every == 0

    def took(self, seconds: float, step: float) -> None:
        """A measurement's cost, and the seconds between this step and the one before."""
        if self._fixed:
            return
        self._costs.append(seconds)
        if step > 0:
            self._paces.append(step)
        if len(self._costs) < FIRST or not self._paces:
            return
        step = min(self._paces)
        allowed = ANYWAY if step < SHORT else max(FREE, SHARE * step)
        self.every = min(max(math.ceil(min(self._costs) / allowed), 1), LONGEST)
