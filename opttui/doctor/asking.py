"""Puts questions to the terminal itself, and waits for so long and no longer. Knows no answer.

The terminal is left as it was, whatever happens. It is not asked from the background, which would stop the process, nor
while it does not read (Ctrl-S), which would block it.
"""

import contextlib
import os
import select
import sys
import termios
import time
import tty
from collections.abc import Callable, Iterator

from opttui.doctor.answers import QUESTIONS, is_complete

LIMIT, FAR = 1.0, 2.5
"""Seconds to wait for a terminal here, and for one behind a line."""
MOST = 64 * 1024
"""Bytes that are read at most: somebody may be pasting."""


def terminal() -> int | None:
    """The descriptor of a terminal that can be asked: ours in the foreground, with nobody else reading from it."""
    try:
        reads, writes = sys.stdin.fileno(), sys.stdout.fileno()
        if not (os.isatty(reads) and os.isatty(writes)):
            return None
        with contextlib.suppress(OSError):  # a terminal that controls nobody
            if os.tcgetpgrp(reads) != os.getpgrp():
                return None
    except (OSError, ValueError, AttributeError):
        return None
    return reads


def ask(
    descriptor: int,
    questions: str = QUESTIONS,
    limit: float = LIMIT,
    enough: Callable[[bytes], bool] = is_complete,
) -> bytes:
    """What the terminal sent back until it was `enough`, or until the time was over."""
    heard = b""
    # A terminal may be closed meanwhile.
    with contextlib.suppress(OSError, termios.error), quiet(descriptor) as own:
        deadline, unsaid = time.monotonic() + limit, questions.encode()
        while not enough(heard) and len(heard) < MOST:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            readable, writable, _ = select.select([own], [own] if unsaid else [], [], left)
            with contextlib.suppress(BlockingIOError):
                if writable:
                    unsaid = unsaid[os.write(own, unsaid) :]
                if readable:
                    part = os.read(own, 4096)
                    if not part:
                        break
                    heard += part
    return heard


@contextlib.contextmanager
def quiet(descriptor: int) -> Iterator[int]:
    """A descriptor of its own for the terminal, which neither echoes nor waits for lines meanwhile."""
    own = os.dup(descriptor)
    with contextlib.suppress(OSError):
        # Opened anew, so that not waiting is its own business and not the shell's too.
        fresh = os.open(os.ttyname(descriptor), os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
        os.close(own)
        own = fresh
    before = None
    try:
        before = termios.tcgetattr(own)
        # At once: waiting for output to be read would hang on a terminal that reads nothing.
        tty.setcbreak(own, termios.TCSANOW)
        yield own
    finally:
        if before is not None:
            with contextlib.suppress(termios.error, OSError):
                # What comes late would be typed into the shell.
                termios.tcflush(own, termios.TCIFLUSH)
                termios.tcsetattr(own, termios.TCSANOW, before)
        os.close(own)
