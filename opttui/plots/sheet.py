"""A picture as arrays: what stands in each cell, and the number of its ink. Knows no colour and no character's width.

Its rows of spans are made when somebody reads them: a screen compares arrays, in a hundredth of the time.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from opttui.plots.picture import Ink, Row

Points = NDArray[np.uint32]
Numbers = NDArray[np.int32]

SPACE = ord(" ")
HALF = 0x110000
"""Stands in the second cell of a wide character; numbers above stand for characters with combining marks."""

_clusters: dict[str, int] = {}
"""Characters with combining marks, by the number that stands for them in a cell."""


def cluster(text: str) -> int:
    """The number of a character with its combining marks."""
    return _clusters.setdefault(text, HALF + 1 + len(_clusters))


def letters(points: Points) -> Sequence[str]:
    """The text of each cell; nothing in the second half of a wide character."""
    if not points.size or int(points.max()) < HALF:
        return points.tobytes().decode("utf-32-le")
    known = list(_clusters)
    return [
        chr(point) if point < HALF else known[point - HALF - 1] if point > HALF else ""
        for point in points.ravel().tolist()
    ]


class Inks:
    """Inks by number."""

    def __init__(self) -> None:
        self.list: list[Ink] = []
        self._known: dict[Ink, int] = {}
        self._blank: list[int] = []
        self._blanks = np.zeros(0, np.int32)
        self.number(Ink())

    def number(self, ink: Ink) -> int:
        """The number of an ink; 0 is the plain one's."""
        number = self._known.get(ink)
        if number is None:
            number = self._known[ink] = len(self.list)
            self.list.append(ink)
            self._blank.append(number)
            self._blank[number] = self.number(Ink(bg=ink.bg))
        return number

    def numbers(self, inks: Iterable[Ink]) -> list[int]:
        """The number of each."""
        return [self.number(ink) for ink in inks]

    def blanks(self) -> Numbers:
        """For each ink the one in which blanks on the same paper are written: of a blank only the paper is seen."""
        if self._blanks.size != len(self._blank):
            self._blanks = np.array(self._blank, np.int32)
        return self._blanks


INKS = Inks()
"""Those of all pictures."""


class Sheet(Sequence[Row]):
    """A picture. Nobody writes into its arrays."""

    def __init__(self, points: Points, inks: Numbers) -> None:
        """Both of shape (rows, columns): a code point, or a number from `HALF` on; numbers in `INKS`."""
        self.points, self.inks = points, inks
        self._rows: tuple[Row, ...] | None = None

    @property
    def width(self) -> int:
        """Cells of a row."""
        return int(self.points.shape[1])

    @property
    def rows(self) -> tuple[Row, ...]:
        """As spans."""
        if self._rows is None:
            self._rows = tuple(spans_of(self.points, self.inks))
        return self._rows

    def __len__(self) -> int:
        return len(self.points)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, at: int | slice) -> Row | tuple[Row, ...]:
        if self._rows is None and isinstance(at, int):
            at = range(len(self))[at]
            (row,) = spans_of(self.points[at : at + 1], self.inks[at : at + 1])
            return row
        return self.rows[at]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __eq__(self, other: Any) -> bool:
        """Whether the rows are the same, as spans or as arrays."""
        if self is other:
            return True
        if isinstance(other, Sheet):
            return np.array_equal(self.points, other.points) and np.array_equal(self.inks, other.inks)
        return isinstance(other, Sequence) and self.rows == tuple(other)

    def __hash__(self) -> int:
        return hash(self.rows)


def spans_of(points: Points, inks: Numbers) -> list[Row]:
    """Rows of spans, neighbours of one ink merged."""
    height, width = points.shape
    if not width or not height:
        return [()] * height
    first = np.ones(inks.shape, bool)
    np.not_equal(inks[:, 1:], inks[:, :-1], out=first[:, 1:])
    starts = first.ravel().nonzero()[0]
    numbers = inks.ravel()[starts].tolist()
    rows = np.searchsorted(starts, np.arange(height + 1) * width).tolist()
    text, known, at = letters(points), INKS.list, starts.tolist()
    parts = [text[start:end] for start, end in zip(at, [*at[1:], points.size], strict=True)]
    if not isinstance(text, str):
        parts = ["".join(part) for part in parts]
    spans = [(str(part), known[number]) for part, number in zip(parts, numbers, strict=True)]
    return [tuple(spans[start:end]) for start, end in itertools.pairwise(rows)]
