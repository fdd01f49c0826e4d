"""A picture in the making: one character and one ink a cell. Knows no data and no scale."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from opttui.plots.picture import Ink, Picture, Row

PLAIN = Ink()


class Canvas:
    """Cells as arrays of code points and inks' numbers, written by area and read as rows of spans."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(width, 0), max(height, 0)
        self.points = np.full((self.height, self.width), ord(" "), np.uint32)
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
            self.points[row, column:end] = np.frombuffer(text.encode("utf-32-le"), np.uint32)
            self.inks[row, column:end] = self.number(ink)

    def picture(self) -> Picture:
        """Rows of spans, neighbours of one ink merged."""
        if not self.width:
            return ((),) * self.height
        breaks = self.inks[:, 1:] != self.inks[:, :-1]
        return tuple(
            spans_of(
                bytes(points).decode("utf-32-le"), [0, *(np.flatnonzero(cut) + 1).tolist()], inks, self._list
            )
            for points, cut, inks in zip(self.points, breaks, self.inks, strict=True)
        )


def spans_of(text: str, starts: list[int], inks: NDArray[np.int32], known: Sequence[Ink]) -> Row:
    """A row's spans, each from one start to the next."""
    numbers = inks[starts].tolist()
    ends = [*starts[1:], len(text)]
    return tuple(
        (text[start:end], known[number]) for start, end, number in zip(starts, ends, numbers, strict=True)
    )
