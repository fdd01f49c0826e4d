"""Writes that fail, once or until there is room again: nothing lost, nothing wrong, nothing twice."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from record_rows import read_all, rows, table

from opttui.record import log
from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.manifest import LaneInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run
from opttui.record.writer import RunWriter
from opttui.scenario.specs import Scenario

FLUSHES = 6


class Disk:
    """pwrite and ftruncate that fail from one call to another, counted from 1."""

    def __init__(self, first: int, last: int, how: str) -> None:
        self.calls = 0
        self.failed = 0
        self.first, self.last, self.how = first, last, how

    def _fails(self) -> bool:
        return self.first <= self.calls <= self.last

    def pwrite(self, descriptor: int, data: memoryview, offset: int) -> int:
        self.calls += 1
        if not self._fails():
            return os.pwrite(descriptor, data, offset)
        self.failed += 1
        if self.how == "nothing taken":
            return 0
        if self.how == "torn":
            os.pwrite(descriptor, data[: len(data) * 2 // 3], offset)
            raise OSError(errno.ENOSPC, "No space left on device")
        if self.how == "short":
            return os.pwrite(descriptor, data[: max(len(data) // 2, 1)], offset)
        raise OSError(getattr(errno, self.how), "refused")

    def ftruncate(self, descriptor: int, length: int) -> None:
        if self.how == "torn" and self._fails() and self.failed % 2:
            raise OSError(errno.EIO, "refused")
        os.ftruncate(descriptor, length)


def give(writer: RunWriter, number: int) -> None:
    """What flush `number` has to write: rows of two lanes, and now and then the rest."""
    for lane in (0, 1):
        writer.rows(lane, rows(number * 40, number * 40 + 40))
    writer.event(Event("set", f"turn {number}", lane=0, step=number * 40, time=1.0))
    if number % 2:
        writer.validation(1, number * 40, {"accuracy": number / 8})
        writer.grid(Grid((0.0, 1.0, 0.0, 1.0), np.full((2, 3), float(number))))


def race(run: Path, disk: Disk) -> None:
    """Write with a live reader beside, which must come to the same as a fresh one."""
    live = RunReader(run)
    writer = RunWriter(run, 2)
    refused = 0
    for number in range(FLUSHES):
        give(writer, number)
        try:
            writer.flush()
        except OSError:
            refused += 1
        live.poll()
        np.testing.assert_array_equal(read_all(run), table(0, live.lanes[0].rows))
    disk.last = 0
    writer.end()
    writer.close()
    live.poll()
    for lane in (0, 1):
        np.testing.assert_array_equal(read_all(run, lane), table(0, FLUSHES * 40))
        assert live.lanes[lane].rows == FLUSHES * 40
        assert live.lanes[lane].ended
    fresh = RunReader(run)
    fresh.poll()
    for reader in (live, fresh):
        assert [event.text for event in reader.events] == [f"turn {number}" for number in range(FLUSHES)]
        assert [step for step, _ in reader.lanes[1].validation] == [40, 120, 200]
        assert reader.grid is not None
        assert reader.grid.values[0, 0] == 5.0
        assert reader.damage == []
    assert disk.failed == 0 or refused > 0 or disk.how == "short"


HOWS = ("ENOSPC", "EIO", "EINTR", "torn", "short", "nothing taken")


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "until there is room"])
def test_every_write_may_fail(
    runs: Path,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
    lasting: bool,
    scenario: Scenario,
    lanes: tuple[LaneInfo, ...],
) -> None:
    if lasting and how == "short":
        return  # a write of one byte at a time has room, in the end
    for number in range(1, 99):
        disk = Disk(number, 10**9 if lasting else number, how)
        monkeypatch.setattr(log, "pwrite", disk.pwrite)
        monkeypatch.setattr(log, "ftruncate", disk.ftruncate)
        race(create_run(scenario, lanes, runs), disk)
        if disk.failed == 0:
            break
    assert 25 <= number < 98


def test_a_refused_flush_says_so_and_keeps_the_rows(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = RunWriter(run, 1)
    writer.rows(0, rows(0, 10))
    writer.flush()
    monkeypatch.setattr(log, "pwrite", Disk(1, 9, "torn").pwrite)
    writer.rows(0, rows(10, 20))
    before = writer.bytes_written
    with pytest.raises(OSError, match="No space left"):
        writer.flush()
    assert writer.bytes_written == before
    assert len(read_all(run)) == 10
    monkeypatch.setattr(log, "pwrite", os.pwrite)
    writer.flush()
    assert len(read_all(run)) == 20
    writer.close()


def test_one_lane_refused_does_not_hold_up_the_other(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = RunWriter(run, 2)
    writer.rows(0, rows(0, 10))
    writer.rows(1, rows(0, 10))
    disk = Disk(1, 1, "ENOSPC")
    monkeypatch.setattr(log, "pwrite", disk.pwrite)
    with pytest.raises(OSError, match="refused"):
        writer.flush()
    assert (len(read_all(run, 0)), len(read_all(run, 1))) == (0, 10)
    writer.close()
    assert len(read_all(run, 0)) == 10


def test_bytes_written_is_what_lies_on_disk(run: Path) -> None:
    writer = RunWriter(run, 2)
    for number in range(200):
        give(writer, number)
        writer.flush()
    writer.end()
    on_disk = sum(path.stat().st_size for path in run.iterdir() if path.name != "manifest.json")
    assert writer.bytes_written == on_disk
    writer.close()
