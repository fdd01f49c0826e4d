"""The line of the focused lane: its hypers as they are now, or how it ended. Knows no key and no command."""

from collections.abc import Sequence

from opttui.plots.picture import Ink, Row, Span
from opttui.record.layout import STEP
from opttui.tui.panels.cells import fit, make_row, spans_width, tame, width_of
from opttui.tui.panels.columns import outcome_words
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.inks import FAINT, LABEL, OUTCOME_INKS
from opttui.tui.panels.kin import fork_words, ink_of
from opttui.tui.panels.numbers import short
from opttui.tui.panels.reach import LIVE
from opttui.tui.panels.reached import row_at_cursor
from opttui.tui.panels.standings import standings
from opttui.tui.panels.then import hypers_at, step_at
from opttui.tui.view import RaceView

BETWEEN: Span = (" · ", FAINT)
CHOSEN = "cursor"
"""The paper of the hyper that the keys turn."""


def hyper_line(view: RaceView, width: int) -> Row:
    """Name in the lane's ink, then its hypers; the chosen one is always in sight, one that was turned has a star."""
    lane = next((lane for lane in standings(view) if lane.id == view.focus), None)
    if lane is None:
        return make_row((), width)
    role = ink_of(view.reader, lane.id)
    name = fit(lane.name, min(width_of(lane.name), max(4, width // 4)))
    spans: list[Span] = [(" ━━ ", Ink(role, bold=True)), (name, Ink(role, bold=True)), ("  ", FAINT)]
    if lane.outcome not in ("waiting", "running", "paused"):
        spans += [(outcome_words(lane), Ink(OUTCOME_INKS.get(lane.outcome, "label"))), ("  ", FAINT)]
    if lane.outcome == "diverged" and view.state in LIVE and not view.readonly:
        spans += [("! rescues it", Ink("mark")), ("  ", FAINT)]
    words = _descent(view)
    turned = ledger(view.reader).lane(lane.id).turned
    hypers = [
        (tame(key), short(value), key in turned)
        for key, value in hypers_at(view, lane.id, step_at(view, lane.id) if view.back else None).items()
    ]
    if view.reader.foreign:
        return make_row([*spans, *_measured(view, width - spans_width(spans))], width)
    if not hypers:
        return make_row(spans, width)
    chosen = min(max(view.hyper, 0), len(hypers) - 1)
    pieces = [_piece(*hyper, chosen=place == chosen, role=role) for place, hyper in enumerate(hypers)]
    needed = _size(pieces, 0, len(pieces))
    if words and spans_width(spans) + needed + width_of(words) + 3 <= width:
        # Whose fork it is comes last, where there is room.
        return make_row([*spans, *_window(pieces, chosen, needed), ("   " + words, FAINT)], width)
    return make_row([*spans, *_window(pieces, chosen, width - spans_width(spans))], width)


def _measured(view: RaceView, width: int) -> list[Span]:
    """What another tool's log says of the focused lane beside its loss, as far as it fits."""
    lane = next((lane for lane in view.reader.lanes if lane.id == view.focus), None)
    row = None if lane is None or view.cursor is None else row_at_cursor(view, lane)
    told = {} if lane is None else lane.metrics if row is None else dict(lane.metrics_at(row[STEP]))
    pieces = [_piece(tame(name), short(value), False, False, "") for name, value in told.items()]
    return _window(pieces, 0, width) if pieces else []


def _descent(view: RaceView) -> str:
    """Whose fork the focused lane is, and whether copies go on alike; empty where it is none."""
    infos = {info.id: info for info in view.reader.manifest.lanes}
    info = infos.get(view.focus)
    if info is None or info.parent not in infos:
        return ""
    return tame(fork_words(info, infos[info.parent].name))


def _piece(name: str, value: str, turned: bool, chosen: bool, role: str) -> list[Span]:
    star = "*" if turned else ""
    if chosen:
        return [(f" {name} {value}{star} ", Ink(role, CHOSEN, bold=True))]
    return [(f"{name} ", LABEL), (f"{value}{star}", Ink("mark") if turned else Ink())]


def _window(pieces: Sequence[list[Span]], chosen: int, width: int) -> list[Span]:
    """Neighbours of the chosen piece as far as they fit, `…` where some are left out."""
    first, last = chosen, chosen + 1
    while True:
        if last < len(pieces) and _size(pieces, first, last + 1) <= width:
            last += 1
        elif first > 0 and _size(pieces, first - 1, last) <= width:
            first -= 1
        else:
            break
    spans: list[Span] = [("… ", FAINT)] if first else []
    for place in range(first, last):
        spans += ([BETWEEN] if place > first else []) + pieces[place]
    return [*spans, (" …", FAINT)] if last < len(pieces) else spans


def _size(pieces: Sequence[list[Span]], first: int, last: int) -> int:
    size = sum(map(spans_width, pieces[first:last])) + 3 * (last - first - 1)
    return size + (2 if first else 0) + (2 if last < len(pieces) else 0)
