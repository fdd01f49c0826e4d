"""Logs found below a directory, as one run with a lane for each."""

import json
import math
import os
from pathlib import Path
from typing import Any

import pytest
from source_logs import FILES, WRITTEN, Clock

from opttui.errors import InputError
from opttui.record.layout import LOSS, LR, STEP
from opttui.sources.choice import Choice
from opttui.sources.watched import Watched


def table(path: Path, rows: int = 3, name: str = "loss") -> None:
    """A small table of losses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"step,{name},lr\n" + "".join(f"{k},{1 / (k + 1)},0.1\n" for k in range(rows)))


def test_every_kind_of_log_is_found_below_a_directory_and_is_a_lane() -> None:
    reader = Watched([WRITTEN])
    reader.poll()
    lanes = {lane.name: (lane.log.kind, lane.loss, lane.rate, lane.rows) for lane in reader.lanes}
    assert lanes == {
        "tensorboard": ("TensorBoard", "Loss/train", "lr", 400),
        "trainer": ("Trainer", "loss", "learning_rate", 128),
        "trackio/demo/first": ("trackio", "loss", "lr", 100),
        "trackio/demo/second": ("trackio", "loss", "lr", 100),
        "lightning/version_0": ("CSV", "train_loss", "lr-Adam", 400),
        "brave run": ("W&B", "train/loss", "train/lr", 400),
        "lines": ("JSON lines", "loss", "lr", 400),
    }
    assert reader.damage == []
    assert [info.id for info in reader.manifest.lanes] == list(range(7))
    assert not reader.poll()


def test_what_a_lane_shows_is_what_was_logged() -> None:
    reader = Watched([FILES["jsonl"]])
    reader.poll()
    (lane,) = reader.lanes
    told = [json.loads(line) for line in FILES["jsonl"].read_text(encoding="utf-8").split("\n") if line]
    curve = lane.overview.curve(STEP, LOSS)
    assert curve.last.tolist() == [row["loss"] for row in told]
    assert lane.overview.curve(STEP, LR).last.tolist() == [row["lr"] for row in told]
    assert lane.last is not None and lane.last[:3] == (
        399.0,
        pytest.approx(math.nan, nan_ok=True),
        pytest.approx(39.9),
    )
    assert lane.metrics == {"nested.acc": told[-1]["nested"]["acc"]}
    assert lane.metrics_at(10) == {"nested.acc": told[10]["nested"]["acc"]}
    (rows,) = lane.read()
    assert rows[:, LOSS].tolist() == [row["loss"] for row in told]
    other = lane.metric("nested.acc")
    assert other is not None and other.curve(STEP, LOSS).last[5] == told[5]["nested"]["acc"]


def test_a_log_that_comes_while_one_watches_joins(tmp_path: Path, clock: Clock) -> None:
    table(tmp_path / "one" / "metrics.csv")
    reader = Watched([tmp_path], clock=clock)
    reader.poll()
    table(tmp_path / "two" / "metrics.csv")
    reader.poll()
    assert [lane.name for lane in reader.lanes] == ["one"]
    clock.now = 10.0
    assert reader.poll()
    assert [lane.name for lane in reader.lanes] == ["one", "two"]


def test_lines_of_json_and_tables_are_known_under_other_habits_too(tmp_path: Path) -> None:
    for name in ("detectron/metrics.json", "mae/log.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text('{"iteration": 1, "loss": 1.5}\n{"iteration": 2, "loss": 0.5}\n')
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "log.txt").write_text("epoch 1 loss 2\n")
    (tmp_path / "words" / "metrics.json").write_text('{\n "loss": 1.0\n}\n')
    (tmp_path / "sheet.csv").write_text("step;loss\n1;1,5\n2;0,5\n")
    reader = Watched([tmp_path])
    reader.poll()
    found = {lane.name: lane.overview.curve(STEP, LOSS).last.tolist() for lane in reader.lanes}
    assert found == {name: [1.5, 0.5] for name in ("sheet", "detectron", "mae")}


def test_runs_and_metrics_are_chosen(tmp_path: Path) -> None:
    for name in ("fast", "slow", "debug"):
        table(tmp_path / name / "metrics.csv", name="val_loss")
    reader = Watched([tmp_path], Choice("VAL_LOSS", ("!debug",), ("val*",)))
    reader.poll()
    assert [(lane.name, lane.loss, lane.rate) for lane in reader.lanes] == [
        ("fast", "val_loss", None),
        ("slow", "val_loss", None),
    ]
    reader.check()


def test_a_metric_that_is_nowhere_is_one_sentence_with_the_nearest(tmp_path: Path) -> None:
    table(tmp_path / "metrics.csv")
    reader = Watched([tmp_path], Choice("losss"))
    reader.poll()
    with pytest.raises(InputError, match=r"There is no metric 'losss' .*Did you mean.*loss"):
        reader.check()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("nope", "There is no .*nope"),
        ("empty", "There is nothing to watch in .*empty"),
        ("words.txt", r"words.txt is of no known format. What can be watched: TensorBoard"),
        ("pipe", "pipe is no regular file"),
    ],
)
def test_what_cannot_be_watched_is_one_sentence(name: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "words.txt").write_text("nothing but words\n")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Exception, match=sentence) as caught:
        Watched([tmp_path / name]).poll()
    assert type(caught.value).__name__ in ("InputError", "SourceError")


def test_what_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two", "three"):
        table(tmp_path / name / "metrics.csv")
    scan, read = os.scandir, os.open

    def denied(path: object, *how: object) -> Any:
        if "two" in str(path) or str(path).endswith("three/metrics.csv"):
            raise PermissionError(13, "Permission denied")
        return scan(path) if not how else read(path, *how)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", denied)
    monkeypatch.setattr(os, "open", denied)
    reader = Watched([tmp_path])
    reader.poll()
    assert [lane.name for lane in reader.lanes] == ["one"]
    assert [sentence.partition(str(tmp_path))[2] for sentence in reader.damage] == [
        *("/three/metrics.csv cannot be read: Permission denied.", "/two cannot be read: Permission denied."),
    ]
    with pytest.raises(InputError, match=r"nothing to watch in .*two.* cannot be read: Permission denied"):
        Watched([tmp_path / "two"])


def test_links_are_followed_where_they_are_named_and_nowhere_else(tmp_path: Path) -> None:
    table(tmp_path / "real" / "metrics.csv")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "loop").symlink_to(tmp_path / "logs")
    (tmp_path / "logs" / "metrics.csv").symlink_to(tmp_path / "real" / "metrics.csv")
    (tmp_path / "latest").symlink_to(tmp_path / "real")
    with pytest.raises(InputError, match="nothing to watch"):
        Watched([tmp_path / "logs"])
    reader = Watched([tmp_path / "latest"])
    reader.poll()
    assert [lane.rows for lane in reader.lanes] == [3]


def test_of_many_runs_those_that_are_wanted_are_read(tmp_path: Path) -> None:
    for number in range(140):
        folder = tmp_path / f"run{number:03}"
        folder.mkdir()
        (folder / "events.out.tfevents.1.a").symlink_to(FILES["tensorboard"])
        (folder / "events.out.tfevents.1.b").write_bytes(FILES["tensorboard"].read_bytes()[:2000])
    reader = Watched([tmp_path], Choice(words=("run13?",)))
    reader.poll()
    assert [lane.name for lane in reader.lanes] == [f"run13{number}" for number in range(10)]
    reader.check()
    for number in range(140):  # the last ones by name were written first
        file = tmp_path / f"run{number:03}" / "events.out.tfevents.1.b"
        os.utime(file, (1e9 - number, 1e9 - number))
        os.utime(file.with_name("events.out.tfevents.1.a"), (5, 5), follow_symlinks=False)
    every = Watched([tmp_path])
    every.poll()
    assert [lane.name for lane in every.lanes] == [f"run{number:03}" for number in range(128)]
    assert "140 logs; the newest 128" in every.damage[-1]
    with pytest.raises(InputError, match="No run fits"):
        nobody = Watched([tmp_path], Choice(words=("nobody",)))
        nobody.poll()
        nobody.check()
