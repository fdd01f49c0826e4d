"""What lies in arrays of values: ends and oddities, in one or two passes where all is well. Knows no scale."""

from collections.abc import Sequence

import numpy as np

from opttui.plots.scales import Array

Ends = tuple[float, float]


def bounds_of(arrays: Sequence[Array], positive: bool = False) -> Ends:
    """Smallest and largest finite value of all (of the positive ones, if asked for); (inf, −inf) where there is none."""
    ends = [ends_of(values, positive) for values in arrays]
    return min((low for low, _ in ends), default=np.inf), max((high for _, high in ends), default=-np.inf)


def ends_of(values: Array, positive: bool) -> Ends:
    """Of one array."""
    if not values.size:
        return np.inf, -np.inf
    low, high = float(values.min()), float(values.max())
    if np.isfinite(low) and np.isfinite(high) and (low > 0 or not positive):
        return low, high
    kept = values[np.isfinite(values)]
    if positive:
        kept = kept[kept > 0]
    return (float(kept.min()), float(kept.max())) if kept.size else (np.inf, -np.inf)


def at_most_zero(low: Array) -> int:
    """How many entries reach zero or below, infinities left out."""
    return int(np.count_nonzero((low <= 0) & (low > -np.inf)))


def infinities(low: Array, high: Array) -> int:
    """How many entries reach infinity."""
    if not low.size or (np.isfinite(low.min()) and np.isfinite(high.max())):
        return 0
    return int(np.count_nonzero(np.isinf(low) | np.isinf(high)))
