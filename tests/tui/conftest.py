"""No test of the screen reads or writes what the person running it has chosen."""

from pathlib import Path

import pytest
from textual.notifications import Notification


@pytest.fixture(autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path_factory.mktemp("config")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place))
    monkeypatch.delenv("OPTTUI_THEME", raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    return place


@pytest.fixture(autouse=True)
def _notices_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A notice is there until it was looked at, however slow the machine."""
    monkeypatch.setattr(Notification, "time_left", property(lambda notification: 3600.0))
