"""When checkpoints are written: where a lane begins as a fork, on a pause, at the end, and now and then within a budget.

Snapshots are taken between two rounds, off the lanes' clocks; a thread writes them, so that no step waits for a disk.
"""

import contextlib
import dataclasses
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from opttui.optimizers.tree import NotDataError
from opttui.race.lane import Lane
from opttui.race.plane import Plane
from opttui.race.race import Race
from opttui.race.snapshot import Snapshot, taken
from opttui.record.events import CHECKING
from opttui.record.layout import CHECKPOINTS, checkpoint_file
from opttui.record.pointer import Pointer
from opttui.server.checkpoints import write_checkpoint
from opttui.server.planes import write_plane

SHARE = 0.01
"""Of the time, snapshots and writing together."""
EVERY = 5.0
"""Seconds between two rounds of checkpoints at least."""
KEPT = 2
"""Checkpoints of a lane that stay, beside that with which it began."""
BUDGET = 2 * 2**30
"""Bytes of all checkpoints of a run; a race whose lanes are larger has those of its forks alone."""


class Pointing(Protocol):
    """The side of `record.writer.RunWriter` that is used here."""

    def pointer(self, lane: int, pointer: Pointer) -> None: ...


File = tuple[str, int]
"""A checkpoint on disk: its name from the run's directory, its bytes."""


@dataclass(frozen=True)
class _Work:
    """A snapshot on its way."""

    lane: int
    file: str
    snapshot: Snapshot
    birth: bool


@dataclass(frozen=True)
class _Chosen:
    """A plane on its way."""

    number: int
    plane: Plane


@dataclass(frozen=True)
class _Done:
    """A checkpoint that is on disk, or a plane."""

    work: _Work | _Chosen
    bytes: int
    seconds: float


class Keeper:
    """Keeps a race's checkpoints."""

    def __init__(
        self,
        path: Path,
        race: Race,
        writer: Pointing,
        clock: Callable[[], float],
        cpu: Callable[[], float],
        earlier: Mapping[int, Sequence[File]] | None = None,
    ) -> None:
        """`clock`: seconds; `cpu`: seconds of the calling thread; `earlier`: by lane, what an earlier process has left."""
        self._path, self._race, self._writer = path, race, writer
        self._clock, self._cpu = clock, cpu
        self._serial = 1 + max(
            (_serial(file) for file in (path / CHECKPOINTS).glob("*.safetensors")), default=0
        )
        self._plane = race.plane_number
        """Of the plane that is on disk, or on its way."""
        self._work: queue.SimpleQueue[_Work | _Chosen | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
        self._waiting = 0
        """Snapshots that were handed to the thread and are not on disk yet."""
        self._kept = {lane: list(files) for lane, files in (earlier or {}).items()}
        """By lane, the checkpoints on disk beside that with which it began, the newest last: file and bytes."""
        self._steps: dict[int, int] = {}
        """Lane to the step of its newest checkpoint."""
        self._stubborn: set[int] = set()
        """Lanes whose state is more than data."""
        self._born = len(race.lanes)
        """Lanes whose beginning is known without a checkpoint, or has one."""
        self._due = clock() + EVERY
        self.seconds = 0.0
        """Seconds that checkpoints have cost, snapshots and writing."""
        self.written = self.bytes = 0
        """Checkpoints written, and their bytes."""
        self.on_disk = sum(file.stat().st_size for file in (path / CHECKPOINTS).glob("*.safetensors"))
        """Bytes of those that are there; the control thread reads it."""
        self._thread = threading.Thread(target=self._write, name="checkpoints", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether something is being written of which the record does not know yet."""
        return self._waiting > 0

    def look(self) -> None:
        """Between two rounds: what is due, and what has been written."""
        if self._waiting:
            self._collect()
        if self._race.plane_number != self._plane and self._race.plane is not None:
            self._plane = self._race.plane_number
            self._waiting += 1
            self._work.put(_Chosen(self._plane, self._race.plane))
        if len(self._race.lanes) > self._born:
            self._births()
        now = self._clock()
        if now >= self._due and not self._waiting:
            self.keep()

    def keep(self) -> None:
        """A checkpoint of every lane that has moved since its last."""
        begin = self._clock()
        self._collect()
        for lane in self._race.lanes:
            if lane.id not in self._stubborn and self._moved(lane) and self._room():
                self._take(lane)
        spent = self._clock() - begin
        self.seconds += spent
        self._due = self._clock() + max(EVERY, spent / SHARE)

    def close(self) -> None:
        """Wait until everything is written."""
        self._work.put(None)
        self._thread.join()
        self._collect()

    def _births(self) -> None:
        for lane in self._race.lanes[self._born :]:
            if self._race.label(lane.id) == CHECKING:
                return
            base = lane.past.base
            if base is not None and lane.past.descent is not None:
                self._hand_over(lane.id, base, birth=True)
            self._born += 1

    def _moved(self, lane: Lane) -> bool:
        """Whether there is anything new."""
        known = lane.outcome != "failed" and self._race.label(lane.id) != CHECKING
        return known and self._steps.get(lane.id, lane.begin) != lane.step

    def _room(self) -> bool:
        return sum(size for kept in self._kept.values() for _, size in kept) < BUDGET

    def _take(self, lane: Lane) -> None:
        try:
            snapshot = self._race.timeline.of_now(lane) or taken(lane, self._race.streams)
        except NotDataError:
            self._stubborn.add(lane.id)
            return
        self._steps[lane.id] = lane.step
        self._hand_over(lane.id, not_stopped(snapshot), birth=False)

    def _hand_over(self, lane: int, snapshot: Snapshot, birth: bool) -> None:
        self._waiting += 1
        file = checkpoint_file(lane, snapshot.step, self._serial)
        self._serial += 1
        self._work.put(_Work(lane, file, snapshot, birth))

    def _collect(self) -> None:
        """Tell the record of what is on disk, and take away what it replaces."""
        while True:
            try:
                done = self._done.get_nowait()
            except queue.Empty:
                return
            self._waiting -= 1
            self.seconds += done.seconds
            self._due = max(self._due, self._clock() + done.seconds / SHARE)
            if isinstance(done.work, _Chosen):
                continue
            if not done.bytes:
                self._steps.pop(done.work.lane, None)
                continue
            self.written, self.bytes = self.written + 1, self.bytes + done.bytes
            self.on_disk += done.bytes
            gone: list[str] = []
            if not done.work.birth:
                kept = self._kept.setdefault(done.work.lane, [])
                kept.append((done.work.file, done.bytes))
                while len(kept) > KEPT:
                    file, size = kept.pop(0)
                    gone.append(file)
                    self.on_disk -= size
                    with contextlib.suppress(OSError):
                        (self._path / file).unlink()
            work = done.work
            told = Pointer(work.snapshot.step, work.file, done.bytes, work.birth, tuple(gone))
            self._writer.pointer(work.lane, told)

    def _write(self) -> None:
        while (work := self._work.get()) is not None:
            begin = self._cpu()
            size = self._written(work) if isinstance(work, _Work) else 0
            if isinstance(work, _Chosen):
                with contextlib.suppress(OSError):  # without it, a resumed race chooses a plane anew
                    write_plane(self._path, work.number, work.plane)
            self._done.put(_Done(work, size, self._cpu() - begin))

    def _written(self, work: _Work) -> int:
        """Bytes; 0 where there is no checkpoint."""
        try:
            return write_checkpoint(self._path / work.file, work.snapshot)
        except NotDataError:
            self._stubborn.add(work.lane)
        except OSError:
            pass  # a full disk is told where rows are written; it is tried again when the next is due
        return 0


def not_stopped(snapshot: Snapshot) -> Snapshot:
    """A snapshot as if the race had not been stopped: whether a lane takes part is said by events."""
    counters = snapshot.tree["counters"]
    if counters["outcome"] not in ("stopped", "paused"):
        return snapshot
    counters = {**counters, "outcome": "running", "reason": ""}
    return dataclasses.replace(snapshot, tree={**snapshot.tree, "counters": counters})


def _serial(file: Path) -> int:
    number = file.stem.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0
