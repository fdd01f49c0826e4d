"""Text in columns, for a pipe as well as a terminal. Knows no run."""

import unicodedata
from collections.abc import Sequence

GAP = "  "
LEAST = 16
"""Cells that a cut column keeps as long as another may be left out instead."""
NARROWEST = 4
"""The same before even what says most is left out."""


def columns(
    heading: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: str = "",
    width: int | None = None,
    cut: Sequence[str] = (),
    spare: Sequence[str] = (),
    last: Sequence[str] = (),
) -> str:
    """The rows below their heading, each column as wide as its widest cell.

    Args:
        heading: A word a column.
        rows: As many cells each as the heading has.
        right: One letter a column, `r` for those set to the right.
        width: Cells of a line; None is as many as it takes.
        cut: Columns that are cut, ending in `…`, where there is no room; the first one first.
        spare: Columns that are left out where cutting is not enough; the first one first.
        last: The same where cut columns would say nothing any more.
    """
    table = [heading, *rows]
    widths = [max(cells(row[column]) for row in table) for column in range(len(heading))]
    sides = right.ljust(len(heading), "l")
    shown = list(range(len(heading)))
    if width is not None:
        for words, least in ((spare, LEAST), (last, NARROWEST)):
            for word in words:
                if _beyond(widths, shown, width) <= sum(_room(widths, heading, shown, cut, least)):
                    break
                if heading.index(word) in shown:
                    shown.remove(heading.index(word))
        _narrow(widths, heading, shown, width, cut)
    return "\n".join(
        _line([row[at] for at in shown], [widths[at] for at in shown], [sides[at] for at in shown])
        for row in table
    )


def cells(text: str) -> int:
    """Terminal cells that a text takes."""
    if text.isascii():
        return len(text)
    return sum(_cells_of(character) for character in text)


def shortened(text: str, width: int) -> str:
    """The text in at most so many cells; a cut ends in `…`."""
    if cells(text) <= width:
        return text
    kept, left = "", width - 1
    for character in text:
        left -= _cells_of(character)
        if left < 0:
            break
        kept += character
    return f"{kept}…"[:width]


def _beyond(widths: Sequence[int], shown: Sequence[int], width: int) -> int:
    """Cells by which the columns shown run past the width."""
    return sum(widths[at] for at in shown) + len(GAP) * (len(shown) - 1) - width


def _room(
    widths: Sequence[int], heading: Sequence[str], shown: Sequence[int], cut: Sequence[str], least: int
) -> list[int]:
    """Cells that each column to cut can give."""
    return [max(widths[heading.index(word)] - least, 0) for word in cut if heading.index(word) in shown]


def _narrow(
    widths: list[int], heading: Sequence[str], shown: Sequence[int], width: int, cut: Sequence[str]
) -> None:
    """Take from the columns to cut what runs past the width, down to LEAST each, and then further, step by step."""
    for least in (LEAST, LEAST // 2, NARROWEST, 1):
        for word in cut:
            at = heading.index(word)
            beyond = _beyond(widths, shown, width)
            if at in shown and beyond > 0:
                widths[at] = max(widths[at] - beyond, min(least, widths[at]))


def _cells_of(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _line(row: Sequence[str], widths: Sequence[int], sides: Sequence[str]) -> str:
    padded = []
    for text, width, side in zip(row, widths, sides, strict=True):
        fitting = shortened(text, width)
        blank = " " * (width - cells(fitting))
        padded.append(blank + fitting if side == "r" else fitting + blank)
    return GAP.join(padded).rstrip()
