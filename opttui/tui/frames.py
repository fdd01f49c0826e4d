"""The pictures of a race screen: every panel with its title, header, hypers and keys. Knows no widget."""

import functools
from typing import Any

import numpy as np

from opttui.plots.picture import Ink, Picture, Row, text_of
from opttui.plots.sheet import Sheet
from opttui.tui.action import Action
from opttui.tui.actions import ACTIONS, is_change
from opttui.tui.cells import cells_of
from opttui.tui.keys import action_at, in_line, key_line
from opttui.tui.layout import Place
from opttui.tui.panels import COMPARE, PANELS, header, hyper_line, measures_line
from opttui.tui.panels.cells import fit, make_row, tame, width_of
from opttui.tui.panels.crosshair import with_marked
from opttui.tui.panels.measures import Costs
from opttui.tui.panels.plain import plain_row
from opttui.tui.panels.timeline import kept_line, timeline_line
from opttui.tui.scripts import refused_by
from opttui.tui.view import RaceView

BY_KEY = {panel.key: panel for panel in (*PANELS, COMPARE)}
NUMBER = {panel.key: f"F{number}" for number, panel in enumerate(PANELS, start=1)} | {COMPARE.key: "C"}


def framed(view: RaceView, key: str, place: Place, chosen: bool) -> Picture:
    """A panel under its title, exactly as large as its place."""
    panel = BY_KEY[key]
    if place.height < 2:
        return panel.draw(view, place.width, place.height)
    picture = panel.draw(view, place.width, place.height - 1)
    if view.marked is not None and view.marked.panel == key:
        (left, right), (top, bottom) = map(sorted, zip(view.marked.first, view.marked.last, strict=True))
        picture = with_marked(picture, (left, top, right, bottom), place.width)
    below = picture if isinstance(picture, Sheet) else cells_of(picture, place.width)
    above = title(panel.title(view), NUMBER[key], place.width, chosen, view.marker == "ascii")
    return Sheet(np.concatenate((above.points, below.points)), np.concatenate((above.inks, below.inks)))


# It stays the same for most frames.
@functools.lru_cache(maxsize=64)
def title(words: str, number: str, width: int, chosen: bool, plain: bool) -> Sheet:
    """The row above a panel."""
    rule = Ink("label" if chosen else "axis")
    words = f" {tame(words)} "
    if width_of(words) > width - 1:
        words = fit(words, width - 1)
    room = width - 1 - width_of(words)
    tail = f" {number} ─" if room >= 8 else ""
    line = "━" if chosen else "─"
    spans = [
        (line, rule),
        (words, Ink("chosen" if chosen else "title", bold=chosen)),
        (line * max(0, room - len(tail)), rule),
        (tail, Ink("faint")),
    ]
    row = make_row(spans, width)
    return cells_of((plain_row(row) if plain else row,), width)


def top(view: RaceView, width: int) -> Picture:
    """The line above the panels."""
    return cells_of((header(view, width),), width)


def bottom(view: RaceView, width: int, height: int, under: str, costs: Costs) -> Picture:
    """The focused lane's hypers, the keys, and between them in a third row what is measured."""
    keys = _keys(*_line_of(view, width))
    rows = [measures_line(view, under, costs, width)] if view.measures and height > 2 else []
    if view.back and height > 2:
        rows = [timeline_line(view, width), *rows]
        rows = [kept_line(view, width), *rows] if height - len(rows) > 2 else rows
    rows.append(keys)
    rows = [hyper_line(view, width), *(map(plain_row, rows) if view.marker == "ascii" else rows)]
    return cells_of(rows, width)


# They stay the same for most frames.
@functools.lru_cache(maxsize=32)
def _keys(kind: str, control: bool, *shown: Any) -> Row:
    """The line of keys that mean something to a run of a kind."""
    return key_line(_meant(kind, control), *shown)


def _meant(kind: str, control: bool) -> list[Action]:
    """Actions that mean something to a run of a kind."""
    return [action for action in ACTIONS if not is_change(action) or not refused_by(kind, control, action.id)]


def _line_of(view: RaceView, width: int) -> tuple[Any, ...]:
    """What the line of keys is made from."""
    manifest = view.reader.manifest
    # What nobody answers to is no key.
    mute = view.readonly or view.state == "ended"
    return manifest.kind, manifest.control, width, mute, "back" if view.back else "", view.reader.foreign


def key_at(view: RaceView, width: int, x: int) -> str:
    """The id of the action whose key stands at a cell of the last line; empty where none does."""
    kind, control, *shown = _line_of(view, width)
    action = action_at(in_line(_meant(kind, control), *shown), x)
    return action.id if action is not None else ""


def is_tag(view: RaceView, key: str, width: int, chosen: bool, x: int) -> bool:
    """Whether the number of a panel stands at a cell of its title."""
    text = text_of(title(BY_KEY[key].title(view), NUMBER[key], width, chosen, plain=True))
    tail = f" {NUMBER[key]} -"
    return text.endswith(tail) and width - len(tail) <= x < width


def room(view: RaceView, height: int) -> tuple[int, int]:
    """Rows above the panels and below them, on a terminal of some height."""
    more = view.measures + view.back * (2 if height >= 16 else 1) if height >= 8 else 0
    return int(height >= 3), 2 + more if height >= 6 else 0
