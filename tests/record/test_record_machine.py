"""Readings of the machine on disk: exact, thinned in memory, and damage costs only itself."""

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opttui.record import machine
from opttui.record.frames import Kind, encode_frame, encode_text
from opttui.record.jsontext import encode
from opttui.record.layout import MACHINE
from opttui.record.machine import CAPACITY, Card, Computer, MachineReader, MachineWriter, Running, readings

COMPUTER = Computer(
    "box", "a processor", 2, 2, 1e9, None, 7, 5.0, ("cpu", "gpu0.power"), (Card("gpu0", "T4"),)
)


def written(run: Path, rows: np.ndarray, computer: Computer = COMPUTER) -> MachineReader:
    """A log with rows (n, 3 + channels), and its reader."""
    writer = MachineWriter(run)
    writer.computer(computer)
    for row in rows:
        writer.reading(row[0], row[1], int(row[2]), row[3:].tolist())
    writer.close()
    reader = MachineReader(run)
    assert reader.poll()
    return reader


def walk(count: int, channels: int = 2) -> np.ndarray:
    """Readings (count, 3 + channels)."""
    generator = np.random.default_rng(0)
    rows = generator.normal(50.0, 20.0, (count, 3 + channels))
    rows[:, 0], rows[:, 1], rows[:, 2] = np.arange(count), 1e9 + np.arange(count), 7 * np.arange(count)
    return rows


def test_every_reading_comes_back_exactly(tmp_path: Path) -> None:
    rows = walk(300)
    rows[5, 3:] = math.nan, math.inf
    reader = written(tmp_path, rows)
    ((names, found),) = readings(tmp_path)
    assert names == ("seconds", "at", "step", "cpu", "gpu0.power")
    np.testing.assert_array_equal(found, rows)
    assert reader.count == 300 and reader.computer == COMPUTER
    assert list(reader.last.values()) == rows[-1].tolist()
    course = reader.course("cpu")
    assert course is not None
    np.testing.assert_array_equal(course.low, rows[:, 3])
    assert reader.course("nothing") is None and not reader.poll()


@pytest.mark.parametrize("count", [CAPACITY, CAPACITY + 1, 3 * CAPACITY + 5])
def test_memory_is_bounded_and_no_extreme_is_lost(tmp_path: Path, count: int) -> None:
    rows = walk(count)
    rows[count // 3, 3], rows[count // 2, 3] = -1e6, 1e6
    course = written(tmp_path, rows).course("cpu")
    assert course is not None and CAPACITY // 2 <= course.low.size <= CAPACITY
    assert course.low.min() == -1e6 and course.high.max() == 1e6
    assert course.seconds[-1] == count - 1 and (np.diff(course.seconds) > 0).all()


def test_a_reading_is_found_by_step(tmp_path: Path) -> None:
    reader = written(tmp_path, walk(50))
    assert reader.at_step(70)["seconds"] == 10.0 and reader.at_step(76.9)["seconds"] == 10.0
    assert reader.at_step(1e9)["seconds"] == 49.0 and reader.at_step(-1.0) == {}
    assert MachineReader(tmp_path / "none").at_step(3.0) == {}


def test_channels_may_come_and_a_later_process_goes_on(tmp_path: Path) -> None:
    rows = walk(10)
    written(tmp_path, rows)
    later = msgspec.structs.replace(COMPUTER, began=99.0, channels=("cpu", "gpu0.power", "gpu1.power"))
    more = walk(4, 3)
    reader = written(tmp_path, more, later)
    assert reader.count == 14 and reader.last["seconds"] == 9.0 + 3.0
    course = reader.course("gpu1.power")
    assert course is not None and np.isnan(course.low[:10]).all() and course.low[-1] == more[-1, 5]
    assert [found.shape for _, found in readings(tmp_path)] == [(10, 5), (4, 6)]


def test_processes_are_the_newest(tmp_path: Path) -> None:
    writer = MachineWriter(tmp_path)
    writer.computer(COMPUTER)
    writer.processes(1.0, [Running("gpu0", 1, "a", 5.0)])
    writer.processes(2.0, [Running("gpu0", 2, "b\x1b[2J", None)])
    writer.close()
    writer.close()
    reader = MachineReader(tmp_path)
    reader.poll()
    assert [(each.pid, each.name) for each in reader.processes] == [(2, "b\ufffd[2J")]


def test_it_is_followed_while_it_grows_byte_by_byte(tmp_path: Path) -> None:
    written(tmp_path, walk(20))
    whole = (tmp_path / MACHINE).read_bytes()
    copy = tmp_path / "copy"
    copy.mkdir()
    reader = MachineReader(copy)
    for end in range(0, len(whole) + 1, 11):
        (copy / MACHINE).write_bytes(whole[:end])
        reader.poll()
    (copy / MACHINE).write_bytes(whole)
    reader.poll()
    assert reader.count == 20 and reader.damage == []


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damage_is_survived(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    run = tmp_path_factory.mktemp("run")
    written(run, walk(12))
    damaged = bytearray((run / MACHINE).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    (run / MACHINE).write_bytes(damaged[: data.draw(st.integers(0, len(damaged)))])
    reader = MachineReader(run)
    reader.poll()
    assert reader.count <= 12
    assert sum(len(found) for _, found in readings(run)) <= 12


@pytest.mark.parametrize(
    "channels",
    [
        (),
        ("cpu", "cpu"),
        ("seconds", "step"),
        ("\x1b]0;x\x07", "y" * 500),
        tuple(f"c{at}" for at in range(5000)),
    ],
    ids=["none", "twice", "fixed", "hostile", "too many"],
)
def test_odd_channels_cost_no_memory_and_reach_no_terminal(tmp_path: Path, channels: tuple[str, ...]) -> None:
    computer = msgspec.structs.replace(COMPUTER, channels=channels, host="\x1b[31m")
    row = np.arange(3.0 + len(channels)).tobytes()
    (tmp_path / MACHINE).write_bytes(
        encode_text(Kind.COMPUTER, encode(computer))
        + encode_frame(Kind.READINGS, row)
        + encode_frame(Kind.READINGS, b"1234")
        + encode_text(Kind.COMPUTER, b"[1, 2")
        + encode_text(Kind.PROCESSES, b'{"seconds": 1}')
    )
    reader = MachineReader(tmp_path)
    reader.poll()
    assert reader.count == (len(channels) <= machine.MOST_CHANNELS)
    assert all(name.isprintable() and len(name) <= 80 for name in reader.last)
    assert reader.computer is None or reader.computer.host == "\ufffd[31m"
    list(readings(tmp_path))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / MACHINE).symlink_to("/etc/passwd")
    reader = MachineReader(tmp_path)
    reader.poll()
    assert "symbolic link" in reader.damage[0]
    with pytest.raises(OSError, match="symbolic link"):
        MachineWriter(tmp_path)
