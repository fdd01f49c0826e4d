"""Records of released formats stay readable, for ever, and a stand-alone reader written from the page alone agrees."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from record_rows import row, rows, table

from opttui.record.frames import MAGIC
from opttui.record.lane_reader import LaneReader
from opttui.record.reader import RunReader
from opttui.record.results import results
from opttui.record.rows import Schema
from opttui.record.writer import RunWriter

GOLDEN = Path(__file__).with_name("golden")
PAGE = Path(__file__).parents[2] / "docs" / "record.md"


def page_reader(tmp_path: Path) -> Path:
    """The program on the format page."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code.count("\n") < 50
    program = tmp_path / "reader.py"
    program.write_text(code, encoding="utf-8")
    return program


def rows_by(program: Path, log: Path) -> np.ndarray:
    done = subprocess.run([sys.executable, program, log], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert lines[0].split("\t") == [
        "step",
        "evaluations",
        "seconds",
        "loss",
        "lr",
        "grad_norm",
        "update_norm",
        "x",
        "y",
    ]
    return np.array([[float(word) for word in line.split("\t")] for line in lines[1:]]).reshape(-1, 9)


def test_format_1(tmp_path: Path) -> None:
    """Made by the first version: two lanes, 300 rows and 3, an event of every sort, a grid, two validation rows."""
    reader = RunReader(GOLDEN / "format-1")
    reader.poll()
    assert reader.damage == []
    first, second = reader.lanes
    found = np.concatenate(list(first.read()))
    np.testing.assert_array_equal(found, table(0, 300))
    assert (first.rows, first.last, first.ended) == (300, row(299), True)
    assert first.validation == [
        (100, {"accuracy": 0.5, "loss": 1.25}),
        (200, {"accuracy": 0.75, "loss": float("inf")}),
    ]
    strange = np.concatenate(list(second.read()))[:, 3]
    np.testing.assert_array_equal(strange, [np.nan, -np.inf, -0.0])
    assert np.signbit(strange[2])
    assert [event.kind for event in reader.events] == ["ready", "set", "outcome", "ended"]
    assert reader.events[1].data == {"hyper": "lr", "old": 0.1, "new": float("inf")}
    assert reader.grid is not None
    assert reader.grid.box == (-2.0, 2.0, -1.0, 3.0)
    np.testing.assert_array_equal(reader.grid.values, np.arange(6.0).reshape(2, 3))
    assert reader.manifest.id == "format-1"  # a run goes by the name of its directory
    assert [result.outcome for result in results(reader, alive=False)] == ["stopped", "diverged"]


@pytest.mark.parametrize("name", ["format-1", "unknown-kind"])
def test_the_page_s_reader_agrees(tmp_path: Path, name: str) -> None:
    program = page_reader(tmp_path)
    for lane, log in enumerate(sorted((GOLDEN / name).glob("lane-*.rec"))):
        expected = np.concatenate(list(LaneReader(GOLDEN / name, lane).read()))
        np.testing.assert_array_equal(rows_by(program, log), expected)


def test_unknown_kinds_longer_headers_and_other_columns(tmp_path: Path) -> None:
    """A log as a later version might write it: kind 99, a header of 48 bytes, a column more and one less."""
    lane = LaneReader(GOLDEN / "unknown-kind", 0)
    lane.poll()
    expected = table(0, 30)
    expected[20:, 8] = np.nan
    assert lane.damage == []
    assert lane.rows == 30
    np.testing.assert_array_equal(np.concatenate(list(lane.read())), expected)


def test_the_page_s_reader_survives_damage_as_ours_does(run: Path, tmp_path: Path) -> None:
    writer = RunWriter(run, 1)
    for step in (0, 50, 100):
        writer.rows(0, rows(step, step + 50))
        writer.flush()
    writer.close()
    log = run / "lane-00.rec"
    data = bytearray(log.read_bytes())
    data[5000] ^= 1
    log.write_bytes(data + MAGIC + b"torn")
    found = rows_by(page_reader(tmp_path), log)
    np.testing.assert_array_equal(found, np.concatenate(list(LaneReader(run, 0).read())))
    assert len(found) == 100


def test_a_writer_goes_on_after_columns_that_are_not_ours(tmp_path: Path) -> None:
    shutil.copytree(GOLDEN / "unknown-kind", tmp_path / "run")
    writer = RunWriter(tmp_path / "run", 1)
    writer.rows(0, rows(30, 40))
    writer.close()
    found = np.concatenate(list(LaneReader(tmp_path / "run", 0).read()))
    np.testing.assert_array_equal(found[30:], table(30, 40))


def test_the_page_names_what_the_code_has() -> None:
    from opttui.record.frames import HEADER_SIZE, LONGEST_HEADER, Kind
    from opttui.record.index import ENTRY

    page = PAGE.read_text(encoding="utf-8")
    for kind in Kind:
        assert f"| {kind.value} | {kind.name.lower()} |" in page
    assert ", ".join(Schema().columns) in page
    assert f"{HEADER_SIZE} here" in page
    assert f"up to {LONGEST_HEADER}" in page
    assert f"n entries of {ENTRY} float64" in page
