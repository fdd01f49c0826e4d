"""How far the y axis of the loss panel reaches. Knows no lane by name: only their curves and who is lost.

A lane on its way to infinity must not press the others flat, and nothing that is still of interest may be cut off.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from opttui.plots.ranges import ends_among, near_zero
from opttui.plots.scales import Kind, Scale, fitted

HEADROOM = 30.0
"""On a log axis lost lanes are followed up to this many times the others' highest loss (a decade and a half)."""

DEPTH = 1e-24
"""Lowest loss over the highest: below, a float64 loss is rounding noise or 0, and every decade costs a row."""


def loss_range(
    kept: Sequence[NDArray[np.float64]], lost: Sequence[NDArray[np.float64]], target: float | None, kind: Kind
) -> Scale | None:
    """The scale to draw on; None where nothing finite (on a log axis: positive) is there.

    Args:
        kept: Lows and highs of the lanes that are doing well.
        lost: The same of those that diverged or failed.
        target: The target line, which is kept in sight.
        kind: How values are placed on it.
    """
    log = kind == "log"
    low, high = _extremes(kept, log)
    lost_low, lost_high = _extremes(lost, log)
    if high is None or low is None:
        # Where every lane is lost, their own lowest loss is the measure.
        if lost_low is None or lost_high is None:
            return None
        low, high = lost_low, min(lost_high, lost_low * HEADROOM**4) if log else lost_high
    elif lost_high is not None and lost_low is not None:
        floor, ceiling = _room(low, high, kind)
        low, high = min(low, max(lost_low, floor)), max(high, min(lost_high, ceiling))
    if target is not None and (target > 0 or not log):
        low, high = min(low, target), max(high, target)
    if log:
        high = max(high, 1e-290)
        low = max(low, high * DEPTH)
    # Ends at round numbers, so that the axis and all that is drawn on it seldom move.
    return fitted(low, high, kind, near_zero([(part, part) for part in kept]) if kind == "symlog" else None)


def _room(low: float, high: float, kind: Kind) -> tuple[float, float]:
    """How far lost lanes are followed to either side."""
    if kind == "log":
        return 0.0, high * HEADROOM
    if kind == "symlog":
        size = max(abs(low), abs(high)) * HEADROOM
        return -size, size
    return low - 0.25 * (high - low), high + 0.25 * (high - low)


def _extremes(arrays: Sequence[NDArray[np.float64]], log: bool) -> tuple[float | None, float | None]:
    """The smallest and the largest number that the axis can show; None, None where there is none."""
    lows, highs = [], []
    for values in arrays:
        least, most = ends_among(values, values) if values.size else (math.nan, math.nan)
        # As most are: nothing has to be left out. NaN fails the comparisons.
        if least > (0.0 if log else -1e300) and most < 1e300:
            lows.append(least)
            highs.append(most)
            continue
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
