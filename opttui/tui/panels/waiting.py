"""What the panels say before there is anything to draw. Knows no curve."""

import textwrap

from opttui.plots.picture import Ink, Picture, Span
from opttui.tui.panels.cells import centred, fit, tame, width_of
from opttui.tui.panels.inks import BOLD, FAINT, LABEL, lane_role
from opttui.tui.view import RaceView


def is_waiting(view: RaceView) -> bool:
    """Whether the race has not been built yet, so that neither problem nor device are known."""
    return view.reader.manifest.problem is None and not any(lane.rows for lane in view.reader.lanes)


def welcome(view: RaceView, width: int, height: int) -> Picture:
    """Title, the lanes that will race, and what is being waited for, in the middle of the panel."""
    manifest = view.reader.manifest
    title = tame(manifest.scenario.title or manifest.scenario.problem.name)
    told = tame(view.reason) or ("starting …" if view.state == "starting" else "the race never began")
    reason: list[Span] = [(told, LABEL)]
    if height < 4:
        return centred([reason, [(title, BOLD)]], width, height)
    lanes = _lanes(view, width, height - 4)
    return centred([[(title, BOLD)], [], *lanes, *([[]] if lanes else []), reason], width, height)


def quiet(text: str, width: int, height: int) -> Picture:
    """One faint sentence in the middle of a panel, in as many lines as it takes."""
    lines = textwrap.wrap(text, max(width - 2, 1)) if width_of(text) > width else [text]
    return centred([[(line, FAINT)] for line in lines], width, height)


def _lanes(view: RaceView, width: int, room: int) -> list[list[Span]]:
    """A row for each lane, as a block of one width; what does not fit is counted."""
    lanes = view.reader.manifest.lanes
    shown = lanes if len(lanes) <= room else lanes[: max(0, room - 1)]
    names = [tame(lane.name) for lane in shown]
    # Its own name stands beside it.
    phrases = [
        tame(lane.phrase.removeprefix(f"{lane.name}=")) if lane.phrase != lane.name else "" for lane in shown
    ]
    wide_name = min(max(map(width_of, names), default=0), max(1, width // 3))
    wide_phrase = min(max(map(width_of, phrases), default=0), max(0, width - wide_name - 8))
    lines: list[list[Span]] = []
    for lane, name, phrase in zip(shown, names, phrases, strict=True):
        ink = Ink(lane_role(lane.id))
        lines.append([("━━ ", ink), (fit(name, wide_name), Ink()), ("  ", FAINT)])
        lines[-1].append((fit(phrase, wide_phrase), FAINT))
    if len(shown) < len(lanes) and room > 0:
        lines.append([(f"… {len(lanes) - len(shown)} more", FAINT)])
    return lines
