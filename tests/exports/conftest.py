"""A runs directory for each test."""

from pathlib import Path

import pytest


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty one."""
    path = tmp_path / "runs"
    monkeypatch.setenv("OPTTUI_RUNS", str(path))
    return path
