"""The lines of time while the viewer is back in it: the focused lane's steps, its marks, where its snapshots and
checkpoints lie, the cursor; and how large those are. Knows no key."""

from opttui.plots.picture import Ink, Row, Span
from opttui.tui.panels.cells import make_row, width_of
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.inks import ALARM, CROSS, FAINT, FORK, LABEL, MARK, STAR, TURN
from opttui.tui.panels.kept import DISK, MEMORY, kept_words
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.numbers import count
from opttui.tui.panels.standings import LOST
from opttui.tui.panels.then import ends_of, reader_of, step_at
from opttui.tui.view import RaceView

HERE = "┃"
"""Where the cursor stands."""


def timeline_line(view: RaceView, width: int) -> Row:
    """Exactly `width` cells."""
    ends, step = ends_of(view, view.focus), step_at(view, view.focus)
    if ends is None or step is None:
        return make_row([(" back in time", MARK)], width)
    words = f" back at step {count(step)} of {count(ends[1])}  "
    typed = f"  go to {view.typed}_" if view.typed else "  0–9 go to a step"
    room = width - width_of(words) - width_of(typed) - 2
    spans: list[Span] = [(words, Ink("mark", bold=True))]
    if room >= 8:
        spans += [("├", FAINT), *_bar(view, ends, step, room), ("┤", FAINT)]
    return make_row([*spans, (typed, LABEL)], width)


def kept_line(view: RaceView, width: int) -> Row:
    """What there is to go back to, and its size; exactly `width` cells."""
    reader = reader_of(view, view.focus)
    pointers = reader.pointers if reader is not None else ()
    return make_row([(" " + kept_words(view.kept, view.focus, pointers, width - 1), LABEL)], width)


def _bar(view: RaceView, ends: tuple[int, int], step: int, width: int) -> list[Span]:
    cells: list[Span] = [("─", FAINT)] * width

    def put(at: int, glyph: str, ink: Ink) -> None:
        if ends[0] <= at <= ends[1] + 1:
            share = (at - ends[0]) / max(1, ends[1] - ends[0])
            cells[min(width - 1, int(share * width))] = (glyph, ink)

    facts, reader = ledger(view.reader).lane(view.focus), reader_of(view, view.focus)
    own = Ink(ink_of(view.reader, view.focus))
    for at in view.kept.memory[view.focus].steps if view.kept and view.focus in view.kept.memory else ():
        put(at, MEMORY, FAINT)
    for pointer in reader.pointers if reader is not None else []:
        put(pointer.step, DISK, LABEL)
    for glyph, ink, steps in (
        (TURN, own, facts.turns),
        (FORK, own, facts.forks),
        (ALARM, MARK, facts.alarms),
    ):
        for at in steps:
            put(at, glyph, ink)
    if facts.target_step is not None:
        put(facts.target_step, STAR, Ink("good"))
    if facts.end_step is not None and facts.outcome in LOST:
        put(facts.end_step, CROSS, Ink("bad"))
    put(step, HERE, Ink("mark", bold=True))
    return cells
