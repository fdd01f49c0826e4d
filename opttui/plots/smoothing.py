"""Smooth curves: an exponential moving average that knows how far apart points are. Knows no scale and no dot."""

import numpy as np

from opttui.plots.scales import Array, Floats

LONGEST = 500.0
"""Reaches summed over at a time: exp(500) is 1e217, and its products with any loss worth drawing are floats."""


def smoothed(x: Array, y: Array, reach: float) -> Floats:
    """The debiased exponential moving average of a curve, as of each of its points.

    s(i) = Σ exp((x(j) − x(i)) / reach) · y(j) / Σ exp((x(j) − x(i)) / reach), over all j ≤ i with a finite y(j).

    Dividing by the sum of the weights takes away the pull of the begin (the bias correction of Kingma and Ba, Adam,
    2014), and distances instead of places make it the same whether rows are thinned out or not.

    Args:
        x: Ascending.
        y: Of the same length. NaN and infinity have no weight: the average goes on as it was.
        reach: Distance in x over which a point's weight falls to 1/e; 0 gives the curve itself.

    Returns:
        An array of that length; NaN before the first finite value.
    """
    values = np.asarray(y, dtype=np.float64)
    if not reach > 0 or not values.size:
        return values.copy()
    at = (np.asarray(x, dtype=np.float64) - float(x[0])) / reach
    fine = np.isfinite(values) & np.isfinite(at)
    found = np.full(values.shape, np.nan)
    above = below = then = 0.0
    begin = 0
    while begin < values.size:
        start = float(at[begin]) if np.isfinite(at[begin]) else then
        end = max(begin + 1, int(np.searchsorted(at, start + LONGEST)))
        weights = np.where(fine[begin:end], np.exp(np.minimum(at[begin:end] - start, LONGEST)), 0.0)
        fade = np.exp(-(start - then))
        tops = above * fade + np.cumsum(weights * np.where(fine[begin:end], values[begin:end], 0.0))
        bottoms = below * fade + np.cumsum(weights)
        with np.errstate(all="ignore"):
            found[begin:end] = tops / bottoms
        last = float(at[end - 1]) if np.isfinite(at[end - 1]) else start
        back = np.exp(-(last - start))
        above, below, then, begin = float(tops[-1] * back), float(bottoms[-1] * back), last, end
    return found
