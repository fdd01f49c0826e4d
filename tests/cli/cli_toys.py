"""What tests of the command line share: the command itself, and runs made without any process."""

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from opttui.cli.main import main
from opttui.record.events import Event
from opttui.record.layout import Row
from opttui.record.manifest import LaneInfo, LaneResult
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.resolve import scenario_from

RACE = ("race", "linear", "SGD:lr=0.1", "big=SGD:lr=1e9", "--steps", "60", "--json")
"""The one race that most tests look at: a lane that finishes, and one that diverges."""


@dataclass
class Said:
    """What a command line came to."""

    status: int
    out: str
    err: str


def called(*arguments: str) -> Said:
    """Carry out a command line here."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(list(arguments))
    return Said(status, out.getvalue(), err.getvalue())


def spawned(*arguments: str, **environment: str) -> Said:
    """Carry out a command line in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "opttui", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )
    return Said(done.returncode, done.stdout, done.stderr)


def refused(said: Said) -> str:
    """The one sentence of a refusal, after everything a refusal must not do has been ruled out."""
    assert said.status == 2, said
    assert said.out == ""
    assert "Traceback" not in said.err
    assert said.err.endswith("\n") and said.err.count("\n") == 1, said.err
    assert said.err.startswith("opttui: ")
    return said.err.removeprefix("opttui: ").rstrip("\n")


def make(
    runs: Path, name: str = "toy", steps: int = 50, ended: bool = True, losses: list[float] | None = None
) -> Path:
    """A run on disk: two lanes, finished unless said otherwise, their losses 1/(k+1) and 2/(k+1)."""
    scenario = scenario_from("linear", ["SGD:lr=0.1", "hot, and odd=Adam:lr=0.5"])
    scenario = msgspec.structs.replace(scenario, steps=steps)
    lanes = (
        LaneInfo(id=0, name="SGD", phrase="SGD:lr=0.1"),
        LaneInfo(id=1, name="hot, and odd", phrase="hot, and odd=Adam:lr=0.5"),
    )
    path = create_run(scenario, lanes, runs, name)
    writer = RunWriter(path, len(lanes))
    writer.event(Event("ready", "2 lanes at the start", step=0))
    for lane in lanes:
        values = losses or [(lane.id + 1) / (step + 1) for step in range(steps)]
        rows = [row(k, loss) for k, loss in enumerate(values)]
        for start in range(0, len(rows), 1000):
            writer.rows(lane.id, rows[start : start + 1000])
            writer.flush()
    if ended:
        writer.event(Event("ended", "the race has ended", step=steps))
    writer.flush()
    if ended:
        writer.end()
    writer.close()
    if ended:
        end(path)
    return path


def row(step: int, loss: float) -> Row:
    """A row whose numbers need all their digits."""
    return (float(step), step + 1.0, 0.001 * step, loss, 0.1, 1 / 3, 2e-17, -1.5, 0.1)


def end(path: Path) -> None:
    """Write the manifest of a race that has come to its end."""
    manifest = read_manifest(path)
    results = tuple(result(lane, manifest.scenario.steps) for lane in manifest.lanes)
    ended = msgspec.structs.replace(manifest, state="ended", results=results, dtype="float32", device="cpu")
    write_manifest(path, ended)


def result(lane: LaneInfo, steps: int, **changes: Any) -> LaneResult:
    """A lane that finished."""
    best = (lane.id + 1) / steps
    plain = LaneResult(
        id=lane.id,
        name=lane.name,
        phrase=lane.phrase,
        outcome="finished",
        reason="",
        steps=steps,
        evaluations=steps,
        seconds=0.05,
        first_loss=lane.id + 1.0,
        final_loss=best,
        best_loss=best,
        best_step=steps - 1,
        target_step=None,
        final_lr=0.1,
        diverged_step=None,
        parent=None,
        forked_at=None,
    )
    return msgspec.structs.replace(plain, **changes)


@dataclass
class Raced:
    """A real race that is over."""

    path: Path
    summary: dict[str, Any]
    said: Said
