"""A picture in the making: one character and one ink a cell. Knows no data and no scale."""

import numpy as np

from opttui.plots.picture import Ink
from opttui.plots.sheet import INKS, SPACE, Sheet


class Canvas:
    """Cells as arrays of code points and inks' numbers, written by area."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = max(width, 0), max(height, 0)
        self.points = np.full((self.height, self.width), SPACE, "<u4")
        self.inks = np.zeros((self.height, self.width), np.int32)

    def copy(self) -> "Canvas":
        """Another one with the same cells."""
        return Canvas.over(Sheet(self.points, self.inks))

    @staticmethod
    def over(sheet: Sheet) -> "Canvas":
        """One that begins with a picture."""
        canvas = Canvas.__new__(Canvas)
        canvas.height, canvas.width = sheet.points.shape
        canvas.points, canvas.inks = sheet.points.copy(), sheet.inks.copy()
        return canvas

    def number(self, ink: Ink) -> int:
        """The number that stands for an ink in `inks`."""
        return INKS.number(ink)

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
            self.inks[row, column:end] = INKS.number(ink)

    def upright(self, row: int, column: int, height: int, glyph: str, ink: Ink) -> None:
        """One glyph in so many rows of a column, from a cell inside down."""
        self.points[row : row + height, column] = ord(glyph)
        self.inks[row : row + height, column] = INKS.number(ink)

    def picture(self) -> Sheet:
        """What stands there; nothing may be written any more."""
        return Sheet(self.points, self.inks)
