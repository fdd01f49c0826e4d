"""A curve in one row of text. Knows no ink."""

import warnings

import numpy as np

from opttui.plots.scales import Array

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-~=+*#"


def spark(low: Array, high: Array, width: int, log: bool, glyphs: str = BLOCKS) -> str:
    """Exactly `width` characters: the middle of each stretch's values, from the smallest glyph to the largest.

    Args:
        low: Smallest value of each bucket; NaN where there is none.
        high: Largest value of each bucket.
        width: Characters.
        log: By logarithm; what is not positive gets the smallest glyph.
        glyphs: From low to high.
    """
    if width <= 0:
        return ""
    if not low.size:
        return " " * width
    values = (low.astype(np.float64) + high) / 2
    if log:
        with np.errstate(all="ignore"):
            values = np.where(values > 0, np.log10(values), np.where(np.isnan(values), np.nan, -np.inf))
    values = by_stretch(values, width)
    fine = np.isfinite(values)
    if not fine.any():
        return "".join(
            " " if np.isnan(value) else (glyphs[-1] if value > 0 else glyphs[0]) for value in values
        )
    bottom, span = values[fine].min(), np.ptp(values[fine])
    with np.errstate(all="ignore"):
        levels = np.clip((values - bottom) / (span or 1.0) * len(glyphs), 0, len(glyphs) - 1)
    return "".join(" " if np.isnan(level) else glyphs[int(level)] for level in levels.tolist())


def by_stretch(values: Array, width: int) -> Array:
    """Mean of each of `width` stretches, NaN left out; a short series is repeated to fill the width."""
    if values.size <= width:
        return values[np.arange(width) * values.size // width]
    starts = np.arange(width) * values.size // width
    fine = np.isfinite(values)
    sums = np.add.reduceat(np.where(fine, values, 0.0), starts)
    counts = np.add.reduceat(fine.astype(np.int64), starts)
    extremes = np.fmax.reduceat(values, starts)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        return np.where(counts > 0, sums / counts, extremes)
