"""`opttui watch` without a screen, and what else takes another tool's log."""

import csv
import io
import json
from pathlib import Path

import pytest
from cli_toys import called

from opttui.cli import reading
from opttui.sources.watched import Watched

WRITTEN = Path(__file__).parents[1] / "sources" / "written"
HOSTILE = "x\x1b]0;owned\x07[red]\u202e\x9b2J"


def test_one_json_object_with_what_each_run_says(runs: Path) -> None:
    said = called("watch", str(WRITTEN), "--json")
    assert (said.status, said.err) == (0, "")
    lanes = {lane["name"]: lane for lane in json.loads(said.out)["lanes"]}
    assert lanes["brave run"]["outcome"] == "finished" and lanes["brave run"]["metric"] == "train/loss"
    assert lanes["lightning/version_0"]["best_step"] == 390
    assert lanes["tensorboard"]["metrics"].keys() == {"acc"} and lanes["tensorboard"]["grad_norm"] is None


def test_without_a_terminal_chart_and_table_are_printed_once(runs: Path) -> None:
    said = called("watch", str(WRITTEN / "trainer"), "--width", "90")
    assert (said.status, said.err) == (0, "")
    assert "trainer · 1 run · Trainer" in said.out and "seed" not in said.out
    assert "Trainer loss, as of" in said.out and "evaluations" not in said.out
    assert called("show", str(WRITTEN / "trainer"), "--width", "90").out == said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nope"], "There is no nope."),
        ([str(WRITTEN), "--metric", "train_los"], "There is no metric 'train_los'"),
        ([str(WRITTEN), "--filter", "nobody"], "No run fits --filter 'nobody'."),
        ([str(Path(__file__))], "is of no known format. What can be watched: TensorBoard event files"),
        ([], "needs PATH"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence(words: list[str], sentence: str, runs: Path) -> None:
    said = called("watch", *words)
    assert (said.status, said.out) == (2, "") and sentence in said.err
    assert len(said.err.splitlines()) == 1


def test_rows_of_a_log_are_exported_exactly(runs: Path, tmp_path: Path) -> None:
    log = WRITTEN / "lightning"
    said = called("export", str(log), "--to", "-", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    told = [
        row
        for row in csv.DictReader(io.StringIO((log / "version_0/metrics.csv").read_text()))
        if row["train_loss"]
    ]
    assert [row["loss"] for row in rows] == [row["train_loss"] for row in told]
    refused = called("export", str(log), "--to", str(tmp_path / "again.py"))
    assert refused.status == 2 and "holds no race" in refused.err


def test_a_log_that_takes_long_says_how_far_it_is_and_is_read_whole(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (path := tmp_path / "a.csv").write_text("step,loss\n" + "".join(f"{k},{k}\n" for k in range(30_000)))
    monkeypatch.setattr(reading, "is_terminal", lambda stream: True)
    monkeypatch.setattr(reading, "PATIENCE", -1.0)
    reader = Watched([path])
    reading.read_whole(reader)
    assert reader.lanes[0].rows == 30_000
    said = capsys.readouterr().err
    assert "reading …" in said and said.endswith("\r\x1b[K")


def test_names_that_would_steer_the_terminal_do_not(runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / HOSTILE
    folder.mkdir()
    (folder / "metrics.csv").write_text(f'step,loss,"{HOSTILE}"\n0,1,2\n1,0.5,3\nhalf a line {HOSTILE}\n')
    for how in ([], ["--json"]):
        said = called("watch", str(tmp_path), *how)
        assert said.status == 0
        assert not set("\x1b\x07\u202e\x9b") & set(said.out + said.err)


def test_what_is_to_stand_beside_a_race_is_looked_for_before_it_starts(runs: Path) -> None:
    said = called("race", "rosenbrock", "--beside", "nope", "--headless")
    assert said.status == 2 and "nope" in said.err and not runs.exists()
