"""The far end of a window: on the machine of the race, called through ssh, it sends the record along as it grows and
carries the lines of the race's socket. Listens nowhere; ends with the connection."""

import contextlib
import os
import select
import threading
import time
from collections import deque
from collections.abc import Iterator

import opttui
from opttui.control.far.carried import Carried, Waitable
from opttui.control.far.messages import (
    MAGIC,
    Call,
    Do,
    Done,
    FromWindow,
    GarbledError,
    HangUp,
    Have,
    Heard,
    Hello,
    HungUp,
    Message,
    Parser,
    Say,
    Standing,
    encode,
)
from opttui.control.far.tail import Tail
from opttui.control.way import Way
from opttui.errors import OpttuiError, RunError

BEAT = 1.0
"""Seconds between two words on how the run lives."""
SOON, LATER = 0.03, 0.25
"""Seconds until the next look at the files: soon after there was something new, later where nothing happens."""
ROOM = 256 * 1024
"""Bytes that wait to be sent, beyond which no more of the record is read."""
READ = 64 * 1024
MOST_LINES = 16


class Relay:
    """One conversation, from `run` to its end."""

    def __init__(self, way: Way, reading: int, writing: int) -> None:
        """`reading`, `writing`: descriptors of the connection, ours from now on."""
        self._way = way
        self._in, self._to = reading, writing
        self._parser: Parser[FromWindow] = Parser(FromWindow)  # type: ignore[arg-type]
        self._tail: Tail | None = None
        self._pieces: Iterator[Message] = iter(())
        self._out: deque[bytes] = deque()
        self._lines = Carried(
            lambda line, data: self._put(encode(Heard(line, data))),
            lambda line: self._put(encode(HungUp(line))),
        )
        self._beat = 0.0
        self._level = False
        """Whether the record was sent to its end once."""
        self._pause = SOON
        self._done: deque[Done] = deque()
        """Appended to by threads that do what takes long, emptied by the loop."""

    def run(self) -> None:
        """Until the other end is gone."""
        os.set_blocking(self._in, False)
        os.set_blocking(self._to, False)
        self._put(MAGIC)
        self._put(encode(Hello(self._way.path.name, opttui.__version__)))
        with contextlib.suppress(EOFError, BrokenPipeError, ConnectionError, GarbledError):
            while True:
                self._turn()
        self._lines.drop_all()
        if self._tail is not None:
            self._tail.close()

    def _turn(self) -> None:
        self._stand()
        while self._done:
            self._put(encode(self._done.popleft()))
        more = self._read_on()
        reading: list[Waitable] = [self._in, *self._lines.reading()]
        writing: list[Waitable] = [*([self._to] if self._out else []), *self._lines.writing()]
        ready, free, _ = select.select(reading, writing, [], 0.0 if more else self._pause)
        if self._to in free:
            self._send()
        if self._in in ready:
            self._listen()
        self._lines.serve(ready, free)

    def _read_on(self) -> bool:
        """Read of the record while there is room; whether there may be more at once."""
        if self._tail is None or sum(map(len, self._out)) > ROOM:
            return False
        message = next(self._pieces, None)
        if message is None:
            self._pieces = self._tail.pieces()
            message = next(self._pieces, None)
        if message is None:
            if not self._level:
                self._level, self._beat = True, 0.0  # say at once that all of it has been sent
            self._pause = min(self._pause * 1.5, LATER)
            return False
        self._pause = SOON
        self._put(encode(message))
        return True

    def _stand(self) -> None:
        now = time.monotonic()
        if self._tail is None or now - self._beat < BEAT:
            return
        self._beat = now
        behind = self._tail.behind()
        try:
            alive = self._way.life()
            silence = self._way.silence() if alive == "live" else ""
            standing = Standing(alive, behind, silence=silence)
        except OpttuiError as error:
            standing = Standing("crashed", behind, trouble=str(error))
        self._put(encode(standing))

    def _put(self, data: bytes) -> None:
        self._out.append(data)

    def _send(self) -> None:
        while self._out:
            data = self._out[0]
            try:
                sent = os.write(self._to, data)
            except BlockingIOError:
                return
            if sent < len(data):
                self._out[0] = data[sent:]
                return
            self._out.popleft()

    def _listen(self) -> None:
        try:
            data = os.read(self._in, READ)
        except BlockingIOError:
            return
        if not data:
            raise EOFError
        for message in self._parser.feed(data):
            self._take(message)

    def _take(self, message: FromWindow) -> None:
        if isinstance(message, Have):
            self._tail = self._tail or Tail(self._way.path, message.files)
        elif isinstance(message, Call):
            self._call(message.line)
        elif isinstance(message, Say):
            self._lines.hand(message.line, message.data)
        elif isinstance(message, HangUp):
            self._lines.drop(message.line)
        elif isinstance(message, Do):
            threading.Thread(target=self._do, args=(message,), daemon=True).start()

    def _call(self, line: int) -> None:
        try:
            if line in self._lines or len(self._lines) >= MOST_LINES:
                raise RunError("no more lines")
            self._lines.add(line, self._way.connect())
        except (OSError, RunError):
            self._put(encode(HungUp(line)))

    def _do(self, wish: Do) -> None:
        """What takes seconds, in a thread of its own."""
        try:
            text = {"end": self._way.end, "stacks": self._way.stacks, "resume": self._resume}[wish.what]()
            self._done.append(Done(wish.number, text))
        except OpttuiError as error:
            self._done.append(Done(wish.number, "", str(error)))

    def _resume(self) -> str:
        launch = self._way.resume()
        if launch is not None:
            launch.wait()
        return "goes on"


def refuse(writing: int, error: RunError) -> None:
    """Say why there is nothing to watch."""
    data = MAGIC + encode(Hello(opttui=opttui.__version__, error=error.message, hint=error.hint))
    with contextlib.suppress(BrokenPipeError):
        os.write(writing, data)
