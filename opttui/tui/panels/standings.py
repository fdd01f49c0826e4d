"""How each lane stands, as the numbers and words that the panels show. Knows no width and no ink."""

import math
from dataclasses import dataclass

from opttui.record.fair import best_of, by_held_out
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS, STEP, Row
from opttui.record.manifest import LaneInfo, LaneResult
from opttui.record.seen import SeenLane
from opttui.tui.panels.cells import tame
from opttui.tui.panels.facts import LaneFacts, ledger
from opttui.tui.panels.kin import descent, fork_sign
from opttui.tui.panels.memo import once
from opttui.tui.view import RaceView

LOST = ("diverged", "failed")
"""Outcomes whose lanes are ranked last."""

STATE_OUTCOMES = {
    "watching": "running",
    "starting": "waiting",
    "running": "running",
    "hung": "running",
    "lost": "running",
    "paused": "paused",
}
"""How a lane stands of which no event says anything, by the state of the race; else it was stopped."""


@dataclass(frozen=True)
class Standing:
    """A lane at this moment. Numbers that do not exist are None."""

    id: int
    name: str
    phrase: str
    loss: float | None
    best: float | None
    """What it is ranked by: its least held-out loss where batches differ and there is one, else its least loss."""
    lr: float | None
    steps: int
    evaluations: int | None
    seconds: float | None
    outcome: str
    """running, paused, finished, reached, diverged, failed, stopped; waiting before the race."""
    reason: str
    end_step: int | None
    metrics: dict[str, float]
    """The newest validation row."""
    versus: float | None = None
    """Its loss against the baseline's."""
    luckiest: float | None = None
    """Its least loss, which decides between equals."""
    descent: tuple[int, ...] = ()
    """Ids from the lane that began at the start down to this one."""
    fork: str = ""
    """Whether it is an exact fork, and of which step."""
    by_hand: bool = False
    """Whether it is no longer what its phrase says."""
    held: str = ""
    """frozen or dropped."""


def standings(view: RaceView) -> tuple[Standing, ...]:
    """Every lane, in the manifest's order."""
    return once(view.reader, ("standings", view.state), lambda: _standings(view))


def _standings(view: RaceView) -> tuple[Standing, ...]:
    reader = view.reader
    facts = ledger(reader)
    readers = {lane.id: lane for lane in reader.lanes}
    results = {result.id: result for result in reader.manifest.results}
    held_out = by_held_out(reader)
    return tuple(
        _standing(
            view.state,
            info,
            readers.get(info.id),
            facts.lane(info.id),
            results.get(info.id),
            held_out,
            reader.foreign,
            descent(reader, info.id),
        )
        for info in reader.manifest.lanes
    )


def in_sight(view: RaceView) -> tuple[Standing, ...]:
    """Those that are not filtered out."""
    return tuple(lane for lane in standings(view) if view.shows(lane.id)) if view.words else standings(view)


def ranked(lanes: tuple[Standing, ...]) -> list[Standing]:
    """Best loss first; without one after those; diverged and failed last."""
    return sorted(lanes, key=_rank)


def taken(row: Row | None) -> int:
    """Steps that a lane has taken, as its last row says; 0 without one."""
    return int(row[STEP]) + 1 if row and math.isfinite(row[STEP]) else 0


def _rank(lane: Standing) -> tuple[bool, float, float, int]:
    best, luckiest = (
        math.inf if each is None or math.isnan(each) else each for each in (lane.best, lane.luckiest)
    )
    return lane.outcome in LOST or lane.held == "dropped", best, luckiest, lane.id


def _standing(
    state: str,
    info: LaneInfo,
    reader: SeenLane | None,
    facts: LaneFacts,
    result: LaneResult | None,
    held_out: bool,
    foreign: bool,
    above: tuple[int, ...],
) -> Standing:
    row = reader.last if reader is not None else None
    outcome, reason = facts.outcome, facts.reason
    if not outcome and result is not None:
        outcome, reason = result.outcome, result.reason
        if foreign and outcome == "stopped":
            # Nobody knows more than that nothing comes.
            outcome, reason = reason, ""
    elif not outcome and state == "crashed":
        reason = "its process is gone"
    return Standing(
        id=info.id,
        name=tame(info.name),
        phrase=tame(info.phrase),
        loss=row[LOSS] if row else None,
        best=best_of(reader, held_out) if reader is not None else None,
        lr=(None if math.isnan(row[LR]) else row[LR]) if row else info.hypers.get("lr"),
        steps=taken(row),
        evaluations=int(row[EVALUATIONS]) if row and math.isfinite(row[EVALUATIONS]) else None,
        seconds=row[SECONDS] if row else None,
        outcome=outcome or STATE_OUTCOMES.get(state, "stopped"),
        reason=tame(reason),
        end_step=facts.end_step,
        metrics=reader.metrics if reader is not None else {},
        luckiest=reader.best_loss if reader is not None else None,
        descent=above,
        fork=fork_sign(info),
        by_hand=bool(info.changes) or bool(facts.touched),
        held=facts.held,
    )
