"""By what lanes are ranked: the luck of a batch wins no race where there is a loss on fixed data."""

import math
from pathlib import Path

import msgspec
from record_rows import rows

from opttui.record.fair import HeldOut, best_of, by_held_out
from opttui.record.manifest import LaneInfo, ProblemInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.resolve import scenario_from


def made(tmp_path: Path, what: str, steps: tuple[int, ...], **problem: object) -> RunReader:
    """A run of two lanes: the first has the luckier batches, the second is better on fixed data."""
    lanes = tuple(LaneInfo(id=i, name=f"lane {i}", phrase="SGD") for i in range(2))
    path = create_run(scenario_from(what, ["SGD:lr=0.1", "Adam"]), lanes, tmp_path, "fair")
    info = ProblemInfo("toy", 2, **problem)
    write_manifest(path, msgspec.structs.replace(read_manifest(path), problem=info))
    writer = RunWriter(path, 2)
    for lane in range(2):
        writer.rows(lane, rows(0, 5 + lane))
        for step in steps:
            writer.validation(lane, step, {"loss": 2.0 - 0.5 * lane - 0.001 * step, "accuracy": 0.5})
    writer.flush()
    writer.close()
    reader = RunReader(path)
    reader.poll()
    return reader


def test_where_batches_differ_the_held_out_loss_decides(tmp_path: Path) -> None:
    reader = made(tmp_path, "digits-mlp", (0, 100, 200), metrics=("loss", "accuracy"), batch_size=64)
    assert by_held_out(reader)
    assert [best_of(lane, True) for lane in reader.lanes] == [1.8, 1.3]
    assert [best_of(lane, False) for lane in reader.lanes] == [lane.best_loss for lane in reader.lanes]
    noisy = made(tmp_path / "noisy", "rosenbrock:noise=1", (0, 100), metrics=("loss",))
    assert by_held_out(noisy)


def test_elsewhere_the_loss_itself_does(tmp_path: Path) -> None:
    whole = made(tmp_path / "whole", "diabetes", (0, 100), metrics=("loss",))
    error = made(tmp_path / "error", "digits-mlp", (0, 100), metrics=("error",), batch_size=64)
    start = made(tmp_path / "start", "digits-mlp", (0,), metrics=("loss",), batch_size=64)
    assert not any(map(by_held_out, (whole, error, start)))


def test_the_least_so_far_at_any_step() -> None:
    held_out = HeldOut()
    assert held_out.least() is None and not held_out.begun
    for step, value in ((0, 3.0), (100, math.nan), (200, 1.0), (300, math.inf), (400, 2.0)):
        held_out.add(step, {"loss": value})
    held_out.add(500, {"accuracy": 1.0})
    assert [held_out.least(step) for step in (-1, 0, 199, 200, 400, math.inf)] == [
        None,
        3.0,
        3.0,
        1.0,
        1.0,
        1.0,
    ]
