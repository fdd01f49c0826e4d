"""Commands to a tracked script: what they turn, and why most are refused. Knows no socket and no file."""

from collections.abc import Callable, Sequence
from typing import Any

from torch.optim.lr_scheduler import LRScheduler

from opttui.control.commands import (
    Add,
    AnyCommand,
    Drop,
    Fork,
    Freeze,
    Plane,
    Reply,
    Rescue,
    Restore,
    Rewind,
    Schedule,
    Set,
    Stop,
    Thaw,
)
from opttui.errors import InputError
from opttui.optimizers import hypers
from opttui.race.turning import WHOLE
from opttui.record.events import Event
from opttui.server.beat import Beat
from opttui.server.commands import Mode, carry_out
from opttui.server.inbox import Inbox, Ticket
from opttui.server.speed import Speed
from opttui.tracking.clock import Clock
from opttui.tracking.lane import TrackedLane

CLOSED = "{name} takes no commands: its script calls opttui.track without control=True."
REFUSED: dict[type[Any], str] = {
    Fork: "a tracked script cannot be forked: only the script itself knows how to make another model",
    Rescue: "a tracked script cannot be forked: only the script itself knows how to make another model",
    Rewind: "a tracked script cannot go back: nothing of it but its numbers was recorded",
    Add: "no lane can be added to a tracked script",
    Drop: "a lane of a tracked script cannot be taken out",
    Restore: "a lane of a tracked script cannot be taken out, nor in again",
    Freeze: "a lane of a tracked script cannot be held while others go on",
    Thaw: "a lane of a tracked script cannot be held while others go on",
    Schedule: "a tracked script has its own schedule; its lr can be turned, and the schedule goes on in proportion",
    Plane: "a tracked script draws no paths, so there is no plane to choose",
}
TOGETHER = (Set, Stop)
"""What would part the processes of a distributed training if only one of them obeyed."""


class Orders:
    """Carried out between two steps, in the thread that trains."""

    def __init__(
        self,
        name: str,
        lanes: Sequence[TrackedLane],
        movers: Sequence[str],
        inbox: Inbox,
        event: Callable[[Event], None],
        clock: Clock,
        *,
        control: bool,
        processes: int = 1,
    ) -> None:
        """`movers`: of each lane the schedule that moves its momentum, if one does; `control`: whether commands are
        carried out; `processes`: that train together."""
        self.mode = Mode()
        self._name, self._lanes, self._movers = name, lanes, movers
        self._inbox, self._event, self._clock = inbox, event, clock
        self.control, self._processes = control, processes
        self._beat: Beat | None = None
        self._speed = Speed()
        self._items = inbox.items
        self._engaged = False
        """Whether anything of what was asked holds on: a pause, a number of steps, a pace."""
        self.stopped_by = ""
        """The sentence of a stop; empty while nobody has asked for one."""

    def step(self) -> int:
        """Steps that the furthest lane has taken."""
        return max(lane.step for lane in self._lanes)

    @property
    def waiting(self) -> bool:
        """Whether there is anything to do before the next step."""
        return bool(self._items) or self._engaged

    @property
    def is_to_stop(self) -> bool:
        """Whether a stop waits to be carried out."""
        return any(isinstance(ticket.command, Stop) for ticket in list(self._items))

    def read_speed(self, now: float) -> None:
        """Tell windows how fast it goes."""
        self._speed.read(now, self.step())
        self.mode.speed = self._speed.per_second

    def attend(self, before_waiting: Callable[[], None]) -> None:
        """Do what was asked, and wait where that is what was asked for."""
        mode, begin = self.mode, self._clock.now()
        if mode.until is not None and self.step() >= mode.until:
            mode.paused, mode.until = True, None
            self._event(Event("paused", f"paused at step {self.step()}", step=self.step()))
        self._take()
        if mode.paused and not mode.stopped:
            before_waiting()
            self._speed.forget()
            mode.speed = None
            while mode.paused and not mode.stopped:
                self._inbox.wait(None)
                self._take()
        elif mode.pace is not None:
            self._keep_pace(mode.pace)
        else:
            self._beat = None
        self._clock.leave_out(self._clock.now() - begin)

    def _take(self) -> None:
        while self._inbox.items and not self.mode.stopped:
            self._apply(self._inbox.items.popleft())
        mode = self.mode
        self._engaged = mode.paused or mode.until is not None or mode.pace is not None

    def _apply(self, ticket: Ticket) -> None:
        try:
            self._check(ticket.command)
            events = carry_out(ticket.command, ticket.actor, ticket.requested, self.mode, self)
        except InputError as error:
            ticket.answer(Reply(ticket.number, "refused", str(error), self.step()))
            return
        for event in events:
            self._event(event)
        text = "; ".join(event.text for event in events if event.text)
        ticket.answer(Reply(ticket.number, "applied", text, self.step()))

    def _check(self, command: AnyCommand) -> None:
        if not self.control:
            raise InputError(CLOSED.format(name=self._name))
        if type(command) in REFUSED:
            raise InputError(f"{REFUSED[type(command)]}.")
        if isinstance(command, TOGETHER) and self._processes > 1:
            raise InputError(
                f"{self._processes} processes train together here, and a command reaches only the first: they would part."
            )

    def _keep_pace(self, pace: float) -> None:
        clock = self._clock.now
        if self._beat is None or self._beat.pace != pace:
            self._beat = Beat(pace, clock())
        self._beat.due(clock())  # forgets what slow steps have missed
        self._beat.took(1)
        while (wait := self._beat.wait(clock())) > 0 and self.mode.pace == pace and not self.mode.paused:
            self._inbox.wait(wait)
            self._take()

    # what carry_out asks of a race

    def stop(self, reason: str) -> None:
        """The script is told; it ends by itself, or at its next step."""
        self.stopped_by = reason

    def choose_plane(self, command: Plane, actor: str, requested: int) -> list[Event]:
        """Refused before."""
        raise InputError(f"{REFUSED[Plane]}.")

    def carry_out(self, command: AnyCommand, actor: str, requested: int) -> list[Event]:
        """Turn hypers of a lane. InputError, and nothing changed, where one cannot be."""
        assert isinstance(command, Set)
        lane = self._lane(command.lane)
        if command.at is not None and command.at != lane.step:
            raise InputError(
                f"lane '{lane.name}' is at step {lane.step}; a tracked script is turned now or not at all."
            )
        values = {**command.values, **by_factor(lane, command.factors)}
        return turn(lane, values, self._movers[lane.id], actor, requested)

    def _lane(self, name: str) -> TrackedLane:
        for lane in self._lanes:
            if name in (str(lane.id), lane.name):
                return lane
        known = ", ".join(f"{lane.id} ({lane.name})" for lane in self._lanes)
        raise InputError(f"there is no lane '{name}'; the lanes are {known}.")


def by_factor(lane: TrackedLane, factors: dict[str, float]) -> dict[str, float]:
    """The values of hypers that are multiplied. InputError for one that the optimizer does not have."""
    optimizer = lane.optimizer()
    known = hypers.places(optimizer)
    found = {}
    for name, factor in factors.items():
        _must_have(lane, optimizer, known, name)
        value = hypers.read(optimizer, known[name])
        found[name] = factor * (lane.knob.applied(value) if name == "lr" else value)
    return found


def turn(lane: TrackedLane, values: dict[str, float], mover: str, actor: str, requested: int) -> list[Event]:
    """Write new values, all or none. A rate is a factor on what the schedule says, from the next step on."""
    optimizer = lane.optimizer()
    known = hypers.places(optimizer)
    for name, value in values.items():
        _check(lane, optimizer, known, mover, name, value)
    events = []
    for name, value in values.items():
        if name == "lr":
            scheduled = float(optimizer.param_groups[0]["lr"])
            old = lane.knob.applied(scheduled)
            lane.knob.turn(scheduled, value)
        else:
            old = hypers.read(optimizer, known[name])
            hypers.write(optimizer, known[name], value)
        text = f"{lane.name}: {name} {old:.6g} → {value:.6g}"
        data = {"hyper": name, "old": old, "new": value, "place": list(known[name])}
        event = Event("set", text, lane=lane.id, step=lane.step, actor=actor, requested=requested, data=data)
        events.append(event)
    return events


def _check(
    lane: TrackedLane, optimizer: Any, known: dict[str, hypers.Place], mover: str, name: str, value: float
) -> None:
    _must_have(lane, optimizer, known, name)
    hypers.check(name, value, lane.name)
    if name == "lr" and optimizer.param_groups[0]["lr"] == 0 and value != 0:
        raise InputError(f"lane '{lane.name}': its lr is 0 at this step, and no factor raises that.")
    if name in ("momentum", "beta1") and mover:
        raise InputError(
            f"lane '{lane.name}': {name} is moved by its schedule {mover} and cannot be turned by hand."
        )
    if name in WHOLE and (value != int(value) or value < 1):
        raise InputError(f"lane '{lane.name}': {name} must be a whole number of at least 1, not {value!r}.")


def _must_have(lane: TrackedLane, optimizer: Any, known: dict[str, hypers.Place], name: str) -> None:
    if name not in known:
        kind, others = type(optimizer).__name__, ", ".join(known) or "none that can be turned"
        raise InputError(f"lane '{lane.name}': {kind} has no hyper '{name}'; it has {others}.")


def moving(scheduler: Any) -> str:
    """The schedule that moves the momentum; empty where none does."""
    inner = [scheduler, *getattr(scheduler, "_schedulers", ())]
    return next(
        (
            type(each).__name__
            for each in inner
            if isinstance(each, LRScheduler) and getattr(each, "cycle_momentum", False)
        ),
        "",
    )
