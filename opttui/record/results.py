"""How each lane did: from the manifest once the race has ended, from rows and events before. Never asks a
process."""

import math
from typing import TYPE_CHECKING, Any, cast, get_args

import msgspec

from opttui.record.history import BY_HAND, present
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS, STEP
from opttui.record.manifest import LaneInfo, LaneResult, Outcome

if TYPE_CHECKING:
    from opttui.record.events import Event
    from opttui.record.seen import SeenLane, SeenRun

OUTCOMES = ("outcome", "dropped", "restored", "frozen", "thawed", "rewound", "resumed")
"""Kinds of events that say how a lane stands."""


UNTOLD = ("exact", "changes", "by_hand")
"""What `--json` leaves out, since its fields are fixed; tables and the manifest have it."""


def results(reader: "SeenRun", alive: bool) -> tuple[LaneResult, ...]:
    """One result a lane, in the manifest's order. `alive`: a process still runs the race."""
    if reader.version == 0:
        reader.poll()
    told = {result.id: result for result in reader.manifest.results}
    logs = {lane.id: lane for lane in reader.lanes}
    return tuple(
        told.get(lane.id) or _result(lane, logs[lane.id], reader.events, alive)
        for lane in reader.manifest.lanes
    )


def summary(reader: "SeenRun", alive: bool) -> dict[str, Any]:
    """The object that `--json` prints; numbers that do not exist, NaN and infinity are None.

    `alarms` is among its keys where the scenario asks for any.
    """
    lanes = results(reader, alive)
    manifest = reader.manifest
    told = {
        "run": manifest.id,
        "path": str(reader.path),
        "problem": manifest.scenario.problem.name,
        "seed": manifest.scenario.seed,
        "device": manifest.device or manifest.scenario.device,
        "dtype": manifest.dtype or manifest.scenario.dtype,
        "steps": manifest.steps,
        "lanes": [
            _without_non_finite(
                {key: value for key, value in msgspec.structs.asdict(lane).items() if key not in UNTOLD}
            )
            for lane in lanes
        ],
    }
    return told | {"alarms": _alarms(reader)} if manifest.scenario.alarms is not None else told


def _alarms(reader: "SeenRun") -> list[dict[str, Any]]:
    """What rang, in order: kind, lane, step and sentence."""
    return [
        {
            "alarm": str(event.data.get("alarm", "")),
            "lane": event.lane,
            "step": event.step,
            "text": event.text,
        }
        for event in reader.events
        if event.kind == "alarm"
    ]


def _result(lane: LaneInfo, log: "SeenLane", events: "list[Event]", alive: bool) -> LaneResult:
    paused = [event for event in events if event.kind in ("paused", "resumed", "stopped")]
    events = present(events, lane.id)
    outcome, reason = _outcome(log, events, paused, alive)
    last = log.last
    return LaneResult(
        id=lane.id,
        name=lane.name,
        phrase=lane.phrase,
        outcome=outcome,
        reason=reason,
        steps=0 if last is None else _whole(last[STEP]) + 1,
        evaluations=0 if last is None else _whole(last[EVALUATIONS]),
        seconds=0.0 if last is None else last[SECONDS],
        first_loss=log.first_loss,
        final_loss=None if last is None else last[LOSS],
        best_loss=log.best_loss,
        best_step=log.best_step,
        target_step=_target_step(events),
        final_lr=None if last is None else last[LR],
        diverged_step=_step_of(events, "outcome", "diverged"),
        parent=lane.parent,
        forked_at=lane.forked_at,
        exact=lane.exact,
        changes=lane.changes,
        by_hand=bool(lane.changes) or any(event.kind in BY_HAND for event in events),
    )


def _outcome(log: "SeenLane", events: "list[Event]", race: "list[Event]", alive: bool) -> tuple[Outcome, str]:
    """From the lane's own events, and those of the race that pause and stop it."""
    for event in reversed(events):
        word = event.data.get("outcome")
        if event.kind in OUTCOMES and word in get_args(Outcome):
            if word == "running":
                break
            # A lane that was still frozen when the race came to its end has not come to its own.
            reason = event.data.get("reason")
            text = reason if isinstance(reason, str) else event.text
            return ("stopped" if word == "paused" and not alive else cast(Outcome, word)), text
    if alive:
        newest = race[-1:]
        return ("paused", newest[0].text) if newest and newest[0].kind == "paused" else ("running", "")
    for event in reversed(race):
        if event.kind == "resumed":
            break
        if event.kind == "stopped":
            return "stopped", event.text or "stopped by a person"
    if log.last is None:
        return "stopped", "its process ended without a word before the first step"
    return "stopped", f"its process ended without a word after step {_whole(log.last[STEP])}"


def _target_step(events: "list[Event]") -> int | None:
    """A lane that stops at its target says so with its outcome; one that goes on, with an event of its own."""
    step = _step_of(events, "target")
    return _step_of(events, "outcome", "reached") if step is None else step


def _step_of(events: "list[Event]", kind: str, outcome: str | None = None) -> int | None:
    for event in events:
        if event.kind == kind and outcome in (None, event.data.get("outcome")):
            return event.step
    return None


def _whole(value: float) -> int:
    return int(value) if math.isfinite(value) else 0


def _without_non_finite(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in values.items()
    }
