"""A window's end of the socket: asks the race process, and asks again when the line breaks. Knows no screen.

A request keeps its number over reconnects and the race process carries a number out once, so that asking
again is safe. Used from one thread. Only `send` and `status` wait.
"""

import os
import secrets
import select
import socket
import time
from dataclasses import dataclass
from pathlib import Path

import msgspec

from opttui.control.commands import AnyCommand, Reply, Request, Status
from opttui.control.lines import Lines, LineTooLong
from opttui.control.way import Here, Way
from opttui.errors import RunError
from opttui.record.rundir import read_manifest

PATIENCE = 10.0
"""Seconds after which a request that a living process has not taken is given up."""
RETRY = 0.1
"""Seconds between two tries to connect."""
SLICE = 0.25
"""Longest wait, in seconds, before `send` looks again whether the process still lives."""

READS = 64
"""Readings of 64 KiB at a time: whoever talks without end must not keep a window from anything else."""


class UnheardError(RunError):
    """A process lives, or is starting, and has not taken the request."""


@dataclass
class Asked:
    """A request without its answer."""

    line: bytes
    since: float
    """Monotonic seconds."""
    received: bool = False


class Client:
    """Speaks to the race process of the run at `path`; `actor` is shown in the record as the one who
    asked.

    Whoever comes back under a `name`, with the `number` of its last request that was answered, may ask again what was
    not: the race process carries out what it has not carried out before, also after a resume.
    """

    def __init__(
        self,
        path: Path,
        actor: str = "window",
        way: Way | None = None,
        name: str = "",
        number: int = 0,
    ) -> None:
        """`way`: to the race, where it is not a run of this machine."""
        self._path = path
        self._way = way or Here(path)
        self._actor = actor
        self._name = name or f"{os.getpid()}-{secrets.token_hex(6)}"
        self._number = number
        self._lines: Lines | None = None
        self._next_try = 0.0
        self._live_since: float | None = None
        """When the race was first found live; one that starts cannot answer yet."""
        self._asked: dict[int, Asked] = {}
        self._replies: list[Reply] = []
        self._complaint = ""
        """What the race process said before it hung up, about no request in particular."""
        self._decoder = msgspec.json.Decoder(Reply)

    def send(self, command: AnyCommand, timeout: float = PATIENCE) -> Reply:
        """Ask, and wait until it is applied or refused. RunError when nobody answers; UnheardError when somebody
        should, and has not even taken the request after PATIENCE seconds."""
        return self._await(self.post(command), timeout)

    def post(self, command: AnyCommand | None) -> int:
        """Ask without waiting; the answer comes with `replies` under the number returned. None asks how the race stands."""
        return self._ask(command)

    def replies(self) -> list[Reply]:
        """What has come since the last call, `received` included. A request that nobody answers comes as
        refused."""
        self._pump()
        for number, asked in list(self._asked.items()):
            if self._gone() or self._patience_left(asked) <= 0:
                del self._asked[number]
                self._replies.append(Reply(number, "refused", str(self._silence(asked))))
        replies, self._replies = self._replies, []
        return replies

    def status(self, timeout: float = 2.0) -> Status | None:
        """How the race stands. None when nobody answers in time: the process is hung, or gone (ask
        `life`)."""
        try:
            return self._await(self._ask(None), timeout).status
        except RunError:
            return None

    def close(self) -> None:
        """Hang up; what was asked and not answered is forgotten here, though it may still be carried out."""
        self._asked.clear()
        self._hang_up()

    def _ask(self, command: AnyCommand | None) -> int:
        self._number += 1
        request = Request(self._name, self._number, self._actor, command)
        asked = Asked(msgspec.json.encode(request), time.monotonic())
        self._asked[self._number] = asked
        if self._lines is not None:
            self._lines.put(asked.line)
        self._pump()
        return self._number

    def _await(self, number: int, timeout: float) -> Reply:
        deadline = time.monotonic() + timeout
        while True:
            self._pump()
            reply = self._taken(number)
            if reply is not None:
                return reply
            left = min(deadline - time.monotonic(), self._patience_left(self._asked[number]))
            if left <= 0 or self._gone():
                raise self._silence(self._asked.pop(number))
            self._wait(min(left, SLICE))

    def _patience_left(self, asked: Asked) -> float:
        """Seconds until a request that nobody has taken is given up."""
        if asked.received or self._live_since is None:
            return PATIENCE
        return max(asked.since, self._live_since) + PATIENCE - time.monotonic()

    def _taken(self, number: int) -> Reply | None:
        for at, reply in enumerate(self._replies):
            if reply.number == number and reply.kind != "received":
                return self._replies.pop(at)
        return None

    def _wait(self, seconds: float) -> None:
        if self._lines is None:
            time.sleep(min(seconds, RETRY))
            return
        wanting = [self._lines.connection] if self._lines.waiting else []
        select.select([self._lines.connection], wanting, [], seconds)

    def _pump(self) -> None:
        """Send and take in whatever can be, without waiting."""
        if self._lines is None and self._asked and time.monotonic() >= self._next_try:
            self._connect()
        if self._lines is None:
            return
        lost = False
        try:
            self._lines.send()
        except ConnectionError:  # what it said before it hung up can still be read
            lost = True
        try:
            for _ in range(READS):
                lines = self._lines.receive()
                if not lines:
                    break
                for line in lines:
                    self._take_in(self._decoder.decode(line))
        except (ConnectionError, LineTooLong, msgspec.DecodeError):
            lost = True
        if lost:
            self._hang_up()

    def _take_in(self, reply: Reply) -> None:
        asked = self._asked.get(reply.number)
        if asked is None:
            self._complaint = reply.text if reply.number == 0 else self._complaint
            return
        self._next_try = 0.0  # whoever answers may be called again at once
        if reply.kind == "received":
            asked.received = True
        else:
            del self._asked[reply.number]
        self._replies.append(reply)

    def _connect(self) -> None:
        """Connect and ask everything unanswered again. A failure is found again at the next try."""
        self._next_try = time.monotonic() + RETRY
        try:
            connection = self._open()
        except (OSError, RunError):
            return
        self._lines = Lines(connection)
        for asked in self._asked.values():
            self._lines.put(asked.line)

    def _open(self) -> socket.socket:
        if self._way.life() != "live":
            raise RunError("not running")
        self._live_since = self._live_since or time.monotonic()
        return self._way.connect()

    def _hang_up(self) -> None:
        if self._lines is not None:
            self._lines.close()
            self._lines = None

    def _gone(self) -> bool:
        """Whether there is no process that could still answer. One that is starting may."""
        try:
            return self._lines is None and self._way.life() not in ("live", "starting")
        except RunError:
            return True

    def _silence(self, asked: Asked) -> RunError:
        """Why there is no answer, in a sentence."""
        name = self._path.name
        if trouble := self._way.trouble():
            return UnheardError(trouble)
        try:
            process = read_manifest(self._path).process
            state = self._way.life()
            if process is None and state == "starting":
                return UnheardError(f"The race {name} is still starting.", "Ask again in a moment.")
            if process is None or state != "live":
                where = f" here but on {process.host}" if process and state == "elsewhere" else ""
                return RunError(
                    f"The race {name} is not running{where}.", f"Its record: {self._way.to_type('attach')}."
                )
        except RunError as error:
            return error
        if asked.received:
            text = f"The race {name} has taken the command but is still in the step before it."
        elif self._complaint:
            text = f"The race process hung up: {self._complaint}"
        else:
            why = self._way.silence()
            text = f"The race process does not answer on its socket {process.socket}" + (
                f": {why}." if why else "."
            )
        hint = f"{self._way.to_type('stop')} ends it; {self._way.to_type('stop --stacks')} shows where it is."
        return (RunError if asked.received else UnheardError)(text, hint)
