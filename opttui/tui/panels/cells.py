"""Text of known width: cut, padded, joined and laid over one another by terminal cells. Knows no race.

Every row that leaves this module is exactly as wide as asked, wide and combining characters included.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from rich.cells import cell_len

from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.printable import REPLACEMENT, printable

BLANK = Ink()


@lru_cache(maxsize=1024)
def tame(text: str) -> str:
    """One printable line in which every character has a width of its own.

    Flags and emoji sequences, which terminals disagree about (2, 4 or 5 cells), become `REPLACEMENT`.
    """
    text = printable(text, 500)
    if text.isascii() or cell_len(text) == sum(map(cell_len, text)):
        return text
    return "".join(part if cell_len(part) == 1 else REPLACEMENT for part in text)


def width_of(text: str) -> int:
    """Cells that a terminal needs for the text."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, right: bool = False) -> str:
    """The text in exactly `width` cells: cut with `…`, padded on the right, or on the left when it is set `right`."""
    if width <= 0:
        return ""
    if text.isascii() and len(text) <= width:
        return text.rjust(width) if right else text.ljust(width)
    size = width_of(text)
    if size > width:
        text = cut(text, width - 1) + "…"
        size = width_of(text)
    pad = " " * (width - size)
    return pad + text if right else text + pad


def cut(text: str, width: int) -> str:
    """The first `width` cells of the text; half a wide character becomes a space."""
    return halves(text, width)[0]


def halves(text: str, at: int) -> tuple[str, str]:
    """The text before and after cell `at`; of a wide character on the border each half becomes a space."""
    if at <= 0:
        return "", text
    if text.isascii():
        return text[:at], text[at:]
    x = 0
    for index, character in enumerate(text):
        size = cell_len(character)
        # Combining marks (no cells) stay with the character before them.
        if size and x >= at:
            return text[:index], text[index:]
        if x + size > at:
            return text[:index] + " ", " " + text[index + 1 :]
        x += size
    return text, ""


def make_row(spans: Iterable[Span], width: int, fill: Ink = BLANK) -> Row:
    """Spans as a row of exactly `width` cells: cut or filled on the right, neighbours of one ink joined."""
    texts: list[str] = []
    inks: list[Ink] = []
    left = width
    for text, ink in spans:
        if left <= 0:
            break
        size = width_of(text)
        piece = text if size <= left else cut(text, left)
        left -= min(size, left)
        if not piece:
            continue
        if inks and inks[-1] == ink:
            texts[-1] += piece
        else:
            texts.append(piece)
            inks.append(ink)
    if left > 0:
        if inks and inks[-1] == fill:
            texts[-1] += " " * left
        else:
            texts.append(" " * left)
            inks.append(fill)
    return tuple(zip(texts, inks, strict=True))


def joined(spans: Iterable[Span], rest: int = 0, fill: Ink = BLANK) -> Row:
    """Spans as a row, neighbours of one ink joined, with so many blanks behind them: where it is known what fits."""
    row: list[Span] = []
    text, ink = "", BLANK
    for more, next_ink in spans:
        if next_ink == ink or not text:
            text += more
        else:
            row.append((text, ink))
            text = more
        ink = next_ink
    if rest > 0 and ink != fill and text:
        row.append((text, ink))
        text = ""
    if rest > 0:
        text, ink = text + " " * rest, fill
    return (*row, (text, ink)) if text else tuple(row)


def spans_width(spans: Iterable[Span]) -> int:
    """Cells of some spans together."""
    return sum(width_of(text) for text, _ in spans)


def filled(rows: Sequence[Row], width: int, height: int) -> Picture:
    """Rows as a picture of exactly `height` rows: cut or filled with blank ones below."""
    blank = make_row((), width)
    return tuple(rows[:height]) + (blank,) * max(0, height - len(rows))


def centred(lines: Sequence[Sequence[Span]], width: int, height: int) -> Picture:
    """Lines in the middle of a panel; the last are dropped when it is too low for all."""
    lines = lines[:height]
    above = (height - len(lines)) // 2
    rows = [make_row((), width)] * above
    for spans in lines:
        margin = max(0, (width - spans_width(spans)) // 2)
        rows.append(make_row([(" " * margin, BLANK), *spans], width))
    return filled(rows, width, height)


def first_that_fits(texts: Sequence[str], width: int) -> str:
    """The first of ever shorter texts that has room; the last one where none has."""
    return next((text for text in texts if width_of(text) <= width), texts[-1])
