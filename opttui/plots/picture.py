"""What a plot returns: rows of text with inks. A test reads it as text, a screen paints it, `show` prints it."""

from collections.abc import Sequence
from typing import NamedTuple


class Ink(NamedTuple):
    """How a piece of text is painted, by role; the screen's theme maps roles to colours."""

    fg: str = "text"
    """text, faint, axis, grid, label, mark, good, bad; a lane's: lane0 … lane11, its path's past lane0soft, lane0dim,
    lane0old, behind it lane0ghost, lane0band; of a fork lane0+1, lane0+1dim …; shades of a terrain: level0 … level9;
    of an image: grey0 … grey15, or #rrggbb."""
    bg: str = ""
    """Same roles; empty is the panel's own paper."""
    bold: bool = False


Span = tuple[str, Ink]
Row = tuple[Span, ...]
"""Spans whose texts fill the picture's width exactly; neighbours differ in ink."""
Picture = Sequence[Row]
"""A tuple of rows, or a `sheet.Sheet`, which makes them when it is asked for them."""


def text_of(picture: Picture) -> str:
    """The picture without its inks, one line a row."""
    return "\n".join("".join(text for text, _ in row) for row in picture)
