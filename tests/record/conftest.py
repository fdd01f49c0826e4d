"""A fresh run of two lanes, in a runs directory of its own."""

from pathlib import Path

import pytest

from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

SCENARIO = Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam", {"lr": 0.1}), LaneSpec("SGD")), steps=2000)
LANES = (LaneInfo(0, "Adam", "Adam:lr=0.1"), LaneInfo(1, "SGD", "SGD"))


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def scenario() -> Scenario:
    return SCENARIO


@pytest.fixture
def lanes() -> tuple[LaneInfo, ...]:
    return LANES


@pytest.fixture
def run(runs: Path) -> Path:
    return create_run(SCENARIO, LANES, runs)
