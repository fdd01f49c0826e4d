"""From data to places on an axis: linear, logarithmic and symmetric scales, and their ends. Knows no dot and no ink."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Kind = Literal["linear", "log", "symlog"]
Floats = NDArray[np.float64]
Array = NDArray[Any]

NEIGHBOURS = ((5, -1), (1, 0), (2, 0), (5, 0), (1, 1), (2, 1))
STEPS = (1.0, 2.0, 5.0, 10.0)
HEADROOM = 0.02
"""Share of the data's span (on a log axis: of its decades) that stays free at either end, before rounding."""
NARROW = 4.0
"""Quotient of a log axis's ends below which 1, 2 and 5 times powers of ten are too far apart to end or tick it."""
SMALLEST, LARGEST = 5e-324, 1.7976931348623157e308
"""The ends of float64's positive numbers."""
FINEST = 1e-300
"""Smallest distance of linear ticks: below, a sum of a few loses digits."""
SHALLOW, DEEP = 1e-1, 1e-6
"""Linear part of a symmetric scale over its furthest end, most and least: one to six decades on either side."""


@dataclass(frozen=True)
class Scale:
    """A range of one axis, drawn linearly or by its logarithm. `low < high`, both finite; on a log axis positive."""

    low: float
    high: float
    kind: Kind
    linear: float = 1.0
    """Of a symlog axis: size of the values about zero that it draws almost linearly."""

    def place(self, values: Any) -> Floats:
        """Where values lie: 0 at `low`, 1 at `high`. NaN stays NaN; what a log cannot take lies at −inf."""
        array = np.asarray(values, dtype=np.float64)
        with np.errstate(all="ignore"):
            if self.kind == "symlog":
                low, high = (float(bent(end, self.linear)) for end in (self.low, self.high))
                return (bent(array, self.linear) - low) / (high - low)
            if self.kind == "log":
                low, high = math.log10(self.low), math.log10(self.high)
                return np.where(array <= 0, -np.inf, (np.log10(array) - low) / (high - low))
            span = self.high - self.low
            if math.isinf(span):
                half = self.high / 2 - self.low / 2
                return (array / 2 - self.low / 2) / half
            return (array - self.low) / span


def bent(values: Any, linear: float) -> Floats:
    """Decades from zero, with a sign: v / (2c ln 10) near zero, ± log10 of |v| / c far from it, and smooth between."""
    bowed: Floats = np.arcsinh(np.asarray(values, dtype=np.float64) / 2 / linear) / math.log(10)
    return bowed


def scale_of(low: float, high: float, kind: Kind, linear: float | None = None) -> Scale:
    """The scale with just these ends where they are a range, else the fitted one."""
    fine = math.isfinite(low) and math.isfinite(high) and low < high
    if kind == "log":
        fine = fine and low > 0 and math.log10(low) < math.log10(high)
    if kind == "symlog" and fine:
        linear = within_ends(linear, low, high)
        if bent(low, linear) < bent(high, linear):
            return Scale(low, high, kind, linear)
    return Scale(low, high, kind) if fine and kind != "symlog" else fitted(low, high, kind, linear)


def within_ends(linear: float | None, low: float, high: float) -> float:
    """A power of ten near the linear part asked for, neither too large nor too small for a scale with these ends."""
    largest = max(abs(low), abs(high), 1e-280)
    wanted = linear if linear is not None and linear > 0 else largest * 1e-3
    return power_of_ten(math.floor(math.log10(min(max(wanted, largest * DEEP), largest * SHALLOW)) + 1e-9))


def fitted(low: float, high: float, kind: Kind, linear: float | None = None) -> Scale:
    """A scale with head-room whose ends are round numbers, so that it moves seldom while data come.

    Args:
        low: Smallest finite value (on a log axis, smallest positive one).
        high: Largest finite value.
        kind: linear, log or symlog.
        linear: Of a symlog scale, what is drawn linearly about zero; None: a thousandth of the furthest end.
    """
    if not (math.isfinite(low) and math.isfinite(high)) or low > high or (kind == "log" and high <= 0):
        return Scale(0.1, 1.0, "log") if kind == "log" else Scale(0.0, 1.0, kind)
    if kind == "symlog":
        return fitted_symlog(low, high, linear)
    return fitted_log(low if low > 0 else high, high) if kind == "log" else fitted_linear(low, high)


def fitted_symlog(low: float, high: float, linear: float | None) -> Scale:
    """Ends at zero or at ± 1, 2, 5 times a power of ten; data within less than a decade end as on a linear scale."""
    linear = within_ends(linear, low, high)
    bottom, top = 0.0 - outward(-low, linear), outward(high, linear)
    if not bottom < top or bent(high, linear) - bent(low, linear) < 1:
        close = fitted_linear(low, high)
        bottom, top = close.low, close.high
        linear = within_ends(linear, bottom, top)
    return Scale(bottom, top, "symlog" if bent(bottom, linear) < bent(top, linear) else "linear", linear)


def outward(value: float, linear: float) -> float:
    """The round number above a value that has head-room; near zero those are few, so that noise there moves no end."""
    room, near = 10**HEADROOM, linear / 10
    if value > 0:
        return round_up(min(max(value, near) * room, LARGEST))
    return -round_down(-value / room) if -value / room > near else 0.0


def fitted_log(low: float, high: float) -> Scale:
    """From one of 1, 2, 5 times a power of ten to another; a range below `NARROW` ends on finer round numbers."""
    low, high = min(max(low, SMALLEST), LARGEST), min(max(high, SMALLEST), LARGEST)
    if 1 < high / low < NARROW:
        found = fitted_linear(low, high)
        if found.low > 0 and math.log10(found.low) < math.log10(found.high):
            return Scale(found.low, found.high, "log")
    # Logarithms, because the quotient of the ends may be no float.
    room = 10 ** max((math.log10(high) - math.log10(low)) * HEADROOM, 0.01)
    bottom, top = round_down(max(low / room, SMALLEST)), round_up(min(high * room, LARGEST))
    # Of the last subnormals a small share is nothing.
    return Scale(bottom, top if top > bottom else 10 * bottom, "log")


def fitted_linear(low: float, high: float) -> Scale:
    """Ends on tenths of the span, rounded; never below zero for data that are not, nor above for those below."""
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = max(abs(low), abs(high)) / 2 or 1.0
        low, high = (low / 2, high + room) if low >= 0 else (low - room, high / 2)
        if not low < high:
            return Scale(0.0, 1.0, "linear")
    room = (high / 2 - low / 2) * 2 * HEADROOM
    step = tick_step(low, high, 10)
    bottom, top = rounded(low - room, step, math.floor), rounded(high + room, step, math.ceil)
    if low >= 0:
        bottom = max(bottom, 0.0)
    if high <= 0:
        top = min(top, 0.0)
    return Scale(bottom, top, "linear") if bottom < top else Scale(low, high, "linear")


def rounded(value: float, step: float, to: Any) -> float:
    """The multiple of a step below (floor) or above (ceil) a value; the value itself where it overflows."""
    times = value / step
    if not math.isfinite(times):
        return min(max(value, -LARGEST), LARGEST)
    found = float(to(times)) * step
    return found if math.isfinite(found) else min(max(value, -LARGEST), LARGEST)


def round_down(value: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above a positive value."""
    return max((round_ for round_ in rounds(value) if round_ <= value), default=value)


def round_up(value: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below a positive value."""
    return min((round_ for round_ in rounds(value) if round_ >= value), default=value)


def rounds(value: float) -> list[float]:
    """1, 2, 5 times the powers of ten about a positive value: 0.5, 1, 2, 5, 10, 20 for 3."""
    power = math.floor(math.log10(value))
    found = [float(f"{digit}e{power + more}") for digit, more in NEIGHBOURS]
    return [number for number in found if 0 < number < math.inf]


def power_of_ten(exponent: int) -> float:
    """The nearest float; 10.0 ** −5 is one unit in the last place off, and would make 9.999…e-6 of a tick."""
    return float(f"1e{max(-323, min(exponent, 308))}")


def tick_step(low: float, high: float, count: int) -> float:
    """A round distance that gives about `count` ticks."""
    span = high / count - low / count
    if not math.isfinite(span) or span < FINEST:
        return 1.0
    decade = power_of_ten(math.floor(math.log10(span)))
    return next((step * decade for step in STEPS if span <= step * decade < math.inf), span)
