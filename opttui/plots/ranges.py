"""What lies in arrays of values: ends and oddities, in one or two passes where all is well. Knows no scale."""

from collections.abc import Sequence

import numpy as np

from opttui.plots.scales import Array

Ends = tuple[float, float]


def bounds_of(pairs: Sequence[tuple[Array, Array]], positive: bool = False) -> Ends:
    """Smallest and largest finite value of all lows and highs (of the positive ones, if asked for).

    (inf, −inf) where there is none.
    """
    ends = [ends_of(low, high, positive) for low, high in pairs]
    return min((low for low, _ in ends), default=np.inf), max((high for _, high in ends), default=-np.inf)


def ends_among(low: Array, high: Array) -> Ends:
    """Smallest and largest value of one pair, whatever they are; NaN where there is one, (inf, −inf) where nothing is."""
    # Past the methods, whose way in takes as long as a hundred values.
    return (float(np.minimum.reduce(low)), float(np.maximum.reduce(high))) if low.size else (np.inf, -np.inf)


def ends_of(low: Array, high: Array, positive: bool, known: Ends | None = None) -> Ends:
    """Of one pair; `known`: what `ends_among` gives for it."""
    if not low.size:
        return np.inf, -np.inf
    least, most = known or ends_among(low, high)
    if np.isfinite(least) and np.isfinite(most) and (least > 0 or not positive):
        return least, most
    both = np.concatenate((low, high))
    both = both[np.isfinite(both) & (both > 0)] if positive else both[np.isfinite(both)]
    return (float(both.min()), float(both.max())) if both.size else (np.inf, -np.inf)


def near_zero(pairs: Sequence[tuple[Array, Array]]) -> float | None:
    """Size that nine tenths of the finite values have: what lies nearer to zero is noise about it. None without any."""
    values = np.abs(np.concatenate([array for pair in pairs for array in pair] or [np.empty(0)]))
    values = values[np.isfinite(values) & (values > 0)]
    at = values.size // 10
    return float(np.partition(values, at)[at]) if values.size else None


def at_most_zero(low: Array) -> int:
    """How many entries reach zero or below, infinities left out."""
    return int(np.count_nonzero((low <= 0) & (low > -np.inf)))


def infinities(low: Array, high: Array) -> int:
    """How many entries reach infinity."""
    if not low.size or (np.isfinite(low.min()) and np.isfinite(high.max())):
        return 0
    return int(np.count_nonzero(np.isinf(low) | np.isinf(high)))
