"""A writer killed with SIGKILL while it writes: what it acknowledged is there, and nothing wrong."""

import contextlib
import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from record_rows import read_all, table

from opttui.record.reader import RunReader
from opttui.record.writer import RunWriter

PROGRAM = Path(__file__).with_name("kill_writer.py")


def start(run: Path, chunk: int, bound: int = 0, death: int = 0) -> "subprocess.Popen[bytes]":
    arguments = [str(number) for number in (chunk, bound, death)]
    return subprocess.Popen(
        [sys.executable, PROGRAM, run, *arguments], stdout=subprocess.PIPE, cwd=PROGRAM.parent
    )


def killed(run: Path, chunk: int, seconds: float = 0.0, death: int = 0) -> tuple[int, int]:
    """Rows acknowledged at its start and at its death, which comes that long after the start, or in a write."""
    with start(run, chunk, death=death) as process:
        assert process.stdout is not None
        told = process.stdout.read(8)
        if not death:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
            process.kill()
        told += process.stdout.read()
    assert process.returncode == -9
    whole = len(told) // 8 * 8
    return struct.unpack("<q", told[:8])[0], struct.unpack("<q", told[whole - 8 : whole])[0]


def rounds(run: Path, count: int, seed: int) -> int:
    """Kill and go on, all on one record; how many rounds left a torn frame."""
    chance = random.Random(seed)
    before = torn = 0
    for number in range(count):
        chunk = (750, 20_000, 750, 60_000)[number % 4]
        if number % 2:
            started, acknowledged = killed(run, chunk, death=chance.randint(1, 3 + 6000 // chunk))
        else:
            started, acknowledged = killed(run, chunk, seconds=chance.uniform(0.0, 0.1))
        found = read_all(run)
        assert before <= started <= acknowledged <= len(found)
        np.testing.assert_array_equal(found, table(0, len(found)))
        reader = RunReader(run)
        reader.poll()
        assert reader.lanes[0].rows == len(found)
        assert reader.damage == []
        torn += reader.lanes[0].unread > 0
        before = len(found)
    return torn


def test_kill_and_reopen_loses_nothing_acknowledged(run: Path) -> None:
    assert rounds(run, 8, seed=1) >= 3


@pytest.mark.slow
def test_fifty_kills(run: Path) -> None:
    assert rounds(run, 50, seed=2) >= 15


def test_a_record_of_a_killed_writer_can_be_ended(run: Path) -> None:
    killed(run, 750, death=5)
    count = len(read_all(run))
    writer = RunWriter(run, 1)
    writer.end()
    writer.close()
    reader = RunReader(run)
    reader.poll()
    assert reader.lanes[0].ended
    assert reader.lanes[0].rows == count


def test_a_file_size_limit_stops_the_writer_and_costs_no_row(run: Path) -> None:
    """RLIMIT_FSIZE tears the write at the limit exactly as a full disk does."""
    with start(run, 500, bound=1_000_001) as process:
        assert process.stdout is not None
        told = process.stdout.read()
    assert process.returncode == 0
    (last,) = struct.unpack("<q", told[-8:])
    assert last * 72 > 1_000_000
    np.testing.assert_array_equal(read_all(run), table(0, last))
