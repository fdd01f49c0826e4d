"""TensorBoard's event files: what its own writer writes is what its own reader and ours read."""

import logging
import struct
import warnings
from pathlib import Path

import numpy as np
import pytest
from source_logs import FILES, Clock, grown_old, read_whole

from opttui.record.series import LAST, SECONDS, STEP
from opttui.sources.crc32c import crc, crcs
from opttui.sources.tensorboard import TensorBoardLog


def framed(payload: bytes) -> bytes:
    """A record."""
    head = struct.pack("<Q", len(payload))
    return head + struct.pack("<I", crc(head)) + payload + struct.pack("<I", crc(payload))


def scalar(step: int, value: float, tag: bytes = b"loss") -> bytes:
    """A record with one number."""
    inner = b"\x0a" + bytes([len(tag)]) + tag + b"\x15" + struct.pack("<f", value)
    summary = b"\x0a" + bytes([len(inner)]) + inner
    return framed(
        b"\x09"
        + struct.pack("<d", 1.7e9 + step)
        + b"\x10"
        + bytes([step])
        + b"\x2a"
        + bytes([len(summary)])
        + summary
    )


def values(log: TensorBoardLog, tag: str = "loss") -> dict[float, float]:
    """Steps and values of a tag."""
    buckets = log.metrics.series[tag].buckets()
    return dict(zip(buckets[STEP].tolist(), buckets[LAST].tolist(), strict=True))


def test_every_number_that_torchs_writer_writes_is_read_as_tensorboards_reader_reads_it(
    tmp_path: Path,
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
        from torch.utils.tensorboard import SummaryWriter

        logging.getLogger("tensorboard").setLevel(logging.ERROR)
        log, rng = TensorBoardLog(tmp_path), np.random.default_rng(0)
        with SummaryWriter(tmp_path) as writer:
            for step in range(300):
                writer.add_scalar("train/loss", rng.normal(), step * 1000)
                writer.add_scalar("größe \x1b[2J", rng.normal() * 1e30, step, new_style=True)
                writer.add_scalar("lr", 0.0 if step else float("nan"), step, double_precision=True)
                if step % 100 == 0:
                    writer.add_histogram("weights", rng.normal(size=50), step)
                    writer.add_text("notes", "no number", step)
                    writer.flush()
                    log.poll()
            writer.add_scalar("long " * 60, 1.0, 1)
        read_whole(log)
        accumulator = EventAccumulator(str(tmp_path), size_guidance={"scalars": 0, "tensors": 0})
        accumulator.Reload()
    for tag in ("train/loss", "lr"):
        its, own = accumulator.Scalars(tag), log.metrics.series[tag].buckets()
        assert own[STEP].tolist() == [event.step for event in its]
        assert np.array_equal(own[LAST], [event.value for event in its], equal_nan=True)
        assert own[SECONDS].tolist() == [event.wall_time for event in its]
    tensors = [float(event.tensor_proto.float_val[0]) for event in accumulator.Tensors("größe \x1b[2J")]
    assert log.metrics.series["größe \ufffd[2J"].buckets()[LAST].tolist() == tensors
    assert len(log.metrics.series) == 4
    assert log.damage == []


def test_a_later_file_wins_from_its_first_step(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "events.out.tfevents.100.a").write_bytes(b"".join(scalar(k, k) for k in range(100)))
    log = TensorBoardLog(tmp_path, clock=clock)
    read_whole(log)
    (tmp_path / "events.out.tfevents.200.b").write_bytes(b"".join(scalar(k, -k) for k in range(50, 70)))
    clock.now = 2.0
    read_whole(log)
    assert values(log) == {k: float(k if k < 50 else -k) for k in range(70)}


def test_a_session_that_starts_takes_back_every_tag_from_its_step_on(tmp_path: Path) -> None:
    start = framed(b"\x09" + struct.pack("<d", 1.7e9) + b"\x10\x05" + b"\x3a\x02\x08\x01")
    parts = [scalar(k, k, tag) for tag in (b"loss", b"acc") for k in range(10)]
    path = tmp_path / "events.out.tfevents.1.a"
    path.write_bytes(b"".join([*parts, start, scalar(5, 0.5)]))
    log = TensorBoardLog(path)
    read_whole(log)
    assert list(values(log)) == [0, 1, 2, 3, 4, 5] and list(values(log, "acc")) == [0, 1, 2, 3, 4]


def test_a_torn_record_is_waited_for_and_said_after_thirty_seconds(tmp_path: Path, clock: Clock) -> None:
    path, whole = tmp_path / "events.out.tfevents.1.a", scalar(1, 1.0)
    path.write_bytes(scalar(0, 0.0) + whole[:30])
    log = TensorBoardLog(path, clock=clock)
    read_whole(log)
    clock.now = 29.0
    read_whole(log)
    assert log.damage == [] and list(values(log)) == [0]
    clock.now = 31.0
    read_whole(log)
    assert log.damage == [
        f"{path.name} at byte {len(whole)}: the last record is cut, 30 bytes of it are there."
    ]
    path.write_bytes(scalar(0, 0.0) + whole)
    read_whole(log)
    assert log.damage == [] and list(values(log)) == [0, 1]


def test_a_damaged_record_in_the_middle_is_left_out_and_said(tmp_path: Path) -> None:
    path, parts = tmp_path / "events.out.tfevents.1.a", [bytearray(scalar(k, k)) for k in range(5)]
    parts[2][20] ^= 1
    path.write_bytes(b"".join(parts))
    grown_old(path)
    log = TensorBoardLog(path)
    read_whole(log)
    assert list(values(log)) == [0, 1, 3, 4]
    assert log.damage == [f"{path.name} at byte {2 * len(parts[0])}: a record is damaged and was left out."]


def test_a_file_that_is_begun_again_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1.a"
    path.write_bytes(b"".join(scalar(k, k) for k in range(20)))
    log = TensorBoardLog(path)
    read_whole(log)
    path.write_bytes(b"".join(scalar(k, -k) for k in range(30)))
    read_whole(log)
    assert values(log) == {k: float(-k) for k in range(30)}


def test_checksums_of_many_and_of_one_are_alike() -> None:
    rng = np.random.default_rng(0)
    for length in (0, 1, 8, 57):
        pieces = rng.integers(0, 256, (20, length), dtype=np.uint8)
        assert crcs(pieces).tolist() == [crc(piece.tobytes()) for piece in pieces]
    # RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 0x8A9136AA; masked as TensorBoard does.
    plain = 0x8A9136AA
    assert crc(bytes(32)) == (((plain >> 15) | (plain << 17)) + 0xA282EAD8) & 0xFFFFFFFF


@pytest.mark.parametrize("kind", ["tensorboard"])
def test_an_image_between_the_numbers_is_passed_over(kind: str, tmp_path: Path) -> None:
    path = tmp_path / FILES[kind].name
    path.write_bytes(scalar(0, 0.0) + framed(b"\x2a\x80\x80\x60" + bytes(3 << 19)) + scalar(1, 1.0))
    log = TensorBoardLog(path)
    read_whole(log)
    assert values(log) == {0.0: 0.0, 1.0: 1.0} and log.damage == []
