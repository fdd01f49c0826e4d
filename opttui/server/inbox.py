"""Where commands wait for the loop. One look costs the loop 30 ns: whether a deque is empty.

The bell is a pipe, not a lock: a signal handler may ring it whatever the main thread was doing.
"""

import contextlib
import os
import select
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from opttui.control.commands import AnyCommand, Reply


def nobody(reply: Reply) -> None:
    """Takes a reply that nobody waits for."""


@dataclass(frozen=True)
class Ticket:
    """A command on its way to the loop."""

    command: AnyCommand
    actor: str
    """Who asked."""
    requested: int
    """The race's step when it was asked for."""
    number: int = 0
    answer: Callable[[Reply], None] = nobody
    """Called by the loop's thread when the command was applied and recorded, or refused."""
    origin: str = ""
    """The window's own name, with which its numbers go; empty for what comes from no window."""


class Inbox:
    """Commands in the order of their coming. Any thread puts, the loop's thread takes."""

    def __init__(self) -> None:
        self.items: deque[Ticket] = deque()
        """Appended to by the control thread and signal handlers, emptied by the loop."""
        self._hear, self._ring = os.pipe()
        os.set_blocking(self._hear, False)
        os.set_blocking(self._ring, False)

    def put(self, ticket: Ticket) -> None:
        """Add a command and wake the loop."""
        self.items.append(ticket)
        with contextlib.suppress(BlockingIOError):  # a full pipe wakes as well
            os.write(self._ring, b"!")

    def wait(self, seconds: float | None) -> None:
        """Return when a command is there or the time is up; None waits for ever. May return early."""
        if not self.items:
            select.select([self._hear], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while os.read(self._hear, 4096):
                pass

    def close(self) -> None:
        os.close(self._hear)
        os.close(self._ring)
