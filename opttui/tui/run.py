"""Opening a window on a run, and what is said after it closed. Starts no race."""

import sys
from pathlib import Path

from opttui.control.client import Client
from opttui.control.launch import Launch
from opttui.record.reader import RunReader
from opttui.tui.app import OpttuiApp
from opttui.tui.lookout import Lookout
from opttui.tui.screens.race import RaceScreen
from opttui.tui.view import RaceView


def run_screen(path: Path, launch: Launch | None = None, readonly: bool = False) -> int:
    """Be a window on the run at `path` until the person leaves; the exit status.

    Args:
        path: The run's directory.
        launch: Its race process, when this window has started it.
        readonly: Whether keys that change the race do nothing.
    """
    reader = RunReader(path)
    reader.poll(1 << 20)
    view = RaceView(reader, readonly=readonly)
    client = Client(path, "window")
    try:
        how = OpttuiApp(RaceScreen(view, client, Lookout(path, launch))).run()
    finally:
        client.close()
    words = farewell(str(how or "left"), path.name)
    if words:
        sys.stdout.write(words + "\n")
    return 0


def farewell(how: str, name: str) -> str:
    """The line after the window has closed."""
    return {
        "left": f"{name} goes on. Come back: opttui attach {name}. End it: opttui stop {name}.",
        "stopped": f"{name} was stopped; its record stays: opttui show {name}.",
        "ended": f"{name} is over; its record stays: opttui show {name}.",
    }.get(how, "")
