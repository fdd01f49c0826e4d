"""What a race does between two rounds when it is asked to: to one of its lanes, or to their number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from opttui.control.commands import (
    Add,
    Command,
    Drop,
    Fork,
    Freeze,
    Restore,
    Rewind,
    Schedule,
    Set,
    Thaw,
)
from opttui.control.words import words_of
from opttui.errors import InputError
from opttui.race.forking import begins_alike, fork
from opttui.race.joining import Start, add
from opttui.race.lane import Lane
from opttui.race.past import Turned
from opttui.race.rewinding import Clockwork, back, rewind
from opttui.race.turning import by_factor, must_run, swap_schedule, turn_lane
from opttui.record.events import Event, EventKind
from opttui.record.manifest import Outcome

WAITS, AGAIN = "waits", "fork again"
"""Of a note's data: the command that waits, in words; the lane that it makes again."""


@dataclass(frozen=True)
class Order:
    """A command that waits until its lane comes to a step."""

    lane: int
    step: int
    command: Set | Schedule | Fork
    actor: str
    requested: int
    again: int | None = None
    """Of a fork: the lane that it made, which was dropped as the race went back to before it."""


class Camp(Start, Clockwork, Protocol):
    """A race, as far as orders go."""

    orders: list[Order]

    def step(self) -> int:
        """The furthest lane's step."""

    def check_now(self) -> None:
        """Settle whether forks go on like their parents."""

    def carry_out(self, command: Command, actor: str, requested: int) -> list[Event]:
        """Do it once nothing is in doubt that it could touch."""


def carry_out(race: Camp, command: Command, actor: str, requested: int) -> list[Event]:
    """Do it; the events that say so. InputError, and nothing done, when it cannot be."""
    at = race.step()
    events = DOING[type(command)](race, command, actor, requested)
    for event in events:
        # The race's step, which is not the lane's where that is behind: what it takes to do the same again.
        event.data.setdefault("at", at)
    return events


def due(race: Camp) -> None:
    """Do what lanes have come to the step of; what is refused now is noted. Lanes that are held come to none."""
    for order in list(race.orders):
        lane = race.lanes[order.lane]
        if lane.past.held or lane.step < order.step:
            continue
        race.orders.remove(order)
        now = msgspec.structs.replace(order.command, at=None, lane=str(order.lane))
        try:
            lane.events += born_again(race, order) or race.carry_out(now, order.actor, order.requested)
        except InputError as error:
            text = f"what was asked for step {order.step} was refused: {error}"
            lane.events.append(Event("note", text, lane=lane.id, step=lane.step))


def born_again(race: Camp, order: Order) -> list[Event]:
    """A fork that was dropped as the race went back to before it, in again as it began; none where it is no such fork, or
    its parent is no longer what it was."""
    lane = race.lanes[order.again] if order.again is not None else None
    if lane is None or lane.past.held != "dropped" or race.lanes[order.lane].step != order.step:
        return []
    race.check_now()
    if not begins_alike(race, lane):
        return []
    at = race.step()
    restored = _let_go(race, lane, "restored", order.actor, order.requested)
    restored = msgspec.structs.replace(restored, text=f"{lane.name}: forked again at step {order.step}")
    restored.data.update(at=at, again=True)
    at = race.step()  # in again, it is where it was
    rewound, *more = back(race, lane, Rewind(lane.begin, str(lane.id)), order.actor, order.requested)
    rewound.data.update(at=at, again=True)
    return [restored, rewound, *more]


def note_of(race: Camp, order: Order, told: bool = True) -> Event:
    """That an order waits, so that whoever goes on with the race later knows it too."""
    lane = race.lanes[order.lane]
    words = words_of(order.command)
    data: dict[str, Any] = {WAITS: words} | ({} if order.again is None else {AGAIN: order.again})
    text = f"comes again: {words}" if told else ""
    return Event(
        "note",
        text,
        lane=lane.id,
        step=lane.step,
        actor=order.actor,
        requested=order.requested,
        data=data,
    )


def lost(lane: Lane, actor: str) -> list[Order]:
    """What makes a fork again that was dropped as the race went back to before it, where that actor had made it."""
    descent = lane.past.descent
    if descent is None or descent.asked is None or descent.actor != actor:
        return []
    return [Order(descent.parent, descent.step, descent.asked, actor, descent.step, lane.id)]


def again_of(lane: Lane, to: int, actor: str) -> list[Order]:
    """What somebody had done to a lane from a step on, to be done again when it comes there."""
    found = []
    for change in lane.past.changes:
        if change.step < to or change.actor != actor:
            continue
        command: Set | Schedule = (
            Set(str(lane.id), change.values, change.step)
            if isinstance(change, Turned)
            else Schedule(str(lane.id), change.words, change.step)
        )
        found.append(Order(lane.id, change.step, command, actor, change.step))
    return found


def _turn(race: Camp, command: Set, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    each = [f"{key}={value:g}" for key, value in command.values.items()]
    words = " ".join([*each, *(f"{key}=x{value:g}" for key, value in command.factors.items())])
    if waits := _ordered(race, lane, command, words, actor, requested):
        return waits
    must_run(lane)
    return turn_lane(lane, {**command.values, **by_factor(lane, command.factors)}, actor, requested)


def _reschedule(race: Camp, command: Schedule, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    if waits := _ordered(race, lane, command, f"@{command.schedule}", actor, requested):
        return waits
    return swap_schedule(lane, command.schedule, actor, requested)


def _ordered(
    race: Camp, lane: Lane, command: Set | Schedule | Fork, words: str, actor: str, requested: int
) -> list[Event]:
    """The event that says that a command waits for its step; none when it is to be done now."""
    if command.at is None or command.at == lane.step:
        return []
    if command.at < lane.step:
        raise InputError(
            f"lane '{lane.name}' has come to step {lane.step}, and step {command.at} is past.",
            f"A fork there has it: fork {lane.id} at {command.at} {words}.",
        )
    if command.at >= lane.recipe.steps:
        raise InputError(
            f"lane '{lane.name}' takes {lane.recipe.steps} steps, and never comes to step {command.at}."
        )
    race.orders.append(Order(lane.id, command.at, command, actor, requested))
    text = f"{lane.name}: {words} from step {command.at} on"
    data = {WAITS: words_of(command)}
    return [Event("note", text, lane=lane.id, step=lane.step, actor=actor, requested=requested, data=data)]


def _fork(race: Camp, command: Fork, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    if command.at is not None and command.at > lane.step:
        return _ordered(race, lane, command, "fork", actor, requested)
    events = fork(race, command, actor, requested)
    race.level = False
    return events


def _add(race: Camp, command: Add, actor: str, requested: int) -> list[Event]:
    events = add(race, command, actor, requested)
    race.level = False
    return events


def _rewind(race: Camp, command: Rewind, actor: str, requested: int) -> list[Event]:
    events = rewind(race, command, actor, requested)
    race.level = False
    return events


def _drop(race: Camp, command: Drop, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    if lane.past.held == "dropped":
        raise InputError(f"lane '{lane.name}' is dropped already.", f"It comes back with: restore {lane.id}.")
    if not any(other.past.held != "dropped" for other in race.lanes if other is not lane):
        raise InputError(f"lane '{lane.name}' is the only one left.", "The race ends with: stop.")
    before = (lane.outcome, lane.reason) if lane.past.held != "frozen" else ("running", "")
    return [_held(lane, "dropped", "stopped", f"dropped at step {lane.step}", before, (actor, requested))]


def _freeze(race: Camp, command: Freeze, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    if lane.past.held == "frozen":
        raise InputError(f"lane '{lane.name}' is frozen already.", f"It goes on with: thaw {lane.id}.")
    if not lane.running:
        raise InputError(
            f"lane '{lane.name}' has {lane.outcome} at step {lane.step}, and stands still anyway."
        )
    before = lane.outcome, lane.reason
    return [_held(lane, "frozen", "paused", f"frozen at step {lane.step}", before, (actor, requested))]


def _restore(race: Camp, command: Restore, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    if lane.past.held != "dropped":
        raise InputError(f"lane '{lane.name}' is not dropped.")
    return [_let_go(race, lane, "restored", actor, requested)]


def _thaw(race: Camp, command: Thaw, actor: str, requested: int) -> list[Event]:
    lane = race.lane(command.lane)
    if lane.past.held != "frozen":
        raise InputError(f"lane '{lane.name}' is not frozen.")
    return [_let_go(race, lane, "thawed", actor, requested)]


def _held(lane: Lane, held: str, outcome: Outcome, text: str, before: Any, who: tuple[str, int]) -> Event:
    lane.past.held, lane.past.before_held = held, before
    lane.outcome, lane.reason = outcome, text
    kind: EventKind = "dropped" if held == "dropped" else "frozen"
    return Event(
        kind,
        f"{lane.name}: {text}",
        lane=lane.id,
        step=lane.step,
        actor=who[0],
        requested=who[1],
        data={"outcome": outcome, "reason": text},
    )


def _let_go(race: Camp, lane: Lane, kind: EventKind, actor: str, requested: int) -> Event:
    lane.outcome, lane.reason = lane.past.before_held
    lane.past.held, lane.past.before_held = "", ("running", "")
    race.level = False
    return Event(
        kind,
        f"{lane.name}: {kind} at step {lane.step}" + (", catches up" if lane.running else ""),
        lane=lane.id,
        step=lane.step,
        actor=actor,
        requested=requested,
        data={"outcome": lane.outcome, "reason": lane.reason},
    )


DOING: dict[type[Command], Callable[[Any, Any, str, int], list[Event]]] = {
    Set: _turn,
    Schedule: _reschedule,
    Fork: _fork,
    Add: _add,
    Rewind: _rewind,
    Drop: _drop,
    Restore: _restore,
    Freeze: _freeze,
    Thaw: _thaw,
}
