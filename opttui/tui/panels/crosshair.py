"""The cursor on the charts: a line at its place, a ring on each path, the part that is being marked. Knows no curve."""

import functools

from opttui.plots.axes import area_of
from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.plots.scales import Scale
from opttui.tui.panels.axis import short_place
from opttui.tui.panels.cells import halves, make_row, overlay, width_of
from opttui.tui.view import Box, RaceView

LINE, RING = "│", "◉"
BARE = " \u2800┈"
"""Cells in which the line is drawn: those with a curve keep it."""
INK = Ink("mark")


def with_cursor(view: RaceView, picture: Picture, x_range: tuple[float, float], width: int) -> Picture:
    """Curves with a line at the cursor, and its place below on the axis."""
    column = column_of(view, x_range, width, len(picture))
    if column is None or view.cursor is None:
        return picture
    area = area_of(width, len(picture))
    inside = slice(area.top, area.top + area.height)
    rows = list(picture)
    rows[inside] = [_lined(row, column, width) for row in rows[inside]]
    text = f" {short_place(view, view.cursor)} "
    below = area.top + area.height + 1
    if below < len(rows) and width_of(text) + 2 < area.width:
        at = min(max(column - width_of(text) // 2, area.left), width - width_of(text))
        left, right = _whole_words(rows[below], at, at + width_of(text))
        spans = [(" " * (at - left), INK), (text, Ink(INK.fg, bold=True))]
        spans.append((" " * (right - at - width_of(text)), INK))
        rows[below] = overlay(rows[below], left, spans, width)
    return tuple(rows)


def column_of(view: RaceView, x_range: tuple[float, float], width: int, height: int) -> int | None:
    """The column in which the cursor stands on a chart of some size; None where it is out of sight."""
    area = area_of(width, height)
    low, high = x_range
    if view.cursor is None or area.width < 1 or not low <= view.cursor <= high or not low < high:
        return None
    share = float(Scale(low, high, "linear").place(view.cursor))
    return area.left + min(area.width - 1, int(share * area.width))


def _whole_words(row: Row, left: int, right: int) -> tuple[int, int]:
    """The cells widened so far that no word of the row is cut."""
    text = "".join(text for text, _ in row)
    while 0 < left < len(text) and text[left] != " " != text[left - 1]:
        left -= 1
    while 0 < right < len(text) and text[right - 1] != " " != text[right]:
        right += 1
    return left, right


@functools.lru_cache(maxsize=512)
def _lined(row: Row, column: int, width: int) -> Row:
    """A row with the line where nothing else stands."""
    spans: list[Span] = []
    at = 0
    for text, ink in row:
        size = width_of(text)
        if at <= column < at + size:
            before, rest = halves(text, column - at)
            cell, after = halves(rest, 1)
            if cell and cell[0] in BARE:
                spans += [(before, ink), (LINE, Ink(INK.fg, ink.bg)), (after, ink)]
                return make_row([*spans, *_after(row, at + size)], width)
            return row
        spans.append((text, ink))
        at += size
    return row


def _after(row: Row, start: int) -> list[Span]:
    at, found = 0, []
    for text, ink in row:
        if at >= start:
            found.append((text, ink))
        at += width_of(text)
    return found


def with_rings(picture: Picture, box: Box, points: list[tuple[float, float, str]], width: int) -> Picture:
    """A plane with a ring at each point, in its ink, on the shade that is there; none where a point is out of sight."""
    area = area_of(width, len(picture))
    if area.width < 1 or area.height < 1:
        return picture
    across, up = Scale(box[0], box[1], "linear"), Scale(box[2], box[3], "linear")
    rows = list(picture)
    for x, y, ink in points:
        right, high = float(across.place(x)), float(up.place(y))
        if 0 <= right <= 1 and 0 <= high <= 1:
            column = area.left + min(area.width - 1, int(right * area.width))
            row = area.top + min(area.height - 1, int((1 - high) * area.height))
            rows[row] = overlay(
                rows[row], column, [(RING, Ink(ink, paper_at(rows[row], column), bold=True))], width
            )
    return tuple(rows)


def paper_at(row: Row, column: int) -> str:
    """The paper of a cell."""
    at = 0
    for text, ink in row:
        at += width_of(text)
        if column < at:
            return ink.bg
    return ""


def with_marked(picture: Picture, marked: tuple[int, int, int, int], width: int) -> Picture:
    """A picture with the cells from (left, top) to (right, bottom), both included, on the paper of what is chosen."""
    left, top, right, bottom = marked
    left, right = max(left, 0), min(right, width - 1)
    if right < left:
        return picture
    return tuple(
        _papered(row, left, right + 1, width) if top <= y <= bottom else row for y, row in enumerate(picture)
    )


def _papered(row: Row, left: int, right: int, width: int) -> Row:
    spans: list[Span] = []
    at = 0
    for text, ink in row:
        before, rest = halves(text, left - at)
        size = width_of(before)
        inner, after = halves(rest, max(0, right - at - size))
        spans += [(before, ink), (inner, ink._replace(bg="cursor")), (after, ink)]
        at += width_of(text)
    return make_row(spans, width)
