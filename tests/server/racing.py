"""A race, a writer and a clock for tests of the loop: nothing in them takes time."""

import errno
from collections import deque
from dataclasses import dataclass, field

from opttui.control.commands import Reply
from opttui.errors import InputError
from opttui.record.events import Event
from opttui.server.inbox import Ticket


@dataclass
class Drained:
    rows: dict = field(default_factory=dict)
    validation: list = field(default_factory=list)
    cosines: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    pasts: dict = field(default_factory=dict)


class FakeClock:
    """Seconds that pass only when somebody lets them."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class FakeRace:
    """Lanes whose row k is made of k. A round takes `seconds` of the clock."""

    def __init__(self, clock, steps=1000, lanes=1, seconds=0.001):
        self.clock, self.steps, self.seconds, self.number = clock, steps, seconds, lanes
        self.taken = 0
        self.turned = []
        self.waited = 0
        self.stopped = ""
        self.begun = []
        self.on_round = {}
        self._drained = Drained()

    def round(self):
        if self.taken >= self.steps or self.stopped:
            return False
        self.begun.append(self.clock.now)
        for lane in range(self.number):
            k = float(self.taken)
            self._drained.rows.setdefault(lane, []).append((k, k, k, k, k, k, k, k, k))
        self.taken += 1
        self.clock.now += self.seconds
        self.on_round.pop(self.taken, lambda: None)()
        return True

    def step(self):
        return self.taken

    checks_wait = False

    def check_now(self):
        pass

    def settled(self, event):
        return event

    def remember(self):
        pass

    def carry_out(self, command, actor, requested):
        if command.lane != "0":
            raise InputError(f"there is no lane '{command.lane}'.")
        self.turned.append((self.taken, command.values))
        return [Event("set", "lr", lane=0, step=self.taken, actor=actor, requested=requested)]

    def stop(self, reason):
        self.stopped = reason

    def drain(self, wait=False):
        self.waited += wait
        drained, self._drained = self._drained, Drained()
        return drained


class FakeWriter:
    """Keeps what was flushed apart from what was only handed over; refuses while `full`."""

    def __init__(self, clock):
        self.clock, self.full = clock, 0
        self._waiting, self.written, self.flushes = [], [], []

    def rows(self, lane, rows):
        self._waiting += [("row", lane, int(row[0])) for row in rows]

    def validation(self, lane, step, metrics):
        self._waiting.append(("validation", lane, step))

    def event(self, event):
        self._waiting.append(("event", event))

    def grid(self, grid):
        self._waiting.append(("grid", grid))

    def lanes(self, count):
        pass

    def flush(self):
        if self.full:
            raise OSError(self.full if self.full > 1 else errno.ENOSPC, "No space left on device")
        self.flushes.append((self.clock.now, len(self._waiting)))
        self.written += self._waiting
        self._waiting = []

    def steps(self, lane=0):
        return [entry[2] for entry in self.written if entry[:2] == ("row", lane)]

    def events(self, kind=None):
        found = [entry[1] for entry in self.written if entry[0] == "event"]
        return found if kind is None else [event for event in found if event.kind == kind]


class FakeInbox:
    """Waiting lets the clock run; `script` puts commands in at given times."""

    def __init__(self, clock):
        self.clock, self.items, self.script, self.waits = clock, deque(), [], []
        self.answers = []

    def at(self, when, command, actor="me"):
        """A command that comes while the loop waits, at a time of the clock."""
        self.script.append((when, command, actor))
        self.script.sort(key=lambda entry: entry[0])

    def put(self, command, actor="me", number=1):
        self.items.append(Ticket(command, actor, 0, number, self.answers.append))

    def wait(self, seconds):
        self.waits.append(seconds)
        if self.items:
            return
        end = self.clock.now + (1e9 if seconds is None else seconds)
        if self.script and self.script[0][0] <= end:
            when, command, actor = self.script.pop(0)
            self.clock.now = max(self.clock.now, when)
            if callable(command):
                command()
            else:
                self.put(command, actor)
            return
        assert seconds is not None, "the loop waits for ever and nobody will wake it"
        self.clock.now = end

    def applied(self) -> list[Reply]:
        return [reply for reply in self.answers if reply.kind == "applied"]
