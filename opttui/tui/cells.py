"""Rows of a picture as cells, a code point and an ink's number each, and the cells in which two pictures differ.

Knows no widget and no colour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from opttui.plots.picture import Ink, Row
from opttui.printable import printable

Points = NDArray[np.uint32]
Numbers = NDArray[np.int32]
Corner = tuple[int, int]

SPACE = ord(" ")
COMMON = 0x3000
"""Code points below are looked up in a table: letters, signs, Braille, blocks."""
HALF = 0x110000
"""Stands in the second cell of a wide character; numbers above stand for characters with combining marks."""
BRIDGE = 4
"""Bytes of equal cells between two changed ones that are written again: moving the cursor takes as many."""

_clusters: dict[str, int] = {}
"""Characters with combining marks, by the number that stands for them in a cell."""


class Inks:
    """Numbers of inks, for all pictures of a terminal."""

    def __init__(self) -> None:
        self.list: list[Ink] = []
        self._known: dict[Ink, int] = {}
        self._blank: list[int] = []

    def numbers(self, inks: Sequence[Ink]) -> list[int]:
        """The number of each."""
        known = self._known
        try:
            return [known[ink] for ink in inks]
        except KeyError:
            return [self._number(ink) for ink in inks]

    def blanks(self) -> Numbers:
        """For each ink the one in which blanks on the same paper are written: of a blank only the paper is seen."""
        return np.array(self._blank, np.int32)

    def _number(self, ink: Ink) -> int:
        number = self._known.get(ink)
        if number is None:
            number = self._known[ink] = len(self.list)
            self.list.append(ink)
            self._blank.append(number)
            self._blank[number] = self._number(Ink(bg=ink.bg))
        return number


@dataclass(frozen=True, eq=False)
class Cells:
    """Shape (rows, columns) each."""

    points: Points
    inks: Numbers
    """Numbers in `Inks`; on blanks those of their papers."""


class Run(NamedTuple):
    """Cells side by side in one row and one ink."""

    ink: int
    y: int
    x: int
    size: int
    """Cells."""
    text: str


def cells_of(rows: Sequence[Row], width: int, inks: Inks) -> Cells:
    """Rows of so many cells each."""
    texts = [text for row in rows for text, _ in row]
    joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4").astype(np.uint32)
    if points.size == len(rows) * width and all_narrow(points) and joined.isprintable():
        known = inks.numbers([ink for row in rows for _, ink in row])
        numbers = np.repeat(np.array(known, np.int32), list(map(len, texts)))
    else:
        pairs = [pair for row in rows for pair in wide_row(row, width, inks)]
        points = np.array([point for point, _ in pairs], np.uint32)
        numbers = np.array([ink for _, ink in pairs], np.int32)
    numbers = np.where(points == SPACE, inks.blanks()[numbers], numbers)
    shape = len(rows), width
    return Cells(points.reshape(shape), numbers.reshape(shape))


def wide_row(row: Row, width: int, inks: Inks) -> list[tuple[int, int]]:
    """Exactly `width` cells of a row with any characters."""
    pairs = [(point, ink) for text, ink in row for point in by_cell(printable(text))]
    numbers = inks.numbers([*(ink for _, ink in pairs), Ink()])
    found = list(zip((point for point, _ in pairs), numbers, strict=False))[:width]
    return found + [(SPACE, numbers[-1])] * (width - len(found))


UNKNOWN, OTHER, NARROW = range(3)

_widths = np.zeros(COMMON, np.int8)
"""Of the common characters those that take one cell, as far as anybody has asked."""


def all_narrow(points: Points) -> bool:
    """Whether every character takes one cell."""
    if not points.size or int(points.max()) >= COMMON:
        return not points.size
    if not _widths[points].all():
        for point in np.unique(points).tolist():
            _widths[point] = NARROW if cell_len(chr(point)) == 1 else OTHER
    return int(_widths[points].min()) == NARROW


def by_cell(text: str) -> list[int]:
    """What stands in each cell of a text."""
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
            found[at] = _clusters.setdefault(lead, HALF + 1 + len(_clusters))
    return found


def letters(points: Points) -> Sequence[str]:
    """The text of each cell; nothing in the second half of a wide character."""
    if not points.size or int(points.max()) < HALF:
        return points.tobytes().decode("utf-32-le")
    known = list(_clusters)
    return [
        chr(point) if point < HALF else known[point - HALF - 1] if point > HALF else ""
        for point in points.ravel().tolist()
    ]


def changed_cells(before: Cells, after: Cells) -> NDArray[np.bool_]:
    """Where two pictures of one size differ."""
    changed: NDArray[np.bool_] = (before.points != after.points) | (before.inks != after.inks)
    # A wide character is written whole.
    changed[:, 1:] |= changed[:, :-1] & (after.points[:, 1:] == HALF)
    return changed


def runs(
    after: Cells,
    changed: NDArray[np.bool_],
    inks: Inks,
    rows: Sequence[int] | None = None,
    corner: Corner = (0, 0),
) -> list[Run]:
    """The cells to be written, row by row from the left: what has changed, and what it is cheaper to write than to pass.

    A blank goes with what stands before it on the same paper.

    Args:
        after: What is to stand there.
        changed: Which of them do not yet.
        inks: Of the numbers.
        rows: Which rows of a picture these are; None: all of them.
        corner: Column and row of the picture's upper left cell on the terminal.
    """
    at = np.flatnonzero(changed)
    if not at.size:
        return []
    width = after.points.shape[1]
    points, numbers = after.points.ravel(), continued(after, inks.blanks())
    # Up to each cell: how often the ink has changed, how many bytes there are and how many cells with something.
    turns = np.cumsum(np.append(False, numbers[1:] != numbers[:-1]))
    sizes = np.cumsum(np.where(points < 0x80, 1, 3))
    solid = np.cumsum(points != SPACE)
    last, here = at[:-1], at[1:]
    joined = (turns[last] == turns[here]) & (last // width == here // width)
    joined &= sizes[here - 1] - sizes[last] <= BRIDGE
    first = np.flatnonzero(np.append(True, ~joined))
    starts, ends = at[first], np.append(at[first[1:] - 1], at[-1])
    empty = (points[starts] == SPACE) & (solid[starts] == solid[ends])
    written = np.where(empty, after.inks.ravel()[starts], numbers[starts])
    down, across = np.divmod(starts, width)
    down = down if rows is None else np.array(rows)[down]
    parts = (part.tolist() for part in (written, down + corner[1], across + corner[0], starts, ends + 1))
    text = letters(after.points)
    if isinstance(text, str):
        return [
            Run(ink, y, x, end - start, text[start:end]) for ink, y, x, start, end in zip(*parts, strict=True)
        ]
    return [
        Run(ink, y, x, end - start, "".join(text[start:end]))
        for ink, y, x, start, end in zip(*parts, strict=True)
    ]


def continued(cells: Cells, blanks: Numbers) -> Numbers:
    """The ink of every cell; of a blank that of the last character before it where they stand on one paper."""
    points, inks = cells.points.ravel(), cells.inks.ravel()
    blank, every = points == SPACE, np.arange(points.size)
    begin = every - every % cells.points.shape[1]
    before = inks[np.maximum(np.maximum.accumulate(np.where(blank, 0, every)), begin)]
    found: Numbers = np.where(blank & (blanks[before] == inks), before, inks)
    return found
