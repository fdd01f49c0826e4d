"""A picture in the making: one character and one ink a cell. Knows no data and no scale."""

import itertools

import numpy as np

from opttui.plots.picture import Ink, Picture

PLAIN = Ink()


class Canvas:
    """Cells as arrays of code points and inks' numbers, written by area and read as rows of spans."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(width, 0), max(height, 0)
        self.points = np.full((self.height, self.width), ord(" "), "<u4")
        self.inks = np.zeros((self.height, self.width), np.int32)
        self._known: dict[Ink, int] = {PLAIN: 0}
        self._list: list[Ink] = [PLAIN]

    def copy(self) -> "Canvas":
        """Another one with the same cells."""
        other = Canvas(self.width, self.height)
        other.points[:], other.inks[:] = self.points, self.inks
        other._known, other._list = self._known.copy(), self._list.copy()
        return other

    def number(self, ink: Ink) -> int:
        """The number that stands for an ink in `inks`."""
        number = self._known.get(ink)
        if number is None:
            number = self._known[ink] = len(self._list)
            self._list.append(ink)
        return number

    def ink(self, row: int, column: int) -> Ink:
        """The ink of a cell."""
        ink: Ink = self._list[int(self.inks[row, column])]
        return ink

    def write(self, row: int, column: int, text: str, ink: Ink) -> None:
        """Text of one-cell characters from a cell on; what lies outside is cut."""
        if not 0 <= row < self.height or column >= self.width:
            return
        if column < 0:
            text, column = text[-column:], 0
        text = text[: self.width - column]
        if text:
            end = column + len(text)
            self.points[row, column:end] = np.frombuffer(text.encode("utf-32-le"), "<u4")
            self.inks[row, column:end] = self.number(ink)

    def upright(self, row: int, column: int, height: int, glyph: str, ink: Ink) -> None:
        """One glyph in so many rows of a column, from a cell inside down."""
        self.points[row : row + height, column] = ord(glyph)
        self.inks[row : row + height, column] = self.number(ink)

    def picture(self) -> Picture:
        """Rows of spans, neighbours of one ink merged."""
        if not self.width or not self.height:
            return ((),) * self.height
        first = np.ones(self.inks.shape, bool)
        np.not_equal(self.inks[:, 1:], self.inks[:, :-1], out=first[:, 1:])
        starts = np.flatnonzero(first)
        numbers = self.inks.ravel()[starts].tolist()
        rows = np.searchsorted(starts, np.arange(self.height + 1) * self.width).tolist()
        text, known, at = self.points.tobytes().decode("utf-32-le"), self._list, starts.tolist()
        ends = [*at[1:], len(text)]
        spans = [
            (text[start:end], known[number]) for start, end, number in zip(at, ends, numbers, strict=True)
        ]
        return tuple([tuple(spans[start:end]) for start, end in itertools.pairwise(rows)])
