"""A runs directory for each test, and one real race for all that only look at it."""

import json
from pathlib import Path

import pytest
from cli_toys import RACE, Raced, spawned


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty runs directory, and a width that does not depend on the terminal."""
    path = tmp_path / "runs"
    monkeypatch.setenv("OPTTUI_RUNS", str(path))
    monkeypatch.setenv("COLUMNS", "100")
    return path


@pytest.fixture(scope="session")
def raced(tmp_path_factory: pytest.TempPathFactory) -> Raced:
    """One real race, headless."""
    directory = tmp_path_factory.mktemp("raced")
    said = spawned(*RACE, OPTTUI_RUNS=str(directory))
    assert said.status == 0, said
    summary = json.loads(said.out)
    return Raced(Path(summary["path"]), summary, said)
