"""Lanes brought back to where a process that is gone had come with them, from what the record says of each.

A lane is built again, put into its newest checkpoint and walked from there to the last row that was recorded, with all
that was done to it on the way. A checkpoint only saves steps: without one the walk begins where the lane did.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from opttui.control.commands import Fork, Schedule, Set
from opttui.control.words import parse_command
from opttui.errors import InputError
from opttui.race.forking import FRESH, changes_of, fork
from opttui.race.joining import joined
from opttui.race.lane import Lane
from opttui.race.lineage import restored, walk_again
from opttui.race.orders import AGAIN, WAITS, Order
from opttui.race.past import Change, Descent, Past, Scheduled, Turned
from opttui.race.race import Race
from opttui.race.recipes import recipe_of
from opttui.race.snapshot import Snapshot
from opttui.race.turning import reschedule, spec_with, turn_hypers
from opttui.record.events import Event
from opttui.record.layout import SECONDS, STEP, Row
from opttui.record.manifest import LaneInfo
from opttui.scenario.phrase import parse_lane

HELD = {"dropped": "dropped", "frozen": "frozen", "restored": "", "thawed": ""}


@dataclass(frozen=True)
class Known:
    """What the record says of a lane."""

    info: LaneInfo
    events: Sequence[Event]
    """Those that still hold of it, in order."""
    rows: Sequence[Row]
    """Its newest rows: those from its newest checkpoint on, or all."""
    begin: int = 0
    """The step of its first row."""
    measured: frozenset[int] = frozenset()
    """Steps at which its held-out data were measured."""
    checkpoint: Snapshot | None = None
    born: Snapshot | None = None
    """Of a fork: as it began."""

    @property
    def to(self) -> int:
        """The step at which it stood."""
        return int(self.rows[-1][STEP]) + 1 if self.rows else self.begin


@dataclass
class Back:
    """What became of the lanes."""

    walked: int = 0
    """Steps that were taken again."""
    rows: dict[int, list[Row]] = field(default_factory=dict)
    """By lane, of those steps."""
    notes: list[Event] = field(default_factory=list)
    metrics: list[tuple[int, int, dict[str, float]]] = field(default_factory=list)
    """Lane, step, metrics that were not recorded any more."""


def bring_back(race: Race, known: Sequence[Known], events: Sequence[Event] = ()) -> Back:
    """Put every lane of the record where it stood; the race was just built. `events`: all of the record, in order.

    A lane that cannot be brought back has failed, with the reason; what was recorded of it stays.
    """
    back = Back()
    for each in known:
        number = each.info.id
        try:
            lane = race.lanes[number] if number < len(race.lanes) else born(race, each)
            race.lanes[number] = walked(race, lane, each, back)
        except InputError as error:
            lane = race.lanes[number] if number < len(race.lanes) else _stand_in(race, each)
            lane.step = each.to
            lane.outcome, lane.reason = "failed", f"it could not be brought back: {error}"
            back.notes.append(
                Event("outcome", lane.reason, lane=number, step=each.to, data={"outcome": "failed"})
            )
    race.orders += waiting(race, events)
    race.level = False
    return back


def waiting(race: Race, events: Sequence[Event]) -> list[Order]:
    """What lanes had been told to do at a step to which they have not come, or not come again."""
    found: dict[tuple[int, str], Order] = {}
    for event in events:
        if event.lane is None or not 0 <= event.lane < len(race.lanes):
            continue
        if WAITS in event.data:
            words, again = str(event.data[WAITS]), event.data.get(AGAIN)
            command = parse_command(words)
            if isinstance(command, Set | Schedule | Fork) and command.at is not None:
                order = Order(event.lane, command.at, command, event.actor, event.requested or 0, again)
                found[event.lane, words] = order
        else:
            for key, order in list(found.items()):
                if _is_done(order, event):
                    del found[key]
    lanes = race.lanes
    return [
        order
        for order in found.values()
        if order.step >= lanes[order.lane].step or lanes[order.lane].past.held
    ]


def _is_done(order: Order, event: Event) -> bool:
    """Whether an event says that it was."""
    if isinstance(order.command, Fork):
        born = event.kind == "forked" and (event.data.get("parent"), event.step) == (order.lane, order.step)
        return born or (event.lane == order.again and bool(event.data.get("again")))
    kind = "set" if isinstance(order.command, Set) else "schedule"
    same = (event.kind, event.lane, event.step, event.actor) == (kind, order.lane, order.step, order.actor)
    hyper = event.data.get("hyper")
    return same and (
        not isinstance(order.command, Set) or hyper in (*order.command.values, *order.command.factors)
    )


def born(race: Race, known: Known) -> Lane:
    """The race's newest lane as it was when it began. InputError when it cannot be had again."""
    info = known.info
    if info.parent is None or info.forked_at is None:
        return joined(race, msgspec.structs.replace(parse_lane(info.phrase), name=""), info.name)
    command = command_of(known)
    if known.born is None:
        fork(race, command, actor_of(known), info.forked_at)
        return race.lanes[-1]
    parent = race.lanes[info.parent]
    if command.optimizer is None:
        recipe = dataclasses.replace(parent.recipe, id=info.id, name=info.name)
    else:
        spec = msgspec.structs.replace(parse_lane(command.optimizer), name="")
        recipe = recipe_of(race, spec, info.id, info.name, parent.recipe)
    lane = restored(race, recipe, parent.problem, known.born)
    lane.start, lane.begin = parent.start, info.forked_at
    exact = info.exact or FRESH
    lane.past = Past(
        dataclasses.replace(known.born, done=0),
        descent=Descent(info.parent, info.forked_at, exact, changes_of(command), command, actor_of(known)),
    )
    race.lanes.append(lane)
    return lane


def command_of(known: Known) -> Fork:
    """The command that made a fork, from its event. InputError where the record has lost it."""
    info = known.info
    for event in known.events:
        if event.kind == "forked":
            asked = {key: event.data[key] for key in ("values", "schedule", "optimizer")}
            return Fork(str(info.parent), info.forked_at, name=info.name, **asked)
    raise InputError("the record has lost how it was forked.")


def actor_of(known: Known) -> str:
    """Who asked for a fork."""
    return next((event.actor for event in known.events if event.kind == "forked"), "")


def walked(race: Race, lane: Lane, known: Known, back: Back) -> Lane:
    """The lane as it stood. InputError when what was done to it cannot be done again."""
    lane.past.changes += changes(lane, known.events)
    base = known.checkpoint
    if base is not None and (base.step > known.to or base.done > len(lane.past.changes)):
        base = None
    every = race.problem.validate_every if race.problem.validate is not None else 0
    missing = {step for step in range(0, known.to, every) if step not in known.measured} if every else set()
    if every and known.to == lane.recipe.steps and known.to not in known.measured:
        missing.add(known.to)
    if base is not None and any(step < base.step for step in missing):
        missing = {step for step in missing if step >= base.step}
    again = walk_again(race, lane, known.to, base, missing)
    back.walked += len(again.rows)
    back.metrics += [(again.lane.id, step, values) for step, values in again.metrics]
    back.rows[lane.id] = again.rows
    _go_on(again.lane, lane.past.changes, known)
    return again.lane


def changes(lane: Lane, events: Sequence[Event]) -> list[Change]:
    """What was done to the lane by hand, from its events."""
    found: list[Change] = []
    for event in events:
        if event.step is None:
            continue
        if event.kind == "set":
            values = {str(event.data["hyper"]): float(event.data["new"])}
            found.append(Turned(event.step, values, event.actor))
        elif event.kind == "schedule":
            words = str(event.data["schedule"])
            spec = spec_with(lane.scheduled, words, lane.recipe.steps - event.step)
            found.append(Scheduled(event.step, spec, words, event.actor))
    return found


def _go_on(lane: Lane, changes: Sequence[Change], known: Known) -> None:
    """What was done where it stands, whether it takes part, and its clock."""
    for change in changes:
        if change.step < known.to or not lane.running:
            continue
        if isinstance(change, Turned):
            turn_hypers(lane, change.values)
        else:
            reschedule(lane, change.spec)
        lane.past.changes.append(change)
    if known.rows:
        lane.rows.go_on(known.rows[-1][SECONDS], known.rows[-1])
    for event in known.events:
        if event.kind in HELD:
            _hold(lane, event)


def _hold(lane: Lane, event: Event) -> None:
    before = (lane.outcome, lane.reason) if not lane.past.held else lane.past.before_held
    lane.past.held = HELD[event.kind]
    if not lane.past.held:
        lane.outcome, lane.reason = before
        lane.past.before_held = ("running", "")
        return
    lane.past.before_held = before
    lane.outcome = "stopped" if lane.past.held == "dropped" else "paused"
    lane.reason = str(event.data.get("reason", event.text))


def _stand_in(race: Race, known: Known) -> Lane:
    """A lane that only holds the place of one that cannot be had again."""
    lane = joined(race, race.lanes[0].recipe.spec, known.info.name)
    lane.past.held = "dropped"
    return lane
