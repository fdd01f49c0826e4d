"""Lines over a non-blocking socket, as both ends use them. Knows neither requests nor replies."""

import socket
from collections import deque
from itertools import islice

LINE_BYTES = 64 * 1024
"""A longer line is refused."""


class LineTooLong(Exception):  # noqa: N818
    """The other end sent more than `LINE_BYTES` without an end of line."""


class Lines:
    """A connection: lines in, lines out, never blocking. `ConnectionError` is the other end's going."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        self.connection = connection
        self._in = bytearray()
        self._out: deque[bytes] = deque()

    @property
    def waiting(self) -> int:
        """Lines that the other end has not taken yet."""
        return len(self._out)

    def put(self, line: bytes) -> None:
        self._out.append(line + b"\n")

    def send(self) -> None:
        """Send as much as the other end takes now, many lines in one call."""
        while self._out:
            count, size = 0, 0
            for line in self._out:
                count, size = count + 1, size + len(line)
                if size >= LINE_BYTES:
                    break
            data = b"".join(islice(self._out, count))
            try:
                sent = self.connection.send(data)
            except (BlockingIOError, InterruptedError):
                return
            except OSError as error:
                raise ConnectionError(str(error)) from None
            left = sent
            while self._out and left >= len(self._out[0]):
                left -= len(self._out.popleft())
            if left:
                self._out[0] = self._out[0][left:]
            if sent < size:
                return

    def receive(self) -> list[bytes]:
        """The whole lines that have come. Reads once, so that no end can keep the other for long."""
        try:
            data = self.connection.recv(LINE_BYTES)
        except (BlockingIOError, InterruptedError):
            return []
        except OSError as error:
            raise ConnectionError(str(error)) from None
        if not data:
            raise ConnectionError("closed")
        self._in += data
        *lines, rest = self._in.split(b"\n")
        self._in = rest
        if len(rest) > LINE_BYTES or any(len(line) > LINE_BYTES for line in lines):
            raise LineTooLong
        return [bytes(line) for line in lines if line]

    def close(self) -> None:
        self.connection.close()
