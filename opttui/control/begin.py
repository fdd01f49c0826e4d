"""From a scenario to a race process on its way. Knows no option and prints nothing."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from opttui.control.launch import Launch, start
from opttui.errors import InputError
from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run, runs_directory
from opttui.scenario.names import lane_names
from opttui.scenario.phrase import phrase_of
from opttui.scenario.specs import Scenario

Show = Callable[[float, str], None]
"""Told how much is done, as a fraction, and what is going on."""

LOOK = 0.02
"""Seconds between two looks at the ready pipe."""
READY = 120.0
"""Seconds; importing torch takes 1.3 of CPU, and far longer from a cold network disk."""


def begin(scenario: Scenario, name: str = "") -> tuple[Path, Launch]:
    """A new run directory and the process that will race there. RunError when either cannot be had."""
    names = lane_names(scenario.lanes)
    lanes = tuple(
        LaneInfo(id=number, name=name, phrase=phrase_of(spec))
        for number, (name, spec) in enumerate(zip(names, scenario.lanes, strict=True))
    )
    path = create_run(scenario, lanes, runs_directory(), name)
    try:
        return path, start(path)
    except BaseException:
        discard(path)
        raise


def wait_until_ready(path: Path, launch: Launch, show: Show = lambda done, words: None) -> None:
    """Return when steps begin. InputError, and no run, when the user asked for what cannot be; Ctrl-C likewise.

    RunError leaves the run, whose log says why its process died.
    """
    deadline = time.monotonic() + READY
    try:
        while launch.poll() == "waiting" and time.monotonic() < deadline:
            show(0.0, launch.message)
            time.sleep(LOOK)
        launch.wait(0.0)
    except InputError:
        if not launch.again:
            discard(path)
        raise
    except KeyboardInterrupt:
        call_off(path, launch)
        raise


def call_off(path: Path, launch: Launch) -> None:
    """Leave neither a process nor a run of a race whose steps have not begun."""
    launch.stop()
    if not launch.again:
        discard(path)


def discard(path: Path) -> None:
    """Remove a run in which nothing has happened."""
    shutil.rmtree(path, ignore_errors=True)
