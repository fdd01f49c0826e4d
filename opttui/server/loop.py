"""The race process's loop: rounds, commands between them, flushes. Knows no torch, no socket and no file.

While it goes, a round costs the loop three looks beside the round itself: at the inbox, at the clock and at a
count.
"""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from opttui.control.commands import AnyCommand, Fork, Plane, Reply, Rescue, Step
from opttui.control.words import words_of
from opttui.errors import InputError
from opttui.record.events import Event
from opttui.server.beat import Beat
from opttui.server.callers import signed
from opttui.server.commands import Mode, Turnable, carry_out
from opttui.server.gallery import Gallery
from opttui.server.inbox import Inbox, Ticket
from opttui.server.recorder import Drainable, Recorder
from opttui.server.speed import Speed
from opttui.server.survey import Survey

FLUSH_SECONDS = 0.05
SOON = 0.005
"""The same while lanes are being announced."""
FLUSH_ROWS = 4096
SLOW = 1 / FLUSH_SECONDS
"""A pace up to this many steps a second is flushed at each step, so that a slow race looks live."""
SPARE = 0.002
"""Seconds between two beats in which evaluations of the surface are worth beginning."""
SCENARIO = "scenario"
"""Who asks for what the scenario's events ask for."""
RETRY = 1.0
"""Seconds between two tries to write to a disk that refuses."""


class Racing(Turnable, Drainable, Protocol):
    """What the loop needs of a race."""

    def round(self) -> bool:
        """A step for every running lane, or for the lane that is behind; False: nothing was left to do."""

    checks_wait: bool
    """Whether forks may be checked with the rounds to come."""

    def check_now(self) -> None:
        """Settle whether forks go on like their parents."""

    def settled(self, event: Event) -> Event | None:
        """The event as it is to be recorded; None for that of a fork which is being checked still."""

    def remember(self) -> None:
        """Take snapshots, as far as their share of the time goes."""


class Keeping(Protocol):
    """Keeps checkpoints, from which the race can be gone on with after its process is gone."""

    @property
    def busy(self) -> bool:
        """Whether something is being written of which the record does not know yet."""

    def look(self) -> None:
        """Between two rounds: write what is due."""

    def keep(self) -> None:
        """A checkpoint of everything that has moved."""


class Loop:
    """Runs a race to its end, or until it is stopped."""

    def __init__(
        self,
        race: Racing,
        lanes: int,
        recorder: Recorder,
        inbox: Inbox,
        mode: Mode,
        *,
        script: Sequence[tuple[int, AnyCommand]] = (),
        given: int | None = None,
        survey: Survey | None = None,
        gallery: Gallery | None = None,
        compare: Callable[[], Sequence[Event]] = tuple,
        keeper: Keeping | None = None,
        rescue: Callable[[Rescue], Fork] | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._race = race
        self._lanes = lanes
        self._most = max(1, FLUSH_ROWS // lanes)
        """Rounds between two flushes."""
        self._recorder = recorder
        self._inbox = inbox
        self._mode = mode
        self._script = list(script)
        """Commands that the scenario gives, with the step before which each is applied, in order."""
        self._given = len(self._script) if given is None else given
        """How many there are in all, those that an earlier process has carried out included."""
        self._survey = survey
        self._gallery = gallery
        self._compare = compare
        """Holds what was walked again against the record; notes where they differ."""
        self._keeper = keeper
        self._rescue = rescue
        """What to do for a lane that has diverged, from what is on disk of it."""
        self._clock = clock
        self._due = clock() + FLUSH_SECONDS
        """When to flush next."""
        self._speed = Speed()
        self._heeds = recorder.pauses
        """Whether an alarm pauses the race: rows are then looked at after each round."""
        self._doubts: list[tuple[Ticket, int, Sequence[Event]]] = []
        """Commands whose forks are being checked, with the step and the events that say what was done."""
        self._more = True
        self._taken = 0
        """Rounds so far."""
        self._last = 0
        """Of steps asked for one by one, the last round that they may take: where lanes are level on something
        else than steps, the furthest may have finished, and then the race's step moves no more."""

    def run(self) -> None:
        """Until nothing is left to do. Everything that can be drained has been handed to the recorder
        then."""
        self._attend()
        while self._more and not self._mode.stopped:
            if self._mode.paused:
                self._rest()
            elif self._mode.pace is None:
                self._sprint()
            else:
                self._walk(Beat(self._mode.pace, self._clock()))
        self._settle()
        self._recorder.take(wait=True)
        self._flush()
        while self._mode.trouble and not self._mode.stopped:
            self._inbox.wait(RETRY)
            self._attend()

    def _sprint(self) -> None:
        """Rounds without a pause, until there is a command, a flush or a step to stop at."""
        take, items, clock, due = self._race.round, self._inbox.items, self._clock, self._due
        doubts = self._doubts
        for _ in range(self._rounds()):
            if not take():
                self._more = False
                return
            self._taken += 1
            if items or doubts or clock() >= due or (self._heeds and self._recorder.rings()):
                break
        self._attend()

    def _walk(self, beat: Beat) -> None:
        """Rounds at a pace, asleep between them."""
        self._settle()
        mode, items, slow = self._mode, self._inbox.items, beat.pace <= SLOW
        while mode.pace == beat.pace and not mode.paused and not mode.stopped:
            rounds, rang = min(beat.due(self._clock()), self._rounds()), False
            for _ in range(rounds):
                if not self._race.round():
                    self._more = False
                    return
                beat.took(1)
                self._taken += 1
                rang = self._heeds and self._recorder.rings()
                if items or rang:
                    break
            now = self._clock()
            if items or rang or (rounds and slow) or now >= self._due or self._at_stop():
                self._attend()
            else:
                wait = beat.wait(now)
                if not self._surveyed(wait / 2):
                    self._inbox.wait(wait if slow else min(wait, self._due - now))

    def _surveyed(self, seconds: float) -> bool:
        """Whether there was time for the surface, and something to do for it."""
        survey = self._survey
        return survey is not None and seconds > SPARE and survey.idle(self._recorder.tips, seconds)

    def _rest(self) -> None:
        """Paused: asleep until a command comes, with the disk tried again while it refuses."""
        self._settle()
        self._recorder.take(wait=True)
        self._attend()
        self._speed.forget()
        self._mode.speed = None
        if self._keeper is not None and self._mode.paused:
            self._keeper.keep()
        while self._mode.paused and not self._mode.stopped:
            busy = self._survey is not None and self._survey.idle(self._recorder.tips)
            keeping = self._keeper is not None and self._keeper.busy
            waits = FLUSH_SECONDS if keeping else RETRY if self._recorder.trouble else None
            self._inbox.wait(0.0 if busy else waits)
            self._attend()
            if keeping:
                self._flush()  # the record is to know of a checkpoint also while the race stands

    def _rounds(self) -> int:
        """Rounds until somebody must look. A round moves the race by one step at most."""
        stop = self._next_stop()
        if stop is None:
            return self._most
        left = self._most if self._mode.until is None else self._last - self._taken
        return max(1, min(self._most, left, stop - self._race.step()))

    def _next_stop(self) -> int | None:
        stops = [self._script[0][0]] if self._script else []
        return min([*stops, self._mode.until] if self._mode.until is not None else stops, default=None)

    def _at_stop(self) -> bool:
        stop = self._next_stop()
        return stop is not None and (self._race.step() >= stop or self._steps_done())

    def _steps_done(self) -> bool:
        until = self._mode.until
        return until is not None and (self._race.step() >= until or self._taken >= self._last)

    def _attend(self) -> None:
        """Between two rounds: what is due at this step, what was asked, then everything to the disk."""
        self._answer()
        step = self._race.step()
        if self._heeds and self._recorder.rings():
            self._pause(step, self._recorder.hush())
        elif self._steps_done():
            self._pause(step, "")
        while self._script and self._script[0][0] <= self._race.step() and not self._mode.stopped:
            at = self._race.step()
            command = self._script.pop(0)[1]
            number = self._given - len(self._script)
            self._apply(Ticket(command, SCENARIO, at, number, origin=SCENARIO), scripted=True)
        while self._inbox.items and not self._mode.stopped:
            self._apply(self._inbox.items.popleft())
        if self._gallery is not None:
            self._gallery.due()
        self._flush()
        self._race.remember()
        for event in self._compare():
            self._recorder.event(event)
        if self._keeper is not None:
            self._keeper.look()
        if self._survey is not None and not self._mode.paused:
            self._survey.share(self._recorder.tips)

    def _apply(self, ticket: Ticket, scripted: bool = False) -> None:
        """Carry a command out; it is acknowledged once its events are on disk."""
        chooses = isinstance(ticket.command, Plane)
        if chooses:
            self._settle()
        # Rows that are still on a device lie in the plane that was there when they were measured.
        self._recorder.take(wait=chooses)
        # While it is paused nobody waits, and at a pace there is time.
        self._race.checks_wait = not self._mode.paused and self._mode.pace is None
        step, stepping = self._race.step(), self._mode.until is not None
        try:
            command = self._in_full(ticket.command)
            events = carry_out(command, ticket.actor, ticket.requested, self._mode, self._race)
        except InputError as error:
            self._answer()
            ticket.answer(Reply(ticket.number, "refused", str(error), step))
            if scripted:
                text = f"the scenario's command was refused: {error}"
                data = {"refused": words_of(ticket.command)}
                note = Event("note", text, step=step, actor=SCENARIO, data=data)
                self._recorder.event(signed(note, ticket.origin, ticket.number))
            return
        if isinstance(ticket.command, Step):
            self._last = (self._last if stepping else self._taken) + ticket.command.count * self._lanes
        self._answer()
        self._doubts.append((ticket, step, events))
        self._answer()

    def _in_full(self, command: AnyCommand) -> AnyCommand:
        """The command as the race knows it. InputError for a rescue of nothing."""
        if not isinstance(command, Rescue) or self._rescue is None:
            return command
        self._recorder.take(wait=True)
        self._recorder.flush()
        return self._rescue(command)

    def _settle(self) -> None:
        """Forks that are being checked, at the price of some steps."""
        self._race.check_now()
        self._answer()

    def _answer(self) -> None:
        """Record what was done, in the order of the commands, up to the first fork that is being checked still."""
        while self._doubts:
            ticket, step, events = self._doubts[0]
            settled = [told for event in events if (told := self._race.settled(event)) is not None]
            if len(settled) < len(events):
                return
            del self._doubts[0]
            self._told(ticket, step, settled)

    def _told(self, ticket: Ticket, step: int, events: Sequence[Event]) -> None:
        """Record what a command has done; it is acknowledged once that is on disk."""
        if ticket.origin and events:
            events = [*events[:-1], signed(events[-1], ticket.origin, ticket.number)]
        for event in events:
            self._recorder.event(event)
            if event.kind == "plane" and self._survey is not None:
                self._survey.over(tuple(event.data["box"]))
        text = "; ".join(event.text for event in events if event.text)
        reply = Reply(ticket.number, "applied", text, step)
        self._recorder.promise(lambda: ticket.answer(reply))

    def _pause(self, step: int, reason: str) -> None:
        """Pause without a command."""
        self._mode.paused, self._mode.until, self._mode.reason = True, None, reason
        self._recorder.take()
        text = f"paused at step {step}" + (f" because {reason}" if reason else "")
        self._recorder.event(Event("paused", text, step=step))

    def _flush(self) -> None:
        """To the disk. One that refuses pauses the race; once it takes everything again, the race waits for a
        person."""
        before, mode = self._mode.trouble, self._mode
        hurries = self._more and mode.pace is None and not (mode.paused or mode.stopped or before)
        self._recorder.flush(wait=not hurries)
        trouble = self._mode.trouble = self._recorder.trouble
        step = self._race.step()
        if trouble and not before:
            self._recorder.event(Event("disk", f"{trouble}: nothing was lost, the race waits", step=step))
            self._pause(step, trouble)
        elif before and not trouble:
            self._mode.reason = "the disk can be written again: resume to go on"
            self._recorder.event(Event("disk", self._mode.reason, step=step))
            self._flush()
        now = self._clock()
        self._speed.read(now, step)
        self._mode.speed = self._speed.per_second
        self._due = now + (SOON if self._recorder.busy else FLUSH_SECONDS)
