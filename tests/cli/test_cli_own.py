"""A problem of one's own on the command line: a lane that fails and its traceback, a file that fails and its traceback."""

import json
from pathlib import Path

from cli_toys import called

FILE = """
import torch
from opttui import Problem

def loss(x):
    if x[0] < 1:
        raise ValueError("too \\x1b[2Jlow")
    return (x * x).sum()

problem = Problem([2.0, 1.0], loss, steps=7)

def make():
    raise RuntimeError("not today")
"""


def test_a_lane_that_fails_keeps_its_traceback_and_nothing_of_it_reaches_the_terminal_raw(
    runs: Path, tmp_path: Path
) -> None:
    (tmp_path / "task.py").write_text(FILE)
    said = called("race", f"{tmp_path}/task.py::problem", "SGD:lr=0.4", "SGD:lr=0.01", "--json")
    assert said.status == 0, said
    summary = json.loads(said.out)
    assert summary["steps"] == 7
    first, second = summary["lanes"]
    assert (first["outcome"], second["outcome"]) == ("failed", "finished")
    assert "(task.py, line 7, in loss)" in first["reason"]
    shown = called("show", summary["run"])
    assert "Traceback (most recent call last):" in shown.out
    assert 'raise ValueError("too' in shown.out
    assert "\x1b[2J" not in shown.out
    (tmp_path / "task.py").write_text("raise SystemExit('nobody asked for this')")
    exported = called("export", summary["run"], "--to", "-", "--format", "py")
    assert exported.status == 0 and "task.py').problem" in exported.out


def test_a_function_that_fails_is_told_with_its_traceback_and_leaves_no_run(
    runs: Path, tmp_path: Path
) -> None:
    (tmp_path / "task.py").write_text(FILE)
    said = called("race", f"{tmp_path}/task.py::make", "SGD", "--headless")
    assert said.status == 2
    assert said.err.count("Traceback") == 1 and 'raise RuntimeError("not today")' in said.err
    assert said.err.endswith("opttui: task.py::make failed: RuntimeError: not today.\n")
    assert not runs.exists() or not any(runs.iterdir())
