"""What a headless window says while it waits, and what its exit status is; the race itself is a record on disk."""

import io
import sys
from pathlib import Path

import msgspec
import pytest
from cli_toys import called, make

from opttui.cli import headless, wish
from opttui.cli.progress import Bar, Lines, Silence, meter
from opttui.control.commands import Pause, Reply, Status
from opttui.errors import InputError
from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest, write_manifest


class FakeClient:
    """Answers what it was made with."""

    def __init__(self, status: Status | None = None, reply: Reply | None = None) -> None:
        self._status, self._reply = status, reply

    def status(self) -> Status | None:
        return self._status

    def send(self, command: object, timeout: float) -> Reply:
        """As the real one."""
        assert self._reply is not None
        return self._reply

    def close(self) -> None:
        """As the real one."""


def ended_with(path: Path, *outcomes: str) -> RunReader:
    """The run with its lanes' outcomes replaced."""
    manifest = read_manifest(path)
    results = tuple(
        msgspec.structs.replace(result, outcome=outcome)
        for result, outcome in zip(manifest.results, outcomes, strict=True)
    )
    write_manifest(path, msgspec.structs.replace(manifest, results=results))
    return RunReader(path)


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        (("failed", "failed"), 1),
        (("failed", "finished"), 0),
        (("diverged", "diverged"), 0),
        (("reached", "stopped"), 0),
    ],
)
def test_only_a_race_in_which_every_lane_failed_is_a_failure(
    runs: Path, outcomes: tuple[str, str], status: int
) -> None:
    assert headless.ended_as(ended_with(make(runs), *outcomes)) == status


def test_a_process_that_died_is_a_failure_and_said(
    runs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = make(runs, ended=False)
    monkeypatch.setattr(headless, "life", lambda path: "crashed")
    assert headless.ended_as(RunReader(path)) == 1
    assert "died" in capsys.readouterr().err


def test_watching_ends_with_the_race_and_tells_the_step_and_the_leader(
    runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = make(runs, steps=40, ended=False)
    lives = iter(["starting", "live", "live", "ended"])
    monkeypatch.setattr(headless, "life", lambda path: next(lives))
    monkeypatch.setattr(headless, "LOOK", 0.0)
    told: list[tuple[float, str]] = []
    headless.watch(RunReader(path), lambda done, words: told.append((done, words)))
    assert told == [(1.0, "step 40 of 40 · best 0.025 SGD")] * 4


def test_a_lane_that_is_over_has_done_its_share(runs: Path) -> None:
    path = make(runs, steps=40)
    reader = ended_with(path, "finished", "diverged")
    assert headless.done(reader) == 1.0
    half = RunReader(make(runs, steps=40, ended=False, losses=[1.0] * 10))
    assert headless.done(half) == 0.25


def test_why_a_race_waits_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    full = FakeClient(Status("paused", 12, "the disk is full"))
    told = headless._waiting_for(full, "")  # type: ignore[arg-type]
    assert capsys.readouterr().err == "opttui: The race is paused at step 12: the disk is full.\n"
    assert headless._waiting_for(full, told) == told  # type: ignore[arg-type]
    assert capsys.readouterr().err == ""
    for quiet in (FakeClient(Status("running", 13)), FakeClient(None)):
        assert headless._waiting_for(quiet, told) == ""  # type: ignore[arg-type]


def test_progress_without_a_terminal_is_a_line_at_every_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with Lines() as lines:
        for step in range(1001):
            lines.show(step / 1000, f"step {step}")
    told = capsys.readouterr().err.splitlines()
    assert told == [f"{tenth * 10:3d} %  step {tenth * 100}" for tenth in range(1, 11)]


def test_progress_on_a_terminal_is_a_bar_and_quiet_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    with meter(quiet=False) as bar:
        assert isinstance(bar, Bar)
        bar.show(0.5, "step [bold]7[/]")
    assert " 50 %" in terminal.getvalue()
    assert "step [bold]7[/]" in terminal.getvalue()
    assert isinstance(meter(quiet=True), Silence) and not isinstance(meter(quiet=True), Lines)


@pytest.mark.parametrize(
    ("text", "step", "line"),
    [
        ("paused at step 12", 12, "paused at step 12"),
        ("Adam: lr 0.1 → 0.2; ", 12, "Adam: lr 0.1 → 0.2, at step 12"),
        ("x\x1b[2Jy", None, "x\ufffd[2Jy"),
    ],
)
def test_what_was_applied_is_told_with_its_step(
    runs: Path, monkeypatch: pytest.MonkeyPatch, text: str, step: int | None, line: str
) -> None:
    monkeypatch.setattr(wish, "life", lambda path: "live")
    monkeypatch.setattr(wish, "Client", lambda path, actor: FakeClient(reply=Reply(1, "applied", text, step)))
    assert wish.carried_out(runs, Pause()) == line


def test_a_refusal_is_the_users_mistake(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wish, "life", lambda path: "live")
    monkeypatch.setattr(
        wish, "Client", lambda path, actor: FakeClient(reply=Reply(1, "refused", "There is no lane 9.", 3))
    )
    with pytest.raises(InputError, match=r"There is no lane 9\."):
        wish.carried_out(runs, Pause())


def test_a_race_whose_process_died_says_so_when_told(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(runs, ended=False)
    monkeypatch.setattr(wish, "life", lambda path: "crashed")
    said = called("tell", "toy", "pause")
    assert said.status == 2 and "its process died" in said.err


def test_progress_that_nobody_reads_does_not_end_the_watch(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stderr", Broken())
    with meter(quiet=False) as gauge:
        gauge.show(0.5, "half way")
        gauge.show(1.0, "done")
