"""The cursor on the charts: a line at its place, a ring on each path, the part that is being marked. Knows no curve."""

import numpy as np

from opttui.plots.axes import area_of
from opttui.plots.canvas import Canvas
from opttui.plots.picture import Ink, Picture
from opttui.plots.scales import Scale
from opttui.plots.sheet import INKS, SPACE, Points
from opttui.tui.cells import sheet_of
from opttui.tui.panels.axis import short_place
from opttui.tui.panels.cells import width_of
from opttui.tui.view import Box, RaceView

LINE, RING = "│", "◉"
BARE = tuple(map(ord, " \u2800┈"))
"""Cells in which the line is drawn: those with a curve keep it."""
INK = Ink("mark")


def with_cursor(view: RaceView, picture: Picture, x_range: tuple[float, float], width: int) -> Picture:
    """Curves with a line at the cursor, and its place below on the axis."""
    column = column_of(view, x_range, width, len(picture))
    if column is None or view.cursor is None:
        return picture
    area = area_of(width, len(picture))
    canvas = Canvas.over(sheet_of(picture, width))
    for row in range(area.top, area.top + area.height):
        if int(canvas.points[row, column]) in BARE:
            canvas.write(row, column, LINE, Ink(INK.fg, paper_at(canvas, row, column)))
    text = f" {short_place(view, view.cursor)} "
    below = area.top + area.height + 1
    if below < canvas.height and width_of(text) + 2 < area.width:
        at = min(max(column - width_of(text) // 2, area.left), width - width_of(text))
        left, right = _whole_words(canvas.points[below], at, at + width_of(text))
        canvas.write(below, left, " " * (right - left), INK)
        canvas.write(below, at, text, Ink(INK.fg, bold=True))
    return canvas.picture()


def column_of(view: RaceView, x_range: tuple[float, float], width: int, height: int) -> int | None:
    """The column in which the cursor stands on a chart of some size; None where it is out of sight."""
    area = area_of(width, height)
    low, high = x_range
    if view.cursor is None or area.width < 1 or not low <= view.cursor <= high or not low < high:
        return None
    share = float(Scale(low, high, "linear").place(view.cursor))
    return area.left + min(area.width - 1, int(share * area.width))


def _whole_words(cells: Points, left: int, right: int) -> tuple[int, int]:
    """The cells widened so far that no word of a row is cut."""
    blank = (cells == SPACE).tolist()
    while 0 < left < len(blank) and not blank[left] and not blank[left - 1]:
        left -= 1
    while 0 < right < len(blank) and not blank[right - 1] and not blank[right]:
        right += 1
    return left, right


def with_rings(picture: Picture, box: Box, points: list[tuple[float, float, str]], width: int) -> Picture:
    """A plane with a ring at each point, in its ink, on the shade that is there; none where a point is out of sight."""
    area = area_of(width, len(picture))
    if area.width < 1 or area.height < 1:
        return picture
    across, up = Scale(box[0], box[1], "linear"), Scale(box[2], box[3], "linear")
    canvas = Canvas.over(sheet_of(picture, width))
    for x, y, ink in points:
        right, high = float(across.place(x)), float(up.place(y))
        if 0 <= right <= 1 and 0 <= high <= 1:
            column = area.left + min(area.width - 1, int(right * area.width))
            row = area.top + min(area.height - 1, int((1 - high) * area.height))
            canvas.write(row, column, RING, Ink(ink, paper_at(canvas, row, column), bold=True))
    return canvas.picture()


def paper_at(canvas: Canvas, row: int, column: int) -> str:
    """The paper of a cell."""
    return INKS.list[int(canvas.inks[row, column])].bg


def with_marked(picture: Picture, marked: tuple[int, int, int, int], width: int) -> Picture:
    """A picture with the cells from (left, top) to (right, bottom), both included, on the paper of what is chosen."""
    left, top, right, bottom = marked
    left, top, right = max(left, 0), max(top, 0), min(right, width - 1)
    if right < left or bottom < top:
        return picture
    canvas = Canvas.over(sheet_of(picture, width))
    inside = canvas.inks[top : bottom + 1, left : right + 1]
    for number in np.unique(inside).tolist():
        inside[inside == number] = canvas.number(INKS.list[number]._replace(bg="cursor"))
    return canvas.picture()
