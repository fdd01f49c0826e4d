"""Rows of a picture as cells, a code point and an ink's number each, and which of them are new on a terminal.

Knows no widget and no colour.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from opttui.plots.picture import Ink, Picture, Row
from opttui.plots.sheet import HALF, INKS, SPACE, Numbers, Points, Sheet, cluster, letters
from opttui.printable import printable

Places = NDArray[np.int64]

COMMON = 0x3000
"""Code points below are looked up in a table: letters, signs, Braille, blocks."""
HALVES = [ord(glyph) for glyph in "▀▄"]
BRIDGE = 4
"""Bytes of equal cells between two changed ones that are written again: moving the cursor takes as many."""


class Runs(NamedTuple):
    """Cells side by side in one row and one ink, row by row from the left."""

    inks: Numbers
    y: Places
    x: Places
    sizes: Places
    """Cells of each."""
    texts: list[str]


def sheet_of(picture: Picture, width: int) -> Sheet:
    """A picture of so many columns as arrays, with nothing in it that a terminal would not take as one cell."""
    return picture if isinstance(picture, Sheet) and all_narrow(picture.points) else cells_of(picture, width)


def cells_of(rows: Sequence[Row], width: int) -> Sheet:
    """Rows of so many cells each."""
    texts = [text for row in rows for text, _ in row]
    joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4").astype(np.uint32)
    if points.size == len(rows) * width and all_narrow(points):
        known = INKS.numbers([ink for row in rows for _, ink in row])
        numbers = np.repeat(np.array(known, np.int32), list(map(len, texts)))
    else:
        pairs = [pair for row in rows for pair in wide_row(row, width)]
        points = np.array([point for point, _ in pairs], np.uint32)
        numbers = np.array([ink for _, ink in pairs], np.int32)
    shape = len(rows), width
    return Sheet(points.reshape(shape), numbers.reshape(shape))


def wide_row(row: Row, width: int) -> list[tuple[int, int]]:
    """Exactly `width` cells of a row with any characters."""
    pairs = [(point, ink) for text, ink in row for point in by_cell(printable(text))]
    numbers = INKS.numbers([*(ink for _, ink in pairs), Ink()])
    found = list(zip((point for point, _ in pairs), numbers, strict=False))[:width]
    return found + [(SPACE, numbers[-1])] * (width - len(found))


UNKNOWN, OTHER, NARROW = range(3)

_widths = np.zeros(COMMON, np.int8)
"""Of the common characters those that are printable and take one cell, as far as anybody has asked."""


def all_narrow(points: Points) -> bool:
    """Whether every character is one that a terminal prints in one cell."""
    if not points.size or int(points.max()) >= COMMON:
        return not points.size
    least = int(_widths[points].min())
    if least == UNKNOWN:
        for point in np.unique(points).tolist():
            character = chr(point)
            fine = character.isprintable() and cell_len(character) == 1
            _widths[point] = NARROW if fine else OTHER
        least = int(_widths[points].min())
    return least == NARROW


def by_cell(text: str) -> list[int]:
    """What stands in each cell of a text."""
    if text.isascii():
        return list(text.encode())
    found: list[int] = []
    lead = ""
    for character in text:
        size = cell_len(character)
        if size:
            lead = character
            found += [ord(character), HALF][:size]
        elif lead:
            lead += character
            at = -1 if found[-1] != HALF else -2
            found[at] = cluster(lead)
    return found


class Shown:
    """What stands on a terminal for pictures of one size, shown one after the other."""

    def __init__(self, picture: Picture, width: int, flat: Callable[[str], bool] | None = None) -> None:
        """`flat`: tells roles that have no colour, in which two halves of a cell are a blank; None: all have one."""
        self._flat = flat
        self.sheet = sheet_of(picture, width)
        self.cells = self._settled(self.sheet)
        """The same in settled inks; its arrays are written into."""

    def take(self, picture: Picture) -> NDArray[np.bool_]:
        """Take another picture over; which of the cells are new."""
        before, after = (
            self.sheet,
            picture if isinstance(picture, Sheet) else cells_of(picture, self.sheet.width),
        )
        at = differing(before, after)
        # Few cells are new, and all else is done for those alone.
        if isinstance(picture, Sheet) and not all_narrow(after.points.ravel()[at]):
            after = cells_of(picture, self.sheet.width)
            at = differing(before, after)
        self.sheet = after
        new = self._settled(Sheet(after.points.ravel()[at], after.inks.ravel()[at]))
        points, inks = self.cells.points.ravel(), self.cells.inks.ravel()
        seen = (points[at] != new.points) | (inks[at] != new.inks)
        points[at], inks[at] = new.points, new.inks
        changed = np.zeros(points.size, bool)
        changed[at[seen]] = True
        if new.points.size and int(new.points.max()) >= HALF:
            # A wide character is written whole.
            changed[1:] |= changed[:-1] & (points[1:] == HALF)
        return changed.reshape(self.cells.points.shape)

    def _settled(self, sheet: Sheet) -> Sheet:
        """Every blank in the ink of its paper: of a blank nothing else is seen."""
        points = sheet.points.copy()
        if self._flat is not None:
            halves = np.isin(points, HALVES)
            known = [self._flat(INKS.list[number].fg) for number in sheet.inks[halves].tolist()]
            points[halves] = np.where(known, np.uint32(SPACE), points[halves])
        return Sheet(points, np.where(points == SPACE, INKS.blanks()[sheet.inks], sheet.inks))


def differing(before: Sheet, after: Sheet) -> Places:
    """The cells in which two pictures of one size differ, row after row."""
    new = before.points != after.points
    new |= before.inks != after.inks
    places: Places = new.ravel().nonzero()[0]
    return places


def runs(after: Sheet, changed: NDArray[np.bool_]) -> Runs:
    """The cells to be written, row by row from the left: what has changed, and what it is cheaper to write than to pass.

    A blank goes with what stands beside it on the same paper. Cells in no ink (−1) are passed.

    Args:
        after: What is to stand there, settled.
        changed: Which of them do not yet.
    """
    at = changed.ravel().nonzero()[0]
    if not at.size:
        return Runs(np.empty(0, np.int32), at, at, at, [])
    points, inks, width = after.points.ravel(), after.inks.ravel(), after.width
    last, here = at[:-1], at[1:]
    row = at // width
    near = (row[1:] == row[:-1]) & (here - last <= BRIDGE + 1)
    written = with_neighbours(points[at], inks[at], near & (here - last == 1))
    joined = near & (written[1:] == written[:-1])
    gaps = (joined & (here - last > 1)).nonzero()[0]
    joined[gaps] = bridged(points, inks, at[gaps], at[gaps + 1], written[gaps])
    begins = np.ones(at.size, bool)
    np.logical_not(joined, out=begins[1:])
    first = begins.nonzero()[0]
    starts, ends = at[first], np.empty(first.size, np.int64)
    ends[:-1], ends[-1] = at[first[1:] - 1] + 1, at[-1] + 1
    text = letters(points)
    texts = [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    if not isinstance(text, str):
        texts = ["".join(cells) for cells in texts]
    return Runs(
        written[first], row[first], starts - row[first] * width, ends - starts, cast(list[str], texts)
    )


def with_neighbours(points: Points, inks: Numbers, beside: NDArray[np.bool_]) -> Numbers:
    """The inks of some cells; of blanks that of the character before them, else after them, on the same paper.

    Args:
        points: What stands in the cells, row by row from the left.
        inks: Settled.
        beside: Whether each but the first follows the one before it without a gap.
    """
    blank, every = points == SPACE, np.arange(points.size)
    if not blank.any():
        return inks
    blanks, last = INKS.blanks(), points.size - 1
    begin = np.maximum.accumulate(np.where(np.append(False, beside), 0, every))
    before = np.maximum(np.maximum.accumulate(np.where(blank, 0, every)), begin)
    end = np.minimum.accumulate(np.where(np.append(beside, False), last, every)[::-1])[::-1]
    after = np.minimum(np.minimum.accumulate(np.where(blank, last, every)[::-1])[::-1], end)
    found = inks
    for neighbour in (inks[after], inks[before]):
        found = np.where(blank & (blanks[neighbour] == inks), neighbour, found)
    return found


def bridged(points: Points, inks: Numbers, starts: Places, ends: Places, ink: Numbers) -> NDArray[np.bool_]:
    """Whether all between two cells is in an ink, or blank on its paper, and few bytes."""
    blanks, fine, sizes = INKS.blanks()[ink], np.ones(starts.size, bool), np.zeros(starts.size, np.int64)
    for step in range(1, BRIDGE + 1):
        between = starts + step < ends
        cell = np.minimum(starts + step, ends)
        own = (inks[cell] == ink) | ((points[cell] == SPACE) & (inks[cell] == blanks))
        fine &= own | ~between
        sizes += np.where(between, np.where(points[cell] < 0x80, 1, 3), 0)
    return fine & (sizes <= BRIDGE)
