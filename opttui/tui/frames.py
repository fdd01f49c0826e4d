"""The pictures of a race screen: every panel with its title, header, hypers and keys. Knows no widget."""

import functools

import numpy as np

from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.plots.sheet import Sheet
from opttui.tui.actions import ACTIONS, is_change
from opttui.tui.cells import cells_of
from opttui.tui.keys import key_line
from opttui.tui.layout import Place
from opttui.tui.panels import COMPARE, PANELS, header, hyper_line, measures_line
from opttui.tui.panels.cells import fit, make_row, tame, width_of
from opttui.tui.panels.crosshair import with_marked
from opttui.tui.panels.measures import Costs
from opttui.tui.panels.plain import plain_row
from opttui.tui.panels.timeline import timeline_line
from opttui.tui.scripts import refused
from opttui.tui.view import RaceView

BY_KEY = {panel.key: panel for panel in (*PANELS, COMPARE)}
NUMBER = {panel.key: f"F{number}" for number, panel in enumerate(PANELS, start=1)} | {COMPARE.key: "C"}


def framed(view: RaceView, key: str, place: Place, chosen: bool) -> Picture:
    """A panel under its title, exactly as large as its place."""
    panel = BY_KEY[key]
    if place.height < 2:
        return panel.draw(view, place.width, place.height)
    rule = Ink("label" if chosen else "axis")
    words = f" {tame(panel.title(view))} "
    if width_of(words) > place.width - 1:
        words = fit(words, place.width - 1)
    title: list[Span] = [
        ("━" if chosen else "─", rule),
        (words, Ink("chosen" if chosen else "title", bold=chosen)),
    ]
    room = place.width - 1 - width_of(words)
    tail = f" {NUMBER[key]} ─" if room >= 8 else ""
    fill = ("━" if chosen else "─") * max(0, room - len(tail))
    row = make_row([*title, (fill, rule), (tail, Ink("faint"))], place.width)
    picture = panel.draw(view, place.width, place.height - 1)
    if view.marked is not None and view.marked.panel == key:
        (left, right), (top, bottom) = map(sorted, zip(view.marked.first, view.marked.last, strict=True))
        picture = with_marked(picture, (left, top, right, bottom), place.width)
    return under(plain_row(row) if view.marker == "ascii" else row, picture, place.width)


def under(row: Row, picture: Picture, width: int) -> Picture:
    """A picture with a row above it."""
    if not isinstance(picture, Sheet):
        return row, *picture
    above = row_cells(row, width)
    return Sheet(np.concatenate((above.points, picture.points)), np.concatenate((above.inks, picture.inks)))


# A title stays the same for most frames.
@functools.lru_cache(maxsize=32)
def row_cells(row: Row, width: int) -> Sheet:
    """A row as arrays."""
    return cells_of((row,), width)


def top(view: RaceView, width: int) -> Picture:
    """The line above the panels."""
    return (header(view, width),)


def bottom(view: RaceView, width: int, height: int, under: str, costs: Costs) -> Picture:
    """The focused lane's hypers, the keys, and between them in a third row what is measured."""
    manifest = view.reader.manifest
    actions = [action for action in ACTIONS if not is_change(action) or not refused(manifest, action.id)]
    # What nobody answers to is no key.
    mute = view.readonly or view.state == "ended"
    keys = key_line(actions, width, mute, "back" if view.back else "", view.reader.foreign)
    rows = [measures_line(view, under, costs, width)] if view.measures and height > 2 else []
    rows = [timeline_line(view, width), *rows] if view.back and height > 2 else rows
    rows.append(keys)
    return hyper_line(view, width), *(map(plain_row, rows) if view.marker == "ascii" else rows)


def room(view: RaceView, height: int) -> tuple[int, int]:
    """Rows above the panels and below them, on a terminal of some height."""
    return int(height >= 3), (2 + (view.measures + view.back if height >= 8 else 0)) if height >= 6 else 0
