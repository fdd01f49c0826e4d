"""Text in columns, for a pipe as well as a terminal. Knows no run."""

import unicodedata
from collections.abc import Sequence

GAP = "  "


def columns(heading: Sequence[str], rows: Sequence[Sequence[str]], right: str = "") -> str:
    """The rows below their heading, each column as wide as its widest cell.

    Args:
        heading: A word a column.
        rows: As many cells each as the heading has.
        right: One letter a column, `r` for those set to the right.
    """
    table = [heading, *rows]
    widths = [max(cells(row[column]) for row in table) for column in range(len(heading))]
    sides = right.ljust(len(heading), "l")
    return "\n".join(_line(row, widths, sides) for row in table)


def cells(text: str) -> int:
    """Terminal cells that a text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def _cells_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _line(row: Sequence[str], widths: Sequence[int], sides: str) -> str:
    padded = []
    for text, width, side in zip(row, widths, sides, strict=False):
        blank = " " * (width - cells(text))
        padded.append(blank + text if side == "r" else text + blank)
    return GAP.join(padded).rstrip()
