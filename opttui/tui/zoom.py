"""Parts of an axis: zoomed at a place, moved, kept within the whole. Knows no panel and no view."""

import math

Ends = tuple[float, float]

STEP = 0.8
"""What one turn of the wheel leaves of a range."""
FINEST = 1e-7
"""Smallest part of the whole: below, float64 resolves few places on the axis of a long race."""


def zoomed(ends: Ends, whole: Ends, at: float, factor: float) -> Ends | None:
    """The range with `at` where it was and `factor` times its span; None where that is the whole or more."""
    low, high = ends
    least = (whole[1] - whole[0]) * FINEST
    if factor < 1 and (high - low) * factor < least:
        return ends
    at = min(max(at, low), high)
    return kept((at - (at - low) * factor, at + (high - at) * factor), whole)


def moved(ends: Ends, whole: Ends, by: float) -> Ends | None:
    """The range moved by a share of its span, within the whole."""
    way = (ends[1] - ends[0]) * by
    return kept((ends[0] + way, ends[1] + way), whole)


def kept(ends: Ends, whole: Ends) -> Ends | None:
    """The range pushed into the whole; None where it is all of it, so that the view follows again."""
    span, most = ends[1] - ends[0], whole[1] - whole[0]
    if not all(map(math.isfinite, ends)) or not 0 < span < most * (1 - 1e-9):
        return None
    if ends[0] < whole[0]:
        return whole[0], whole[0] + span
    if ends[1] > whole[1]:
        return whole[1] - span, whole[1]
    return ends


def grown(ends: Ends, at: float, factor: float) -> Ends:
    """As `zoomed`, without bounds: for axes on which there is no whole."""
    low, high = ends
    return at - (at - low) * factor, at + (high - at) * factor
