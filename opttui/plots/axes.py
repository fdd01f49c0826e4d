"""The frame round a chart: a gutter with ticks on the left, ticks and a label below. Knows no curve."""

import functools
import unicodedata
from dataclasses import dataclass

from opttui.plots.canvas import Canvas
from opttui.plots.marker import Marker
from opttui.plots.picture import Ink
from opttui.plots.scales import Scale
from opttui.plots.ticks import labels, ticks

AXIS, LABEL, GRID, FAINT = Ink("axis"), Ink("label"), Ink("grid"), Ink("faint")
GUTTER = 7
"""Columns of the gutter where there is room: labels of up to seven characters. Its width never changes, so that charts
above each other are in line and nothing moves sideways while data come."""


@dataclass(frozen=True)
class Area:
    """Where the curves are drawn, in cells."""

    left: int
    top: int
    width: int
    height: int


# Charts ask a dozen times a frame.
@functools.lru_cache(maxsize=256)
def area_of(width: int, height: int) -> Area:
    """The inside of a frame: no gutter below 16 columns, no axis below 4 rows, no tick labels below 6."""
    left = GUTTER + 1 if width >= 24 else (6 if width >= 16 else 0)
    below = 2 if height >= 6 else (1 if height >= 4 else 0)
    return Area(left, 0, width - left, height - below)


def draw_axes(canvas: Canvas, area: Area, x: Scale, y: Scale, words: tuple[str, str], marker: Marker) -> None:
    """Axis lines, ticks, a faint grid and the labels.

    Args:
        canvas: What is drawn on.
        area: The inside, which gets the grid.
        x: The horizontal scale.
        y: The vertical scale.
        words: What is on the x and on the y axis; left out where there is no room.
        marker: Says whether all must be ASCII.
    """
    draw_left(canvas, area, y, marker)
    bottom = area.top + area.height
    if bottom >= canvas.height:
        return
    x_word, y_word = narrow(words[0]), narrow(words[1])
    columns = column_ticks(area, x, x_word)
    line = [marker.glyph("─")] * area.width
    for column, _, _ in columns:
        line[column] = marker.glyph("┬")
    canvas.write(bottom, area.left, "".join(line), AXIS)
    if area.left:
        canvas.write(bottom, area.left - 1, marker.glyph("└"), AXIS)
        canvas.write(bottom, 0, y_word[: area.left - 2].rjust(area.left - 2), FAINT)
    if bottom + 1 < canvas.height:
        for _, start, text in columns:
            canvas.write(bottom + 1, area.left + start, text, LABEL)
        if has_word(area, x_word):
            canvas.write(bottom + 1, canvas.width - len(x_word), x_word, FAINT)


def draw_left(canvas: Canvas, area: Area, y: Scale, marker: Marker) -> None:
    """The y axis in the gutter, and the grid. A base of the labels stands in the upper left corner."""
    rows, base = row_ticks(area, y)
    for row, text in rows:
        if area.width > 4 and not marker.plain:
            canvas.write(area.top + row, area.left, "┈" * area.width, GRID)
        if area.left:
            canvas.write(area.top + row, 0, text.rjust(area.left - 1), LABEL)
    if area.left:
        canvas.upright(area.top, area.left - 1, area.height, marker.glyph("│"), AXIS)
        for row, _ in rows:
            canvas.write(area.top + row, area.left - 1, marker.glyph("┤"), AXIS)
    if base and area.width > len(base) + 2:
        canvas.write(area.top, area.left + 1, base, FAINT)


def row_ticks(area: Area, scale: Scale) -> tuple[list[tuple[int, str]], str]:
    """Row and label of the ticks on the y axis, no two in one row or in neighbouring ones; and the labels' base."""
    room = max(area.left - 1, 0)
    values: list[float] = []
    written: list[str] = []
    base = ""
    # Fewer ticks have shorter names.
    for count in (max(2, area.height // 3), max(2, area.height // 6), 2):
        values = ticks(scale, count)
        written, base = labels(values, room)
        if not room or all(len(text) <= room for text in written):
            break
    found: list[tuple[int, str]] = []
    last = area.height + 2
    for place, text in zip(scale.place(values).tolist(), written, strict=True):
        row = min(area.height - 1, max(0, int((1 - place) * area.height)))
        if last - row >= 2 and (len(text) <= room or not room):
            found.append((row, text))
            last = row
    return found, base if found else ""


def column_ticks(area: Area, scale: Scale, word: str) -> list[tuple[int, int, str]]:
    """Column, the column where its label starts, and the label of the ticks on the x axis; no label touches another."""
    values = ticks(scale, max(2, area.width // 12))
    written, base = labels(values)
    if base:
        written = [f"{value:.17g}" for value in values]
    room = area.width - (len(word) + 1 if has_word(area, word) else 0)
    found: list[tuple[int, int, str]] = []
    free = 0
    for place, text in zip(scale.place(values).tolist(), written, strict=True):
        column = min(area.width - 1, max(0, int(place * area.width)))
        start = max(0, column - len(text) // 2)
        if start >= free and start + len(text) <= room:
            found.append((column, start, text))
            free = start + len(text) + 2
    return found


def has_word(area: Area, word: str) -> bool:
    """Whether there is room for the x axis's word beside its ticks."""
    return bool(word) and area.width >= 2 * len(word) + 8


def narrow(word: str) -> str:
    """A word with a question mark for each character that is not one cell wide: a parameter may have any name."""
    if word.isascii() and word.isprintable():
        return word
    return "".join(
        glyph
        if glyph.isprintable()
        and unicodedata.east_asian_width(glyph) not in "WF"
        and unicodedata.category(glyph)[0] != "M"
        else "?"
        for glyph in word
    )
