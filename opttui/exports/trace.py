"""Curves as few points as pixels can show. Knows no ink and no lane.

Of all points in a column of pixels the first, the lowest, the highest and the last are kept, where they are: what is drawn
through them looks the same (M4: Jugel et al., VLDB 2014).
"""

import numpy as np
from numpy.typing import NDArray

from opttui.exports.scene import Points
from opttui.plots.scales import Array, Scale

BEYOND = 0.06
"""Share of the frame's height that a curve goes on beyond it: far enough not to be seen to turn."""
PER_PIXEL = 2
"""Columns in a pixel, so that a drawing may be looked at closely."""


def traced(
    x: Array, low: Array, high: Array, across: Scale, up: Scale, frame: tuple[float, float, float, float]
) -> tuple[Points, ...]:
    """A curve by buckets (x ascending; lowest and highest value of each, NaN for a gap) in pixels of a frame."""
    places = across.place(x)
    seen = _in_sight(places)
    places, low, high = places[seen], up.place(low[seen]), up.place(high[seen])
    at, values = _spread(places, low, high)
    left, top, width, height = frame
    found = []
    for piece in _pieces(np.isfinite(at) & ~np.isnan(values)):
        xs, ys = at[piece], np.clip(values[piece], -BEYOND, 1 + BEYOND)
        kept = _kept(np.floor(xs * width * PER_PIXEL).astype(np.int64), ys)
        found.append(np.stack((left + xs[kept] * width, top + (1 - ys[kept]) * height), axis=1))
    return tuple(found)


def _in_sight(places: Array) -> slice:
    """What lies in the frame, and the next points outside on either side."""
    inside = np.flatnonzero((places >= 0) & (places <= 1))
    if not inside.size:
        return slice(0, 0)
    return slice(max(int(inside[0]) - 1, 0), int(inside[-1]) + 2)


def _spread(x: Array, low: Array, high: Array) -> tuple[Array, Array]:
    """Two points for a bucket whose ends differ, in the order in which the curve goes."""
    if np.array_equal(low, high, equal_nan=True):
        return x, low
    with np.errstate(invalid="ignore"):
        middle = low / 2 + high / 2
        rising = np.diff(middle, append=middle[-1:]) >= 0
    both = np.stack((np.where(rising, low, high), np.where(rising, high, low)), axis=1).ravel()
    doubled = np.repeat(x, 2)
    kept = np.ones(both.size, bool)
    kept[1::2] = low != high
    return doubled[kept], both[kept]


def _pieces(fine: NDArray[np.bool_]) -> list[slice]:
    """Stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], fine, [False])).astype(np.int8)))
    return [slice(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _kept(columns: NDArray[np.int64], values: Array) -> NDArray[np.int64]:
    """Numbers of the points that are kept, ascending."""
    starts = np.flatnonzero(np.diff(columns, prepend=columns[0] - 1))
    if columns.size <= 4 * starts.size:
        return np.arange(columns.size)
    ends = np.append(starts[1:], columns.size) - 1
    sizes = ends - starts + 1
    number = np.repeat(np.arange(starts.size), sizes)
    found = [starts, ends]
    for extreme in (np.minimum, np.maximum):
        hits = np.flatnonzero(values == extreme.reduceat(values, starts)[number])
        found.append(hits[np.unique(number[hits], return_index=True)[1]])
    return np.unique(np.concatenate(found))
