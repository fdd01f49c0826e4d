"""Carries out one command between two rounds. Knows no socket and no clock: a command in, events out."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from opttui.control.commands import (
    Add,
    AnyCommand,
    Fork,
    Kept,
    Pace,
    Pause,
    Plane,
    Rescue,
    Resume,
    Status,
    Step,
    Stop,
)
from opttui.control.words import parse_command
from opttui.errors import InputError
from opttui.record.events import Event
from opttui.scenario.names import lane_names
from opttui.scenario.specs import EventSpec, Scenario


class Turnable(Protocol):
    """What a race lets a command do. `opttui.race` has the real one."""

    def step(self) -> int:
        """The furthest running lane's step."""

    def carry_out(self, command: AnyCommand, actor: str, requested: int) -> list[Event]:
        """What is asked of lanes; InputError, and nothing done, when it is refused."""

    def choose_plane(self, command: Plane, actor: str, requested: int) -> list[Event]:
        """Draw paths in another plane; InputError when there is none of the kind."""

    def stop(self, reason: str) -> None:
        """End every lane that still runs."""


OF_THE_RACE = (Pause, Resume, Step, Pace, Stop)
"""Commands about how the race is run; every other one is about lanes."""


@dataclass
class Mode:
    """How the race is being run. Changed by the loop's thread; the control thread reads it for `status`."""

    pace: float | None = None
    """Steps a second; None is as fast as it goes."""
    paused: bool = False
    until: int | None = None
    """Pause again when the race has come to this step."""
    stopped: bool = False
    trouble: str = ""
    """Why nothing can be written, as a sentence; empty when it can."""
    reason: str = ""
    """Why it is paused, when nobody asked for it."""
    speed: float | None = None
    """Steps a second of late."""

    def status(self, step: int, kept: Kept | None = None) -> Status:
        state = "ended" if self.stopped else "paused" if self.paused else "running"
        return Status(state, step, self.reason, self.pace, self.speed, kept)


def scripted(scenario: Scenario) -> list[tuple[int, AnyCommand]]:
    """The commands that a scenario gives by itself, with the step before which each is applied. InputError
    for nonsense."""
    commands = []
    # Lanes that the commands before have made may have any name; those are asked for when it comes to it.
    names = {*lane_names(scenario.lanes), *map(str, range(len(scenario.lanes)))}
    for event in in_order(scenario.events):
        try:
            command = parse_command(event.do)
            lane = getattr(command, "lane", None)
            if names and lane is not None and lane not in names:
                known = ", ".join(
                    f"{number} ({name})" for number, name in enumerate(lane_names(scenario.lanes))
                )
                raise InputError(f"there is no lane '{lane}'; the lanes are {known}.")
            if isinstance(command, Fork | Add | Rescue):
                names.clear()
            commands.append((event.at, command))
        except InputError as error:
            raise InputError(
                f"The scenario's event at step {event.at}: {error.message}", error.hint
            ) from None
    return commands


def in_order(events: Sequence[EventSpec]) -> list[EventSpec]:
    """By their steps; those after a rewind stay after it, since the race comes to earlier steps once more."""
    ordered: list[EventSpec] = []
    passage: list[EventSpec] = []
    for event in events:
        passage.append(event)
        if event.do.split()[:1] == ["rewind"]:
            ordered += sorted(passage, key=lambda event: event.at)
            passage = []
    return ordered + sorted(passage, key=lambda event: event.at)


def carry_out(command: AnyCommand, actor: str, requested: int, mode: Mode, race: Turnable) -> Sequence[Event]:
    """Do what was asked; the events that say so. InputError, with nothing done, when it cannot be."""
    if mode.trouble and not isinstance(command, Stop):
        raise InputError(
            f"The race waits because {mode.trouble}.", "It can be resumed when there is room again."
        )
    if isinstance(command, Plane):
        return race.choose_plane(command, actor, requested)
    if not isinstance(command, OF_THE_RACE):
        return race.carry_out(command, actor, requested)
    step = race.step()
    if isinstance(command, Stop):
        mode.stopped = True
        race.stop(f"stopped by {actor} at step {step}")
        return [Event("stopped", f"stopped at step {step}", step=step, actor=actor, requested=requested)]
    if isinstance(command, Pace):
        return [_pace(command, actor, requested, mode, step)]
    if isinstance(command, Step):
        return [_steps(command, actor, requested, mode, step)]
    mode.paused, mode.until, mode.reason = isinstance(command, Pause), None, ""
    kind, words = ("paused", "paused at step") if mode.paused else ("resumed", "goes on from step")
    return [Event(kind, f"{words} {step}", step=step, actor=actor, requested=requested)]  # type: ignore[arg-type]


def _pace(command: Pace, actor: str, requested: int, mode: Mode, step: int) -> Event:
    pace = command.steps_per_second
    if pace is not None and not (math.isfinite(pace) and pace > 0):
        raise InputError(f"{pace!r} is not a pace.", "It is a number of steps a second above 0.")
    mode.pace = pace
    text = "as fast as it goes" if pace is None else f"{pace:g} steps a second"
    return Event("pace", text, step=step, actor=actor, requested=requested, data={"pace": pace})


def _steps(command: Step, actor: str, requested: int, mode: Mode, step: int) -> Event:
    """A step asked for while others are still being taken comes on top of them."""
    if command.count < 1:
        raise InputError(f"{command.count} is not a number of steps.", "It is a whole number from 1 on.")
    mode.until = (step if mode.until is None else mode.until) + command.count
    mode.paused, mode.reason = False, ""
    text = "one step" if command.count == 1 else f"{command.count} steps"
    data = {"steps": command.count}
    return Event(
        "resumed", f"{text} from step {step}", step=step, actor=actor, requested=requested, data=data
    )
