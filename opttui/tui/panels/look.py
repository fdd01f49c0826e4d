"""The panel of what the lanes' models show: images, points or curves side by side. Knows no screen and no model."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.image import draw_image
from opttui.plots.marker import Name
from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.plots.scatter import draw_scatter
from opttui.record.layout import STEP
from opttui.record.look import TRUTH, Look
from opttui.tui.panels.cells import filled, fit, make_row, spans_width
from opttui.tui.panels.inks import BOLD, FAINT, LABEL
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.legend import Entry, with_legend
from opttui.tui.panels.numbers import count, loss_text
from opttui.tui.panels.reached import lanes_at, row_at_cursor
from opttui.tui.panels.waiting import is_waiting, quiet
from opttui.tui.view import RaceView

LEAST = (12, 5)
"""Columns and rows of a tile, its caption included, below which fewer lanes are shown."""
TITLES = {"image": "image", "points": "code", "curve": "curve"}


def title(view: RaceView) -> str:
    """What is looked at, and when."""
    problem = view.reader.manifest.problem
    kind = problem.look if problem is not None else ""
    shown = [look for lane, look in _looks(view) if lane != TRUTH]
    at = f" · step {count(max(look.step for look in shown))}" if shown else ""
    return f"{TITLES.get(kind, 'look')}{at}"


def draw(view: RaceView, width: int, height: int) -> Picture:
    """The target, if there is one, and the lanes in sight; where room is short, the focused lane alone."""
    problem = view.reader.manifest.problem
    if is_waiting(view) or problem is None:
        return quiet("what the lanes' models show will be drawn here", width, height)
    if not problem.look:
        return quiet("this problem has nothing to look at", width, height)
    looks = _looks(view)
    if not any(lane != TRUTH for lane, _ in looks):
        return quiet("nothing has been looked at yet", width, height)
    if problem.look == "curve":
        return _curves(view, looks, width, height)
    shape = looks[0][1].values.shape if problem.look == "image" else (1, 2)
    shown = looks
    across = columns_for(len(shown), shape, width, height)
    if not fits(len(shown), across, width, height):
        shown = [(lane, look) for lane, look in looks if lane in (TRUTH, _focused(view, looks))]
        across = columns_for(len(shown), shape, width, height)
        if not fits(len(shown), across, width, height):
            shown, across = shown[-1:], 1
    return tiled([_tile(view, *one) for one in shown], across, width, height)


def columns_for(count: int, shape: Sequence[int], width: int, height: int) -> int:
    """Columns of tiles with which pictures of a shape, rows and columns of pixels, are largest."""

    def size(across: int) -> float:
        tile = (width - across + 1) // across, height // math.ceil(count / across) - 1
        return min(tile[0] / shape[1], 2 * tile[1] / shape[0])

    return max(range(1, count + 1), key=size)


def fits(count: int, across: int, width: int, height: int) -> bool:
    """Whether so many tiles are large enough to be seen."""
    return (width - across + 1) // across >= LEAST[0] and height // math.ceil(count / across) >= LEAST[1]


def tiled(tiles: Sequence["Tile"], across: int, width: int, height: int) -> Picture:
    """Tiles in rows of so many, a bare column between two."""
    down = math.ceil(len(tiles) / across)
    # All of one size, so that images can be compared.
    wide, high = (width + 1) // across - 1, height // down
    rows: list[Row] = []
    for number in range(down):
        line = tiles[number * across : (number + 1) * across]
        pictures = [tile.picture(wide, high) for tile in line]
        for y in range(high):
            spans: list[Span] = []
            for picture in pictures:
                spans += [*picture[y], (" ", Ink())]
            rows.append(make_row(spans[:-1], width))
    return filled(rows, width, height)


class Tile:
    """One look under its caption."""

    def __init__(self, caption: Sequence[Span], more: str, look: Look, view: RaceView) -> None:
        """`more`: a number after the caption, where there is room for all of it."""
        self._caption, self._more, self._look, self._view = caption, more, look, view

    def picture(self, width: int, height: int) -> Picture:
        """Exactly so many cells."""
        room = width - spans_width(self._caption)
        more = [(f"  {self._more}", FAINT)] if room >= len(self._more) + 2 else []
        caption = make_row([*self._caption, *more], width)
        if height < 2:
            return (caption,) * height
        return caption, *drawn(self._look, width, height - 1, self._view.marker)


# A look stays the same for many frames: drawing one of 60×20 cells takes 3 ms.
@lru_cache(maxsize=64)
def drawn(look: Look, width: int, height: int, marker: Name) -> Picture:
    """An image or points."""
    if look.kind == "image":
        return draw_image(look.values, width, height, marker, ends=(0.0, 1.0))
    return draw_scatter(look.values, look.labels, width, height, marker)


def _tile(view: RaceView, lane: int, look: Look) -> Tile:
    if lane == TRUTH:
        return Tile([("target", LABEL)], "", look, view)
    found = next((each for each in lanes_at(view) if each.id == lane), None)
    name, loss = (found.name, loss_text(found.loss)) if found is not None else ("", "")
    ink = Ink(ink_of(view.reader, lane), bold=lane == view.focus)
    return Tile([("━━ ", ink), (name, BOLD if lane == view.focus else LABEL)], loss, look, view)


def _curves(view: RaceView, looks: Sequence[tuple[int, Look]], width: int, height: int) -> Picture:
    """All curves in one chart, the focused lane on top, the truth dotted."""
    names = {lane.id: lane.name for lane in lanes_at(view)}
    lines, entries = [], []
    for lane, look in sorted(looks, key=lambda one: (one[0] == view.focus, one[0] != TRUTH, -one[0])):
        x, y = look.values[np.argsort(look.values[:, 0], kind="stable")].T.astype(np.float64)
        ink = "text" if lane == TRUTH else ink_of(view.reader, lane)
        lines.append(Line(x=x, low=y, high=y, ink=ink, dotted=lane == TRUTH))
    for lane, _ in looks:
        if lane != TRUTH:
            name = fit(names.get(lane, ""), 20).rstrip()
            entries.append(Entry(lane, name, lane == view.focus, ink=ink_of(view.reader, lane)))
    frame = Frame(
        *(width, height, "linear", "x", "u(x)"), now=None, marker=view.marker, x_range=None, y_range=None
    )
    return with_legend(draw_curves(lines, frame), entries, width)


def _looks(view: RaceView) -> list[tuple[int, Look]]:
    """The truth first, then each lane in sight as it was at the cursor, or is now."""
    looks = view.reader.looks
    found = [(TRUTH, look) for look in looks.get(TRUTH, [])[-1:]]
    readers = {lane.id: lane for lane in view.reader.lanes}
    for lane in view.shown_lanes():
        known = looks.get(lane, [])
        if view.cursor is not None and lane in readers:
            row = row_at_cursor(view, readers[lane])
            at = row[STEP] + 1 if row is not None else math.inf
            known = known[: max(1, bisect_right(known, at, key=lambda look: look.step))]
        if known:
            found.append((lane, known[-1]))
    return found


def _focused(view: RaceView, looks: Sequence[tuple[int, Look]]) -> int:
    """The focused lane; the first that has been looked at, where that has not."""
    lanes = [lane for lane, _ in looks if lane != TRUTH]
    return view.focus if view.focus in lanes else lanes[0]
