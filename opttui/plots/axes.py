"""The frame round a chart: a gutter with ticks on the left, ticks and a label below. Knows no curve."""

from dataclasses import dataclass

from opttui.plots.canvas import Canvas
from opttui.plots.picture import Ink
from opttui.plots.scales import Scale, labels, ticks

AXIS, LABEL, GRID = Ink("axis"), Ink("label"), Ink("grid")
GUTTER = 7
"""Columns of the gutter where there is room: labels of up to six characters. Its width never changes, so that charts
above each other are in line and nothing moves sideways while data come."""


@dataclass(frozen=True)
class Area:
    """Where the curves are drawn, in cells."""

    left: int
    top: int
    width: int
    height: int


def area_of(width: int, height: int) -> Area:
    """The inside of a frame: no gutter below 16 columns, no axis below 4 rows, no tick labels below 6."""
    left = GUTTER + 1 if width >= 24 else (6 if width >= 16 else 0)
    below = 2 if height >= 6 else (1 if height >= 4 else 0)
    return Area(left, 0, width - left, height - below)


def draw_axes(canvas: Canvas, area: Area, x: Scale, y: Scale, x_label: str, y_label: str) -> None:
    """Axis lines, ticks, a faint grid and the labels."""
    rows = row_ticks(area, y)
    for row, text in rows:
        if area.width > 4:
            canvas.write(area.top + row, area.left, "┈" * area.width, GRID)
        if area.left:
            canvas.write(area.top + row, 0, text[-(area.left - 1) :].rjust(area.left - 1), LABEL)
    marked = {row for row, _ in rows}
    if area.left:
        for row in range(area.height):
            canvas.write(area.top + row, area.left - 1, "┤" if row in marked else "│", AXIS)
    bottom = area.top + area.height
    if bottom >= canvas.height:
        return
    columns = column_ticks(area, x, x_label)
    line = ["─"] * area.width
    for column, _, _ in columns:
        line[column] = "┬"
    canvas.write(bottom, area.left, "".join(line), AXIS)
    if area.left:
        canvas.write(bottom, area.left - 1, "└", AXIS)
        canvas.write(bottom, 0, y_label[: area.left - 2].rjust(area.left - 2), Ink("faint"))
    if bottom + 1 < canvas.height:
        for _, start, text in columns:
            canvas.write(bottom + 1, area.left + start, text, LABEL)
        if area.width >= 2 * len(x_label) + 8:
            canvas.write(bottom + 1, canvas.width - len(x_label), x_label, Ink("faint"))


def row_ticks(area: Area, scale: Scale) -> list[tuple[int, str]]:
    """Row and label of the ticks on the y axis, no two in one row or in neighbouring ones."""
    values = ticks(scale, max(2, area.height // 4))
    found: list[tuple[int, str]] = []
    last = area.height + 2
    for value, text in zip(values, labels(values), strict=True):
        row = min(area.height - 1, max(0, int((1 - float(scale.place(value))) * area.height)))
        if last - row >= 2:
            found.append((row, text))
            last = row
    return found


def column_ticks(area: Area, scale: Scale, x_label: str) -> list[tuple[int, int, str]]:
    """Column, the column where its label starts, and the label of the ticks on the x axis; no label touches another."""
    values = ticks(scale, max(2, area.width // 12))
    room = area.width - (len(x_label) + 1 if area.width >= 2 * len(x_label) + 8 else 0)
    found: list[tuple[int, int, str]] = []
    free = 0
    for value, text in zip(values, labels(values), strict=True):
        column = min(area.width - 1, max(0, int(float(scale.place(value)) * area.width)))
        start = max(0, column - len(text) // 2)
        if start >= free and start + len(text) <= room:
            found.append((column, start, text))
            free = start + len(text) + 2
    return found
