"""A window on a run without its widgets: record, view, line to the race. Starts no race."""

from pathlib import Path

from opttui.control.client import Client
from opttui.control.launch import Launch
from opttui.record.reader import RunReader
from opttui.tui.lookout import Lookout
from opttui.tui.view import RaceView

FIRST_BYTES = 1 << 20
"""Read of each lane's log before the first frame."""


class Window:
    """All that a race's screen needs; RunError when the run cannot be read."""

    def __init__(self, path: Path, launch: Launch | None = None, readonly: bool = False) -> None:
        """`launch`: its race process, when this window has started it; `readonly`: it sends no command."""
        self.path, self.launch = path, launch
        self.view = RaceView(RunReader(path), readonly=readonly)
        self.view.reader.poll(FIRST_BYTES)
        self.client = Client(path, "window")
        self.lookout = Lookout(path, launch)

    def close(self) -> None:
        """Hang up."""
        self.client.close()
        if self.lookout.client is not None:
            self.lookout.client.close()

    def farewell(self, how: str) -> str:
        """The sentence after the window has closed, by what its screen was dismissed with."""
        name = self.path.name
        if how == "failed" and self.launch is not None:
            return " ".join(filter(None, (self.launch.message, self.launch.hint)))
        return {
            "left": f"{name} goes on. Come back: opttui attach {name}. End it: opttui stop {name}.",
            "cancelled": f"{name} was stopped before its first step; nothing of it is kept.",
            "stopped": f"{name} was stopped; its record stays: opttui show {name}.",
            "ended": f"{name} is over; its record stays: opttui show {name}.",
        }.get(how, "")
