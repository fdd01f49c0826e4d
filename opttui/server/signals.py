"""What signals mean to a race process. Knows the inbox and nothing behind it."""

import faulthandler
import signal
from types import FrameType

from opttui.control.commands import Stop
from opttui.server.inbox import Inbox, Ticket


def keep_running() -> None:
    """From the start: the loss of a terminal and Ctrl-C in it are none of our business; SIGUSR1 shows where
    we are."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    # Only the thread that is asked: walking frames of threads that run on meanwhile can crash CPython (seen in 3.11).
    faulthandler.register(signal.SIGUSR1, all_threads=False)


def stop_politely(inbox: Inbox) -> None:
    """Once the loop runs: SIGTERM is a stop command. Before, it ends the process, which has nothing to lose
    yet."""

    def stop(number: int, frame: FrameType | None) -> None:
        inbox.put(Ticket(Stop(), "SIGTERM", 0))

    signal.signal(signal.SIGTERM, stop)
