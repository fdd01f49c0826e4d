"""Carries what a race has drained to its record, and keeps it when the disk refuses. Knows no command and no
clock but the one that dates events."""

import errno
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

import msgspec

from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.layout import Row, X, Y
from opttui.record.past import Past

BEGINNINGS = ("forked", "added")
"""Kinds of events with which a lane begins while the race runs."""


class Drained(Protocol):
    """What a race has to tell since it was asked last."""

    rows: dict[int, list[Row]]
    """By lane."""
    validation: list[tuple[int, int, dict[str, float]]]
    """Lane, step, metrics."""
    cosines: dict[int, list[tuple[int, float]]]
    """By lane: step, and the cosine of its gradient with the one before."""
    events: list[Event]
    pasts: dict[int, Past]
    """By lane, where it had been when another plane was chosen: before the rows, which lie in it."""


class Drainable(Protocol):
    """The side of a race that is recorded."""

    def drain(self, wait: bool = False) -> Drained:
        """Rows, validation rows and events since the last call; with `wait`, also those still on a device."""


class Writer(Protocol):
    """The side of `record.writer.RunWriter` that is used here."""

    def rows(self, lane: int, rows: Sequence[Row]) -> None: ...
    def validation(self, lane: int, step: int, metrics: Mapping[str, float]) -> None: ...
    def past(self, lane: int, past: Past) -> None: ...
    def event(self, event: Event) -> None: ...
    def grid(self, grid: Grid) -> None: ...
    def lanes(self, count: int) -> None: ...
    def flush(self) -> None: ...


class Watching(Protocol):
    """The side of `race.alarms.Alarms` that is used here."""

    pauses: bool

    def look(self, happened: Drained) -> list[Event]: ...


class Recorder:
    """Drains and writes. What is `promised` is carried out once everything before it is on disk."""

    def __init__(
        self,
        race: Drainable,
        writer: Writer,
        now: Callable[[], float],
        announce: Callable[[], Callable[[], object]] = lambda: lambda: None,
        alarms: Watching | None = None,
    ) -> None:
        self._race = race
        self._writer = writer
        self._now = now
        """Seconds since the epoch."""
        self._alarms = alarms
        self.pauses = alarms is not None and alarms.pauses
        """Whether an alarm pauses the race."""
        self._rang = ""
        """The first alarm since the race was paused for one."""
        self._promised: list[Callable[[], None]] = []
        self.trouble = ""
        """Why the disk refuses, as half a sentence; empty when it does not."""
        self.tips: dict[int, tuple[float, float]] = {}
        """Each lane's newest point drawn."""
        self._announce = announce
        """Makes what windows are told of the lanes, and hands back what writes it: that may be called by any thread
        and raises OSError when the disk refuses."""
        self._unannounced = False
        self._writing: Future[object] | None = None
        """An announcement on its way; until it is on disk, nothing else is written."""
        self._pool = ThreadPoolExecutor(1, "announcements")

    def take(self, wait: bool = False) -> None:
        """Hand what has happened to the writer, which keeps it until a flush; with `wait`, all of it."""
        drained = self._race.drain(wait)
        for lane, past in drained.pasts.items():
            self._writer.past(lane, past)
            self.tips[lane] = (float(past.x[-1]), float(past.y[-1])) if past.steps.size else (0.0, 0.0)
        events = drained.events
        for event in filter(begins, events):
            self.event(event)  # before that lane's first row
        for lane, rows in drained.rows.items():
            if rows:
                self._writer.rows(lane, rows)
                self.tips[lane] = rows[-1][X], rows[-1][Y]
        for lane, step, metrics in drained.validation:
            self._writer.validation(lane, step, metrics)
        for event in (event for event in events if not begins(event)):
            self.event(event)
        for event in self._alarms.look(drained) if self._alarms is not None else ():
            self.event(event)
            self._rang = self._rang or event.text

    def rings(self) -> bool:
        """Take, and say whether an alarm has come."""
        self.take()
        return bool(self._rang)

    def hush(self) -> str:
        """The alarm that has come, as a sentence; from now on the next one counts."""
        rang, self._rang = self._rang, ""
        return rang

    def event(self, event: Event) -> None:
        """A fact, dated now unless it has a date. Facts drained earlier must be taken first."""
        if event.kind in BEGINNINGS and event.lane is not None:
            self._writer.lanes(event.lane + 1)
            self._unannounced = True
        self._writer.event(event if event.time else msgspec.structs.replace(event, time=self._now()))

    def promise(self, done: Callable[[], None]) -> None:
        """Call `done` after the next flush that succeeds."""
        self._promised.append(done)

    @property
    def busy(self) -> bool:
        """Whether an announcement is on its way."""
        return self._writing is not None

    def flush(self, wait: bool = True) -> bool:
        """Take and write; False while the disk refuses, and then nothing is lost.

        Without `wait`, lanes are announced by a thread, for a disk takes 2 ms and more to make that durable; everything
        else is then written by a later flush, so that no lane is in the record that windows do not know.
        """
        self.take()
        try:
            if not self._announced(wait):
                return True
            self._writer.flush()
        except OSError as error:
            self.trouble = said(error)
            return False
        self.trouble = ""
        promised, self._promised = self._promised, []
        for done in promised:
            done()
        return True

    def _announced(self, wait: bool) -> bool:
        """Whether all lanes are known to windows. OSError when the disk refuses."""
        writing = self._writing
        if writing is not None:
            if not wait and not writing.done():
                return False
            self._writing, self._unannounced = None, self._unannounced or writing.exception() is not None
            writing.result()
        if self._unannounced:
            write = self._announce()
            if wait:
                write()
            else:
                self._writing = self._pool.submit(write)
            self._unannounced = False
        return self._writing is None


def begins(event: Event) -> bool:
    """Whether it comes before a lane's rows: it begins with it, or begins again."""
    return event.kind in BEGINNINGS or bool(event.data.get("again"))


def said(error: OSError) -> str:
    """What a refusing disk says, as half a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    if error.errno == errno.EFBIG:
        return "the record has reached the largest size that a file may have here"
    return f"the record cannot be written: {error.strerror or error}"
