"""Whether the race lives, is paused, hangs or is gone: from the record, the lock and the socket. Knows no widget."""

from dataclasses import dataclass, field
from pathlib import Path

from opttui.control.client import Client
from opttui.control.commands import Status
from opttui.control.launch import Launch
from opttui.control.life import Life, life
from opttui.errors import OpttuiError
from opttui.tui.view import RaceView

EVERY = 1.0
"""Seconds between two looks at lock and socket."""
HUNG_AFTER = 2
"""Looks without an answer, of two seconds each, before a race counts as hung."""


@dataclass
class Sighting:
    """What a look at lock and socket found."""

    life: Life
    status: Status | None
    """None where nobody answered."""


@dataclass
class Lookout:
    """`look` may wait for two seconds and belongs in a thread; `judge` is instant and belongs to the screen."""

    path: Path
    launch: Launch | None = None
    client: Client | None = None
    newest: Sighting | None = None
    """Written by the thread that looks, read by the screen."""
    _silent: int = field(default=0)

    def look(self) -> None:
        """Ask the lock and the socket."""
        try:
            alive = life(self.path)
        except OpttuiError:
            return
        status = None
        if alive == "live":
            self.client = self.client or Client(self.path, "lookout")
            status = self.client.status(2.0)
            self._silent = 0 if status is not None else self._silent + 1
        self.newest = Sighting(alive, status)

    def judge(self, view: RaceView) -> None:
        """Set the view's state and reason."""
        if view.reader.manifest.state == "ended":
            view.state, view.reason = "ended", ended_words(view)
            return
        if self.launch is not None and view.reader.manifest.state == "starting":
            view.state, view.reason = "starting", self.launch.message + " …"
            return
        sighting = self.newest
        if sighting is not None and sighting.life == "crashed":
            view.state, view.reason = "crashed", ""
        elif sighting is not None and sighting.life == "starting":
            view.state, view.reason = "starting", "the race is starting …"
        elif self._silent >= HUNG_AFTER:
            view.state, view.reason = "hung", ""
        else:
            view.state, view.reason = recorded(view)
            if sighting is not None and sighting.status is not None:
                view.pace = sighting.status.pace
                if view.state == "paused" and sighting.status.reason:
                    view.reason = sighting.status.reason


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
