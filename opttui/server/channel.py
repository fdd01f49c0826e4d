"""The socket's server side: a thread that takes requests from windows and brings answers back. Knows no race.

`received` is said at once, even while a step takes half a minute; what was applied is said when the loop says
so. No window can hold the loop up: one that does not read, or that talks nonsense, is dropped.
"""

import contextlib
import selectors
import socket
import threading
import traceback
from collections import deque
from collections.abc import Callable

import msgspec

from opttui.control.commands import Reply, Request, Status
from opttui.control.lines import LINE_BYTES, Lines, LineTooLong
from opttui.control.sockets import is_ours
from opttui.printable import printable
from opttui.server.callers import Caller, Callers
from opttui.server.inbox import Inbox, Ticket

CLIENTS = 64
QUEUED = 256
"""Answers that a window may leave unread."""
UNREAD = 16 * 1024
"""Bytes of them that the system keeps (Linux takes it twice): with its own 200 KB it takes a window that never reads
thousands of requests, 13 ms of the race's time, until it is dropped."""
GATHERED = 64
"""Answers to one reading that are sent together: a call for each costs a race 3 % while somebody floods it."""
NONSENSE = 16
"""Lines that are no requests before their sender is dropped."""
PENDING = 1024
"""Commands that may wait for the loop."""
NAME = 64
"""Longest actor kept, in characters."""
DEAF = 1.0
"""Seconds without accepting after the system refused to (no descriptors left)."""


class Line(Lines):
    """A window's connection."""

    nonsense = 0
    full = False
    """Whether it has not taken everything the last time; the selector tells when it takes more."""


class Channel:
    """Everything but `start`, `close` and the answers it hands out runs in its own thread."""

    def __init__(
        self,
        listener: socket.socket,
        inbox: Inbox,
        status: Callable[[], Status],
        callers: Callers | None = None,
    ) -> None:
        """`callers`: those of an earlier process."""
        self._listener = listener
        self._inbox = inbox
        self._status = status
        """Called from the control thread: must only read."""
        self._callers = callers or Callers()
        self._lines: set[Line] = set()
        self._answers: deque[tuple[Caller, Reply]] = deque()
        """Appended to by the loop's thread, emptied by the control thread."""
        self._hear, self._ring = socket.socketpair()
        self._closing = False
        """Set once by the loop's thread, before the last ring."""
        self._selector = selectors.DefaultSelector()
        self._thread = threading.Thread(target=self._run, name="control", daemon=True)
        self._decoder = msgspec.json.Decoder(Request)
        for end in (self._hear, self._ring, listener):
            end.setblocking(False)

    def start(self) -> None:
        self._selector.register(self._hear, selectors.EVENT_READ)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread.start()

    def close(self) -> None:
        """Bring the last answers, refuse what is still waiting, hang up. The loop takes nothing any more."""
        self._closing = True
        self._wake()
        self._thread.join(2.0)

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            self._ring.send(b"!")

    def _run(self) -> None:
        while not self._closing:
            deaf = self._listener not in self._selector.get_map()
            for key, events in self._selector.select(DEAF if deaf else None):
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is self._hear:
                    self._forward()
                else:
                    self._serve(key.data, events)
            if deaf:
                self._selector.register(self._listener, selectors.EVENT_READ)
        while self._inbox.items:
            ticket = self._inbox.items.popleft()
            ticket.answer(Reply(ticket.number, "refused", "The race has ended."))
        self._forward()
        for line in list(self._lines):
            self._drop(line)
        for end in (self._hear, self._ring, self._listener):
            end.close()
        self._selector.close()

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return
        except OSError:
            self._selector.unregister(self._listener)
            return
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD)
        line = Line(connection)
        if not is_ours(connection):
            line.close()
        elif len(self._lines) >= CLIENTS:
            line.put(_encode(Reply(0, "refused", f"{CLIENTS} windows are there already.")))
            with contextlib.suppress(ConnectionError):
                line.send()
            line.close()
        else:
            self._lines.add(line)
            self._selector.register(connection, selectors.EVENT_READ, line)

    def _forward(self) -> None:
        """Bring the loop's answers to the connections on which their callers are now."""
        with contextlib.suppress(BlockingIOError):
            while self._hear.recv(4096):
                pass
        while self._answers:
            caller, reply = self._answers.popleft()
            self._callers.keep(caller, reply)
            if isinstance(caller.line, Line) and caller.line in self._lines:
                self._say(caller.line, reply)

    def _serve(self, line: Line, events: int) -> None:
        try:
            if events & selectors.EVENT_READ:
                for text in line.receive():
                    self._hear_out(line, text)
            if line in self._lines and (not line.full or events & selectors.EVENT_WRITE):
                self._send(line)
        except LineTooLong:
            with contextlib.suppress(ConnectionError):
                line.put(_encode(Reply(0, "refused", f"A request has at most {LINE_BYTES} bytes.")))
                line.send()
            self._drop(line)
        except ConnectionError:
            self._drop(line)
        except Exception:  # a fault in serving one window must not leave the race without ears
            traceback.print_exc()
            self._drop(line)

    def _hear_out(self, line: Line, text: bytes) -> None:
        if line not in self._lines:  # dropped for an earlier line of the same reading
            return
        try:
            request = self._decoder.decode(text)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            line.nonsense += 1
            self._answer(line, Reply(0, "refused", f"That is not a request: {error}."))
            if line.nonsense >= NONSENSE:
                self._drop(line)
            return
        if request.command is None:
            self._answer(line, Reply(request.number, "status", status=self._status()))
            return
        caller = self._callers.hear(request.client[:NAME], line)
        if not self._callers.is_new(caller, request.number):
            self._answer(line, self._callers.told(caller, request.number))
            return
        if len(self._inbox.items) >= PENDING:
            reply = Reply(request.number, "refused", f"{PENDING} commands are waiting already.")
            self._callers.keep(caller, reply)
            self._answer(line, reply)
            return
        self._answer(line, Reply(request.number, "received"))
        self._inbox.put(self._ticket(caller, request))

    def _ticket(self, caller: Caller, request: Request) -> Ticket:
        assert request.command is not None

        def answer(reply: Reply) -> None:
            self._answers.append((caller, reply))
            self._wake()

        actor = printable(request.actor)[:NAME]
        origin = request.client[:NAME]
        return Ticket(request.command, actor, self._status().step, request.number, answer, origin)

    def _answer(self, line: Line, reply: Reply) -> None:
        """To a line that is being read: sent when all of the reading was heard, or when some answers have gathered."""
        line.put(_encode(reply))
        if line.waiting > GATHERED:
            self._send_or_drop(line)

    def _say(self, line: Line, reply: Reply) -> None:
        if line not in self._lines:
            return
        line.put(_encode(reply))
        self._send_or_drop(line)

    def _send_or_drop(self, line: Line) -> None:
        try:
            if not line.full:
                self._send(line)
            if line.waiting > QUEUED:
                self._drop(line)
        except ConnectionError:
            self._drop(line)

    def _send(self, line: Line) -> None:
        line.send()
        line.full = line.waiting > 0
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if line.full else 0)
        if self._selector.get_key(line.connection).events != wanted:
            self._selector.modify(line.connection, wanted, line)

    def _drop(self, line: Line) -> None:
        if line in self._lines:
            self._lines.discard(line)
            self._selector.unregister(line.connection)
            line.close()


_encode = msgspec.json.Encoder().encode
