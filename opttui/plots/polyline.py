"""A path through points as dots. Vectorised; the number of dots is bounded by the picture's size. Knows no ink."""

import numpy as np
from numpy.typing import NDArray

from opttui.plots.scales import Array

Ints = NDArray[np.int64]
MOST_POINTS = 4096
"""Points joined at most: more than any picture has dots along its edges."""


def polyline(x: Array, y: Array, width: int, height: int) -> tuple[Ints, Ints, Array]:
    """Dots on straight lines between successive points.

    Args:
        x: In dots from the left; NaN and infinity are gaps.
        y: In dots from the top.
        width: Dot columns.
        height: Dot rows.

    Returns:
        Columns, rows, and the age of each dot from 0 (the path's begin) to 1 (its end); only dots inside the picture.
    """
    fine = np.isfinite(x) & np.isfinite(y)
    indices = np.flatnonzero(fine)
    if indices.size > MOST_POINTS:
        indices = indices[np.linspace(0, indices.size - 1, MOST_POINTS).astype(np.int64)]
    if not indices.size:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    far = 4.0 * (width + height)
    x, y = np.clip(x[indices], -far, far), np.clip(y[indices], -far, far)
    age = indices / max(1, fine.size - 1)
    steps = np.maximum(1, np.ceil(np.maximum(np.abs(np.diff(x)), np.abs(np.diff(y))))).astype(np.int64)
    which = np.repeat(np.arange(steps.size), steps)
    share = (np.arange(which.size) - np.repeat(np.cumsum(steps) - steps, steps)) / steps[which]
    columns = np.floor(np.append(x[which] + share * (x[which + 1] - x[which]), x[-1])).astype(np.int64)
    rows = np.floor(np.append(y[which] + share * (y[which + 1] - y[which]), y[-1])).astype(np.int64)
    ages = np.append(age[which], age[-1])
    # A point on the right or lower edge belongs to the last dot.
    columns[columns == width] = width - 1
    rows[rows == height] = height - 1
    inside = (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    return columns[inside], rows[inside], ages[inside]
