"""`python -m opttui.tui.served [--control] [RUN]`: a window whose terminal is a browser's. Started by `opttui.web`, not by
hand.

Without `--control` it sends no command, starts nothing and keeps no choice.
"""

import os
import sys
import threading
import time
from pathlib import Path

from opttui.control.way import Here
from opttui.tui import settings
from opttui.tui.app import OpttuiApp
from opttui.tui.screens.home import HomeScreen
from opttui.tui.screens.race import RaceScreen
from opttui.tui.window import Window

SERVER = "OPTTUI_SERVED_BY"
"""Names the process that has started this one."""
LOOK = 1.0
"""Seconds between two looks whether it is still there: Textual's driver does not notice."""


def main(arguments: list[str]) -> int:
    """Be the window; the exit status."""
    control = "--control" in arguments
    runs = [argument for argument in arguments if argument != "--control"]
    settings.keeping = control
    threading.Thread(target=end_with_the_server, name="opttui-served", daemon=True).start()
    if not runs:
        OpttuiApp(HomeScreen(readonly=not control)).run()
        return 0
    window = Window(Here(Path(runs[0])), readonly=not control)
    try:
        OpttuiApp(RaceScreen(window.view, window.client, window.lookout)).run()
    finally:
        window.close()
    return 0


def end_with_the_server() -> None:
    """Nobody sees a window whose server has been killed."""
    server = os.environ.get(SERVER)
    while server is not None and str(os.getppid()) == server:
        time.sleep(LOOK)
    if server is not None:
        os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
