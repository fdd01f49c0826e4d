"""What is worth an alarm in a lane's series: a jump of the loss, a standstill, gradients back and forth. Pure: numbers
in, findings out; knows no lane, no torch and no clock.

A loss of batches has luck in it, so that none of these judges by one row alone.
"""

import math
from typing import NamedTuple

from opttui.race.window import Window

WINDOW = 64
"""Losses before a row that say what is usual."""
ENOUGH = 20
"""Losses without which nothing is usual yet."""
RISE = 1.2
"""A spike is at least a fifth above the median, however calm the losses were before."""
CALM = 1e-3
"""Least deviation of a loss's logarithm: calmer losses count as this calm."""
LAST, BEYOND = 3, 2
"""Of the last three losses two must lie beyond, which hardly ever happens by luck: of losses with Student's t of three
degrees of freedom for noise one in 700 lies beyond eight deviations, two of three in one step of 200,000."""
SHARE = 0.05
"""Of the losses in the window, those at either end that are left out of what is called usual."""
PROGRESS = 0.01
"""Progress is a median of losses lower by a hundredth."""
TURNS = 20
"""Cosines that are averaged."""


class Found(NamedTuple):
    """Something worth an alarm."""

    text: str
    """What it is, to follow the lane's name and an s: `loss jumped to …`."""
    value: float
    low: float
    """What was usual."""
    high: float


class Spike:
    """A loss far above those before it that stays there for more than a step.

    Far is measured in robust deviations from the median of a trailing window, of logarithms while all losses are above
    zero: noise of batches is in proportion to the loss.
    """

    def __init__(self, times: float) -> None:
        self._times = times
        self._window = Window(WINDOW)
        self._by_log = True
        self._beyond: list[float | None] = []
        """The last losses, where they were far above."""

    def row(self, step: int, loss: float) -> Found | None:
        """Judge a loss by those before it, then count it among them."""
        if not math.isfinite(loss):
            return None
        if self._by_log and loss <= 0:
            self._go_linear()
        value = math.log(loss) if self._by_log else loss
        far = len(self._window) >= ENOUGH and self._far(value)
        self._beyond = [*self._beyond[1 - LAST :], loss if far else None]
        highest = [each for each in self._beyond if each is not None]
        found = self._found(max(highest)) if far and len(highest) >= BEYOND else None
        self._window.add(value)
        return found

    def _far(self, value: float) -> bool:
        middle = self._window.median()
        rise = value - middle
        # Nearly all rows end here, before anything is sorted.
        if rise <= (math.log(RISE) if self._by_log else (RISE - 1) * abs(middle)):
            return False
        return rise > self._times * max(self._window.deviation(), CALM if self._by_log else 0.0)

    def _found(self, loss: float) -> Found:
        self._beyond = []
        low, high = self._window.range(SHARE)
        if self._by_log:
            low, high = math.exp(low), math.exp(high)
        text = f"loss jumped to {loss:.4g}; in the {len(self._window)} steps before it lay between {low:.4g} and {high:.4g}"
        return Found(text, loss, low, high)

    def _go_linear(self) -> None:
        """A loss at or below zero has no logarithm."""
        self._by_log = False
        logs, self._window = self._window.values(), Window(WINDOW)
        for each in logs:
            self._window.add(math.exp(each))


class Stall:
    """No progress for some steps: the median of the last losses has not come lower by a hundredth. Told once, until it
    does."""

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._window = Window(min(WINDOW, steps))
        self._best = math.inf
        self._since = 0
        """Step at which the best median was met."""
        self._told = False

    def row(self, step: int, loss: float) -> Found | None:
        """Count a loss in."""
        if not math.isfinite(loss):
            return None
        self._window.add(loss)
        middle = self._window.median()
        if not math.isfinite(self._best) or middle < self._best - PROGRESS * abs(self._best):
            self._best, self._since, self._told = middle, step, False
        elif step - self._since >= self._steps and not self._told:
            self._told = True
            low, high = self._window.range(SHARE)
            text = (
                f"loss has not come lower by {PROGRESS:.0%} for {step - self._since} steps: its median was "
                f"{self._best:.4g} at step {self._since} and is {middle:.4g}"
            )
            return Found(text, middle, low, high)
        return None


class Zigzag:
    """Gradients that point back and forth: the mean cosine of successive ones is near −1."""

    def __init__(self, cosine: float) -> None:
        self._cosine = cosine
        self._last: list[float] = []

    def row(self, step: int, cosine: float) -> Found | None:
        """Count a cosine in; NaN, of a gradient that is zero, counts for nothing."""
        if not math.isfinite(cosine):
            return None
        self._last = [*self._last[1 - TURNS :], cosine]
        mean = sum(self._last) / len(self._last)
        if len(self._last) < TURNS or mean > self._cosine:
            return None
        text = (
            f"gradients point back and forth: the mean cosine of the last {TURNS} with the ones before them is {mean:.2f}, "
            "and a smaller rate would leap across less far"
        )
        return Found(text, mean, min(self._last), max(self._last))
