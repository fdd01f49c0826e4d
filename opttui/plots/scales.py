"""From data to dots: linear and logarithmic scales, their ranges and their ticks. Knows no dot's shape and no ink."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["linear", "log"]
Floats = NDArray[np.float64]
Array = NDArray[Any]

STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True)
class Scale:
    """A range of one axis, drawn linearly or by its logarithm."""

    low: float
    high: float
    kind: Kind

    def place(self, values: Any) -> Floats:
        """Where values lie: 0 at `low`, 1 at `high`. NaN stays NaN; what a log cannot take lies at −inf."""
        array = np.asarray(values, dtype=np.float64)
        with np.errstate(all="ignore"):
            if self.kind == "log":
                low, high = math.log10(self.low), math.log10(self.high)
                placed = (np.log10(array) - low) / (high - low)
                return np.where(array <= 0, -np.inf, placed)
            span = self.high - self.low
            if math.isinf(span):
                return array / 2 / (self.high / 2 - self.low / 2) - self.low / 2 / (
                    self.high / 2 - self.low / 2
                )
            return (array - self.low) / span


def fitted(low: float, high: float, kind: Kind) -> Scale:
    """A scale with head-room whose ends are round numbers, so that it moves seldom while data come.

    Args:
        low: Smallest finite value (on a log axis, smallest positive one).
        high: Largest finite value.
        kind: linear or log.
    """
    if kind == "log":
        if not low > 0 or not high > 0:
            return Scale(0.1, 1.0, "log")
        bottom, top = round_down(low), round_up(high)
        return Scale(bottom, top, "log") if top > bottom else Scale(bottom / 10 or 5e-324, top * 10, "log")
    if high <= low:
        room = abs(high) / 2 or 1.0
        low, high = (0.0 if low >= 0 and low - room < 0 else low - room), high + room
    step = tick_step(low, high, 5)
    bottom, top = math.floor(low / step) * step, math.ceil(high / step) * step
    if not (math.isfinite(bottom) and math.isfinite(top)) or top <= bottom:
        return Scale(low, high, "linear")
    return Scale(max(bottom, 0.0) if low >= 0 else bottom, top, "linear")


def round_down(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a positive value."""
    decade = 10.0 ** max(math.floor(math.log10(value)), -307)
    return max((step * decade for step in STEPS if step * decade <= value), default=value)


def round_up(value: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below a positive value."""
    decade = 10.0 ** min(max(math.floor(math.log10(value)), -307), 307)
    return min((step * decade for step in STEPS if step * decade >= value), default=value)


def tick_step(low: float, high: float, count: int) -> float:
    """A round distance that gives about `count` ticks."""
    span = high / count - low / count
    if not span > 0 or not math.isfinite(span):
        return 1.0
    decade = 10.0 ** math.floor(math.log10(span))
    return next((step * decade for step in STEPS if step * decade >= span), 10 * decade) or span


def ticks(scale: Scale, count: int) -> list[float]:
    """At most about `count` round values within the scale, ascending; ends included where they are round."""
    if count < 1:
        return []
    if scale.kind == "log":
        return log_ticks(scale.low, scale.high, count)
    step = tick_step(scale.low, scale.high, count)
    first = math.ceil(scale.low / step - 1e-9)
    last = math.floor(scale.high / step + 1e-9)
    return [index * step for index in range(first, min(last, first + 4 * count) + 1)]


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Decades, every so many of them; within two decades also 2 and 5 times."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = max(1, last - first)
    if decades * 3 <= count or decades <= 1:
        values = [step * 10.0**power for power in range(first, last + 1) for step in (1.0, 2.0, 5.0)]
    else:
        every = math.ceil(decades / count)
        values = [10.0**power for power in range(-(-first // every) * every, last + 1, every)]
    return [value for value in values if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]


def labels(values: list[float]) -> list[str]:
    """One label a tick, none repeated, all of one notation: 0.001, 1e-07, 1.5k, 2M."""
    if not values:
        return []
    largest = max(abs(value) for value in values)
    smallest = min((abs(value) for value in values if value), default=1.0)
    written = [short(value) for value in values]
    if len(set(written)) == len(written) and smallest >= 1e-4 and largest < 1e15:
        return written
    for digits in range(1, 17):
        written = [f"{value:.{digits}g}" if value else "0" for value in values]
        if len(set(written)) == len(written):
            return [tidy(text) for text in written]
    return [tidy(text) for text in written]


def short(value: float) -> str:
    """A tick's value with at most four digits, thousands as k, M, G, T."""
    for limit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.4g}{letter}"
    return f"{value:.4g}"


def tidy(text: str) -> str:
    """1e-07 as 1e-7."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text
