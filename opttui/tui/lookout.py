"""Whether the race lives, is paused, hangs or is gone: from the record, the lock and the socket. Knows no widget."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from opttui.control.client import Client
from opttui.control.commands import Status
from opttui.control.launch import Launch
from opttui.control.life import Life
from opttui.control.way import Way
from opttui.errors import OpttuiError
from opttui.tui.view import RaceView

EVERY = 1.0
"""Seconds between two looks at lock and socket."""
PATIENCE = 2.0
"""Seconds without an answer, and without anything new in the record, after which a race counts as hung."""


@dataclass
class Sighting:
    """What a look at lock and socket found."""

    life: Life
    status: Status | None
    """None where nobody answered."""
    silence: str = ""
    """What can be said of a process that did not answer."""


@dataclass
class Lookout:
    """`look` may wait for two seconds and belongs in a thread; `judge` is instant and belongs to the screen."""

    way: Way
    launch: Launch | None = None
    clock: Callable[[], float] = time.monotonic
    newest: Sighting | None = None
    """Written by the thread that looks, read by the screen."""
    _client: Client | None = field(default=None)
    _looking: threading.Lock = field(default_factory=threading.Lock)
    """Held by the thread that looks: a second one, begun while the first waits, goes away again."""
    _version: int = field(default=-1)
    _moved: float = field(default=0.0)
    """When the screen last saw something new in the record."""

    def look(self) -> None:
        """Ask the lock and the socket."""
        if not self._looking.acquire(blocking=False):
            return
        try:
            alive = self.way.life()
            status, silence = None, ""
            if alive == "live":
                self._client = self._client or Client(self.way.path, "lookout", self.way)
                status = self._client.status(PATIENCE)
                # It may have ended, or died, while it was asked.
                alive = alive if status is not None else self.way.life()
                silence = self.way.silence() if status is None and alive == "live" else ""
            self.newest = Sighting(alive, status, silence)
        except OpttuiError:
            return
        finally:
            self._looking.release()

    def close(self) -> None:
        """Hang up; a look that is under way is left alone."""
        if self._client is not None and self._looking.acquire(blocking=False):
            self._client.close()

    def judge(self, view: RaceView) -> None:
        """Set the view's state and reason."""
        now = self.clock()
        newest = self.newest.status if self.newest is not None else None
        view.kept = newest.kept if newest is not None and view.reader.manifest.state != "ended" else None
        view.behind = self.way.behind()
        if view.reader.version != self._version:
            self._version, self._moved = view.reader.version, now
        if view.reader.foreign:
            view.state, view.reason = "watching", ""
            return
        going = self.launch is not None and self.launch.again and self.launch.poll() == "waiting"
        if view.reader.manifest.state == "ended" and not going:
            view.state, view.reason = "ended", ended_words(view)
            return
        if trouble := self.way.trouble():
            view.state, view.reason = "lost", trouble
            return
        if self.launch is not None and self._is_starting(view):
            view.state, view.reason = "starting", self.launch.message + " …"
            return
        sighting = self.newest
        if sighting is not None and sighting.life == "crashed":
            view.state, view.reason = "crashed", ""
        elif sighting is not None and sighting.life == "starting":
            view.state, view.reason = "starting", "the race is starting …"
        elif sighting is not None and self._hangs(sighting, now):
            view.state, view.reason = "hung", sighting.silence
        else:
            view.state, view.reason = recorded(view)
            if sighting is not None and sighting.status is not None:
                view.pace = sighting.status.pace
                if view.state == "paused" and sighting.status.reason:
                    view.reason = sighting.status.reason

    def speed(self) -> float | None:
        """Steps a second, as the race itself says; None where it does not."""
        status = self.newest.status if self.newest is not None else None
        return status.speed if status is not None else None

    def _is_starting(self, view: RaceView) -> bool:
        """Whether the process that this window has started is not ready yet; of a resumed run the record says nothing."""
        assert self.launch is not None
        if self.launch.again:
            return self.launch.poll() == "waiting"
        return view.reader.manifest.state == "starting"

    def _hangs(self, sighting: Sighting, now: float) -> bool:
        """Whether nobody answers and nothing is recorded."""
        return sighting.life == "live" and sighting.status is None and now - self._moved >= PATIENCE


def recorded(view: RaceView) -> tuple[str, str]:
    """State and reason by the newest event that says."""
    for event in reversed(view.reader.events):
        if event.kind == "resumed":
            return "running", ""
        if event.kind == "paused":
            return "paused", ""
    return "running", ""


def ended_words(view: RaceView) -> str:
    """Who ended the race, when somebody did."""
    for event in reversed(view.reader.events):
        if event.kind == "stopped":
            return event.text
    return ""
