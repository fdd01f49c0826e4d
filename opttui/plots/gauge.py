"""A curve in one row whose glyphs are heights on a scale from zero, and a bar for one value. Knows no ink and no unit."""

import numpy as np

from opttui.plots.scales import Array
from opttui.plots.spark import ASCII, BLOCKS, by_stretch, thinned

FINER = 16
"""Parts of a stretch whose means are its mean."""
LEVELS = {"braille": BLOCKS, "block": BLOCKS, "ascii": ASCII}


def gauge(low: Array, high: Array, width: int, top: float, glyphs: str = BLOCKS) -> str:
    """Exactly `width` characters: the mean of each stretch on a scale from 0 to `top`; nothing is a space.

    A series shorter than the row stands at its right end, one character a value, and moves to the left as it grows.

    Args:
        low: Smallest value of each bucket; NaN where there is none.
        high: Largest value of each bucket.
        width: Characters.
        top: What the highest glyph stands for; not above 0: the highest value.
        glyphs: From low to high.
    """
    if width <= 0:
        return ""
    lows, highs = thinned(low, high, FINER * width)
    if not lows.size:
        return " " * width
    values = by_stretch(lows, highs, min(width, lows.size))
    fine = values[np.isfinite(values)]
    top = top if top > 0 else float(fine.max(initial=0.0))
    text = "".join(level(value, top, glyphs) for value in values.tolist())
    return text.rjust(width)


def level(value: float, top: float, glyphs: str = BLOCKS) -> str:
    """The glyph of one value; a space for NaN."""
    if np.isnan(value):
        return " "
    share = value / top if top > 0 else 0.0
    return glyphs[int(min(max(share, 0.0), 1.0) * (len(glyphs) - 1) + 0.5)]


def levels(values: Array, width: int, top: float, glyphs: str = BLOCKS) -> str:
    """A glyph a value side by side, in at most `width` characters: where they are more, the highest of neighbours."""
    if width <= 0 or not values.size:
        return ""
    if values.size > width:
        starts = np.arange(width) * values.size // width
        values = np.fmax.reduceat(values, starts)
    return "".join(level(value, top, glyphs) for value in values.tolist())
