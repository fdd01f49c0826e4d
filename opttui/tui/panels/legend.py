"""Which ink is whose, laid over a corner of a chart where it hides little. Knows no curve: only cells."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from opttui.plots.axes import area_of
from opttui.plots.canvas import Canvas
from opttui.plots.picture import Ink, Picture, Span
from opttui.plots.sheet import INKS, SPACE, Sheet
from opttui.tui.cells import cells_of, sheet_of
from opttui.tui.panels.cells import fit, make_row, spans_width, width_of
from opttui.tui.panels.inks import BOLD, FAINT, LABEL

LARGEST = 0.16
"""Most of the panel's cells that a legend takes."""

HIDES = 0.2
"""Most of the legend's own cells under which there may be a curve."""

QUIET = ("axis", "label", "faint", "grid")
"""Inks that a legend may cover."""

BLANKS = (SPACE, 0x2800)


@dataclass(frozen=True)
class Entry:
    """A lane in the legend."""

    id: int
    name: str
    focused: bool = False
    value: str = ""
    """What its curve has at the cursor."""
    ink: str = "text"
    sign: str = "━━ "
    """Three cells before the name."""


def with_legend(picture: Picture, entries: Sequence[Entry], width: int, column: int | None = None) -> Picture:
    """The picture with a legend in its top-right corner, else bottom-left, else the picture alone.

    The focused lane is the first to be named; lanes for which there is no room are counted. `column`: where the cursor
    stands, which is not hidden.
    """
    legend = _legend(tuple(entries), width, len(picture))
    if legend is None:
        return picture
    rows, size = legend.points.shape
    sheet, area = sheet_of(picture, width), area_of(width, len(picture))
    top_right = (width - size - 1, area.top)
    bottom_left = (area.left + 1, area.top + area.height - rows)
    for x, y in (top_right, bottom_left):
        if x < area.left or y < 0 or (column is not None and x - 1 <= column <= x + size):
            continue
        if _hidden(sheet, x, y, size, rows) <= HIDES * size * rows:
            canvas, part = Canvas.over(sheet), (slice(y, y + rows), slice(x, x + size))
            canvas.points[part], canvas.inks[part] = legend.points, legend.inks
            return canvas.picture()
    return picture


# Without a cursor it stays the same for most frames.
@functools.lru_cache(maxsize=16)
def _legend(entries: tuple[Entry, ...], width: int, height: int) -> Sheet | None:
    """The legend alone, for a panel of some size; None where that is too small for one."""
    lines = _lines(entries, width, height)
    if not lines:
        return None
    size = max(map(spans_width, lines))
    return cells_of([make_row(line, size) for line in lines], size)


def _lines(entries: Sequence[Entry], width: int, height: int) -> list[list[Span]]:
    """Its rows, all of one width."""
    if not entries or width < 36 or height < 6:
        return []
    longest = min(max(8, *(width_of(entry.name) for entry in entries)), 20, width // 3)
    value = max(width_of(entry.value) for entry in entries)
    size = 3 + longest + (value + 1 if value else 0)
    room = min(len(entries), int(LARGEST * width * height / size), (height - 2) // 2)
    if room < 1:
        return []
    shown = list(entries) if room >= len(entries) else _first(entries, room - 1)
    lines: list[list[Span]] = []
    for entry in shown:
        ink = Ink(entry.ink, bold=entry.focused)
        line: list[Span] = [(entry.sign, ink)]
        line.append((fit(entry.name, longest), BOLD if entry.focused else LABEL))
        if value:
            line.append((" " + fit(entry.value, value, right=True), ink))
        lines.append(line)
    if len(shown) < len(entries):
        lines.append([(fit(f" … {len(entries) - len(shown)} more", size), FAINT)])
    return lines


def _first(entries: Sequence[Entry], room: int) -> list[Entry]:
    """So many entries in their order, the focused one among them."""
    focused = [entry for entry in entries if entry.focused]
    others = [entry for entry in entries if not entry.focused]
    kept = (focused + others)[: max(room, 1)]
    return [entry for entry in entries if entry in kept]


def _hidden(sheet: Sheet, x: int, y: int, width: int, height: int) -> int:
    """Cells with something of a curve in a rectangle."""
    part = slice(y, y + height), slice(x, x + width)
    points = sheet.points[part]
    inks = sheet.inks[part][(points != BLANKS[0]) & (points != BLANKS[1])]
    return sum(INKS.list[ink].fg not in QUIET for ink in inks.tolist())
