"""Real races through the command line, from the start to the exit status. Each costs a start of torch."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli_toys import Raced, called, make, refused

from opttui.cli import progress, race
from opttui.control import launch
from opttui.record.rundir import list_runs

LONG = ("rosenbrock", "SGD:lr=1e-4", "Adam:lr=1e-3", "--steps", "1000000", "--pace", "200")
LIMIT = 60.0


def until(true: Callable[[], object], what: str) -> None:
    """Wait for a state."""
    deadline = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < deadline, f"waited {LIMIT:.0f} s for {what}"
        time.sleep(0.05)


def test_one_object_on_stdout_with_everything_the_design_promises(raced: Raced) -> None:
    summary = raced.summary
    assert {key: summary[key] for key in ("problem", "seed", "device", "dtype", "steps")} == {
        "problem": "linear",
        "seed": 0,
        "device": "cpu",
        "dtype": "float32",
        "steps": 60,
    }
    assert summary["run"] == raced.path.name
    fine, big = summary["lanes"]
    assert (fine["name"], fine["outcome"], fine["steps"], fine["reason"]) == ("SGD", "finished", 60, "")
    assert fine["final_loss"] < fine["first_loss"]
    assert (big["name"], big["outcome"]) == ("big", "diverged")
    assert big["reason"] and big["diverged_step"] < 60
    assert set(fine) == set(big) == {
        "id", "name", "phrase", "outcome", "reason", "steps", "evaluations", "seconds", "first_loss", "final_loss",
        "best_loss", "best_step", "target_step", "final_lr", "diverged_step", "parent", "forked_at",
    }  # fmt: skip
    assert "NaN" not in raced.said.out and "Infinity" not in raced.said.out


def test_without_a_terminal_progress_is_a_few_lines_on_stderr(raced: Raced) -> None:
    lines = raced.said.err.splitlines()
    assert lines[-1].startswith("100 %  step ")
    assert 1 <= len(lines) <= 10


def test_a_finished_run_takes_no_commands(raced: Raced) -> None:
    assert f"opttui show {raced.path.name}" in refused(called("tell", str(raced.path), "pause"))
    assert "is over" in refused(called("stop", str(raced.path)))


def test_a_device_that_is_not_there_is_found_by_the_race_and_leaves_nothing(runs: Path) -> None:
    assert "--device cuda:99" in refused(called("race", "linear", "--device", "cuda:99", "--quiet"))
    assert list_runs() == []


def test_a_detached_race_from_start_to_deletion(runs: Path) -> None:
    said = called("race", *LONG, "--name", "long", "--detach")
    assert said.status == 0, said
    name = said.out.strip()
    assert name.startswith("long-") and said.out.count("\n") == 1
    assert f"opttui attach {name}" in said.err
    try:
        converse(name)
    finally:
        stopped = called("stop", name)
    assert stopped.status == 0, stopped
    assert "stopped at step" in stopped.out
    assert called("runs").out.splitlines()[1].split()[2] == "2"
    assert "stopped" in called("runs").out
    assert {lane["outcome"] for lane in json.loads(called("show", "long", "--json").out)["lanes"]} == {
        "stopped"
    }
    assert called("rm", "long", "--yes").out == f"deleted {name}\n"
    assert list_runs() == []
    until(lambda: all(child.poll() is not None for child in launch._CHILDREN), "the race process to be gone")


def converse(name: str) -> None:
    """What can be asked of a race while it runs."""
    (run,) = json.loads(called("runs", "--json").out)
    assert (run["state"], run["steps"]) == ("running", 1_000_000)
    paused = called("tell", "long", "pause")
    assert paused.status == 0, paused
    assert paused.out.startswith("paused at step ") and paused.out.count("\n") == 1
    assert "paused" in called("runs").out
    turned = called("tell", name, "set", "Adam", "lr=0.02").out
    assert "lr 0.001 → 0.02" in turned and "at step" in turned
    assert "did you mean" in refused(called("tell", name, "puase")).lower()
    assert "Nobody" in refused(called("tell", name, "set", "Nobody", "lr=1"))
    assert "one step" in called("tell", name, "step").out
    assert f"opttui stop {name}" in refused(called("rm", name, "--yes"))
    assert "Adam" in called("show", "--json").out


def test_ctrl_c_ends_a_headless_race_and_prints_what_there_is(runs: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "opttui", "race", *LONG, "--json", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "OPTTUI_RUNS": str(runs)},
    ) as window:
        until(lambda: "'state': 'running'" in str(listed()) and listed()[0]["step"] > 5, "the first steps")
        window.send_signal(signal.SIGINT)
        out, err = window.communicate(timeout=LIMIT)
    assert (window.returncode, err) == (130, "")
    lanes = json.loads(out)["lanes"]
    assert {lane["outcome"] for lane in lanes} == {"stopped"}
    assert all(5 < lane["steps"] < 1_000_000 for lane in lanes)
    assert listed()[0]["state"] == "stopped"


def listed() -> list[dict[str, object]]:
    """The runs."""
    runs: list[dict[str, object]] = json.loads(called("runs", "--json").out)
    return runs


class Launched:
    """A race process on its way."""

    again = False

    message = ""
    stopped = False

    def poll(self) -> str:
        return "waiting"

    def stop(self) -> None:
        self.stopped = True


@pytest.mark.parametrize("what", ["meter", "wait_until_ready"])
def test_ctrl_c_before_the_first_step_leaves_neither_a_run_nor_a_process(
    what: str, runs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(progress if what == "meter" else race, what, interrupted)
    path, started = make(runs), Launched()
    with pytest.raises(KeyboardInterrupt):
        race.headless(path, started, as_json=True, quiet=True)  # type: ignore[arg-type]
    assert started.stopped
    assert not path.exists()
