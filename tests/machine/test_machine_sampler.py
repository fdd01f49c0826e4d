"""Readings once a second in a thread: recorded, of this process and its cards, and never in the way."""

import errno
import math
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from fake_nvml import GIB, LOST, FakeCard, FakeNvml, NVMLError

from opttui.machine import processor
from opttui.machine.processor import Processor, busy_and_all, rates
from opttui.machine.sampler import Sampler
from opttui.record.layout import MACHINE
from opttui.record.machine import MachineReader, MachineWriter

PATIENCE = 10.0


def sampled(run: Path, nvml: FakeNvml, count: int = 3, **more: object) -> MachineReader:
    """A reader of so many readings and the last one."""
    sampler = Sampler(run, library=nvml, every=0.02, first=0.0, **more)  # type: ignore[arg-type]
    until(lambda: sampler.readings >= count)
    sampler.close()
    reader = MachineReader(run)
    reader.poll()
    return reader


def until(met: object) -> None:
    end = time.monotonic() + PATIENCE
    while not met():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.002)


def test_a_run_gets_its_machine(tmp_path: Path) -> None:
    steps = iter(range(0, 1000, 10))
    nvml = FakeNvml(FakeCard(compute=[(os.getpid(), GIB)]))
    reader = sampled(tmp_path, nvml, step=lambda: next(steps))
    assert reader.computer is not None and reader.computer.pid == os.getpid() and reader.count >= 4
    assert reader.computer.cores == os.cpu_count() and 0 < reader.last["memory"] < reader.computer.memory
    assert reader.last["gpu0.power"] == 310.0 and reader.last["step"] == 10 * (reader.count - 1)
    assert 0 <= reader.last["cpu"] <= 100 and reader.last["process.memory"] > 2**20
    assert abs(reader.last["at"] - time.time()) < PATIENCE
    assert reader.processes[0].pid == os.getpid() and reader.damage == []
    assert (tmp_path / MACHINE).stat().st_mode & 0o777 == 0o600
    assert nvml.opened == nvml.closed == 1


def test_a_very_short_race_has_one_reading(tmp_path: Path) -> None:
    Sampler(tmp_path, library=FakeNvml()).close()
    reader = MachineReader(tmp_path)
    reader.poll()
    assert reader.count == 1 and reader.last["memory"] > 0


def test_a_driver_that_goes_in_between_leaves_a_gap(tmp_path: Path) -> None:
    nvml = FakeNvml(FakeCard())
    sampler = Sampler(tmp_path, library=nvml, every=0.01, first=0.0)
    until(lambda: sampler.readings >= 2)
    nvml.gone = NVMLError(LOST)
    until(lambda before=sampler.readings: sampler.readings >= before + 3)
    sampler.close()
    reader = MachineReader(tmp_path)
    reader.poll()
    course = reader.course("gpu0.use")
    assert course is not None and course.high[0] == 87.0 and math.isnan(course.high[-1])
    assert math.isnan(reader.last["gpu0.use"]) and reader.last["memory"] > 0 and not sampler.failed


def test_a_disk_that_refuses_costs_readings_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = [True]
    write = MachineWriter.reading

    def reading(self: MachineWriter, *what: object) -> None:
        if refusing[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, *what)  # type: ignore[arg-type]

    monkeypatch.setattr(MachineWriter, "reading", reading)
    sampler = Sampler(tmp_path, library=FakeNvml(), every=0.01, first=0.0)
    until(lambda: sampler.failed)
    assert sampler.failed == "No space left on device" and sampler.readings == 0
    refusing[0] = False
    until(lambda: sampler.readings)
    sampler.close()
    assert not sampler.failed


def test_a_run_that_is_gone_or_a_step_that_fails_ends_it_quietly(tmp_path: Path) -> None:
    sampler = Sampler(tmp_path / "nowhere", library=FakeNvml(), every=0.01, first=0.0)
    until(lambda: sampler.failed)
    sampler.close()
    sampler = Sampler(tmp_path, lambda: 1 // 0, library=FakeNvml(), every=0.01, first=0.0)
    until(lambda: sampler.failed)
    assert "ZeroDivisionError" in sampler.failed
    sampler.close()
    sampler.close()


def test_it_goes_on_where_an_earlier_process_ended(tmp_path: Path) -> None:
    first = sampled(tmp_path, FakeNvml())
    with (tmp_path / MACHINE).open("ab") as file:
        file.write(b"half a frame")
    again = sampled(tmp_path, FakeNvml())
    assert again.count >= first.count + 4 and again.damage == []
    course = again.course("memory")
    assert course is not None and (course.seconds[1:] >= course.seconds[:-1]).all()


def test_it_loads_no_torch_and_makes_no_context(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from opttui.machine.sampler import Sampler\n"
        "sampler = Sampler(Path(sys.argv[1])); sampler.close()\n"
        "print(sorted({'torch', 'textual'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
    reader = MachineReader(tmp_path)
    reader.poll()
    assert reader.count == 1


def test_rates_are_differences_on_the_processes_clock() -> None:
    before = {"clock": 10.0, "busy0": 1.0, "all0": 10.0, "busy1": 5.0, "all1": 10.0}
    before |= {"process.cpu": 3.0, "disk.read": 1000.0}
    now = {"clock": 12.0, "busy0": 2.0, "all0": 12.0, "busy1": 7.0, "all1": 12.0, "busy2": 9.0, "all2": 9.0}
    now |= {"process.cpu": 6.0, "disk.read": 900.0, "disk.write": 5.0}
    assert rates(before, now) == {
        **{"cpu": 50.0, "cpu0": 50.0, "cpu1": 100.0, "cpu2": 0.0},
        # A counter that steps back, as a disk's that was taken away, is no negative rate.
        **{"process.cpu": 150.0, "disk.read": 0.0},
    }
    assert rates(now, now) == {} and rates(now, before) == {}


def test_a_clock_that_jumps_changes_no_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 0.0)
    meter = Processor()
    meter.read()
    until(lambda: time.thread_time() > 0)
    values = meter.read()
    assert 0.0 <= values["cpu"] <= 100.0 and values["process.cpu"] >= 0.0


def test_what_a_system_does_not_tell_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    for name in ("cpu_times", "virtual_memory", "disk_io_counters"):
        monkeypatch.setattr(processor.psutil, name, refuse)
    monkeypatch.setattr(os, "getloadavg", refuse)
    meter = Processor()
    meter.read()
    assert set(meter.read()) <= {
        "process.memory",
        "process.threads",
        "process.cpu",
        "process.read",
        "process.write",
    }
    assert processor.total_memory() == 0.0


def test_a_cores_time_counts_guests_once() -> None:
    class Times(SimpleNamespace):
        def __iter__(self):
            return iter(vars(self).values())

    times = Times(user=5.0, nice=0.0, system=1.0, idle=3.0, iowait=1.0, guest=2.0, guest_nice=0.0)
    assert busy_and_all(times) == (6.0, 10.0)


def test_a_containers_limit_counts_where_it_is_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "memory.max"
    monkeypatch.setattr(processor, "CGROUP", file)
    for text, expected in ((None, None), ("max\n", None), ("1048576\n", 2.0**20), (f"{2**60}\n", None)):
        if text is not None:
            file.write_text(text)
        assert processor.limit() == expected
