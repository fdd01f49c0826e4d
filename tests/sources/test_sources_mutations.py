"""Damaged logs: no exception of another kind than the source's own, no log that takes long or fills the memory."""

import contextlib
import random
import resource
import struct
import time
import zlib
from pathlib import Path

import pytest
from source_logs import FILES, READERS, grown_old, read_whole

from opttui.errors import OpttuiError
from opttui.sources.crc32c import crc
from opttui.sources.watched import Watched

QUICK, FULL = 34, 834
"""Inputs of each of six kinds: 200 and 5,000 in all."""
LONGEST, LARGEST = 1.0, 100 << 20
HOSTILE = (
    b"\x00",
    b"\xff" * 40,
    b"\x1b]52;c;QQ==\x07",
    b'"' * 9,
    b"[" * 3000,
    b"9" * 5000,
    b"1e999",
    b"NaN",
    b",",
    b"\n" * 30,
)


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Flipped, cut, repeated, zeroed, with strange things put in; a few of these at once."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(out) + 1)
        match rng.randrange(7):
            case 0:
                for _ in range(rng.randint(1, 20)):
                    if out:
                        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
            case 1:
                del out[at:]
            case 2:
                del out[at : at + rng.randint(1, 4000)]
            case 3:
                out[at:at] = out[at : at + rng.randint(1, 4000)]
            case 4:
                out[at : at + 512] = bytes(512)
            case 5:
                out[at:at] = rng.choice(HOSTILE)
            case 6:
                out[at : at + 8] = rng.randbytes(8)
    return bytes(out)


def signed_again(kind: str, data: bytes, rng: random.Random) -> bytes:
    """Records with changed insides and the right checksums, so that what is behind the checksum is met too."""
    if kind == "tensorboard":
        parts, at = [], 0
        while at + 16 <= len(data) and len(parts) < 200:
            (length,) = struct.unpack_from("<Q", data, at)
            payload = data[at + 12 : at + 12 + length]
            payload = mutated(payload, rng) if rng.random() < 0.3 else payload
            head = struct.pack("<Q", len(payload))
            parts.append(head + struct.pack("<I", crc(head)) + payload + struct.pack("<I", crc(payload)))
            at += length + 16
        return b"".join(parts)
    if kind == "wandb":
        out, at = bytearray(data[:7]), 7
        while at + 7 <= min(len(data), 1 << 15):
            _, length, piece = struct.unpack_from("<IHB", data, at)
            payload = data[at + 7 : at + 7 + length]
            payload = mutated(payload, rng)[:4000] if rng.random() < 0.3 else payload
            told = zlib.crc32(payload, zlib.crc32(bytes([piece])))
            if len(out) + 7 + len(payload) >= 1 << 15:
                break
            out += struct.pack("<IHB", told, len(payload), piece) + payload
            at += 7 + length
        return bytes(out)
    return mutated(data, rng)


def read_all(kind: str, count: int, folder: Path) -> float:
    """Read so many damaged files of a kind in both ways; the longest time that one took."""
    data, rng, longest = FILES[kind].read_bytes(), random.Random(kind), 0.0
    # Half a database is none.
    data = data if kind == "trackio" else data[:150_000]
    path = folder / FILES[kind].name
    for number in range(count):
        path.write_bytes(signed_again(kind, data, rng) if number % 2 else mutated(data, rng))
        grown_old(path)
        begin = time.process_time()
        log = READERS[kind](path)
        read_whole(log)
        assert all(isinstance(sentence, str) for sentence in log.damage)
        with contextlib.suppress(OpttuiError):
            reader = Watched([path])
            while reader.poll():
                pass
            for lane in reader.lanes:
                list(lane.read())
        longest = max(longest, time.process_time() - begin)
    return longest


@pytest.mark.parametrize("kind", READERS)
def test_damaged_logs_raise_nothing_of_their_own(kind: str, tmp_path: Path) -> None:
    assert read_all(kind, QUICK, tmp_path) < 4 * LONGEST


@pytest.mark.slow
@pytest.mark.parametrize("kind", READERS)
def test_5000_damaged_logs_take_a_second_and_100_megabytes_at_most(kind: str, tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Each file is read three times: by its reader, as a watched run, and whole.
    longest = read_all(kind, FULL, tmp_path)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    print(f"{kind}: longest {longest:.3f} s, memory grew by {grown >> 20} MiB")
    assert longest < 3 * LONGEST and grown < LARGEST


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_line_without_an_end_fills_no_memory(kind: str, tmp_path: Path) -> None:
    path = tmp_path / FILES[kind].name
    with path.open("wb") as file:
        file.write(b"step,loss\n" if kind == "csv" else b'{"step": 0, "loss": 1}\n')
        for _ in range(40):
            file.write(b"1" * (1 << 20))
        file.write(b"\n" + (b"2,0.5\n" if kind == "csv" else b'{"step": 2, "loss": 0.5}\n'))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    log = READERS[kind](path)
    read_whole(log)
    assert log.runs[""].series["loss"].last_step == 2
    assert any("longer than 1 MiB" in sentence for sentence in log.damage)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 < 30 << 20


def test_a_record_that_says_it_is_huge_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "events.out.tfevents.1.x"
    head = struct.pack("<Q", 1 << 60)
    path.write_bytes(FILES["tensorboard"].read_bytes() + head + struct.pack("<I", crc(head)) + bytes(100))
    grown_old(path)
    log = READERS["tensorboard"](path)
    read_whole(log)
    assert len(log.damage) == 1 and "damaged" in log.damage[0]
