"""A record that grows by any bytes at any time, read by one reader all along, equals one read at the end."""

import random
from pathlib import Path

import numpy as np
import pytest
from record_rows import rows, same_lane

from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.reader import RunReader
from opttui.record.writer import RunWriter

FILES = ("lane-00.rec", "lane-01.rec", "events.jsonl", "race.rec")


def whole_record(run: Path, chance: random.Random) -> dict[str, bytes]:
    writer = RunWriter(run, 2)
    for step in range(0, 1500, 50):
        for lane in (0, 1):
            some = rows(step, step + 50)
            some[7] = (*some[7][:3], chance.choice([float("nan"), float("inf"), -0.0, 5e-324]), *some[7][4:])
            writer.rows(lane, some)
        if chance.random() < 0.3:
            writer.event(Event("set", f"at {step}", lane=1, step=step, data={"new": float("inf")}))
            writer.validation(0, step, {"accuracy": float("nan"), "loss": step / 7})
            writer.grid(Grid((0.0, 1.0, 0.0, 2.0), np.full((3, 4), float(step))))
        writer.flush()
    writer.end()
    writer.close()
    return {name: (run / name).read_bytes() for name in FILES}


def growths(run: Path, count: int) -> None:
    chance = random.Random(7)
    whole = whole_record(run, chance)
    expected = RunReader(run)
    expected.poll()
    for _ in range(count):
        for name in FILES:
            (run / name).unlink(missing_ok=True)
        reader = RunReader(run)
        left = dict.fromkeys(FILES, 0)
        most = chance.choice([None, None, 1, 5000])
        while left:
            name = chance.choice(sorted(left))
            size = chance.choice([1, 39, 40, 41, 3000, 20_000, 60_000])
            with (run / name).open("ab") as file:
                file.write(whole[name][left[name] : left[name] + size])
            left[name] += size
            if left[name] >= len(whole[name]):
                del left[name]
            version = reader.version
            assert reader.poll(most) == (reader.version > version)
        while reader.poll(most):
            pass
        for one, other in zip(reader.lanes, expected.lanes, strict=True):
            same_lane(one, other)
        np.testing.assert_equal(reader.events, expected.events)
        assert reader.grid is not None
        assert expected.grid is not None
        np.testing.assert_array_equal(reader.grid.values, expected.grid.values)
        assert reader.damage == []


def test_random_growths(run: Path) -> None:
    growths(run, 25)


@pytest.mark.slow
def test_many_random_growths(run: Path) -> None:
    growths(run, 200)


def test_a_poll_without_news_is_a_stat_of_each_file(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    writer = RunWriter(run, 2)
    writer.rows(0, rows(0, 100))
    writer.event(Event("ready"))
    writer.flush()
    reader = RunReader(run)
    assert reader.poll()
    version = reader.version

    def refuse(*arguments: object) -> bytes:
        raise AssertionError("read although nothing changed")

    with (run / "lane-00.rec").open("ab") as file:
        file.write(b"torn")
    assert not reader.poll()
    with monkeypatch.context() as patch:
        patch.setattr(os, "pread", refuse)
        assert not reader.poll(), "a torn tail is looked at once, not at every poll"
    assert reader.version == version
    writer.rows(1, rows(0, 1))
    writer.close()
    assert reader.poll()
    assert reader.version == version + 1
    assert reader.lanes[1].rows == 1
