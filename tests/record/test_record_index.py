"""The index is derived: with it, without it or with a broken one, a lane looks the same; only the work
differs."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from record_rows import read_all, rows, same_lane, table

from opttui.record import lane_reader
from opttui.record.blocks import FIELDS, LAST, condense, least
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Kind, encode_frame
from opttui.record.index import BEST_LOSS, BEST_STEP, BLOCK, ENTRY, OFFSET, USED, read_entries
from opttui.record.lane_reader import LaneReader
from opttui.record.manifest import LaneInfo
from opttui.record.opening import Opened, open_by_index
from opttui.record.rows import decode_schema
from opttui.record.rundir import create_run
from opttui.record.writer import RunWriter
from opttui.scenario.specs import Scenario

CAPACITY = 64
"""Buckets; small, so that 8,192 rows are already a long log."""
COUNT = 30_011
INDEX = "lane-00.idx"
LOG = "lane-00.rec"


def write(run: Path, start: int = 0, count: int = COUNT, seed: int = 3, end: bool = True) -> None:
    """Rows in frames of all sizes, validation rows and NaN among them."""
    chance = random.Random(seed)
    writer = RunWriter(run, 1)
    step = start
    while step < start + count:
        portion = min(chance.choice([1, 5, 200, 255, 256, 257, 900, 5000]), start + count - step)
        some = rows(step, step + portion)
        if chance.random() < 0.3:
            some[0] = (*some[0][:3], float("nan"), *some[0][4:])
        writer.rows(0, some)
        step += portion
        if chance.random() < 0.3:
            writer.validation(0, step, {"accuracy": step / COUNT})
        writer.flush()
    if end:
        writer.end()
    writer.close()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[int | None]:
    """How many rows the index told of at each opening; None: it did not serve."""
    told: list[int | None] = []

    def spy(log: FrameReader, index: Path, capacity: int) -> Opened | None:
        found = open_by_index(log, index, capacity)
        told.append(found and found.overview.rows)
        return found

    monkeypatch.setattr(lane_reader, "open_by_index", spy)
    return told


def polled(run: Path) -> LaneReader:
    lane = LaneReader(run, 0, CAPACITY)
    lane.poll()
    assert lane.damage == []
    return lane


def without_index(run: Path) -> LaneReader:
    index = (run / INDEX).read_bytes()
    (run / INDEX).unlink()
    lane = polled(run)
    (run / INDEX).write_bytes(index)
    return lane


def test_opening_by_the_index_is_the_same_and_reads_little(run: Path, opened: list[int | None]) -> None:
    write(run)
    expected = without_index(run)
    assert opened == [None]
    lane = polled(run)
    told = opened[-1]
    assert told is not None
    assert told % BLOCK == 0
    assert COUNT - told < BLOCK, "an ended lane's index is complete"
    same_lane(lane, expected)
    assert lane.rows == COUNT
    assert len(lane.validation) > 3
    assert lane.ended


def test_broken_indexes(
    run: Path, runs: Path, opened: list[int | None], lanes: tuple[LaneInfo, ...], scenario: Scenario
) -> None:
    write(run)
    index = (run / INDEX).read_bytes()
    expected = without_index(run)
    other = create_run(scenario, lanes, runs)
    write(other, seed=4)
    foreign = (other / INDEX).read_bytes()
    chance = random.Random(6)

    def flipped(data: bytes) -> bytes:
        out = bytearray(data)
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
        return bytes(out)

    def without_a_frame(data: bytes) -> bytes:
        (run / INDEX).write_bytes(data)
        frames = list(FrameReader(run / INDEX).frames())
        gone = frames[chance.randrange(len(frames) - 1)]
        return data[: gone.offset] + data[gone.end :]

    breaks: list[Callable[[bytes], bytes]] = [
        lambda data: data[: chance.randrange(len(data))],
        flipped,
        lambda data: bytes(chance.sample(data, len(data))),
        lambda data: data[:2000] + bytes(500) + data[2500:],
        lambda data: data + data,
        without_a_frame,
        lambda data: foreign,
        lambda data: b"",
    ]
    for number in range(80):
        (run / INDEX).write_bytes(breaks[number % len(breaks)](index))
        same_lane(polled(run), expected)
    used = sum(told is not None for told in opened)
    assert 3 <= used <= 40, "a cut or slightly flipped tail may still serve; most may not"


def test_a_log_cut_behind_its_index_is_read_itself(run: Path, opened: list[int | None]) -> None:
    write(run)
    whole = (run / LOG).read_bytes()
    (run / LOG).write_bytes(whole[: len(whole) * 2 // 3])
    lane = polled(run)
    assert opened == [None]
    same_lane(lane, without_index(run))
    found = np.concatenate(list(lane.read()))
    assert lane.rows == len(found) > 10_000


def test_a_live_index_lags_and_the_log_gives_the_rest(run: Path, opened: list[int | None]) -> None:
    """Opened at many moments of a race, and gone on from there."""
    writer = RunWriter(run, 1)
    first: list[LaneReader] = []
    for step in range(0, 24_000, 1600):
        writer.rows(0, rows(step, step + 1600))
        writer.flush()
        first.append(polled(run))
        assert first[-1].rows == step + 1600
    writer.close()
    assert sum(told is not None for told in opened) > 5
    for lane in first:
        lane.poll()
        same_lane(lane, first[-1])


def test_a_reopened_log_has_an_index_made_anew(run: Path, opened: list[int | None]) -> None:
    write(run, count=20_000, end=False)
    (run / INDEX).write_bytes(b"no index")
    write(run, start=20_000, count=20_000, seed=5)
    lane = polled(run)
    assert opened[-1] is not None
    assert opened[-1] > 35_000
    same_lane(lane, without_index(run))
    assert lane.rows == 40_000
    assert len(read_all(run)) == 40_000


def test_values_beyond_an_end_frame_are_not_ended(run: Path) -> None:
    write(run, count=20_000, end=True)
    write(run, start=20_000, count=2000, end=False)
    assert not polled(run).ended


def test_what_the_index_holds(run: Path) -> None:
    """Each entry against its 256 rows."""
    writer = RunWriter(run, 1)
    for begin, stop in ((0, 100), (100, 5000), (5000, 9000)):
        writer.rows(0, rows(begin, stop))
        writer.flush()
    writer.end()
    writer.close()
    frames = list(FrameReader(run / INDEX).frames())
    parts = [
        np.frombuffer(frame.payload[: frame.n * ENTRY * 8], "<f8").reshape(frame.n, ENTRY)
        for frame in frames
        if frame.kind == Kind.BLOCKS
    ]
    entries = np.concatenate(parts)
    columns = np.ascontiguousarray(table(0, 9000 // BLOCK * BLOCK).T)
    assert len(entries) == 9000 // BLOCK
    np.testing.assert_array_equal(entries[:, :FIELDS].T, condense(columns, BLOCK))
    np.testing.assert_array_equal(entries[:, [BEST_LOSS, BEST_STEP]].T, least(columns, BLOCK))
    begins = {frame.offset: frame for frame in FrameReader(run / LOG).frames() if frame.kind == Kind.ROWS}
    for number, entry in enumerate(entries):
        frame = begins[int(entry[OFFSET])]
        assert frame.step0 + int(entry[USED]) == (number + 1) * BLOCK


def test_an_index_of_another_log_is_not_read(run: Path) -> None:
    write(run)
    schema = decode_schema(next(FrameReader(run / LOG).frames()))
    assert schema is not None
    assert sum(entries.shape[1] for entries, _ in read_entries(run / INDEX, schema.log)) == COUNT // BLOCK
    for word in ("", "0123456789abcdef"):
        with pytest.raises(ValueError, match="not an index of this log"):
            list(read_entries(run / INDEX, word))


def test_an_index_whose_last_row_is_not_the_log_s_is_not_used(run: Path, opened: list[int | None]) -> None:
    """After a loss of power, a log may have lost what its index still tells of, and have grown other rows."""
    write(run)
    *before, last = FrameReader(run / INDEX).frames()
    expected = without_index(run)
    payload = np.frombuffer(last.payload, "<f8").copy()
    payload[(last.n - 1) * ENTRY + LAST.start + 3] += 1.0
    kept = (run / INDEX).read_bytes()[: before[-1].end]
    (run / INDEX).write_bytes(kept + encode_frame(Kind.BLOCKS, payload.tobytes(), last.n, last.step0))
    same_lane(polled(run), expected)
    assert opened[-1] is None


@pytest.mark.slow
def test_three_million_rows_with_the_real_capacity(run: Path) -> None:
    write(run, count=3_000_000)
    expected = LaneReader(run, 0)
    index = (run / INDEX).read_bytes()
    (run / INDEX).unlink()
    expected.poll()
    (run / INDEX).write_bytes(index)
    lane = LaneReader(run, 0)
    lane.poll()
    same_lane(lane, expected)
