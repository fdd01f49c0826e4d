"""Who gets a screen: the command line hands over to it, and says afterwards what went wrong. The screen is a fake."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_toys import Said, called, make, refused

import opttui.tui
from opttui.cli import attach, home, race, stdio
from opttui.control import begin
from opttui.errors import RunError
from opttui.record.rundir import list_runs, read_manifest


class FakeLaunch:
    """A race process that is never started."""

    def __init__(self, state: str = "ready", user: bool = False) -> None:
        self.state, self.user_error, self.again = state, user, False
        self.message, self.hint, self.details = "The problem cannot be built.", "Try another.", ""
        self.stopped = False

    def poll(self) -> str:
        return self.state

    def wait(self, timeout: float) -> None:
        """As the real one."""
        if self.state == "failed":
            raise RunError(self.message)

    def stop(self) -> None:
        """As the real one."""
        self.stopped = True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """A terminal, and what the screen was called with."""
    shown: list[tuple[Any, ...]] = []
    for module in (attach, home, race):
        monkeypatch.setattr(module, "has_screen", lambda: True)

    def run_screen(path: Path, launch: object = None, readonly: bool = False, **more: object) -> int:
        shown.append((path, launch, readonly))
        return 0

    monkeypatch.setattr(opttui.tui, "run_screen", run_screen, raising=False)
    monkeypatch.setattr(opttui.tui, "run_home", lambda: shown.append(("home",)) or 0, raising=False)
    return shown


@pytest.fixture
def launched(monkeypatch: pytest.MonkeyPatch) -> Callable[[FakeLaunch], FakeLaunch]:
    """Puts a fake in the place of the process that would be started."""

    def launched(launch: FakeLaunch) -> FakeLaunch:
        monkeypatch.setattr(begin, "start", lambda path: launch)
        return launch

    return launched


def test_a_race_on_a_terminal_becomes_a_window(runs: Path, screen: list[Any], launched: Any) -> None:
    launch = launched(FakeLaunch())
    said = called("race", "linear", "SGD:lr=0.1", "SGD:lr=0.2", "--name", "mine", "--steps", "7")
    assert said == Said(0, "", "")
    (path,) = list_runs()
    assert screen == [(path, launch, False)]
    manifest = read_manifest(path)
    assert path.name.startswith("mine-")
    assert [(lane.id, lane.name, lane.phrase) for lane in manifest.lanes] == [
        (0, "SGD", "SGD:lr=0.1"),
        (1, "SGD 2", "SGD:lr=0.2"),
    ]
    assert (manifest.scenario.steps, manifest.state) == (7, "starting")


def test_a_start_that_the_user_can_put_right_is_told_after_the_screen_and_leaves_no_run(
    runs: Path, screen: list[Any], launched: Any
) -> None:
    launched(FakeLaunch("failed", user=True))
    assert refused(called("race", "linear")) == "The problem cannot be built. Try another."
    assert len(screen) == 1
    assert list_runs() == []


def test_a_start_that_died_leaves_its_run_with_its_log(runs: Path, screen: list[Any], launched: Any) -> None:
    launched(FakeLaunch("failed"))
    assert refused(called("race", "linear")) == "The problem cannot be built. Try another."
    assert len(list_runs()) == 1


@pytest.mark.parametrize("option", ["--headless", "--json", "--detach"])
def test_no_screen_where_none_is_wanted(runs: Path, screen: list[Any], launched: Any, option: str) -> None:
    launched(FakeLaunch("failed"))
    refused(called("race", "linear", option, "--quiet"))
    assert screen == []


def test_ctrl_c_while_it_starts_leaves_no_run(
    runs: Path, launched: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(timeout: float) -> None:
        raise KeyboardInterrupt

    launch = launched(FakeLaunch())
    monkeypatch.setattr(launch, "wait", interrupt)
    said = called("race", "linear", "--headless", "--quiet")
    assert (said.status, said.out, said.err.strip()) == (130, "", "")
    assert launch.stopped
    assert list_runs() == []


@pytest.mark.parametrize(
    ("stdin", "stdout", "term", "screen"),
    [(1, 1, "xterm", True), (0, 1, "xterm", False), (1, 0, "xterm", False), (1, 1, "dumb", False)],
)
def test_a_screen_needs_a_terminal_on_both_sides_that_can_move_its_cursor(
    monkeypatch: pytest.MonkeyPatch, stdin: int, stdout: int, term: str, screen: bool
) -> None:
    monkeypatch.setenv("TERM", term)
    for name, yes in (("stdin", stdin), ("stdout", stdout)):
        stream = io.StringIO()
        monkeypatch.setattr(stream, "isatty", lambda yes=yes: bool(yes), raising=False)
        monkeypatch.setattr(stdio.sys, name, stream)
    assert stdio.has_screen() is screen
    assert stdio.has_person() is bool(stdin and stdout)
    assert stdio.takes_colour(stdio.sys.stdout) is (bool(stdout) and term != "dumb")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not stdio.takes_colour(stdio.sys.stdout)


def test_a_finished_run_is_opened_too(runs: Path, screen: list[Any]) -> None:
    old, new = make(runs, "old"), make(runs, "new")
    assert called("attach").status == 0
    assert called("attach", "old", "--readonly").status == 0
    assert screen == [(new, None, False), (old, None, True)]


def test_opttui_alone_opens_the_home_screen(runs: Path, screen: list[Any]) -> None:
    assert called() == Said(0, "", "")
    assert screen == [("home",)]
