"""A log that grows by any pieces is read to the same numbers as one that is read once, whole."""

import json
import os
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from source_logs import FILES, READERS, WRITTEN, Clock, numbers_of, read_whole, same

from opttui.record.series import LAST
from opttui.sources.csv_log import CsvLog
from opttui.sources.tensorboard import TensorBoardLog
from opttui.sources.trackio import TrackioLog
from opttui.sources.trainer_state import TrainerStateLog

GROWTHS = 200
APPENDED = ("tensorboard", "csv", "jsonl", "wandb")


@pytest.mark.parametrize("kind", APPENDED)
def test_200_random_growths_of_a_real_file_equal_one_read(kind: str, tmp_path: Path) -> None:
    data, suffix = FILES[kind].read_bytes()[:48_000], FILES[kind].name
    data = data[: data.rfind(b"\n") + 1] if kind in ("csv", "jsonl") else data
    whole = tmp_path / "whole" / suffix
    whole.parent.mkdir()
    whole.write_bytes(data)
    once = READERS[kind](whole)
    read_whole(once)
    assert sum(len(numbers_of(metrics)) for metrics in once.runs.values()) >= 2
    rng = random.Random(kind)
    for number in range(GROWTHS):
        path = tmp_path / str(number) / suffix
        path.parent.mkdir()
        path.touch()
        log = READERS[kind](path)
        cuts = sorted(rng.randrange(len(data) + 1) for _ in range(rng.randint(1, 5)))
        with path.open("ab", buffering=0) as file:
            for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True):
                file.write(data[begin:end])
                log.poll(rng.choice((None, 1, 5_000)))
        read_whole(log)
        assert same(once, log), cuts
        assert log.damage == []
        shutil.rmtree(path.parent)


def test_200_growths_of_a_directory_of_two_event_files_equal_one_read(tmp_path: Path) -> None:
    files = sorted((WRITTEN / "tensorboard").iterdir())
    once = TensorBoardLog(WRITTEN / "tensorboard")
    read_whole(once)
    rng = random.Random(1)
    for number in range(GROWTHS // 4):
        folder, clock = tmp_path / str(number), Clock()
        folder.mkdir()
        log = TensorBoardLog(folder, clock=clock)
        for each in files:
            data = each.read_bytes()
            cut = rng.randrange(len(data))
            with (folder / each.name).open("ab", buffering=0) as file:
                for part in (data[:cut], data[cut:]):
                    file.write(part)
                    clock.now += 1.5
                    log.poll()
        read_whole(log)
        assert same(once, log)


def test_200_states_of_a_trainer_seen_half_written_equal_the_last_one(tmp_path: Path) -> None:
    last = FILES["trainer"].read_bytes()
    once = TrainerStateLog(FILES["trainer"])
    read_whole(once)
    rng, path = random.Random(2), tmp_path / "trainer_state.json"
    log = TrainerStateLog(path)
    for _ in range(GROWTHS):
        earlier = (WRITTEN / "trainer/checkpoint-64/trainer_state.json").read_bytes()
        for state in (earlier, last):
            path.write_bytes(state[: rng.randrange(len(state))])
            log.poll()
            assert log.damage == []
            path.write_bytes(state)
            log.poll()
        assert same(once, log)


def test_200_growths_of_a_database_that_another_process_writes_equal_one_read(tmp_path: Path) -> None:
    with sqlite3.connect(FILES["trackio"]) as source:
        schema = source.execute("SELECT sql FROM sqlite_master WHERE name = 'metrics'").fetchone()[0]
        rows = source.execute("SELECT * FROM metrics ORDER BY id").fetchall()
    source.close()
    once = TrackioLog(FILES["trackio"])
    read_whole(once)
    rng = random.Random(3)
    for number in range(GROWTHS // 10):
        path = tmp_path / f"{number}.db"
        database = sqlite3.connect(path)
        database.execute("PRAGMA journal_mode = WAL")
        database.execute(schema)
        database.commit()
        log, place = TrackioLog(path), 0
        while place < len(rows):
            count = rng.randint(1, 40)
            database.executemany(
                "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows[place : place + count]
            )
            database.commit()
            place += count
            log.poll(rng.choice((None, 1000)))
        read_whole(log)
        assert same(once, log)
        database.close()
    assert {path.name for path in FILES["trackio"].parent.iterdir()} == {"demo.db"}


def test_a_database_in_another_ones_place_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "demo.db"
    shutil.copy(FILES["trackio"], path)
    log, once = TrackioLog(path), TrackioLog(FILES["trackio"])
    read_whole(log)
    with sqlite3.connect(path) as database:
        database.execute("DELETE FROM metrics WHERE id > 50")
    database.close()
    read_whole(log)
    assert sum(run.series["loss"].rows for run in log.runs.values() if run.series) == 50
    path.write_bytes(FILES["trackio"].read_bytes())  # under the same inode
    read_whole(log)
    read_whole(once)
    assert same(once, log)


@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "another file"])
def test_a_table_that_is_written_anew_with_another_column_is_read_anew(
    in_place: bool, tmp_path: Path
) -> None:
    path, other = tmp_path / "metrics.csv", tmp_path / "new.csv"
    path.write_text("step,loss\n" + "".join(f"{k},{k / 10}\n" for k in range(50)))
    log = CsvLog(path)
    read_whole(log)
    target = path if in_place else other
    target.write_text("acc,loss,step\n" + "".join(f"{'' if k < 50 else k},{k / 10},{k}\n" for k in range(60)))
    if not in_place:
        other.replace(path)
    read_whole(log)
    kept = numbers_of(log.runs[""])
    assert list(kept) == ["loss", "acc"]
    assert kept["loss"].shape[1] == 60 and kept["acc"].shape[1] == 10
    assert log.damage == []


def test_what_is_written_anew_at_its_old_size_is_read_anew(tmp_path: Path) -> None:
    table, state = tmp_path / "metrics.csv", tmp_path / "trainer_state.json"
    logs = CsvLog(table), TrainerStateLog(state)
    for number, loss in enumerate((0.25, 0.75)):
        table.write_text(f"step,loss\n0,{loss}\n1,{loss}\n")
        state.write_text(json.dumps({"log_history": [{"step": 10, "loss": loss}]}))
        for path in (table, state):
            os.utime(path, (1000.0 + number, 1000.0 + number))
        for log in logs:
            read_whole(log)
            assert set(numbers_of(log.runs[""])["loss"][LAST].tolist()) == {loss}
            assert log.modified == 1000.0 + number


def test_a_last_line_without_an_end_is_taken_when_the_file_rests_and_read_again_when_it_goes_on(
    tmp_path: Path, clock: Clock
) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text("step,loss\n0,1.5\n1,1.2")
    log = CsvLog(path, clock=clock)
    read_whole(log)
    assert log.runs[""].series["loss"].rows == 1
    clock.now = 31.0
    read_whole(log)
    assert log.runs[""].series["loss"].rows == 2
    with path.open("a") as file:
        file.write("5\n2,1.0\n")
    read_whole(log)
    series = log.runs[""].series["loss"]
    assert series.buckets()[-1].tolist() == [1.5, 1.25, 1.0]
