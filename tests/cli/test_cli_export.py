"""Exporting: exact rows, whole files or none."""

import csv
import io
import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest
from cli_toys import Raced, Said, called, make, refused, row

from opttui.exports import csv as csv_rows
from opttui.exports.rows import Choice, portions
from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest, write_manifest

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
    assert sum(sizes) == 20_000 == sum(told)


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


def test_another_tools_log_is_exported_like_a_run(runs: Path, tmp_path: Path) -> None:
    log = tmp_path / "metrics.csv"
    log.write_text(
        "step,loss,val_loss\n" + "".join(f"{k},{1 / (k + 1)!r},{2 / (k + 3)!r}\n" for k in range(40))
    )
    out = called("export", str(log), "--to", "-", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [float(row["loss"]) for row in rows] == [1 / (k + 1) for k in range(40)]
    objects = [
        json.loads(line)
        for line in called("export", str(log), "--to", "-", "--format", "jsonl").out.splitlines()
    ]
    beside = [line["metrics"]["val_loss"] for line in objects if line["kind"] == "validation"]
    assert beside == [2 / (k + 3) for k in range(40)]
    for name in ("a.html", "a.svg", "tb"):
        assert called("export", str(log), "--to", str(tmp_path / name)) == Said(0, "", "")
    for name in ("a.py", "a.toml"):
        assert "log of another tool" in refused(called("export", str(log), "--to", str(tmp_path / name)))
    again = called("export", str(tmp_path / "tb"), "--to", "-", "--format", "csv").out
    found = [float(row["loss"]) for row in csv.DictReader(io.StringIO(again))]
    assert found == [float(np.float32(1 / (k + 1))) for k in range(40)]


def test_of_several_paths_all_are_logs_and_what_is_chosen_is_in_them(runs: Path, tmp_path: Path) -> None:
    race = make(runs)
    (log := tmp_path / "a.csv").write_text("step,loss\n0,1.0\n")
    csv_to = ("--to", "-", "--format", "csv")
    out = called("export", str(log), str(log), *csv_to).out
    assert len(out.splitlines()) == 2
    for words in ((str(log), race.name), (race.name, str(log)), (race.name, race.name)):
        assert "is a run of opttui, and only logs" in refused(called("export", *words, *csv_to))
    assert "There is no run" in refused(called("export", str(log), "nowhere", *csv_to))
    assert "metrics and runs are chosen of other tools' logs" in refused(
        called("export", race.name, *csv_to, "--metric", "x")
    )
    assert "There is no metric 'x'" in refused(called("export", str(log), *csv_to, "--metric", "x"))


def test_options_that_say_nothing_of_a_format_are_refused(runs: Path, tmp_path: Path) -> None:
    make(runs)
    rows, chart = str(tmp_path / "rows.csv"), str(tmp_path / "chart.svg")
    assert "--chart is of charts" in refused(called("export", "--to", rows, "--chart", "lr"))
    assert "--log is of charts" in refused(called("export", "--to", rows, "--log"))
    assert "--every is of rows" in refused(called("export", "--to", chart, "--every", "2"))
    assert "There is no chart 'x'" in refused(called("export", "--to", chart, "--chart", "x"))
    assert "from 240 to 8000" in refused(called("export", "--to", chart, "--width", "3"))
    assert list(tmp_path.glob("*.*")) == []


def test_lanes_can_be_chosen_with_commas_and_rows_by_steps(runs: Path) -> None:
    make(runs, steps=10)
    out = called("export", "--to", "-", "--format", "csv", "--lanes", "1,0", "--every", "4").out
    assert [line.split(",")[0] for line in out.splitlines()[1:]] == ["0"] * 3 + ["1"] * 3
    assert "no lane '7'" in refused(called("export", "--to", "-", "--format", "csv", "--lanes", "0,7"))


def test_a_directory_is_made_whole_and_replaces_only_an_earlier_export(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(runs, steps=5)
    target = tmp_path / "tb"
    for _ in range(2):
        assert called("export", "--to", f"{target}/") == Said(0, "", "")
    for mine in (target / "notes.txt", target / "SGD" / "notes.txt"):
        mine.write_text("mine")
        assert "no earlier export" in refused(called("export", "--to", str(target)))
        assert mine.read_text() == "mine"
        mine.unlink()
    (target / "opttui.json").unlink()
    assert "no earlier export" in refused(called("export", "--to", str(target)))
    assert "names no file" in refused(called("export", "--to", ""))
    assert (target / "SGD").is_dir()
    (tmp_path / "file").write_text("mine")
    assert "is no directory" in refused(called("export", "--to", str(tmp_path / "file")))
    assert (tmp_path / "file").read_text() == "mine"

    def break_off(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("opttui.exports.tensorboard.write_rows", break_off)
    assert "No space left" in refused(called("export", "--to", str(tmp_path / "new")))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "runs", "tb"]
    assert "no pipe" in refused(called("export", "--to", "-", "--format", "tensorboard"))


@pytest.mark.parametrize("form", ["csv", "parquet", "jsonl", "svg", "html"])
def test_every_file_comes_through_a_pipe_as_it_is(runs: Path, tmp_path: Path, form: str) -> None:
    path = make(runs, steps=30)
    assert called("export", str(path), "--to", str(tmp_path / f"a.{form}")).status == 0
    done = subprocess.run(
        [sys.executable, "-m", "opttui", "export", str(path), "--to", "-", "--format", form],
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
    )
    assert done.stdout == (tmp_path / f"a.{form}").read_bytes()
    assert done.stderr == b""


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whoever_ends_it_finds_nothing_half_written(
    number: signal.Signals, status: int, runs: Path, tmp_path: Path
) -> None:
    make(runs, steps=60_000)
    target = tmp_path / "out"
    target.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "opttui", "export", "--to", str(target / "rows.jsonl")], stderr=subprocess.PIPE
    ) as process:
        begun = time.monotonic()
        while not list(target.iterdir()) and time.monotonic() < begun + 60:
            time.sleep(0.002)
        process.send_signal(number)
        assert process.wait(60) == status
        assert process.stderr is not None and process.stderr.read().strip() == b""
    assert list(target.iterdir()) == []


def test_a_tracked_script_has_rows_and_a_report_but_no_recipe(runs: Path, tmp_path: Path) -> None:
    path = make(runs)
    write_manifest(path, msgspec.structs.replace(read_manifest(path), kind="tracked"))
    for name in ("a.csv", "a.html", "tb"):
        assert called("export", "--to", str(tmp_path / name)) == Said(0, "", "")
    assert "<h2>Scenario" not in (tmp_path / "a.html").read_text()
    for name in ("a.py", "a.toml"):
        assert "is what repeats it" in refused(called("export", "--to", str(tmp_path / name)))
