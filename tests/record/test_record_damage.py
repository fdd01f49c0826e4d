"""Cut, flipped, zeroed and littered logs: the rest is read, the damage is said, nothing is silently wrong."""

import os
import random
import shutil
from pathlib import Path

import numpy as np
import pytest
from record_rows import read_all, row, rows, table, write_chunks

from opttui.record.events import Event
from opttui.record.frames import HEADER_SIZE, Kind
from opttui.record.lane_reader import LaneReader
from opttui.record.reader import RunReader
from opttui.record.writer import RunWriter

LOG = "lane-00.rec"


def frames_of(run: Path) -> list[tuple[int, int, int]]:
    """Kind, begin and end of each frame."""
    from opttui.record.frame_reader import FrameReader

    return [(frame.kind, frame.offset, frame.end) for frame in FrameReader(run / LOG).frames()]


def test_cut_at_every_byte(run: Path) -> None:
    """A prefix of whole frames is read, and a writer goes on from there without a trace of the torn one."""
    write_chunks(run, [5, 7, 4])
    whole = (run / LOG).read_bytes()
    ends, count = [(0, 0)], 0
    for (kind, _, end), rows_in in zip(frames_of(run), [0, 5, 7, 4], strict=True):
        count += rows_in if kind == Kind.ROWS else 0
        ends.append((end, count))
    for cut in range(len(whole) + 1):
        (run / LOG).write_bytes(whole[:cut])
        expected = max(count for end, count in ends if end <= cut)
        lane = LaneReader(run, 0)
        lane.poll()
        assert lane.rows == expected
        assert lane.damage == []
        assert write_chunks(run, [3], start=expected) == expected + 3
        np.testing.assert_array_equal(read_all(run), table(0, expected + 3))


def test_a_growing_file_is_read_at_every_byte(run: Path) -> None:
    """The same reader all along sees each frame once, as soon as it is whole."""
    write_chunks(run, [5, 7])
    whole = (run / LOG).read_bytes()
    (run / LOG).write_bytes(b"")
    lane = LaneReader(run, 0)
    with (run / LOG).open("ab", buffering=0) as file:
        for number in range(len(whole)):
            file.write(whole[number : number + 1])
            lane.poll()
    assert lane.rows == 12
    assert lane.last == row(11)
    assert lane.damage == []


def test_every_bit_of_a_header(run: Path) -> None:
    write_chunks(run, [5, 7, 4])
    whole = (run / LOG).read_bytes()
    _, begin, _ = frames_of(run)[2]
    expected = np.concatenate((table(0, 5), table(12, 16)))
    for bit in range(HEADER_SIZE * 8):
        flipped = bytearray(whole)
        flipped[begin + bit // 8] ^= 1 << bit % 8
        (run / LOG).write_bytes(flipped)
        lane = LaneReader(run, 0)
        lane.poll()
        np.testing.assert_array_equal(np.concatenate(list(lane.read())), expected)
        assert lane.rows == 9
        assert len(lane.damage) == 1
        assert LOG in lane.damage[0]


def test_every_bit_of_the_schema_frame(run: Path) -> None:
    """Without its schema a log is read with the columns of format 1."""
    write_chunks(run, [5])
    whole = (run / LOG).read_bytes()
    _, _, end = frames_of(run)[0]
    for bit in range(end * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        (run / LOG).write_bytes(flipped)
        np.testing.assert_array_equal(read_all(run), table(0, 5))


def test_random_bits_of_payloads(run: Path) -> None:
    chunk = 60
    write_chunks(run, [chunk] * 20)
    whole = (run / LOG).read_bytes()
    frames = [frame for frame in frames_of(run) if frame[0] == Kind.ROWS]
    chance = random.Random(4)
    for _ in range(300):
        number = chance.randrange(20)
        _, begin, end = frames[number]
        flipped = bytearray(whole)
        flipped[chance.randrange(begin + HEADER_SIZE, end)] ^= 1 << chance.randrange(8)
        (run / LOG).write_bytes(flipped)
        lane = LaneReader(run, 0)
        lane.poll()
        found = np.concatenate(list(lane.read()))
        first = number * chunk
        np.testing.assert_array_equal(
            found, np.concatenate((table(0, first), table(first + chunk, 20 * chunk)))
        )
        assert lane.rows == 19 * chunk
        assert bool(lane.damage) == (number < 19), (
            "a bad last frame may still be in the middle of being written"
        )


def test_a_damaged_last_frame_of_an_ended_run_is_said(run: Path) -> None:
    import msgspec

    from opttui.record.rundir import read_manifest, write_manifest

    write_chunks(run, [5, 5])
    write_manifest(run, msgspec.structs.replace(read_manifest(run), state="ended"))
    with (run / LOG).open("r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"\xff")
    reader = RunReader(run)
    reader.poll()
    assert reader.lanes[0].rows == 5
    assert reader.damage == [
        "The last 400 bytes of lane 0's log are cut or damaged.",
        "Lane 1's log is missing.",
    ]


def test_zeroed_pages(run: Path) -> None:
    chunk = 60
    write_chunks(run, [chunk] * 20)
    whole = (run / LOG).read_bytes()
    good = {bytes(line) for line in table(0, 20 * chunk)}
    for begin in range(0, len(whole), 1024):
        zeroed = bytearray(whole)
        zeroed[begin : begin + 4096] = bytes(len(zeroed[begin : begin + 4096]))
        (run / LOG).write_bytes(zeroed)
        found = read_all(run)
        assert {bytes(line) for line in found} <= good
        assert len(found) >= 20 * chunk - 3 * chunk


def test_garbage_tails(run: Path) -> None:
    write_chunks(run, [50])
    whole = (run / LOG).read_bytes()
    chance = random.Random(5)
    for number in range(120):
        # Random bytes, pieces of the log itself, and magics that lead nowhere.
        pieces = [
            chance.randbytes(chance.randrange(200)),
            whole[chance.randrange(len(whole)) :][:60],
            b"\x89OPTREC\n",
        ]
        garbage = b"".join(chance.sample(pieces, 3))
        (run / LOG).write_bytes(whole + garbage)
        lane = LaneReader(run, 0)
        lane.poll()
        assert (lane.rows, lane.last) == (50, row(49))
        if number % 4 == 0:
            write_chunks(run, [5], start=50)
            np.testing.assert_array_equal(read_all(run), table(0, 55))
            assert (run / LOG).stat().st_size < len(whole) + 5 * 72 + 2 * HEADER_SIZE


def test_damage_in_the_middle_is_not_cut_by_the_next_writer(run: Path) -> None:
    write_chunks(run, [50, 50, 50])
    _, begin, _ = frames_of(run)[2]
    with (run / LOG).open("r+b") as file:
        file.seek(begin + 100)
        file.write(b"\xff\xff\xff")
    write_chunks(run, [50], start=150)
    np.testing.assert_array_equal(read_all(run), np.concatenate((table(0, 50), table(100, 200))))


@pytest.mark.parametrize("size", [64 * 2**20 + 1, 2**32 - 1])
def test_a_length_beyond_reason_is_damage_and_allocates_nothing(run: Path, size: int) -> None:
    import struct
    import tracemalloc
    import zlib

    write_chunks(run, [5])
    fields = struct.pack("<8sHHIqIII", b"\x89OPTREC\n", 2, 40, 1, 0, size, 0, 0)
    with (run / LOG).open("ab") as file:
        file.write(fields + struct.pack("<I", zlib.crc32(fields)))
        file.truncate(size + 2**20)
    write_at_end = (run / LOG).stat().st_size
    assert write_at_end > size
    os.truncate(run / LOG, min(write_at_end, 80 * 2**20))
    tracemalloc.start()
    lane = LaneReader(run, 0)
    lane.poll()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert lane.rows == 5
    assert peak < 8 * 2**20


def test_only_regular_files_are_read_and_a_fifo_does_not_hang(run: Path, tmp_path: Path) -> None:
    write_chunks(run, [5])
    reader = RunReader(run)
    shutil.move(run / LOG, tmp_path / "elsewhere")
    (run / LOG).symlink_to(tmp_path / "elsewhere")
    os.mkfifo(run / "lane-01.rec")
    (run / "events.jsonl").unlink()
    os.mkfifo(run / "events.jsonl")
    (run / "race.rec").mkdir()
    reader.poll()
    reader.poll()
    assert [lane.rows for lane in reader.lanes] == [0, 0]
    assert sorted(reader.damage) == [
        "events.jsonl cannot be read: it is not a regular file.",
        "lane-00.rec cannot be read: it is a symbolic link.",
        "lane-01.rec cannot be read: it is not a regular file.",
        "race.rec cannot be read: it is not a regular file.",
    ]


def test_a_writer_refuses_what_is_no_regular_file(run: Path, tmp_path: Path) -> None:
    (run / LOG).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        RunWriter(run, 1)
    assert not (tmp_path / "elsewhere").exists()


def test_broken_lines_of_events(run: Path) -> None:
    writer = RunWriter(run, 1)
    writer.event(Event("paused", "first"))
    writer.flush()
    with (run / "events.jsonl").open("ab") as file:
        file.write(b'{"kind": "paused", "text": 3}\n{"kind"\n\xff\xfe\n{"kind":"of a later version"}\n[]\n')
        file.write(b"[" * 100_000 + b"\n")
        file.write(b"x" * (3 * 2**20) + b'\n{"kind":"resumed","text":"after"}\n{"kind":"pau')
    reader = RunReader(run)
    reader.poll()
    assert [event.text for event in reader.events] == ["first", "after"]
    assert len(reader.damage) == 6
    assert all("events.jsonl line" in sentence for sentence in reader.damage)
    writer.close()
    RunWriter(run, 1).close()
    assert (run / "events.jsonl").read_bytes().endswith(b'"after"}\n'), "the torn line is cut"


def test_events_cut_at_every_byte(run: Path) -> None:
    writer = RunWriter(run, 1)
    for number in range(3):
        writer.event(Event("note", f"number {number}", step=number))
    writer.close()
    whole = (run / "events.jsonl").read_bytes()
    for cut in range(len(whole) + 1):
        (run / "events.jsonl").write_bytes(whole[:cut])
        count = whole[:cut].count(b"\n")
        writer = RunWriter(run, 1)
        writer.event(Event("resumed", "again"))
        writer.close()
        reader = RunReader(run)
        reader.poll()
        assert [event.text for event in reader.events] == [*(f"number {n}" for n in range(count)), "again"]
        assert reader.damage == []


def test_frames_that_make_no_sense_are_said_and_skipped(run: Path) -> None:
    from opttui.record.frames import encode_frame

    write_chunks(run, [5])
    with (run / LOG).open("ab") as file:
        file.write(encode_frame(Kind.ROWS, b"12345678", 3))
        file.write(encode_frame(Kind.ROWS, b"", 0))
        file.write(encode_frame(Kind.VALIDATION, b'{"step": "x"}   '))
        file.write(encode_frame(Kind.SCHEMA, b"[[[["))
        file.write(encode_frame(Kind.END, b"not json"))
    lane = LaneReader(run, 0)
    lane.poll()
    assert lane.rows == 5
    assert lane.ended
    assert len(lane.damage) == 3
    np.testing.assert_array_equal(np.concatenate(list(lane.read())), table(0, 5))


def test_rows_cap(run: Path) -> None:
    """A long wait for room does not make a frame that nobody may read."""
    writer = RunWriter(run, 1)
    writer.rows(0, rows(0, 20_000))
    writer.close()
    assert [end - begin - HEADER_SIZE for kind, begin, end in frames_of(run) if kind == Kind.ROWS] == [
        8192 * 72,
        8192 * 72,
        3616 * 72,
    ]
