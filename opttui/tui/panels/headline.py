"""The line above all panels: which run, how far, how fast, and how it stands. Knows no panel."""

from collections.abc import Sequence
from dataclasses import dataclass

from opttui.plots.picture import Ink, Row, Span
from opttui.record.fair import by_held_out
from opttui.tui.panels.cells import make_row, spans_width, tame
from opttui.tui.panels.inks import BAD, BOLD, FAINT, GOOD, LABEL, MARK
from opttui.tui.panels.numbers import count, loss_text, short, speed
from opttui.tui.panels.reach import LIVE
from opttui.tui.panels.standings import LOST, ranked, standings, taken
from opttui.tui.view import RaceView

BAR = 12
"""Cells of the bar of progress."""
BEHIND = 1_000_000
"""Bytes of a record on another machine that may be on their way without being spoken of."""

SIGNS = {
    "running": "●",
    "paused": "‖",
    "ended": "■",
    "crashed": "✗",
    "hung": "!",
    "lost": "?",
    "starting": "○",
    "watching": "●",
}
INKS = {
    "running": GOOD,
    "paused": MARK,
    "ended": LABEL,
    "crashed": BAD,
    "hung": BAD,
    "lost": BAD,
    "starting": LABEL,
    "watching": GOOD,
}


@dataclass(frozen=True)
class Part:
    """A piece of the line. Of all parts, the one with the highest `rank` is dropped first."""

    rank: int
    spans: tuple[Span, ...]


def header(view: RaceView, width: int) -> Row:
    """The line in exactly `width` cells: the longest wording of the state for which there is room, the rest by rank."""
    facts = _facts(view)
    words = _state_words(view)
    ink = INKS.get(view.state, LABEL)
    bold = Ink(ink.fg, bold=True)
    essential = [part for part in facts if part.rank <= 3]
    for text in words:
        state = Part(0, ((f" {SIGNS.get(view.state, '·')} {text}", bold),))
        if _size([state, *essential]) <= width or text == words[-1]:
            return fitting_row([state, *facts], width)
    return make_row((), width)


def fitting_row(parts: Sequence[Part], width: int) -> Row:
    """As many parts as fit with dots between them, in exactly `width` cells."""
    return make_row(_joined(_fitting(parts, width)), width)


def _facts(view: RaceView) -> list[Part]:
    manifest = view.reader.manifest
    problem = manifest.problem
    what = problem.title if problem else manifest.scenario.problem.name
    parts = [
        Part(1, ((tame(f"{view.host}:{manifest.id}" if view.host else manifest.id), BOLD),)),
        Part(6, ((tame(what), LABEL),)),
        Part(7, ((" ".join(filter(None, (tame(manifest.device), tame(manifest.dtype)))), LABEL),)),
        Part(2, _progress(view)),
        Part(9, _bar(view)),
    ]
    if view.state == "running" and view.steps_per_second is not None:
        parts.append(Part(4, ((f"{speed(view.steps_per_second)} steps/s", BOLD),)))
    if view.pace is not None and view.state in LIVE:
        parts.append(Part(5, ((f"pace {short(view.pace)}", MARK),)))
    if view.behind > BEHIND:
        parts.append(Part(3, ((f"{view.behind / 1e6:,.0f} MB to come", MARK),)))
    if view.readonly and not view.reader.foreign:
        parts.append(Part(3, (("read only", MARK),)))
    if view.reader.damage:
        parts.append(Part(8, ((f"damaged: {tame(view.reader.damage[0])}", BAD),)))
    return [part for part in parts if spans_width(part.spans)]


def _state_words(view: RaceView) -> Sequence[str]:
    """Wordings of the state, longest first: what happened and what one can do."""
    reason = tame(view.reason)
    if view.state in ("crashed", "hung", "lost"):
        return _trouble_words(view, reason)
    if view.state == "ended":
        return _ended(reason, _winner(view)), _winner(view), "ended"
    if view.state == "paused":
        told = (
            (f"paused: {reason}", f"paused: {_brief(reason)}")
            if reason
            else ("paused; space goes on, . takes one step",)
        )
        return *told, "paused"
    if view.state == "starting":
        return reason or "starting", "starting"
    return (view.state,)


def _trouble_words(view: RaceView, reason: str) -> Sequence[str]:
    """The same where the process is gone, hangs, or is out of reach."""
    script = view.reader.manifest.kind == "tracked"
    if view.state == "crashed":
        why = f": {reason}" if reason else ": its process is gone"
        if script:
            return f"crashed{why}; what it recorded is here", f"crashed{why}", "crashed"
        return (
            f"crashed{why}; space, or {_typed(view, 'resume')}, goes on with it",
            f"crashed{why}; space goes on with it",
            "crashed; space goes on with it",
            f"crashed{why}",
            "crashed; what it recorded is here",
            "crashed",
        )
    if view.state == "hung":
        why = f": {reason}" if reason else ""
        if script:
            return f"hangs: no answer from the script{why}", f"hangs{why}", "hangs: no answer", "hangs"
        stop = _typed(view, "stop")
        known = (f"hangs{why}; q ends it, or {stop}", f"hangs{why}") if reason else ()
        return (
            *known,
            f"hangs: no answer from the race; wait, or q, or {stop}",
            f"hangs: no answer; wait, or q, or {stop}",
            "hangs: no answer; wait, or q",
            "hangs: no answer",
            "hangs",
        )
    return reason, "connection lost; trying again …", "out of reach"


def _typed(view: RaceView, verb: str) -> str:
    """The command line for a verb on this run."""
    return tame(
        view.to_type(verb) if view.to_type is not None else f"opttui {verb} {view.reader.manifest.id}"
    )


def _brief(reason: str) -> str:
    """What comes before the details."""
    return reason.partition(";")[0].partition(": ")[0]


def _ended(reason: str, winner: str) -> str:
    """Who ended the race, when somebody did, and how it came out."""
    return f"{reason}; {winner}" if reason else f"ended; {winner}"


def _winner(view: RaceView) -> str:
    """How the race came out: whose loss was the best."""
    first = next(iter(ranked(standings(view))), None)
    if first is None or first.best is None or first.outcome in LOST:
        return "no lane came through"
    held_out = " held out" if by_held_out(view.reader) else ""
    return f"best: {first.name} with {loss_text(first.best)}{held_out}"


def _furthest(view: RaceView) -> int:
    """Steps that the furthest lane has taken."""
    return max((taken(lane.last) for lane in view.reader.lanes), default=0)


def _progress(view: RaceView) -> tuple[Span, ...]:
    total = view.reader.manifest.steps
    if total is None:
        return ("step ", FAINT), (count(_furthest(view)), BOLD)
    # As wide as the total from the first step on, so that what follows stays where it is.
    return (
        ("step ", FAINT),
        (count(_furthest(view)).rjust(len(count(total))), BOLD),
        (f" of {count(total)}", LABEL),
    )


def _bar(view: RaceView) -> tuple[Span, ...]:
    total = view.reader.manifest.steps
    if total is None:
        return ()
    done = min(1.0, _furthest(view) / max(1, total))
    full = round(done * BAR)
    return ("━" * full, INKS.get(view.state, LABEL)), ("─" * (BAR - full), FAINT)


def _fitting(parts: Sequence[Part], width: int) -> list[Part]:
    """As many parts as fit; the first stays in any case, cut at the edge."""
    kept = list(parts)
    while len(kept) > 1 and _size(kept) > width:
        kept.remove(max(kept, key=lambda part: part.rank))
    return kept


def _size(parts: Sequence[Part]) -> int:
    return sum(spans_width(part.spans) for part in parts) + 3 * (len(parts) - 1)


def _joined(parts: Sequence[Part]) -> list[Span]:
    spans: list[Span] = []
    for part in parts:
        spans += [(" · ", FAINT)] if spans else []
        spans += part.spans
    return spans
