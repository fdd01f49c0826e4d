"""What a tracked script has to tell, on its way to disk in a thread of its own. A disk that refuses stops the recording
for a while and never the script; what waits meanwhile is bounded.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from opttui.control.lock import Lock
from opttui.record.events import Event
from opttui.record.layout import Row
from opttui.record.leader import leading
from opttui.record.manifest import Manifest
from opttui.record.reader import RunReader
from opttui.record.results import results
from opttui.record.rundir import write_manifest
from opttui.record.sync import Syncer
from opttui.record.writer import RunWriter
from opttui.server.recorder import said
from opttui.tracking.saying import say

EVERY = 0.1
"""Seconds between two looks at what waits: what a kill costs."""
RETRY = 1.0
"""Seconds between two tries to write to a disk that refuses."""
MOST = 200_000
"""Rows that wait for a disk, 50 MB; of more, the newest are dropped and counted."""
METRICS = 20_000
"""Values of a metric that are recorded one by one. Then every second one is, from twice as many on every fourth, and so on:
a window keeps them all in memory."""

NAMES = 200
"""Metrics that windows are told of by name."""

Item = tuple[int, Row] | tuple[int, int, Mapping[str, float]] | Event


class Recorder:
    """Any thread puts; its own thread writes. Ends once."""

    def __init__(self, path: Path, manifest: Manifest, lock: Lock) -> None:
        """The run at `path`, whose lock is held. OSError when the disk refuses."""
        self.path, self.manifest = path, manifest
        self._lock = lock
        self._writer = RunWriter(path, len(manifest.lanes))
        self._syncer = Syncer(path)
        self._items: deque[Item] = deque()
        """Appended to by the thread that trains, emptied by the one that writes."""
        self._dropped = 0
        """Rows, since the disk refused. Counted up by the thread that trains, reset by the one that writes."""
        self.trouble = ""
        """Why nothing is written, as half a sentence. Set by the thread that writes."""
        self._warned: set[str] = set()
        self._counts: dict[tuple[int, str], int] = {}
        """Values of each lane's metrics so far."""
        self.before_work: Callable[[], None] = lambda: None
        """Called by the thread that writes, before it looks at what waits."""
        self._wake = threading.Event()
        self._ending: Callable[[], tuple[Event, ...]] | None = None
        """Set once, by whoever ends the run; what it returns are the last words."""
        self.over = threading.Event()
        """Set by the thread that writes, once the run has ended or cannot be ended."""
        self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="opttui-track", daemon=True)
        self._thread.start()

    def row(self, lane: int, row: Row) -> None:
        """Record a row."""
        if len(self._items) < MOST:
            self._items.append((lane, row))
        else:
            self._dropped += 1

    def metrics(self, lane: int, step: int, metrics: Mapping[str, float]) -> None:
        """Record other numbers of a step."""
        if len(self._items) < MOST:
            self._items.append((lane, step, metrics))

    def event(self, event: Event) -> None:
        """Record a fact, dated now."""
        self._items.append(msgspec.structs.replace(event, time=time.time()))

    def revive(self) -> None:
        """Start the thread again if it has died."""
        if not self._thread.is_alive() and not self.over.is_set() and self._ending is None:
            self.warn("the thread that records has died; another one goes on")
            self._start()

    def end(self, last_words: Callable[[], tuple[Event, ...]]) -> None:
        """Write what waits, the last words and the results; does not wait for it."""
        if self._ending is None:
            self._ending = last_words
            self._wake.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end; whether it came."""
        return self.over.wait(seconds)

    def warn(self, sentence: str) -> None:
        """Say something once, whatever the script does with warnings."""
        if sentence in self._warned:
            return
        self._warned.add(sentence)
        say(f"{self.path.name}: {sentence}")

    def _run(self) -> None:
        while not self.over.is_set():
            self._wake.wait(RETRY if self.trouble else EVERY)
            self._wake.clear()
            try:
                self.before_work()
                self._work()
            except OSError as error:
                self._refused(error)
            except Exception as error:
                self.warn(f"recording failed ({type(error).__name__}: {error}); training goes on")
                self._give_up()

    def _work(self) -> None:
        ending = self._ending
        words = ending() if ending is not None else ()
        if self.trouble:
            self._writer.flush()
            self._works_again()
        elif self._dropped:
            lost, self._dropped = self._dropped, 0
            self.event(Event("disk", f"{lost:,} rows are missing: they came faster than the disk took them"))
        if self._items:
            self._take()
            self._writer.flush()
        if ending is not None:
            self._finish(words)

    def _take(self) -> None:
        """Hand what waits to the writer, while the disk takes it."""
        for _ in range(len(self._items)):
            item = self._items.popleft()
            if isinstance(item, Event):
                self._writer.event(item)
            elif len(item) == 2:
                self._writer.rows(item[0], [item[1]])
            elif kept := self._thinned(item[0], item[2]):
                self._writer.validation(item[0], item[1], kept)
                self._name(kept)

    def _thinned(self, lane: int, metrics: Mapping[str, float]) -> dict[str, float]:
        kept = {}
        for name, value in metrics.items():
            count = self._counts[lane, name] = self._counts.get((lane, name), 0) + 1
            if count % (1 << ((count - 1) // METRICS).bit_length()) == 0:
                kept[name] = value
        return kept

    def _name(self, metrics: Mapping[str, float]) -> None:
        """Tell windows of metrics that are new."""
        problem = self.manifest.problem
        if problem is None or not (set(metrics) - set(problem.metrics)) or len(problem.metrics) >= NAMES:
            return
        names = (*problem.metrics, *(name for name in metrics if name not in problem.metrics))
        self.manifest = msgspec.structs.replace(
            self.manifest, problem=msgspec.structs.replace(problem, metrics=names)
        )
        write_manifest(self.path, self.manifest)

    def _refused(self, error: OSError) -> None:
        self.trouble = said(error)
        self.warn(f"{self.trouble}; recording pauses, training goes on")
        if self._ending is not None:
            self._give_up()

    def _works_again(self) -> None:
        lost = f"; {self._dropped:,} rows are missing" if self._dropped else "; nothing was lost"
        self.event(Event("disk", f"the disk can be written again after {self.trouble}{lost}"))
        self.trouble, self._dropped = "", 0
        self._warned.clear()

    def _finish(self, words: tuple[Event, ...]) -> None:
        for event in words:
            self._writer.event(msgspec.structs.replace(event, time=time.time()))
        self._writer.end()
        reader = RunReader(self.path)
        reader.poll()
        ended = msgspec.structs.replace(
            self.manifest,
            state="ended",
            results=results(reader, alive=False),
            best=leading(reader),
            ended=time.time(),
        )
        write_manifest(self.path, ended)
        self._give_up()

    def _give_up(self) -> None:
        """Close everything; a run that has not ended then is a crashed one."""
        try:
            self._syncer.close()
            self._writer.close()
        except OSError:
            pass
        finally:
            self._lock.release()
            self.over.set()
