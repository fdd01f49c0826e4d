"""Which values an axis names, and their names: round, never repeated, short enough for the gutter. Knows no cell."""

import itertools
import math
from collections.abc import Sequence

from opttui.plots.scales import NARROW, Scale, bent, power_of_ten, tick_step

LETTERS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
DECIMALS = 4
"""Most digits behind the point: 0.0001."""


def ticks(scale: Scale, count: int) -> list[float]:
    """At most about `count` round values within the scale, ascending."""
    if count < 1:
        return []
    if scale.kind == "log" and scale.high / NARROW >= scale.low:
        return log_ticks(scale.low, scale.high, count)
    if scale.kind == "symlog":
        found = symlog_ticks(scale, count)
        if len(found) > 1:
            return found
    found = []
    # One tick alone says nothing of a scale: a few more are tried then.
    for more in range(4):
        found = multiples(scale, tick_step(scale.low, scale.high, count + more), 4 * count)
        if len(found) > 1:
            break
    return found


def multiples(scale: Scale, step: float, most: int) -> list[float]:
    """Those of a step within the scale, ascending."""
    first, last = scale.low / step, scale.high / step
    if not (math.isfinite(first) and math.isfinite(last)):
        return []
    begin, end = math.ceil(first - 1e-9), math.floor(last + 1e-9)
    found = [index * step for index in range(begin, min(end, begin + most) + 1)]
    # Beyond 2**53 steps from zero neighbouring multiples are one number.
    return sorted({value for value in found if value > 0 or scale.kind != "log"})


def log_ticks(low: float, high: float, count: int) -> list[float]:
    """Decades, every so many of them; within two decades, or where only one lies within, also 2 and 5 times."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    decades = max(1, last - first)
    within = sum(low * (1 - 1e-9) <= power_of_ten(p) <= high * (1 + 1e-9) for p in range(first, last + 1))
    if decades * 3 <= count or within <= 1:
        values = [float(f"{step}e{power}") for power in range(first, last + 1) for step in (1, 2, 5)]
    else:
        every = math.ceil(decades / count)
        # Multiples of `every`, unless only others are at least two: one tick alone says little of a log axis.
        inside = [
            p for p in range(first, last + 1) if low * (1 - 1e-9) <= power_of_ten(p) <= high * (1 + 1e-9)
        ]
        rests = sorted(range(every), key=lambda rest: (-min(2, sum(p % every == rest for p in inside)), rest))
        chosen = [power for power in inside if power % every == rests[0]]
        values = list(map(power_of_ten, chosen if len(chosen) > 1 else (inside[0], inside[-1])))
    # Of the last subnormals 2 and 5 times are one number too.
    return sorted({value for value in values if value > 0 and low * (1 - 1e-9) <= value <= high * (1 + 1e-9)})


def symlog_ticks(scale: Scale, count: int) -> list[float]:
    """Zero and ± powers of ten, every so many decades, the first of them ten times the linear part or more.

    Fewer than two where the scale spans about a decade: multiples of a step tell more there.
    """
    ends = bent([scale.low, scale.high], scale.linear)
    decades = float(ends[1] - ends[0])
    every = max(1, math.ceil(decades / count))
    first = math.floor(math.log10(scale.linear) + 1e-9)
    powers = [power_of_ten(first + every * number) for number in range(1, 700 // every)]
    found = [value for power in powers for value in (-power, power)]
    return sorted({value for value in (0.0, *found) if scale.low <= value <= scale.high})


def labels(values: Sequence[float], room: int = 12) -> tuple[list[str], str]:
    """One label a tick, all of one notation and none repeated, and what is to be added to each of them.

    In this order: 0.05, 1.5k; 1234560; 2e-7; and for ticks that differ in their last digits only, +0.2 beside a base
    ("" where there is none). Where nothing fits, labels longer than the room, for the caller to leave out.

    Args:
        values: Ascending ticks, none twice.
        room: Most characters of a label.
    """
    if not values:
        return [], ""
    step = min((b - a for a, b in itertools.pairwise(values)), default=0.0)
    # A single tick is named exactly.
    step = step or abs(values[0]) * 1e-6 or 1.0
    written = notation(values, step, room)
    if written:
        return written, ""
    # Of a log axis's ticks none is a small way from the other.
    even = step < abs(values[0]) and all(b - a < 1.5 * step for a, b in itertools.pairwise(values))
    ways = [index * step for index in range(len(values))] if even else []
    rest = notation(ways, step, room - 1) if even else []
    short = list(map(bare, exponents(ways, step))) if even and not rest else []
    rest = rest or (short if short and max(map(len, short)) < room else [])
    if rest:
        return [f"+{text}" for text in rest], tidy(f"{values[0]:.15g}")
    return [tidy(f"{value:.17g}") for value in values], ""


def notation(values: Sequence[float], step: float, room: int) -> list[str]:
    """The first notation that tells the values apart within the room; empty where none does."""
    for written in (lettered(values, step), plain(values, step), exponents(values, step)):
        if written and max(map(len, written)) <= room and len(set(written)) == len(written):
            return written
    return []


def lettered(values: Sequence[float], step: float) -> list[str]:
    """Fractions with one number of decimals, thousands by letters; empty where four decimals cannot say them."""
    if max(map(abs, values)) >= 1e15:
        return []
    widest = max((b - a for a, b in itertools.pairwise(values)), default=0.0)
    uneven = widest > 1.5 * step if len(values) > 2 else values[-1] > 20 * values[0] > 0
    same = DECIMALS if uneven else fewest(values, step)
    if same is None:
        return []
    written = []
    for value in values:
        limit, letter = next(((n, t) for n, t in LETTERS if abs(value) >= n), (1.0, ""))
        text = f"{value / limit:.{3 if letter else same}f}"
        if abs(float(text) * limit - value) > slack(value, step):
            return []
        if (letter or uneven) and "." in text:
            text = text.rstrip("0").rstrip(".")
        written.append(f"{text}{letter}" if value else "0")
    return written


def plain(values: Sequence[float], step: float) -> list[str]:
    """All digits of numbers below 1e9; empty where four decimals cannot say them."""
    same = fewest(values, step)
    if same is None or max(map(abs, values)) >= 1e9:
        return []
    return [f"{value:.{same}f}" for value in values]


def exponents(values: Sequence[float], step: float) -> list[str]:
    """2e-7, or 1.5e9, each with as few digits as it needs."""
    for digits in range(4):
        written = [f"{value:.{digits}e}" if value else "0" for value in values]
        if all(
            abs(float(text) - value) <= slack(value, step)
            for text, value in zip(written, values, strict=True)
        ):
            return [tidy(text) for text in written]
    return []


def fewest(values: Sequence[float], step: float) -> int | None:
    """The fewest decimals that say every value; None where that takes more than four."""
    for decimals in range(DECIMALS + 1):
        if all(abs(round(value, decimals) - value) <= slack(value, step) for value in values):
            return decimals
    return None


def slack(value: float, step: float) -> float:
    """How far a label may be from its tick: on a log axis one may be far smaller than the way to its neighbour."""
    return 1e-3 * (min(step, abs(value)) if value else step)


def tidy(text: str) -> str:
    """1e-07 as 1e-7."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}e{int(exponent)}" if e else text


def bare(text: str) -> str:
    """1.50e-7 as 1.5e-7."""
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{exponent}" if e else text
