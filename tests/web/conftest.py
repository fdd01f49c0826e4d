"""A finished run to be shown."""

import math
from pathlib import Path

import pytest

from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run
from opttui.record.writer import RunWriter
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """One lane, two hundred rows, no process."""
    scenario = Scenario(problem=ProblemSpec("rosenbrock"), lanes=(LaneSpec("Adam", name="Adam"),), steps=200)
    path = create_run(scenario, (LaneInfo(0, "Adam", "Adam:lr=0.1"),), tmp_path / "runs", "shown")
    writer = RunWriter(path, 1)
    writer.rows(0, [(k, k + 1, 1e-3 * k, math.exp(-k / 50), 0.1, 1.0, 0.1, 0.0, 0.0) for k in range(200)])
    writer.end()
    writer.close()
    return path
