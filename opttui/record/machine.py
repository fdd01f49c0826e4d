"""What a run says of the machine that it ran on: readings by time, in a log of their own. Knows no meter.

A reading is a row of numbers with names, the channels. `docs/machine.md` lists those that opttui takes.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from opttui.printable import printable
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Frame, Kind, encode_frame, encode_text
from opttui.record.jsontext import DamagedTextError, decode, encode
from opttui.record.layout import MACHINE
from opttui.record.log import Log

Array = NDArray[np.float64]
Told = TypeVar("Told")

FIXED = ("seconds", "at", "step")
"""What every reading begins with: seconds of the process's own clock since it began to read, seconds since the
epoch, and the step at which the race was."""
MOST_CHANNELS = 1024
"""In all that a run has had; a reader's memory is 25 kB for each."""
MOST_PROCESSES = 256
CAPACITY = 1024
"""Buckets kept of each channel: past so many readings two successive ones are joined, again and again."""
LONGEST_NAME = 80


class Card(msgspec.Struct, frozen=True):
    """A graphics card, or an instance of one that is divided."""

    key: str
    """What its channels begin with: `gpu0`, or `gpu0mig1`."""
    name: str
    memory: float | None = None
    """Bytes in all."""
    power: float | None = None
    """Most watts that it may take."""


class Computer(msgspec.Struct, frozen=True):
    """What the readings that follow are of."""

    host: str
    processor: str
    """The processor's name; empty where the system does not tell."""
    cores: int
    usable: int
    """Cores that the process may use."""
    memory: float
    """Bytes in all."""
    limit: float | None
    """Bytes that a container allows, where it allows fewer."""
    pid: int
    """Of the process that reads."""
    began: float
    """Seconds since the epoch."""
    channels: tuple[str, ...]
    cards: tuple[Card, ...] = ()


class Running(msgspec.Struct, frozen=True):
    """A process on a card."""

    card: str
    pid: int
    name: str
    memory: float | None = None
    """Bytes that it has there."""


class _Processes(msgspec.Struct, frozen=True):
    """The payload of a frame of processes."""

    seconds: float
    processes: tuple[Running, ...]


@dataclass(frozen=True)
class Course:
    """A channel over time, one entry for successive readings; NaN where there was none."""

    seconds: Array
    """Of the last reading in each."""
    low: Array
    high: Array


class MachineWriter:
    """Appends to a run's log of readings; every call is on disk when it returns, or OSError and nothing is."""

    def __init__(self, run: Path) -> None:
        """Open the log for append, cutting a torn tail. OSError when the disk refuses."""
        self._log = Log(run / MACHINE)
        reader = FrameReader(self._log.path)
        for _ in reader.frames():
            pass
        self._log.cut(reader.offset)

    def computer(self, computer: Computer) -> None:
        """What the readings to come are of, and the channels that they have."""
        self._log.append(encode_text(Kind.COMPUTER, encode(computer)))

    def reading(self, seconds: float, at: float, step: int, values: Sequence[float]) -> None:
        """One reading, its values in the order of the channels."""
        row = struct.pack(f"<{len(FIXED) + len(values)}d", seconds, at, step, *values)
        self._log.append(encode_frame(Kind.READINGS, row, 1, step))

    def processes(self, seconds: float, processes: Sequence[Running]) -> None:
        """The processes on the cards, where they are others than before."""
        self._log.append(encode_text(Kind.PROCESSES, encode(_Processes(seconds, tuple(processes)))))

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        self._log.close()


class MachineReader:
    """The readings of a run as of the last poll, thinned so that memory is bounded."""

    def __init__(self, run: Path | None = None) -> None:
        """`run`: its directory; without one there are no readings."""
        self.computer: Computer | None = None
        """The newest; None before there is one."""
        self.processes: tuple[Running, ...] = ()
        """Those on the cards, as of the newest word."""
        self.version = 0
        """Counts up whenever anything new was read."""
        self.count = 0
        """Readings so far."""
        self.last: dict[str, float] = {}
        """The newest reading by channel, `FIXED` ones included."""
        self._log = FrameReader(run / MACHINE) if run is not None else None
        self._columns: dict[str, int] = {}
        self._low = np.empty((CAPACITY, 0))
        self._high = self._low.copy()
        self._newest = self._low.copy()
        self._used, self._per, self._in_last = 0, 1, 0
        """Buckets begun; readings in a full one; readings in the last one."""
        self._base = 0.0
        """Seconds that earlier processes of the run read for."""

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read."""
        return self._log.damage if self._log is not None else []

    def poll(self) -> bool:
        """True when there is anything new; one stat when there is not."""
        if self._log is None:
            return False
        offset = self._log.offset
        for frame in self._log.frames():
            self._take(frame)
        news = self._log.offset != offset
        self.version += news
        return news

    def course(self, channel: str) -> Course | None:
        """A channel over time; None where there has been none of this name."""
        at = self._columns.get(channel)
        if at is None or not self._used:
            return None
        rows = slice(0, self._used)
        return Course(self._newest[rows, 0], self._low[rows, at], self._high[rows, at])

    def at_step(self, step: float) -> dict[str, float]:
        """The newest reading at a step or before; empty where there is none."""
        if not self._used:
            return {}
        found = np.flatnonzero(self._newest[: self._used, FIXED.index("step")] <= step)
        if not found.size:
            return {}
        row = self._newest[found[-1]].tolist()
        return {name: row[at] for name, at in self._columns.items()}

    def _take(self, frame: Frame) -> None:
        if frame.kind == Kind.COMPUTER:
            computer = decoded(frame, Computer)
            if computer is None:
                return
            computer = _fit(computer)
            if self.computer is not None and self.computer.began != computer.began:
                self._base = self.last.get("seconds", 0.0)
            # Rows cannot be read without the names of their columns.
            self.computer = computer if self._widened((*FIXED, *computer.channels)) else None
        elif frame.kind == Kind.PROCESSES:
            told = decoded(frame, _Processes)
            if told is not None:
                self.processes = tuple(map(_fit_process, told.processes[:MOST_PROCESSES]))
        elif frame.kind == Kind.READINGS and self.computer is not None:
            names = (*FIXED, *self.computer.channels)
            for row in rows_of(frame, len(names)):
                self._add(names, row)

    def _add(self, names: Sequence[str], row: Array) -> None:
        row = row.copy()
        row[0] += self._base
        self.count += 1
        self.last = dict(zip(names, row.tolist(), strict=True))
        if self._in_last in (0, self._per):
            if self._used == CAPACITY:
                self._halve()
            self._used += 1
            self._in_last = 0
            for kept in (self._low, self._high, self._newest):
                kept[self._used - 1] = np.nan
        self._in_last += 1
        place, at = self._used - 1, [self._columns[name] for name in names]
        self._low[place, at] = np.fmin(self._low[place, at], row)
        self._high[place, at] = np.fmax(self._high[place, at], row)
        self._newest[place, at] = row

    def _halve(self) -> None:
        """Join neighbours."""
        half = CAPACITY // 2
        self._low[:half] = np.fmin(self._low[::2], self._low[1::2])
        self._high[:half] = np.fmax(self._high[::2], self._high[1::2])
        self._newest[:half] = self._newest[1::2]
        self._used, self._per = half, self._per * 2
        self._in_last = self._per

    def _widened(self, names: Sequence[str]) -> bool:
        """Room for channels that are new; False where they are too many."""
        new = [name for name in dict.fromkeys(names) if name not in self._columns]
        if len(self._columns) + len(new) > MOST_CHANNELS + len(FIXED):
            return False
        for name in new:
            self._columns[name] = len(self._columns)
        bare = np.full((CAPACITY, len(new)), np.nan)
        self._low, self._high, self._newest = (
            np.concatenate((kept, bare), axis=1) for kept in (self._low, self._high, self._newest)
        )
        return True


def readings(run: Path) -> Iterator[tuple[tuple[str, ...], Array]]:
    """Every reading of a run from disk, exact: the names, `FIXED` ones first, and an array (n, names).

    Another pair comes wherever the channels change, or a process goes on with the run: `seconds` begins anew
    there.
    """
    names: tuple[str, ...] = ()
    kept: list[Array] = []
    for frame in FrameReader(run / MACHINE).frames():
        if frame.kind == Kind.COMPUTER and (computer := decoded(frame, Computer)) is not None:
            if kept:
                yield names, np.concatenate(kept)
                kept = []
            names = (*FIXED, *_fit(computer).channels) if len(computer.channels) <= MOST_CHANNELS else ()
        elif frame.kind == Kind.READINGS and names:
            found = rows_of(frame, len(names))
            kept += [found.copy()] if len(found) else []
    if kept:
        yield names, np.concatenate(kept)


def rows_of(frame: Frame, width: int) -> Array:
    """The rows (n, width) in a frame of readings; none where its size does not fit."""
    if not frame.n or len(frame.payload) != frame.n * width * 8:
        return np.empty((0, width))
    return np.frombuffer(frame.payload, "<f8").reshape(frame.n, width).astype(np.float64)


def decoded(frame: Frame, kind: type[Told]) -> Told | None:
    """A frame's JSON; None where it is something else."""
    try:
        return decode(bytes(frame.payload), kind)
    except DamagedTextError:
        return None


def _fit(computer: Computer) -> Computer:
    """With its texts fit for a terminal."""
    cards = tuple(
        msgspec.structs.replace(card, key=_short(card.key), name=_short(card.name)) for card in computer.cards
    )
    return msgspec.structs.replace(
        computer,
        host=_short(computer.host),
        processor=_short(computer.processor),
        channels=tuple(map(_short, computer.channels)),
        cards=cards,
    )


def _fit_process(process: Running) -> Running:
    return msgspec.structs.replace(process, card=_short(process.card), name=_short(process.name))


def _short(text: str) -> str:
    return printable(text, LONGEST_NAME)


def of_cards(readings: Mapping[str, float], card: Card) -> dict[str, float]:
    """A card's own part of a reading, by the ends of its channels' names."""
    start = card.key + "."
    return {name[len(start) :]: value for name, value in readings.items() if name.startswith(start)}
