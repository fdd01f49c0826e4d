"""Cores, memory, disks, and this process's own share of them, from psutil. Knows no card and no record.

Rates are differences between two readings on the process's own clock: a system clock that jumps changes none. What a
system does not tell is left out.
"""

import contextlib
import os
import platform
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

CGROUP = Path("/sys/fs/cgroup/memory.max")
UNTOLD = (psutil.Error, OSError, RuntimeError, NotImplementedError, AttributeError, ValueError)
"""What psutil raises where a system does not tell, a container hides it, or a file has gone."""


class Processor:
    """The first reading has no rates: there is nothing before it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._own = psutil.Process()
        self._before: dict[str, float] = {}
        """Counters at the last reading, and `clock`."""

    def read(self) -> dict[str, float]:
        """The newest readings by channel: those that there are.

        `cpu`, `cpu0` …: percent. `load`: processes that want a core, over a minute. `memory`, `process.memory`:
        bytes. `process.cpu`: percent of one core. `disk.read`, `disk.write`: bytes a second, of all disks.
        `process.read`, `process.write`: bytes a second that this process had from disks and gave them.
        """
        values: dict[str, float] = {}
        now = {"clock": self._clock(), **self._counters(values)}
        before, self._before = self._before, now
        for part in (memory, load):
            with contextlib.suppress(*UNTOLD):
                values |= part()
        if before:
            values |= rates(before, now)
        return values

    def _counters(self, values: dict[str, float]) -> dict[str, float]:
        """All that only grows; `values` is given what is no counter and comes with them."""
        found: dict[str, float] = {}
        with contextlib.suppress(*UNTOLD):
            for core, times in enumerate(psutil.cpu_times(percpu=True)):
                found[f"busy{core}"], found[f"all{core}"] = busy_and_all(times)
        with contextlib.suppress(*UNTOLD):
            disks = psutil.disk_io_counters(nowrap=False)
            if disks is not None:
                found["disk.read"], found["disk.write"] = disks.read_bytes, disks.write_bytes
        with contextlib.suppress(*UNTOLD), self._own.oneshot():
            times = self._own.cpu_times()
            found["process.cpu"] = times.user + times.system
            values["process.memory"] = float(self._own.memory_info().rss)
            values["process.threads"] = float(self._own.num_threads())
            own = self._own.io_counters()
            found["process.read"], found["process.write"] = own.read_bytes, own.write_bytes
        return found


def busy_and_all(times: Any) -> tuple[float, float]:
    """Seconds that a core has worked, and all that there were. Guests' time is part of the user's on Linux."""
    total = sum(times) - getattr(times, "guest", 0.0) - getattr(times, "guest_nice", 0.0)
    return total - times.idle - getattr(times, "iowait", 0.0), total


def rates(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """What has happened a second between two looks at the counters."""
    seconds = now["clock"] - before["clock"]
    if seconds <= 0:
        return {}
    values = {}
    for core in range(sum(name.startswith("busy") for name in now)):
        busy, total = (now[name] - before.get(name, now[name]) for name in (f"busy{core}", f"all{core}"))
        # A core that was offline has not counted on, and counters may step back by a tick.
        values[f"cpu{core}"] = min(max(100.0 * busy / total, 0.0), 100.0) if total > 0 else 0.0
    if values:
        values = {"cpu": sum(values.values()) / len(values), **values}
    for name in ("process.cpu", "process.read", "process.write", "disk.read", "disk.write"):
        if name in now and name in before:
            grown = max(now[name] - before[name], 0.0) / seconds
            values[name] = 100.0 * grown if name == "process.cpu" else grown
    return values


def memory() -> dict[str, float]:
    """Bytes that cannot be had without taking them from a process."""
    known = psutil.virtual_memory()
    return {"memory": float(known.total - known.available)}


def load() -> dict[str, float]:
    """Processes that want a core, over the last minute."""
    return {"load": os.getloadavg()[0]}


def name() -> str:
    """The processor's; empty where the system does not tell."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def cores() -> tuple[int, int]:
    """How many the machine has, and how many this process may use."""
    found = psutil.cpu_count() or 1
    with contextlib.suppress(OSError, AttributeError):
        return found, len(os.sched_getaffinity(0))
    return found, found


def total_memory() -> float:
    """Bytes; 0 where the system does not tell."""
    with contextlib.suppress(*UNTOLD):
        return float(psutil.virtual_memory().total)
    return 0.0


def limit() -> float | None:
    """Bytes that a container allows, where it allows fewer than there are."""
    with contextlib.suppress(OSError, ValueError):
        allowed = float(CGROUP.read_text(encoding="ascii"))
        return allowed if allowed < total_memory() else None
    return None
