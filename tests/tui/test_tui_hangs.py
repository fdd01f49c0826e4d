"""A race that hangs or dies under its windows, in a real pseudo-terminal: said in time, and the window stays usable."""

import os
import signal
import time
from pathlib import Path

from cli_toys import make
from stand_in import stand_in
from terminal import Glass, Terminal

from opttui.control.life import life


def test_a_suspended_race_shows_as_hung_in_time_and_the_window_stays_usable(tmp_path: Path) -> None:
    path = make(tmp_path / "runs", "toy", steps=20, ended=False)
    with stand_in(path) as race:
        window = Terminal(path, 120, 30, screen=Glass(120, 30), OPTTUI_RUNS=str(tmp_path / "runs"))
        try:
            window.wait(lambda: window.shows("running"), "running")
            os.kill(race.pid, signal.SIGSTOP)
            begun = time.monotonic()
            window.wait(lambda: window.shows("hangs"), "hung")
            took = time.monotonic() - begun
            window.press("?")
            window.wait(lambda: window.shows("Pause the race"), "the help")
            window.press("\x1b")
            window.wait(lambda: not window.shows("Pause the race"), "no help")
            assert window.shows(f"kill -CONT {race.pid}")
            window.press("q")
            window.wait(lambda: window.shows("The race does not answer"), "the question")
            window.press("w")
            window.wait(lambda: window.shows("is suspended"), "that it cannot say where it is")
            os.kill(race.pid, signal.SIGCONT)
            window.wait(lambda: window.shows("● running"), "running again")
            # Five seconds on a machine that is ours; others may be busy with it.
            assert took < 5 * max(1.0, os.getloadavg()[0]), took
            os.kill(race.pid, signal.SIGSTOP)
            window.wait(lambda: window.shows("hangs"), "hung")
            window.press("q")
            window.wait(lambda: window.shows("SIGKILL"), "the question")
            window.press("s")
            window.wait(window.gone, "gone")
            assert race.wait(10) == -signal.SIGTERM
            assert life(path) == "crashed"
            window.read()
            assert window.shows("was killed; what it had recorded stays")
        finally:
            window.close()


def test_a_race_that_dies_shows_as_crashed_and_readonly_windows_command_nothing(tmp_path: Path) -> None:
    path = make(tmp_path / "runs", "toy", steps=20, ended=False)
    with stand_in(path) as race:
        window = Terminal(path, 120, 30, "--readonly", screen=Glass(120, 30))
        try:
            window.wait(lambda: window.shows("running"), "running")
            assert window.shows("read only") and not window.shows("space pause")
            for key in (" ", ".", "l", "d", "f"):
                window.press(key)
            window.wait(lambda: window.shows("This window is read-only"), "why not")
            race.kill()
            window.wait(lambda: window.shows("crashed: its process is gone"), "crashed")
            window.press("q")
            window.wait(window.gone, "gone")
        finally:
            window.close()
    assert not (path / "events.jsonl").read_bytes().count(b"paused")
