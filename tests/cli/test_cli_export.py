"""Exporting: exact rows, whole files or none."""

import csv
import io
import math
import subprocess
import sys
from pathlib import Path

import pytest
from cli_toys import Raced, called, make, refused, row

from opttui.exports import csv as csv_rows
from opttui.exports.rows import Choice, portions
from opttui.record.reader import RunReader

HEADER = "lane,name,step,evaluations,seconds,loss,lr,grad_norm,update_norm,x,y"


def test_rows_read_back_exactly(runs: Path, tmp_path: Path) -> None:
    losses = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, -0.0, 1 / 3]
    make(runs, losses=losses)
    said = called("export", "--to", str(tmp_path / "rows.csv"))
    assert (said.status, said.out, said.err) == (0, "", "")
    text = (tmp_path / "rows.csv").read_text()
    assert text.splitlines()[0] == HEADER
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2 * len(losses)
    for index, read in enumerate(rows):
        step = index % len(losses)
        assert read["lane"] == str(index // len(losses))
        assert read["name"] == ("SGD", "hot, and odd")[index // len(losses)]
        assert (read["step"], read["evaluations"]) == (str(step), str(step + 1))
        numbers = [float(read[name]) for name in HEADER.split(",")[4:]]
        assert list(map(repr, numbers)) == list(map(repr, row(step, losses[step])[2:]))
    assert [read["loss"] for read in rows[3:6]] == ["inf", "-inf", "nan"]


def test_a_lane_can_be_chosen_by_name_or_number(runs: Path) -> None:
    make(runs, steps=3)
    for lane in ("1", "hot, and odd"):
        out = called("export", "--to", "-", "--format", "csv", "--lane", lane).out
        assert out.splitlines()[1].startswith(
            '1,"hot, and odd",0,1,0.0,2.0,0.1,0.3333333333333333,2e-17,-1.5,0.1'
        )
        assert len(out.splitlines()) == 4
    assert "did you mean SGD?" in refused(called("export", "--to", "-", "--format", "csv", "--lane", "sgd"))


def test_a_suffix_that_nothing_is_known_of_is_refused_with_those_that_are(runs: Path, tmp_path: Path) -> None:
    make(runs)
    for name, near in (
        ("rows.xlsx", ""),
        ("rows.cvs", "Did you mean .csv?"),
        ("a.jsnol", "Did you mean .jsonl?"),
    ):
        sentence = refused(called("export", "--to", str(tmp_path / name)))
        assert ".csv, .parquet" in sentence and "a directory for TensorBoard" in sentence
        assert name in sentence and near in sentence
    assert "--format" in refused(called("export", "--to", "-"))
    assert "did you mean csv?" in refused(called("export", "--to", "-", "--format", "cvs"))
    assert not list(tmp_path.glob("rows*"))


def test_an_existing_file_is_replaced_and_keeps_its_mode(runs: Path, tmp_path: Path) -> None:
    make(runs, steps=2)
    target = tmp_path / "rows.csv"
    target.write_text("old")
    target.chmod(0o640)
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    assert called("export", "--to", str(link)).status == 0
    assert link.is_symlink()
    assert target.read_text().startswith(HEADER)
    assert target.stat().st_mode & 0o777 == 0o640
    assert len(list(tmp_path.iterdir())) == 3


def test_a_failure_leaves_the_old_file_and_nothing_else(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(runs)
    target = tmp_path / "rows.csv"
    target.write_text("old")

    def break_off(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv_rows, "portions", break_off)
    assert "No space left on device" in refused(called("export", "--to", str(target)))
    assert target.read_text() == "old"
    monkeypatch.undo()
    monkeypatch.setenv("OPTTUI_RUNS", str(runs))
    assert "cannot be written" in refused(called("export", "--to", str(tmp_path / "missing" / "rows.csv")))
    assert "no regular file" in refused(called("export", "--to", str(runs), "--format", "csv"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "runs"]


def test_rows_that_are_damaged_are_told_of(runs: Path) -> None:
    log = make(runs) / "lane-00.rec"
    log.write_bytes(log.read_bytes()[:-1000])
    said = called("export", "--to", "-", "--format", "csv", "--lane", "0")
    assert said.status == 0
    assert said.err.startswith("opttui: The last ") and "bytes of lane 0's log are cut or damaged" in said.err


def test_a_reader_that_goes_away_is_no_error(runs: Path) -> None:
    make(runs, steps=20_000)
    with subprocess.Popen(
        [sys.executable, "-m", "opttui", "export", "--to", "-", "--format", "csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline().decode().rstrip() == HEADER
        process.stdout.close()
        assert (process.stderr.read(), process.wait(60)) == (b"", 0)


def test_rows_are_streamed(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(runs, steps=20_000)
    reader = RunReader(path)
    told: list[int] = []
    sizes = [len(table) for _, table in portions(reader, Choice((1,), told=told.append))]
    assert max(sizes) < 6_000
    assert sum(sizes) == 20_000 == told[-1]


def test_a_script_of_a_race_that_never_began_is_refused(runs: Path, tmp_path: Path) -> None:
    make(runs, ended=False)
    assert "never began" in refused(called("export", "--to", str(tmp_path / "again.py")))
    assert not (tmp_path / "again.py").exists()


def test_the_script_repeats_the_rows(raced: Raced, tmp_path: Path) -> None:
    script, rows = tmp_path / "again.py", tmp_path / "rows.csv"
    assert called("export", str(raced.path), "--to", str(rows)).status == 0
    said = called("export", str(raced.path), "--to", str(script))
    assert (said.status, said.out, said.err) == (0, "", "")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, timeout=120
    )
    again = [
        (line["lane"], line["step"], float(line["loss"])) for line in csv.DictReader(io.StringIO(done.stdout))
    ]
    recorded = [
        (line["lane"], line["step"], float(line["loss"]))
        for line in csv.DictReader(io.StringIO(rows.read_text()))
    ]
    assert repr(again) == repr(recorded)
    assert len(recorded) > 60
