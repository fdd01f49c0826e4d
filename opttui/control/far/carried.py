"""Lines that are carried through one connection: sockets by number, bytes to and from them. Knows no message."""

import socket
import threading
from collections.abc import Callable, Sequence

READ = 64 * 1024
UNREAD = 2**20
"""Bytes that may wait for a socket that does not read; it is hung up then."""

Waitable = int | socket.socket
"""What `select` takes and gives."""


class Carried:
    """Non-blocking sockets of one end. Any thread may add; all else is one thread's."""

    def __init__(self, said: Callable[[int, bytes], None], over: Callable[[int], None]) -> None:
        """
        Args:
            said: Takes what a socket says.
            over: Told of a socket that was hung up, or that does not read, after it was closed here.
        """
        self._said, self._over = said, over
        self._sockets: dict[int, socket.socket] = {}
        self._unread: dict[int, bytearray] = {}
        self._lock = threading.Lock()
        """Held by whoever looks at or changes which sockets there are."""

    def add(self, number: int, line: socket.socket) -> None:
        """One more."""
        with self._lock:
            self._sockets[number] = line

    def __len__(self) -> int:
        return len(self._sockets)

    def __contains__(self, number: int) -> bool:
        return number in self._sockets

    def reading(self) -> list[socket.socket]:
        """Those that may say something: all."""
        with self._lock:
            return list(self._sockets.values())

    def writing(self) -> list[socket.socket]:
        """Those for which something waits."""
        with self._lock:
            return [self._sockets[number] for number in self._unread]

    def hand(self, number: int, data: bytes) -> None:
        """Bytes for a socket; for one that is gone, nothing."""
        if number in self._sockets:
            self._unread.setdefault(number, bytearray()).extend(data)
            self._push(number)

    def serve(self, ready: Sequence[Waitable], free: Sequence[Waitable]) -> None:
        """What `select` has found: take in what is said, hand out what waits."""
        with self._lock:
            known = list(self._sockets.items())
        for number, line in known:
            if line in ready and number in self._sockets:
                self._hear(number, line)
            if line in free and number in self._unread:
                self._push(number)

    def drop(self, number: int) -> None:
        """Hang up."""
        with self._lock:
            line = self._sockets.pop(number, None)
            self._unread.pop(number, None)
        if line is not None:
            line.close()

    def drop_all(self) -> None:
        """Hang up every one."""
        for number in list(self._sockets):
            self.drop(number)

    def _hear(self, number: int, line: socket.socket) -> None:
        try:
            data = line.recv(READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._said(number, data)
        else:
            self.drop(number)
            self._over(number)

    def _push(self, number: int) -> None:
        line, waiting = self._sockets[number], self._unread[number]
        try:
            while waiting:
                del waiting[: line.send(waiting)]
            del self._unread[number]
            return
        except BlockingIOError:
            if len(waiting) <= UNREAD:
                return
        except OSError:
            pass
        self.drop(number)
        self._over(number)
