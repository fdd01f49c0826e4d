"""The way to a race on another machine: a copy of its record that grows, and lines to its process, through one ssh
connection. Made again when it is lost. Knows no screen.

A thread of its own holds the connection. What the others see of it are attributes that are replaced whole.
"""

import contextlib
import os
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from opttui.control.far.carried import Carried, Waitable
from opttui.control.far.messages import (
    Call,
    Cut,
    Do,
    Done,
    FromFar,
    GarbledError,
    Grew,
    HangUp,
    Have,
    Heard,
    Hello,
    HungUp,
    Message,
    Parser,
    Say,
    Standing,
    Whole,
    encode,
)
from opttui.control.far.mirror import Mirror
from opttui.control.far.place import Place
from opttui.control.far.ssh import Ssh
from opttui.control.launch import Launch
from opttui.control.life import Life
from opttui.errors import RunError
from opttui.printable import printable
from opttui.record.layout import MANIFEST

SILENT = 5.0
"""Seconds without a word, of which one comes every second, after which the connection counts as stalled."""
DEAD = 20.0
"""Seconds without one after which it is made anew."""
AGAIN = (1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between two tries; the last holds for all that follow."""
GREETING = 20.0
"""Seconds for a connection that asks nothing."""
FIRST = 3.0
"""Seconds that the first window waits for the record; what comes later is drawn as it comes."""
DOING = 30.0
"""Seconds for what is done to the process there."""
READ = 256 * 1024
RESUMING = 60.0


class Far:
    """Used like `Here`; closed when the window closes."""

    def __init__(
        self, place: Place, program: str = "", tell: Callable[[str], None] = lambda words: None
    ) -> None:
        """Connect, and wait until there is something to show. RunError when there is not, in a sentence.

        Args:
            place: The machine, and the run there.
            program: The opttui over there, as its shell has it; empty: looked for.
            tell: Takes what ssh says while it connects.
        """
        self._place, self._program = place, program
        self._ssh = Ssh(place, program)
        self._parser: Parser[FromFar] = Parser(FromFar)  # type: ignore[arg-type]
        self._standing: Standing | None = None
        self._heard = time.monotonic()
        """When the other end said something last."""
        self._trouble = ""
        """Why there is no connection; written by the thread."""
        self._out: deque[bytes] = deque()
        """Appended to by whoever wants something, emptied by the thread."""
        self._lines = Carried(
            lambda line, data: self._out.append(encode(Say(line, data))),
            lambda line: self._out.append(encode(HangUp(line))),
        )
        """The thread's ends of the lines."""
        self._lock = threading.Lock()
        """Held by whoever takes a number, and where a loss forgets what was wanted."""
        self._number = 0
        self._done: dict[int, Done] = {}
        """Answers by number; written by the thread, taken by whoever waits."""
        self._closing = False
        self._wake, self._ring = os.pipe()
        for end in (self._wake, self._ring):
            os.set_blocking(end, False)
        try:
            left = self._ssh.greet(tell)
            self._run = self._hello(left)
            self._mirror = Mirror(self._run)
        except BaseException:
            self._ssh.close()
            raise
        self._thread = threading.Thread(target=self._work, name="ssh", daemon=True)
        self._thread.start()
        self._await_the_record()

    # what a window asks

    @property
    def path(self) -> Path:
        """The copy of the record."""
        return self._mirror.path

    @property
    def host(self) -> str:
        """As ssh takes it."""
        return printable(self._place.host)

    def life(self) -> Life:
        """As the other end said last."""
        return self._standing.life if self._standing is not None else "live"

    def connect(self) -> socket.socket:
        """A line that is carried to the race's socket there."""
        if self._trouble:
            raise RunError(self._trouble)
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        theirs.setblocking(False)
        with self._lock:
            self._number += 1
            self._lines.add(self._number, theirs)
            self._post(Call(self._number))
        return ours

    def trouble(self) -> str:
        """That the connection is lost or stalled, or what the other end does not know."""
        if self._trouble:
            return self._trouble
        silent = time.monotonic() - self._heard
        if silent > SILENT:
            return f"no word from {self.host} for {silent:.0f} s: the connection stalls"
        return self._standing.trouble if self._standing is not None else ""

    def silence(self) -> str:
        """As the other end said last."""
        return self._standing.silence if self._standing is not None else ""

    def behind(self) -> int:
        """Bytes of the record that are still to come."""
        return self._standing.behind if self._standing is not None else 0

    def to_type(self, verb: str) -> str:
        """`attach` from here, all else over there."""
        host = self.host
        if verb == "attach":
            return f"opttui attach {host}:{self.path.name}"
        return f"ssh {host} {self._program or 'opttui'} {verb} {self.path.name}"

    def end(self) -> str:
        """Over there, as `Here` does it."""
        return self._do(Do(0, "end"), DOING)

    def stacks(self) -> str:
        """Over there."""
        return self._do(Do(0, "stacks"), DOING)

    def resume(self, command: str = "") -> Launch | None:
        """Over there; that it starts is then seen."""
        if command:
            raise RunError(
                "Over there it is gone on with by hand.", f"{self.to_type('resume')} --tell {command!r}"
            )
        self._do(Do(0, "resume"), RESUMING)
        return None

    def close(self) -> None:
        """Hang up, and remove the copy."""
        self._closing = True
        self._ring_bell()
        self._thread.join(5.0)
        self._ssh.close()
        self._mirror.close()
        for end in (self._wake, self._ring):
            os.close(end)

    # the conversation

    def _do(self, wish: Do, patience: float) -> str:
        if self._trouble:
            raise RunError(self._trouble)
        with self._lock:
            self._number += 1
            number = self._number
            self._post(Do(number, wish.what))
        deadline = time.monotonic() + patience
        while number not in self._done:
            if time.monotonic() > deadline or self._trouble or self._closing:
                raise RunError(self._trouble or f"{self.host} does not answer.")
            time.sleep(0.05)
        done = self._done.pop(number)
        if done.error:
            raise RunError(printable(done.error, 1000))
        return printable(done.text, 1000)

    def _post(self, message: Message) -> None:
        self._out.append(encode(message))
        self._ring_bell()

    def _ring_bell(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._ring, b"!")

    def _hello(self, left: bytes) -> str:
        """The run's name there; what has come with it is taken in later. RunError when the far end has no such run."""
        self._parser = Parser(FromFar)  # type: ignore[arg-type]
        deadline = time.monotonic() + GREETING
        while not (found := self._parser.feed(left)):
            if time.monotonic() > deadline or not select.select([self._ssh.reading], [], [], GREETING)[0]:
                raise RunError(f"{self.host} does not answer.")
            left = os.read(self._ssh.reading, READ)
            if not left:
                raise RunError(f"{self.host} hung up.")
        first, *rest = found
        if not isinstance(first, Hello):
            raise GarbledError("The other end of the connection does not speak as it should.")
        if first.error:
            host = self.host
            raise RunError(f"On {host}: {printable(first.error, 1000)}", printable(first.hint, 1000))
        self._early = rest
        return printable(first.run, 200)

    def _await_the_record(self) -> None:
        """Return when there is a manifest, and the rest too where that is quick."""
        begun = time.monotonic()
        while self._thread.is_alive() and not self._closing:
            waited = time.monotonic() - begun
            standing = self._standing
            there = (self.path / MANIFEST).exists()
            if there and standing is not None and (standing.behind == 0 or waited > FIRST):
                return
            if self._trouble or waited > GREETING:
                self.close()
                raise RunError(self._trouble or f"{self.host} sends no record.")
            time.sleep(0.02)

    def _work(self) -> None:
        """The thread's work."""
        try:
            self._keep_talking()
        except Exception as error:
            # What was hung up while it was being read or connected is no trouble of anybody's.
            if not self._closing:
                self._trouble = f"the connection to {self.host} is gone ({type(error).__name__}: {error})"
                raise

    def _keep_talking(self) -> None:
        """Talk, and connect again, until the window closes."""
        tries = 0
        while not self._closing:
            begun = time.monotonic()
            try:
                self._talk()
                return
            except (OSError, EOFError, RunError) as error:
                self._lose(error)
            if time.monotonic() - begun > 2 * DEAD:
                tries = 0
            while not self._closing:
                self._doze(AGAIN[min(tries, len(AGAIN) - 1)])
                tries += 1
                if not self._closing and self._connect():
                    break

    def _lose(self, error: BaseException) -> None:
        """Say why, and hang up every line."""
        self._ssh.close()
        if isinstance(error, RunError):
            why = str(error)
        else:
            said = self._ssh.last_words().rstrip(".")
            why = f"the connection to {self.host} was lost" + (f": {said}" if said else "")
        self._trouble = f"{why}; trying again …" if not isinstance(error, GarbledError) else why
        with self._lock:
            self._lines.drop_all()
            self._out.clear()

    def _connect(self) -> bool:
        """Try once, without asking anything."""
        host = self.host
        try:
            self._ssh = Ssh(Place(self._place.host, self._run), self._program, batch=True)
            run = self._hello(self._ssh.greet(patience=GREETING))
        except (OSError, RunError) as error:
            self._ssh.close()
            why = str(error).rstrip(".")
            if "Permission denied" in why:
                why = f"{host} wants to be asked in: leave, and {self.to_type('attach')}"
            self._trouble = f"{why}; trying again …"
            return False
        if run != self._run:
            self._ssh.close()
            self._trouble = f"{host} has another run under that name now"
            return False
        self._trouble, self._heard = "", time.monotonic()
        return True

    def _doze(self, seconds: float) -> None:
        select.select([self._wake], [], [], seconds)
        with contextlib.suppress(OSError):
            os.read(self._wake, 4096)

    def _talk(self) -> None:
        """Carry everything, until the connection is lost or the window closes."""
        os.set_blocking(self._ssh.reading, False)
        os.set_blocking(self._ssh.writing, False)
        self._heard = time.monotonic()
        self._out.appendleft(encode(Have(self._mirror.have())))
        for message in self._early:
            self._take(message)
        while not self._closing:
            reading: list[Waitable] = [self._wake, self._ssh.reading, *self._lines.reading()]
            writing: list[Waitable] = [*([self._ssh.writing] if self._out else []), *self._lines.writing()]
            ready, free, _ = select.select(reading, writing, [], 1.0)
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, 4096)
            if self._ssh.writing in free:
                self._send()
            if self._ssh.reading in ready:
                self._receive()
            self._lines.serve(ready, free)
            if time.monotonic() - self._heard > DEAD:
                raise RunError(f"no word from {self.host} for {DEAD:.0f} s")

    def _send(self) -> None:
        while self._out:
            data = self._out.popleft()
            try:
                sent = os.write(self._ssh.writing, data)
            except BlockingIOError:
                sent = 0
            if sent < len(data):
                self._out.appendleft(data[sent:])
                return

    def _receive(self) -> None:
        try:
            data = os.read(self._ssh.reading, READ)
        except BlockingIOError:
            return
        if not data:
            raise EOFError
        self._heard = time.monotonic()
        for message in self._parser.feed(data):
            self._take(message)

    def _take(self, message: FromFar) -> None:
        if isinstance(message, Whole | Grew | Cut):
            self._mirror.take(message)
        elif isinstance(message, Standing):
            self._standing = Standing(
                message.life, message.behind, printable(message.trouble, 500), printable(message.silence, 500)
            )
        elif isinstance(message, Heard):
            self._lines.hand(message.line, message.data)
        elif isinstance(message, HungUp):
            self._lines.drop(message.line)
        elif isinstance(message, Done):
            self._done[message.number] = message
