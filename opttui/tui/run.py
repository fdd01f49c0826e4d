"""A window on one run, and what is said after it closed. Draws nothing."""

import sys
from collections.abc import Sequence

from opttui.control.begin import discard
from opttui.control.launch import Launch
from opttui.control.outliving import job_or_container
from opttui.control.way import Way
from opttui.record.seen import SeenRun
from opttui.tui.app import OpttuiApp
from opttui.tui.screens.race import GONE, RaceScreen
from opttui.tui.window import Window


def be_window(
    way: Way,
    launch: Launch | None,
    readonly: bool,
    reader: SeenRun | None = None,
    beside: Sequence[SeenRun] = (),
) -> int:
    """Show the run until the person leaves; the exit status."""
    window = Window(way, launch, readonly, reader, beside)
    try:
        how = OpttuiApp(RaceScreen(window.view, window.client, window.lookout)).run()
    finally:
        window.close()
    if how == "cancelled" and not (launch is not None and launch.again):
        discard(way.path)
    if how not in ("failed", GONE):
        say(window.farewell(str(how or "left")))
    if how == "left" and launch is not None:
        say(job_or_container())
    return 0


def say(words: str) -> None:
    """A line on the terminal that the screen has left."""
    if words:
        sys.stdout.write(words + "\n")
