"""A curve in one row of text. Knows no ink."""

import numpy as np

from opttui.plots.scales import Array, Floats

BLOCKS = "▁▂▃▄▅▆▇█"
ASCII = "_.-~=+*#"
FINER = 16
"""Parts of a stretch whose means are its mean: logarithms are taken of few values."""


def spark(low: Array, high: Array, width: int, log: bool, glyphs: str = BLOCKS) -> str:
    """Exactly `width` characters: the mean of each stretch's values, from the smallest glyph to the largest.

    A stretch that holds the lowest or the highest value of all shows that one, so that no spike is lost. NaN is a
    space; infinity takes the last glyph, and by logarithm what is not positive the first. A series shorter than the
    row is stretched to fill it.

    Args:
        low: Smallest value of each bucket; NaN where there is none.
        high: Largest value of each bucket.
        width: Characters.
        log: By logarithm.
        glyphs: From low to high: `BLOCKS` or `ASCII`.
    """
    if width <= 0:
        return ""
    lows, highs = (graded(part, log) for part in thinned(low, high, FINER * width))
    if not lows.size or (np.isnan(lows) | np.isnan(highs)).all():
        return " " * width
    values = by_stretch(lows, highs, width)
    fine = values[np.isfinite(values)]
    bottom, top = (fine.min(), fine.max()) if fine.size else (0.0, 0.0)
    # Halves, because the span of ±1e308 is no float.
    span = (top / 2 - bottom / 2) or 1.0
    with np.errstate(all="ignore"):
        share = (values / 2 - bottom / 2) / span if top > bottom else np.where(values > bottom, 1.0, 0.0)
        levels = np.clip(share * len(glyphs), 0, len(glyphs) - 1)
    return "".join(
        " " if missing else glyphs[int(level)]
        for missing, level in zip(np.isnan(values).tolist(), np.nan_to_num(levels).tolist(), strict=True)
    )


def thinned(low: Array, high: Array, most: int) -> tuple[Array, Array]:
    """At most so many entries: the smallest and the largest value of successive ones, NaN left out."""
    if low.size <= most:
        return low, high
    starts = np.arange(most) * low.size // most
    return np.fmin.reduceat(low, starts), np.fmax.reduceat(high, starts)


def graded(values: Array, log: bool) -> Floats:
    """Values, or their logarithms."""
    array = values.astype(np.float64)
    if not log:
        return array
    with np.errstate(all="ignore"):
        return np.where(array <= 0, -np.inf, np.log10(array))


def by_stretch(low: Floats, high: Floats, width: int) -> Floats:
    """One value for each of `width` stretches: the mean of its finite ones, or the extreme of all where it lies there."""
    with np.errstate(all="ignore"):
        middle = low / 2 + high / 2
    if middle.size <= width:
        return middle[np.arange(width) * middle.size // width]
    starts = np.arange(width) * middle.size // width
    fine = np.isfinite(middle)
    counts = np.add.reduceat(fine.astype(np.int64), starts)
    # Divided first, because a sum of 1e308s is no float.
    shares = np.where(fine, middle, 0.0) / np.repeat(
        np.maximum(counts, 1), np.diff(starts, append=middle.size)
    )
    with np.errstate(all="ignore"):
        values = np.where(counts > 0, np.add.reduceat(shares, starts), np.fmax.reduceat(middle, starts))
    if fine.any():
        for extreme, at in (
            (low, np.where(fine, low, np.inf).argmin()),
            (high, np.where(fine, high, -np.inf).argmax()),
        ):
            values[np.searchsorted(starts, at, side="right") - 1] = extreme[at]
    return values
