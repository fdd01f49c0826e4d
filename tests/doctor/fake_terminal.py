"""A terminal that answers as a test wants: a pseudo-terminal and a thread at its other end."""

import contextlib
import os
import pty
import re
import select
import termios
import threading
import time
from collections.abc import Callable

ANSWERS = {
    rb"\x1b\[\?2026\$p": b"\x1b[?2026;2$y",
    rb"\x1b\[\?1006\$p": b"\x1b[?1006;2$y",
    rb"\x1b\[\?2004\$p": b"\x1b[?2004;1$y",
    rb"\x1b\[>0q": b"\x1bP>|WezTerm 20240203\x1b\\",
    rb"\x1bP\$qm\x1b\\": b"\x1bP1$r0;48:2::1:2:3m\x1b\\",
    rb"\xe2\xa3\xbf\x1b\[6n": b"\x1b[1;2R",
    rb"\xe2\x96\x84\x1b\[6n": b"\x1b[1;2R",
    rb"\xe6\x97\xa5\x1b\[6n": b"\x1b[1;3R",
    rb"e\xcc\x81\x1b\[6n": b"\x1b[1;2R",
    rb"\x1b\[c": b"\x1b[?62;22;52c",
}
"""What a good terminal answers to each question."""


def good(question: bytes) -> bytes:
    """Everything."""
    found = [
        (match.start(), answer) for text, answer in ANSWERS.items() for match in re.finditer(text, question)
    ]
    return b"".join(answer for _, answer in sorted(found))


def half(question: bytes) -> bytes:
    """Only part, and never to the end."""
    return good(question).partition(b"\x1b[1;2R")[0] + b"\x1b[1;2"


def never(question: bytes) -> bytes:
    """Nothing."""
    return b""


def noise(question: bytes) -> bytes:
    """Whatever."""
    return b"hello\x1b[\x1bP\x1b\\\x1b[?;;$y\x1b[?99999999;9$y\xff\x00\x1b[Rls -l\r"


class FakeTerminal:
    """Its near end is `near`; `said` is what was written to it."""

    def __init__(self, answer: Callable[[bytes], bytes] = good, piece: int = 0, delay: float = 0.0) -> None:
        """`piece`: bytes that it sends at a time, with `delay` seconds between; 0: all at once."""
        self.far, self.near = pty.openpty()
        self._answer, self._piece, self._delay = answer, piece, delay
        self.said = b""
        self._over = False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        while not self._over:
            if not select.select([self.far], [], [], 0.01)[0]:
                continue
            try:
                part = os.read(self.far, 65536)
            except OSError:
                return
            self.said += part
            reply = self._answer(part)
            size = self._piece or len(reply)
            for at in range(0, len(reply), size or 1):
                os.write(self.far, reply[at : at + size])
                time.sleep(self._delay)

    def close(self) -> None:
        """Hang up."""
        self._over = True
        # A thread that still writes is blocked while nobody reads.
        while self._thread.is_alive():
            with contextlib.suppress(termios.error):
                termios.tcflush(self.near, termios.TCIFLUSH)
            self._thread.join(0.01)
        for end in (self.far, self.near):
            with contextlib.suppress(OSError):
                os.close(end)
