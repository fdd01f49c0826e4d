"""Lanes in lockstep. Pure: no thread, no clock of its own, no disk; whoever holds it drains what happened."""

from collections.abc import Callable
from dataclasses import dataclass, field

import msgspec
import torch
from torch import Tensor

from opttui.control.commands import Command, Fork
from opttui.control.commands import Plane as ChoosePlane
from opttui.errors import InputError
from opttui.problems.problem import Problem
from opttui.race.checks import Check
from opttui.race.forking import check_all, settled_event
from opttui.race.infos import info_of
from opttui.race.lane import Lane
from opttui.race.orders import Order, again_of, carry_out, due, lost, note_of
from opttui.race.plane import Plane
from opttui.race.replane import replane
from opttui.race.snapshot import Snapshot
from opttui.race.streams import Streams
from opttui.race.timeline import Timeline
from opttui.record.events import CHECKING, Event
from opttui.record.layout import Row
from opttui.record.manifest import LaneInfo, ProblemInfo
from opttui.record.past import Past
from opttui.scenario.specs import Scenario

SCENARIO = "scenario"
"""Who asks for what a scenario's events ask for."""
TOLD = 3
"""Of what comes again, so many commands are said in words; the record has all."""


@dataclass
class Drained:
    """What happened since the last look. Events carry no time: the race has no clock."""

    rows: dict[int, list[Row]] = field(default_factory=dict)
    """By lane, in the order of steps."""
    validation: list[tuple[int, int, dict[str, float]]] = field(default_factory=list)
    """Lane, step, metrics."""
    cosines: dict[int, list[tuple[int, float]]] = field(default_factory=dict)
    """By lane, where they are measured: step, and the cosine of its gradient with the one before."""
    events: list[Event] = field(default_factory=list)
    pasts: dict[int, Past] = field(default_factory=dict)
    """By lane, where another plane was chosen: before the rows, which lie in it already."""


@dataclass
class Race:
    """Lanes on a problem. Until `hand_back`, the process's random streams and torch's settings belong to the lanes."""

    scenario: Scenario
    problem: Problem
    plane: Plane | None
    device: torch.device
    dtype: torch.dtype
    lanes: list[Lane]
    streams: Streams
    clock: Callable[[], float]
    made: Problem
    """The problem with its own start, before the race's initialisation."""
    told: str = ""
    """How its start was initialised, in words; empty for its own."""
    level: bool = True
    """No lane has to catch up with others."""
    checks: list[Check] = field(default_factory=list)
    """Forks that are to be seen going on like their parents."""
    checks_wait: bool = False
    """Whether they may wait for the next rounds; else a fork is checked at once."""
    orders: list[Order] = field(default_factory=list)
    """What waits until a lane comes to a step."""
    reruns: list[tuple[int, list[Row]]] = field(default_factory=list)
    timeline: Timeline = field(init=False)
    plane_number: int = 0
    """Counts the planes chosen while it runs."""
    _pasts: dict[int, Past] = field(default_factory=dict)
    _unsettled: list[Event] = field(default_factory=list)
    """Of forks that lanes had been told to make at a step, while they are being checked."""

    def __post_init__(self) -> None:
        self.timeline = Timeline(self.clock)

    def round(self) -> bool:
        """Every running lane takes one step; on another axis than steps, the lane that is furthest behind on it does.

        Lanes that are behind on steps (added, rewound, thawed) step alone until they are level. Returns False when no
        lane is left to step.
        """
        if self.orders:
            due(self)
        running = [lane for lane in self.lanes if lane.running]
        if not running:
            self.check_now()
            return False
        axis = self.scenario.axis
        if axis == "evaluations":
            running = [min(running, key=lambda lane: lane.evaluations)]
        elif axis == "seconds":
            running = [min(running, key=lambda lane: lane.rows.seconds)]
        elif not self.level:
            running = self._behind(running)
        every = self.problem.validate_every
        for lane in running:
            if self.problem.validate is not None and lane.step % every == 0:
                self._validate(lane)
            self.streams.enter(lane.ambient)
            lane.advance()
            if not lane.running and lane.outcome == "finished":
                self._validate(lane)
        if self.checks:
            check_all(self)
        return True

    def step(self) -> int:
        """The furthest lane's step, of those that were not taken out."""
        return max((lane.step for lane in self.lanes if lane.past.held != "dropped"), default=0)

    def carry_out(self, command: Command, actor: str, requested: int) -> list[Event]:
        """What a command about lanes asks for, between two rounds. InputError, and nothing done, when it cannot be."""
        if self.checks and not (isinstance(command, Fork) and self._is_settled(command.lane)):
            self.check_now()
        return carry_out(self, command, actor, requested)

    def choose_plane(self, command: ChoosePlane, actor: str, requested: int) -> list[Event]:
        """Draw paths in another plane. All rows must have been drained, and nothing be checked any more; InputError
        where there is no such plane."""
        event, self.plane, self._pasts = replane(self, command.kind, self.plane_number + 1)
        self.plane_number += 1
        for lane in self.lanes:
            lane.rows.turn(self.plane)
        return [msgspec.structs.replace(event, actor=actor, requested=requested)]

    def lane(self, name: str) -> Lane:
        """A lane by id or by name; InputError when there is none."""
        for lane in self.lanes:
            if name in (str(lane.id), lane.name):
                return lane
        known = ", ".join(f"{lane.id} ({lane.name})" for lane in self.lanes)
        raise InputError(f"there is no lane '{name}'; the lanes are {known}.")

    def drain(self, wait: bool = False) -> Drained:
        """Rows, validation rows and events since the last call; with `wait`, also those still on the device."""
        drained = Drained(pasts=self._pasts)
        self._pasts = {}
        names = self.problem.info.metrics
        # The place of a fork that is being checked may yet be taken; lanes that came later are told of after it.
        sure = min((check.child.id for check in self.checks), default=len(self.lanes))
        for lane in self.lanes[:sure]:
            rows = lane.drain(wait)
            if rows:
                drained.rows[lane.id] = rows
            if lane.cosines is not None:
                drained.cosines[lane.id] = lane.cosines.drain(wait)
            drained.validation += [
                (lane.id, step, values) for step, values in lane.drain_metrics(names, wait)
            ]
            notes = (
                Event(kind="note", text=line, lane=lane.id, step=lane.step) for line in lane.voice.fetch()
            )
            drained.events += [*notes, *lane.events]
            lane.events.clear()
        drained.events = self._told(drained.events)
        return drained

    def info(self) -> tuple[ProblemInfo, tuple[LaneInfo, ...]]:
        """What a window needs to know of the problem and of the lanes as built."""
        return self.problem.info, tuple(map(info_of, self.lanes))

    def parameters(self, lane: int) -> dict[str, Tensor]:
        """A lane's parameters and buffers by name, on the CPU, copied; where its optimizer has them measured."""
        walker = self.lanes[lane]
        with walker.at_average():
            state = walker.model.state_dict()
            return {name: tensor.detach().cpu().clone().contiguous() for name, tensor in state.items()}

    def check_now(self) -> None:
        """Settle whether forks go on like their parents, at the price of some steps."""
        check_all(self, now=True)

    def settled(self, event: Event) -> Event | None:
        """The event as it is to be recorded; None for that of a fork which is being checked still."""
        if event.data.get("exact") != CHECKING or event.lane is None:
            return event
        exact = self.label(event.lane)
        return None if exact == CHECKING else settled_event(event, exact)

    def label(self, lane: int) -> str:
        """Whether a fork is exact, or why not; that it is being checked; empty for a lane that is no fork."""
        descent = self.lanes[lane].past.descent
        return "" if descent is None else descent.exact

    def stop(self, reason: str) -> None:
        """End every lane that still runs."""
        self.check_now()
        for lane in self.lanes:
            lane.stop(reason)

    def hand_back(self) -> None:
        """Give the process its own random streams and settings back."""
        self.streams.leave()

    def nearest(self, lane: Lane, step: int) -> Snapshot | None:
        """The newest snapshot of a lane on its way to a step; None: it has to walk from its beginning."""
        return self.timeline.nearest(lane, step)

    def remember(self) -> None:
        """Snapshots, as far as their share of the time goes. Called now and then between two rounds."""
        self.timeline.look(self.lanes, self.streams)

    def walked_again(self) -> list[tuple[int, list[Row]]]:
        """Lanes and their rows that were walked again since the last call, to be compared with the record."""
        reruns, self.reruns = self.reruns, []
        return reruns

    def went_back(self, lane: Lane, again: Lane, to: int, for_good: bool) -> list[Event]:
        """A lane's place has been taken by itself at an earlier step: what the scenario turned comes again."""
        self.timeline.cut(again, to)
        return [] if for_good else self._wait_for(again_of(lane, to, SCENARIO))

    def was_lost(self, lane: Lane, for_good: bool) -> list[Event]:
        """A fork was dropped, since it had not begun yet: if the scenario made it, it comes again."""
        return [] if for_good else self._wait_for(lost(lane, SCENARIO))

    def _wait_for(self, orders: list[Order]) -> list[Event]:
        self.orders += orders
        return [note_of(self, order, told=at < TOLD) for at, order in enumerate(orders)]

    def _is_settled(self, name: str) -> bool:
        """Whether a lane is none that is being checked."""
        return all(name not in (str(check.child.id), check.child.name) for check in self.checks)

    def _told(self, events: list[Event]) -> list[Event]:
        """Those that are settled; the others come with a later call."""
        waiting = [*self._unsettled, *events]
        found = [self.settled(event) for event in waiting]
        self._unsettled = [event for event, told in zip(waiting, found, strict=True) if told is None]
        return [event for event in found if event is not None]

    def _behind(self, running: list[Lane]) -> list[Lane]:
        """The lanes that are furthest behind; all of them when they are level."""
        least = min(lane.step for lane in running)
        behind = [lane for lane in running if lane.step == least]
        self.level = len(behind) == len(running)
        return behind

    def _validate(self, lane: Lane) -> None:
        with self.streams.aside():
            lane.validate()
