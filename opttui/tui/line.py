"""The line to the terminal: bytes written, and whether the terminal reads them. All that touches Textual's writer.

A terminal that does not read (a slow line, Ctrl-S, a stopped multiplexer) fills the queue of Textual 8.2's writer thread
(30 writes), after which the next write blocks the app. Who draws only while it is not `behind` never gets there.
"""

import select
import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from textual.app import App

BEHIND = 3
"""Writes in the queue from which on frames are skipped; a frame is one write, between two short ones."""


class Line:
    """Counts what an app writes from now on."""

    def __init__(self, app: App[Any]) -> None:
        self.bytes = 0
        """Written so far; by the screen's thread alone."""
        self._driver: Any = app._driver
        driver = self._driver
        if driver is not None:
            driver.write = self._counted(driver.write)  # type: ignore[assignment, method-assign]

    @property
    def _writer(self) -> Any:
        """The present one: a window that comes back from the shell has another."""
        return getattr(self._driver, "_writer_thread", None)

    def behind(self) -> bool:
        """Whether the terminal has not taken the last frames yet."""
        queue = getattr(self._writer, "_queue", None)
        return queue is not None and queue.qsize() >= BEHIND

    def gone(self) -> bool:
        """Whether the terminal is closed. Textual does not notice: its reader reads nothing, again and again."""
        writer = self._writer
        return writer is not None and (self._writer_died() or hung_up(writer.fileno()))

    def let_go(self) -> None:
        """Of a terminal that is gone: nothing that is still written waits for it."""
        queue = getattr(self._writer, "_queue", None)
        if queue is not None:
            with queue.mutex:
                queue.queue.clear()
                # Without a bound: Textual's last writes, and the word to its writer to stop, block on a full one.
                queue.maxsize = 0
                queue.not_full.notify_all()

    def _writer_died(self) -> bool:
        return isinstance(self._writer, threading.Thread) and not self._writer.is_alive()

    def _counted(self, write: Callable[[str], None]) -> Callable[[str], None]:
        def counted(text: str) -> None:
            # Braille and blocks are three bytes each.
            self.bytes += len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
            # Nobody would ever empty the queue of a dead writer.
            if not self._writer_died():
                write(text)

        return counted


def hung_up(descriptor: int) -> bool:
    """Whether a terminal has been closed on its other side."""
    poll = select.poll()
    poll.register(descriptor, 0)
    return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, event in poll.poll(0))


def take_mouse(app: App[Any], wanted: bool) -> None:
    """Have the terminal report the mouse, or not. Textual 8.2's driver asks for it at its start and after a stop."""
    driver: Any = app._driver
    if hasattr(driver, "_enable_mouse_support"):
        # Its own word for whether the app wants the mouse, looked at by all that follows.
        driver._mouse = True
        (driver._enable_mouse_support if wanted else driver._disable_mouse_support)()
        driver._mouse = wanted


_lines: WeakKeyDictionary[App[Any], Line] = WeakKeyDictionary()


def line_of(app: App[Any]) -> Line:
    """The app's line, one for all its screens."""
    found = _lines.get(app)
    if found is None:
        found = _lines[app] = Line(app)
    return found
