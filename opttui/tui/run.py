"""Opening the screen, and what is said after it closed. Draws nothing."""

import sys
from pathlib import Path

from opttui.control.begin import discard
from opttui.control.launch import Launch
from opttui.tui.app import OpttuiApp
from opttui.tui.screens.home import HomeScreen
from opttui.tui.screens.race import RaceScreen
from opttui.tui.window import Window


def run_screen(path: Path, launch: Launch | None = None, readonly: bool = False) -> int:
    """Be a window on the run at `path` until the person leaves; the exit status.

    Args:
        path: The run's directory.
        launch: Its race process, when this window has started it.
        readonly: Whether keys that change the race do nothing.
    """
    window = Window(path, launch, readonly)
    try:
        how = OpttuiApp(RaceScreen(window.view, window.client, window.lookout)).run()
    finally:
        window.close()
    if how == "cancelled":
        discard(path)
    if how != "failed":
        say(window.farewell(str(how or "left")))
    return 0


def run_home() -> int:
    """Show what there is to start and to open until the person leaves; the exit status."""
    for sentence in OpttuiApp(HomeScreen()).run() or []:
        say(sentence)
    return 0


def say(words: str) -> None:
    """A line on the terminal that the screen has left."""
    if words:
        sys.stdout.write(words + "\n")
