"""Whatever becomes of the terminal in which a race was started, the race goes on, its window comes back, and its record is
that of a race that nobody disturbed."""

import contextlib
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pytest
from processes import LIMIT, end, read, talking, until

from opttui.control.commands import Pace
from opttui.control.life import life
from opttui.record.layout import SECONDS
from opttui.record.rundir import list_runs

STEPS, PACE = 4000, 50
RACE = f"race linear Adam:lr=0.01 SGD:lr=0.1,momentum=0.9 --steps {STEPS}"
SEQUENCES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\\\)")
OPTTUI = f"{sys.executable} -m opttui"


class Shell:
    """An interactive shell in a pseudo-terminal of its own, as a login gives it."""

    def __init__(self, runs: Path) -> None:
        ours = {
            "TERM": "xterm-256color",
            "OPTTUI_RUNS": str(runs),
            "PS1": "ready$ ",
            "XDG_CONFIG_HOME": str(runs),
        }
        self.child = pexpect.spawn(
            "bash",
            ["--norc", "--noprofile", "-i"],
            dimensions=(24, 80),
            env={**os.environ, **ours, "OPTTUI_THEME": "", "NO_COLOR": ""},
            timeout=None,
        )
        self._text = ""
        """What was written since the words that were waited for last, without the sequences between."""
        self.wait("ready$")

    def say(self, line: str) -> None:
        self.child.send(line + "\n")

    def wait(self, words: str) -> None:
        """Until some words have come."""
        deadline = time.monotonic() + LIMIT
        while words not in self._text:
            assert time.monotonic() < deadline, f"never {words!r}: {self._text[-3000:]}"
            with contextlib.suppress(pexpect.TIMEOUT):
                part = self.child.read_nonblocking(1 << 16, timeout=0.05).decode(errors="replace")
                self._text += SEQUENCES.sub("", part)
        self._text = self._text.partition(words)[2]

    def foreground(self) -> int:
        """The process group in front: the window's."""
        return os.tcgetpgrp(self.child.child_fd)

    def close(self) -> None:
        self.child.close(force=True)


def terminal_closed(shell: Shell) -> None:
    shell.child.close(force=False)


def window_killed(shell: Shell) -> None:
    os.kill(shell.foreground(), signal.SIGKILL)
    shell.wait("Killed")


def ctrl_c(shell: Shell) -> None:
    shell.child.sendcontrol("c")
    shell.wait("What becomes of it?")
    shell.child.send("l")
    shell.wait("ready$")


def interrupted(shell: Shell) -> None:
    """As Ctrl-C comes from a terminal that is not in the window's hands."""
    os.killpg(shell.foreground(), signal.SIGINT)
    shell.wait("ready$")


def ctrl_z(shell: Shell) -> None:
    shell.child.sendcontrol("z")
    shell.wait("Stopped")
    shell.say("fg")
    shell.wait("running")
    shell.child.sendcontrol("z")
    shell.wait("Stopped")
    shell.say("kill -9 %1")
    shell.wait("ready$")


def hung_up(shell: Shell) -> None:
    os.killpg(shell.foreground(), signal.SIGHUP)
    shell.wait("ready$")


def shell_gone(shell: Shell) -> None:
    os.kill(shell.child.pid, signal.SIGKILL)


def rows(run: Path) -> list[bytes]:
    """All that was recorded of each lane, bit for bit, but the seconds that it took."""
    kept = [column for column in range(9) if column != SECONDS]
    return [b"".join(block[:, kept].tobytes() for block in lane.read()) for lane in read(run).lanes]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory) -> list[bytes]:
    runs = tmp_path_factory.mktemp("undisturbed")
    said, status = pexpect.run(
        f"{OPTTUI} {RACE} --headless --json",
        env={**os.environ, "OPTTUI_RUNS": str(runs)},
        timeout=None,
        withexitstatus=True,
    )
    assert status == 0, said
    (run,) = runs.iterdir()
    found = rows(run)
    assert [len(lane) for lane in found] == [STEPS * 8 * 8] * 2
    return found


DISTURBANCES = (ctrl_z, ctrl_c, window_killed, hung_up, interrupted, shell_gone, terminal_closed)


@pytest.mark.parametrize("last", [shell_gone, terminal_closed], ids=lambda f: f.__name__)
def test_a_race_survives_one_thing_after_the_other(last, tmp_path: Path, undisturbed, monkeypatch) -> None:
    few = (ctrl_z, ctrl_c, hung_up) if last is shell_gone else (window_killed,)
    survives([*few, last], tmp_path, undisturbed, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("again", range(5))
@pytest.mark.parametrize("disturb", DISTURBANCES, ids=lambda f: f.__name__)
def test_a_race_survives(disturb, again: int, tmp_path: Path, undisturbed, monkeypatch) -> None:
    survives([disturb], tmp_path, undisturbed, monkeypatch)


def survives(disturbances: Sequence[Callable[[Shell], None]], place: Path, undisturbed, monkeypatch) -> None:
    """Start a race in a terminal, disturb it, come back after each disturbance, wait for its end."""
    monkeypatch.setenv("OPTTUI_RUNS", str(place / "runs"))
    shell, other, run = Shell(place / "runs"), None, None
    try:
        shell.say(f"{OPTTUI} {RACE} --pace {PACE}")
        for disturb in disturbances:
            shell.wait("running")
            (run,) = list_runs()
            disturb(shell)
            assert life(run) == "live"
            if disturb is not disturbances[-1]:
                shell.say(f"{OPTTUI} attach")
        assert read(run).lanes[0].rows < STEPS, "it was disturbed while it ran"
        other = Shell(place / "runs")
        other.say(f"{OPTTUI} attach")
        other.wait("running")
        with talking(run) as client:
            client.send(Pace(None))
        other.wait("ended")
        until(lambda: life(run) == "ended")
        assert read(run).damage == []
        assert rows(run) == undisturbed
        other.child.send("q")
        other.wait("is over")
    finally:
        for open_ in (shell, other):
            if open_ is not None:
                open_.close()
        if run is not None:
            end(run)
