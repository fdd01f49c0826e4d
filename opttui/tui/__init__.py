"""The screen: the only importer of Textual. Never imports torch. Loads what a window needs when one is opened."""

import gc
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from opttui.control.launch import Launch

if TYPE_CHECKING:
    from opttui.control.way import Way
    from opttui.record.seen import SeenRun


def run_screen(
    path: Path,
    launch: Launch | None = None,
    readonly: bool = False,
    way: "Way | None" = None,
    reader: "SeenRun | None" = None,
    beside: "Sequence[SeenRun]" = (),
) -> int:
    """Be a window on the run at `path` until the person leaves; the exit status.

    Args:
        path: The run's directory.
        launch: Its race process, when this window has started it.
        readonly: Whether keys that change the race do nothing.
        way: To a race that is on another machine; its record, here, is at `path`.
        reader: Of what is to be seen, where that is no run of ours.
        beside: Runs and logs whose curves stand beside it.
    """
    measure_the_terminal()
    # Until the screen stands (the app turns it on again): a fifth of loading goes into looking for garbage.
    gc.disable()
    from opttui.tui.splash import splash

    with splash(
        path if reader is None else reader.manifest,
        launch.message + " …" if launch is not None else "opening …",
    ):
        from opttui.control.way import Here
        from opttui.tui.run import be_window

    return be_window(way or Here(path), launch, readonly, reader, beside)


def run_home() -> int:
    """Show what there is to start and to open until the person leaves; the exit status."""
    measure_the_terminal()
    gc.disable()
    from opttui.tui.run_home import be_home

    return be_home()


def measure_the_terminal() -> None:
    """Have the terminal itself asked for its size: numbers that a shell has exported stay as they were at every resize."""
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)


__all__ = ["run_home", "run_screen"]
