"""Smooth curves, and how far values lie about them; both know how far apart points are. Knows no scale and no dot."""

import numpy as np

from opttui.plots.scales import Array, Floats

LONGEST = 500.0
"""Reaches summed over at a time: exp(500) is 1e217, and its products with values up to `HUGE` are floats."""
HUGE = 1e80
LAST = 1e300
"""Number of a stretch."""


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
    with np.errstate(all="ignore"):
        at = (np.asarray(x, dtype=np.float64) - float(x[0])) / reach
    fine = np.isfinite(values) & np.isfinite(at)
    largest = float(np.abs(values[fine]).max(initial=0.0))
    if largest > HUGE:
        # Sums of such values are no floats; of their shares in the largest they are.
        return smoothed(x, values / largest, reach) * largest
    found = np.full(values.shape, np.nan)
    above = below = then = 0.0
    begin = 0
    while begin < values.size:
        start = float(at[begin]) if np.isfinite(at[begin]) else then
        end = max(begin + 1, int(np.searchsorted(at, start + LONGEST)))
        weights = np.where(fine[begin:end], np.exp(np.minimum(at[begin:end] - start, LONGEST)), 0.0)
        fade = np.exp(-min(start - then, 1e3))
        tops = above * fade + np.cumsum(weights * np.where(fine[begin:end], values[begin:end], 0.0))
        bottoms = below * fade + np.cumsum(weights)
        with np.errstate(all="ignore"):
            found[begin:end] = tops / bottoms
        last = float(at[end - 1]) if np.isfinite(at[end - 1]) else start
        back = np.exp(-min(last - start, 1e3))
        above, below, then, begin = float(tops[-1] * back), float(bottoms[-1] * back), last, end
    return found


def spread(x: Array, y: Array, reach: float, shares: tuple[float, float]) -> tuple[Floats, Floats, Floats]:
    """Where the middle of the values lies, stretch by stretch: for a band about a smooth curve.

    Stretches are twice the reach long and counted from x = 0, so that those that are complete hold still while data
    come. Each stands at its end: there `smoothed` is the mean of about the same values.

    Args:
        x: Ascending.
        y: Of the same length. NaN and infinity are left out.
        reach: That of the smooth curve, above 0.
        shares: Of the values that lie below the band's lower and below its upper edge.

    Returns:
        x, the lower and the upper edge; the nearest of the values, not something between two.
    """
    at, values = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    fine = np.isfinite(at) & np.isfinite(values)
    at, values = at[fine], values[fine]
    if not at.size:
        return at, values, values
    # Ends of float64: so far apart stretches have one number, and none lies before the first.
    with np.errstate(all="ignore"):
        number = np.clip(np.floor(at / (2 * reach)), -LAST, LAST)
    order = np.lexsort((values, number))
    starts = np.flatnonzero(np.append(True, number[1:] != number[:-1]))
    sizes = np.diff(starts, append=at.size)
    low, high = (values[order[starts + np.rint(share * (sizes - 1)).astype(np.int64)]] for share in shares)
    with np.errstate(all="ignore"):
        ends = np.minimum((number[starts] + 1) * 2 * reach, at[-1])
    return ends, low, high
