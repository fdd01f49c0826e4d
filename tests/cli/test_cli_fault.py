"""Faults of opttui's own, planted: one line on the terminal, everything in a file."""

import stat
import sys
from pathlib import Path

import pytest
from cli_toys import called, make

from opttui.cli import fault


@pytest.fixture
def planted(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run whose printing fails as nobody foresaw; where the faults are kept."""
    make(runs)

    def fails(*_: object) -> str:
        raise ZeroDivisionError("planted\x1b[2J\nand more")

    monkeypatch.setattr("opttui.cli.report.results_table", fails)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "opttui" / "faults.log"


def test_a_fault_of_ours_is_one_line_and_its_traceback_is_kept_for_its_owner(planted: Path) -> None:
    said = [called("show", "toy") for _ in range(2)][-1]
    assert said.status == 70
    assert said.err.count("\n") == 1
    assert said.err.startswith(
        "opttui: This is a bug of opttui: ZeroDivisionError: planted\ufffd[2J (cli/report.py, line "
    )
    assert said.err.endswith(f"; its traceback is in {planted}.\n")
    text = planted.read_text()
    assert text.count("Traceback (most recent call last)") == 2
    assert text.count("opttui show toy\n") == 2
    assert "and more" in text
    assert stat.S_IMODE(planted.stat().st_mode) == 0o600
    assert stat.S_IMODE(planted.parent.stat().st_mode) == 0o700


def test_a_fault_is_printed_where_it_is_asked_for(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPTTUI_TRACEBACK", "1")
    said = called("show", "toy")
    assert said.status == 70
    assert "in fails" in said.err
    assert "\x1b" not in said.err
    assert said.err.splitlines()[-1].startswith("opttui: This is a bug of opttui")


def test_a_fault_that_cannot_be_kept_says_how_to_see_it(planted: Path) -> None:
    planted.parent.parent.write_text("a file where the state directory should be")
    said = called("show", "toy")
    assert said.status == 70
    assert said.err.endswith("; OPTTUI_TRACEBACK=1 prints its traceback.\n")
    assert said.err.count("\n") == 1


def test_faults_do_not_fill_the_disk(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault, "LARGEST", 3000)
    for _ in range(5):
        called("show", "toy")
    assert 0 < planted.stat().st_size < 2 * 3000 + 3000
    assert planted.read_text().endswith("and more\n\n")


def test_a_missing_library_is_no_fault_of_ours(planted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opttui.cli.chart", None)
    monkeypatch.setitem(sys.modules, "plotext", None)
    assert called("show", "toy").status == 70  # a part of opttui itself
    monkeypatch.delitem(sys.modules, "opttui.cli.chart")
    monkeypatch.delitem(sys.modules, "opttui.plots.printed", raising=False)
    said = called("show", "toy")
    assert (said.status, said.err) == (
        2,
        "opttui: The library 'plotext' is missing. Installing opttui with pip brings it.\n",
    )
