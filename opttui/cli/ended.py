"""Being ended from outside in the middle of something: an exception, so that what is half done is cleared away."""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
STATUS = 128
"""Plus a signal's number: the exit status of what it has ended."""


@contextlib.contextmanager
def raised_when_ended() -> Iterator[None]:
    """SystemExit where the system's way would be to end the process on the spot; Ctrl-C has its own exception."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDING}
    ours = [number for number, handler in before.items() if handler is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    raise SystemExit(STATUS + number)
