"""The home screen as pictures: the list and a preview of what is under the cursor. Knows no widget."""

import textwrap

from opttui.control.listing import age
from opttui.plots.picture import Ink, Picture, Row, Span
from opttui.plots.terrain import draw_terrain
from opttui.surfaces import SURFACES
from opttui.tui.home.entries import Run, Story
from opttui.tui.home.view import HomeView
from opttui.tui.panels import PANELS
from opttui.tui.panels.cells import filled, fit, make_row, spans_width, tame, width_of
from opttui.tui.panels.ground import from_formula
from opttui.tui.panels.inks import BAD, BOLD, FAINT, GOOD, LABEL, MARK, TEXT, lane_role
from opttui.tui.panels.numbers import count, count_short

CURSOR = "cursor"
HEADING = Ink("title", bold=True)
SIGNS = {
    "running": ("●", GOOD),
    "paused": ("‖", MARK),
    "starting": ("○", LABEL),
    "hung": ("!", BAD),
    "crashed": ("✗", BAD),
    "unreadable": ("?", BAD),
}
"""Sign and ink of a run's state; ■ for those that are over."""

LEAST = 9
"""Rows from which on a surface is worth drawing."""

BY_KEY = {panel.key: panel for panel in PANELS}
Line = list[Span]


def list_picture(view: HomeView, width: int, height: int) -> Picture:
    """Scenarios and runs, a row each, scrolled so that the cursor is in sight."""
    chosen = view.entry()
    rows: list[Row] = []
    at = 0
    stories = [entry for entry in view.entries() if isinstance(entry, Story)]
    runs = [entry for entry in view.entries() if isinstance(entry, Run)]
    # A read-only home has no scenarios, for it starts none.
    for heading, entries in ((("Scenarios", stories),) if view.stories else ()) + (("Runs", runs),):
        if rows:
            rows.append(make_row((), width))
        rows.append(make_row([(f" {heading}", HEADING), (f"  {len(entries)}", FAINT)], width))
        for entry in entries:
            if entry is chosen:
                at = len(rows)
            rows.append(_listed(entry, entry is chosen, width))
        if not entries:
            rows.append(make_row([(f"   {_nothing(view, heading)}", FAINT)], width))
    # A row of what comes after the cursor stays in sight, and so does the first heading at the top.
    first = 0 if at < height - 1 else min(at - height + 2, max(0, len(rows) - height))
    return filled(rows[first:], width, height)


def _nothing(view: HomeView, heading: str) -> str:
    if view.query:
        return "none that fits"
    if heading == "Runs":
        if not view.looked:
            return "looking …"
        return "none yet" + (": enter starts the scenario under the cursor" if view.stories else "")
    return "none"


def _listed(entry: Story | Run, chosen: bool, width: int) -> Row:
    paper = CURSOR if chosen else ""
    left = " ▸ " if chosen else "   "
    if isinstance(entry, Story):
        name = max(14, min(20, width // 3))
        spans: Line = [
            (left, Ink("mark", paper)),
            (fit(tame(entry.name), name), Ink("text", paper, bold=chosen)),
        ]
        spans += [("  ", Ink(bg=paper)), (fit(tame(entry.title), width - name - 6), Ink("label", paper))]
        return make_row(spans, width, Ink(bg=paper))
    sign, ink = SIGNS.get(entry.facts["state"], ("■", FAINT))
    spans = [
        (left, Ink("mark", paper)),
        (f"{sign} ", Ink(ink.fg, paper)),
        (tame(entry.name), Ink("text", paper, chosen)),
    ]
    right = [(f" {_state(entry)}", Ink(ink.fg, paper)), (f"  {_age(entry)} ", Ink("faint", paper))]
    room = width - spans_width(right)
    if room < 16:
        return make_row(spans, width, Ink(bg=paper))
    return make_row([*make_row(spans, room, Ink(bg=paper)), *right], width, Ink(bg=paper))


def _state(run: Run) -> str:
    facts = run.facts
    if facts["state"] in ("running", "paused"):
        if facts["steps"] is None:
            return f"{facts['state']} {count_short(facts['step'])}"
        return f"{facts['state']} {100 * facts['step'] // max(1, facts['steps'])} %"
    if facts["state"] in ("finished", "stopped"):
        outcomes = facts.get("outcomes", {})
        return next(iter(outcomes)) if len(outcomes) == 1 else str(facts["state"])
    return "no answer" if facts["state"] == "hung" else str(facts["state"])


def _age(run: Run) -> str:
    seconds = run.facts.get("age")
    return age(seconds).rjust(6) if seconds is not None else " " * 6


def preview(view: HomeView, width: int, height: int) -> Picture:
    """What the entry under the cursor is: a scenario's story and lanes, a run's curves and table."""
    entry = view.entry()
    if entry is None:
        return filled([], width, height)
    if isinstance(entry, Story):
        rows = [make_row([(" ", TEXT), *line], width) for line in _story(entry, width - 2)]
        return filled([*rows, *_surface(entry, width, height - len(rows) - 1)], width, height)
    if view.preview is None:
        reason = tame(str(entry.facts.get("reason", "it cannot be read")))
        return filled(
            [make_row([(f" {line}", BAD)], width) for line in textwrap.wrap(reason, width - 2)], width, height
        )
    return _run(view, width, height)


def _story(story: Story, width: int) -> list[Line]:
    scenario = story.scenario
    lines: list[Line] = [[(line, BOLD)] for line in textwrap.wrap(tame(story.title), width)]
    lines += [[], [(f"{tame(story.problem)} · {count(scenario.steps)} steps", LABEL)], []]
    for paragraph in story.about:
        lines += [[(line, TEXT)] for line in textwrap.wrap(tame(paragraph), min(width, 96))]
        lines.append([])
    names = max((width_of(tame(name)) for name, _ in story.lanes), default=0)
    for lane, (name, phrase) in enumerate(story.lanes):
        spans: Line = [("━━ ", Ink(lane_role(lane))), (fit(tame(name), min(names, width // 2)), TEXT)]
        told = phrase.removeprefix(f"{name}=")
        lines.append(
            [*spans, (fit(f"  {tame(told)}", width - spans_width(spans)) if told != name else "", FAINT)]
        )
    return [*lines, [], [("opttui race ", FAINT), (tame(story.name), LABEL)]]


def _surface(story: Story, width: int, height: int) -> Picture:
    """The surface that will be raced on, where it is one and there is room for it."""
    surface = SURFACES.get(story.scenario.problem.name)
    if surface is None or height < LEAST:
        return ()
    terrain = from_formula(surface.name, surface.view, width, height, surface.minima)
    return (make_row((), width), *draw_terrain(terrain, surface.view, (), width, height))


def _run(view: HomeView, width: int, height: int) -> Picture:
    """The run's own panels, small: its loss above, its table below where there is room."""
    race = view.preview
    assert race is not None
    manifest = race.reader.manifest
    title = manifest.scenario.title or (
        manifest.problem.title if manifest.problem else manifest.scenario.problem.name
    )
    rows: list[Row] = [make_row([(f" {tame(title)}", BOLD)], width), make_row((), width)]
    table = min(len(manifest.lanes) + 2, max(0, height // 3)) if height >= 16 else 0
    rows += BY_KEY["loss"].draw(race, width, max(0, height - table - len(rows)))
    if table:
        rows += [make_row((), width), *BY_KEY["table"].draw(race, width, table - 1)]
    return filled(rows, width, height)
