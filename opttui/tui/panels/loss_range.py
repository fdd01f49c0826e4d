"""How far the y axis of the loss panel reaches. Knows no lane by name: only their curves and who is lost.

A lane on its way to infinity must not press the others flat, and nothing that is still of interest may be cut off.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

HEADROOM = 1e3
"""On a log axis lost lanes are followed up to this many times the others' highest loss (three decades)."""

DEPTH = 1e-24
"""Lowest loss over the highest: below, a float64 loss is rounding noise or 0, and every decade costs a row."""


def loss_range(
    kept: Sequence[NDArray[np.float64]], lost: Sequence[NDArray[np.float64]], target: float | None, log: bool
) -> tuple[float, float] | None:
    """The range to draw; None where nothing finite (on a log axis: positive) is there.

    Args:
        kept: Lows and highs of the lanes that are doing well.
        lost: The same of those that diverged or failed.
        target: The target line, which is kept in sight.
        log: Whether the axis is logarithmic.
    """
    low, high = _extremes(kept, log)
    lost_low, lost_high = _extremes(lost, log)
    if high is None or low is None:
        # Where every lane is lost, their own lowest loss is the measure.
        if lost_low is None or lost_high is None:
            return None
        low, high = lost_low, min(lost_high, lost_low * HEADROOM**2) if log else lost_high
    elif lost_high is not None and lost_low is not None:
        ceiling = high * HEADROOM if log else high + 0.25 * (high - low)
        low, high = min(low, lost_low), max(high, min(lost_high, ceiling))
    if target is not None and (target > 0 or not log):
        low, high = min(low, target), max(high, target)
    return _with_room(low, high, log)


def _with_room(low: float, high: float, log: bool) -> tuple[float, float]:
    if log:
        high = max(high, 1e-290)
        low = max(low, high * DEPTH)
        if high / low < 1.2:
            return low / 1.2, high * 1.2
        room = (high / low) ** 0.03
        return low / room, min(high * room, 1e300)
    room = 0.04 * (high - low) or abs(high) * 0.1 or 1.0
    floor = 0.0 if low >= 0 and low - room < 0 else low - room
    return floor, high + room


def _extremes(arrays: Sequence[NDArray[np.float64]], log: bool) -> tuple[float | None, float | None]:
    """The smallest and the largest number that the axis can show; None, None where there is none."""
    lows, highs = [], []
    for values in arrays:
        there = np.isfinite(values) & (np.abs(values) < 1e300)
        if log:
            there &= values > 0
        if there.any():
            lows.append(float(values[there].min()))
            highs.append(float(values[there].max()))
    if not lows:
        return None, None
    low, high = min(lows), max(highs)
    return (low, high) if math.isfinite(high - low) else (None, None)
