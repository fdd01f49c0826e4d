"""Going back: a lane, or all of them, as they were when they came to a step. What they did after it is undone."""

from typing import Protocol

from opttui.control.commands import Rewind
from opttui.errors import InputError
from opttui.race.forking import Kennel, as_it_was
from opttui.race.lane import Lane
from opttui.record.events import Event


class Clockwork(Kennel, Protocol):
    """A race, as far as going back goes."""

    def went_back(self, lane: Lane, again: Lane, to: int, for_good: bool) -> list[Event]:
        """The first lane's place has been taken by the other, which stands at an earlier step; what comes again."""

    def was_lost(self, lane: Lane, for_good: bool) -> list[Event]:
        """A fork was dropped, since it had not begun yet; what comes again."""


def rewind(race: Clockwork, command: Rewind, actor: str, requested: int) -> list[Event]:
    """Put lanes back to a step. InputError, and nothing done, when they cannot be.

    Without a lane, every lane that has come further goes back; forks that began later are dropped, for they were not
    there yet.
    """
    if command.lane is not None:
        lane = race.lane(command.lane)
        check(lane, command.to)
        return back(race, lane, command, actor, requested)
    further = [lane for lane in race.lanes if lane.step > command.to and lane.past.held != "dropped"]
    if not further:
        raise InputError(f"no lane has come further than step {command.to}.")
    events, coming = [], []
    for lane in further:
        if lane.begin > command.to:
            if not lane.past.held:
                lane.past.before_held = lane.outcome, lane.reason
            lane.past.held = "dropped"
            lane.outcome, lane.reason = "stopped", f"dropped: it began at step {lane.begin}"
            text = f"{lane.name}: dropped, since it began at step {lane.begin}"
            data = {"outcome": "stopped", "reason": lane.reason, "all": True, "to": command.to}
            events.append(
                Event(
                    "dropped", text, lane=lane.id, step=lane.step, actor=actor, requested=requested, data=data
                )
            )
            coming += race.was_lost(lane, command.for_good)
        else:
            event, *more = back(race, lane, command, actor, requested)
            events.append(event)
            coming += more
    return [*events, *coming]


def check(lane: Lane, to: int) -> None:
    """InputError for a step at which the lane never was, or is."""
    if lane.past.held == "dropped":
        raise InputError(f"lane '{lane.name}' is dropped.", f"Write first: restore {lane.id}.")
    if to >= lane.step:
        raise InputError(f"lane '{lane.name}' is at step {lane.step}, and {to} is not before it.")
    if to < lane.begin:
        raise InputError(f"lane '{lane.name}' began at step {lane.begin}, and {to} is before that.")


def back(race: Clockwork, lane: Lane, command: Rewind, actor: str, requested: int) -> list[Event]:
    """The lane's place in the race is taken by itself as it was; the event, and what comes again."""
    to = command.to
    came_from = lane.step
    again = as_it_was(race, lane, to)
    again.voice.kept = lane.voice.kept
    if lane.past.held:
        again.past.held, again.past.before_held = lane.past.held, (again.outcome, again.reason)
        again.outcome, again.reason = lane.outcome, lane.reason
    # Where it was in other planes is known by the parameters kept; those from `to` on go when it comes there again.
    again.rows.history = lane.rows.history
    race.lanes[lane.id] = again
    coming = race.went_back(lane, again, to, command.for_good)
    text = f"{lane.name}: back from step {came_from} to step {to}"
    data = {"from": came_from, "to": to, "outcome": again.outcome, "reason": again.reason}
    data |= {"all": True} if command.lane is None else {}
    event = Event("rewound", text, lane=lane.id, step=to, actor=actor, requested=requested, data=data)
    return [event, *coming]
