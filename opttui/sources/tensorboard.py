"""TensorBoard's event files of one directory, read while they grow. Knows no events: only records and files.

A record: length (8 bytes), CRC of the length (4), payload, CRC of the payload (4). Several files in a directory are one
run that was started again: of a tag that both have, the later file counts from its first step on.
"""

import contextlib
import os
import re
import struct
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from opttui.printable import printable
from opttui.sources.crc32c import crc, crcs
from opttui.sources.events import Decoder
from opttui.sources.growing import CHUNK, Growing, Portion, SourceError
from opttui.sources.metrics import Metrics, Points
from opttui.sources.wire import WireError

NAME = re.compile(r"tfevents\.(\d+)")
"""In a file's name; the number is when it was begun."""
LARGEST = 1 << 26
"""Bytes of a record that are believed."""
LARGE = 1 << 16
"""Bytes of a record beyond which it is an image or the like and is passed over unread."""
CHECKED_TOGETHER = 512
"""Bytes of a payload up to which CRCs are worked out for many at a time."""
MOST = 1000
"""Files of a directory."""
_HEAD, _TAIL = 12, 4
_LENGTH = struct.Struct("<Q").unpack_from
_CRC = struct.Struct("<I").unpack_from


class EventFile:
    """One file."""

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.file = Growing(path, clock)
        self.decoder = Decoder()
        self.damage = ""
        """What is wrong with its end; empty while all is well."""
        self.stopped = False
        """Nothing after that place can be read."""
        self.waits = False
        """There are bytes that are not whole yet."""
        self.skipped = ""
        """Which of its records were left out."""
        self.firsts: dict[str, float] = {}
        """The first step of each tag in this file."""


class TensorBoardLog:
    """The event files of a directory, or one of them alone."""

    kind = "TensorBoard"
    as_of = ""

    def __init__(
        self, path: Path, metrics: Metrics | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`path`: a directory, or a file of it."""
        self.path = path
        self.metrics = metrics or Metrics()
        self._clock = clock
        self._files: dict[Path, EventFile] = {}
        self._order: list[EventFile] = []
        self._looked: float | None = None
        self._trouble = ""

    @property
    def runs(self) -> dict[str, Metrics]:
        """One."""
        return {"": self.metrics}

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read, and where."""
        found = [each for file in self._order for each in (file.skipped, file.damage) if each]
        return [self._trouble, *found] if self._trouble else found

    @property
    def modified(self) -> float:
        """When it was last written."""
        return max((file.file.modified for file in self._order), default=0.0)

    def poll(self, most: int | None = None) -> bool:
        """Read what is new in every file, the older ones first."""
        self._look()
        before, left = self.metrics.version, most
        for file in list(self._order):
            used = self._read(file, left)
            if left is not None:
                left -= used
                if left <= 0:
                    break
        return self.metrics.version != before

    def _look(self) -> None:
        """Files that have come; a look at the directory once a second."""
        now = self._clock()
        if self._looked is not None and now - self._looked < 1.0:
            return
        self._looked = now
        try:
            found = event_files(self.path)
            self._trouble = ""
        except OSError as error:
            self._trouble = f"{printable(str(self.path), 200)} cannot be read: {error.strerror or error}."
            return
        for path in found:
            if path not in self._files:
                self._files[path] = EventFile(path, self._clock)
        self._order = [self._files[path] for path in sorted(self._files, key=_age)]

    def _read(self, file: EventFile, most: int | None) -> int:
        """Take in what is new in a file; the bytes read."""
        read = 0
        try:
            if not file.file.news() and not (file.waits and file.file.rested()):
                return 0
            file.waits, file.damage = False, file.damage if file.stopped else ""
            more = True
            while more and (most is None or read < most):
                portion = file.file.read(
                    0 if file.stopped else CHUNK if most is None else min(CHUNK, max(most - read, 2 * LARGE))
                )
                if portion.anew:
                    self._begin_again()
                    return max(read, 1)
                if file.stopped:
                    break
                read += len(portion.data)
                more = self._use(file, portion)
        except SourceError as error:
            file.damage = str(error)
        return read

    def _begin_again(self) -> None:
        """One of the files is another one than before: everything is read anew."""
        self.metrics.clear()
        self._files = {path: EventFile(path, self._clock) for path in self._files}
        self._order = [self._files[path] for path in sorted(self._files, key=_age)]

    def _use(self, file: EventFile, portion: Portion) -> bool:
        """Take in the whole records of a portion; whether there is more to be read now."""
        records, used, wrong = whole_records(portion.data)
        self._take(file, records)
        file.file.use(portion.data, used)
        at = f"{printable(file.file.path.name, 80)} at byte {file.file.offset:,}"
        length = _LENGTH(portion.data, used)[0] if len(portion.data) - used >= _HEAD else 0
        if wrong:
            file.waits = True
            if not file.file.rested():
                return False
            if wrong == "length":
                file.waits, file.stopped = False, True
                file.damage = f"{at}: the record's length is damaged; nothing after it can be read."
                return False
            file.skipped = f"{at}: a record is damaged and was left out."
            file.file.skip(length + _HEAD + _TAIL)
            return True
        if length > LARGE and file.file.offset + length + _HEAD + _TAIL <= file.file.size:
            file.file.skip(length + _HEAD + _TAIL)
            return True
        if not portion.last:
            return used > 0
        left = len(portion.data) - used
        file.waits = left > 0
        if left and file.file.rested():
            file.waits = False
            file.damage = f"{at}: the last record is cut, {left:,} bytes of it are there."
        return False

    def _take(self, file: EventFile, records: list[bytes]) -> None:
        points: dict[str, Points] = {}

        def restart(step: float) -> None:
            self._flush(file, points)
            self.metrics.cut(step)

        for payload in records:
            # What is no event is left out like an event of a kind that is of no interest.
            with contextlib.suppress(WireError, struct.error, OverflowError):
                file.decoder.take(payload, points, restart)
        self._flush(file, points)

    def _flush(self, file: EventFile, points: dict[str, Points]) -> None:
        later = self._order[self._order.index(file) + 1 :] if file in self._order else []
        for tag, each in points.items():
            if any(tag in other.firsts for other in later):
                continue
            if tag not in file.firsts:
                file.firsts[tag] = first = each[0][0]
                self.metrics.cut(first, tag)
            self.metrics.add(tag, each)
        points.clear()


def event_files(path: Path) -> list[Path]:
    """The event files of a directory, or the one that is named; OSError when it cannot be read."""
    if not path.is_dir():
        return [path]
    with os.scandir(path) as entries:
        found = [path / entry.name for entry in entries if NAME.search(entry.name) and not entry.is_symlink()]
    return sorted(found)[:MOST]


def whole_records(data: bytes) -> tuple[list[bytes], int, str]:
    """Payloads of the whole records that `data` begins with, the bytes they take, and what is wrong with the next one.

    The last is `length` or `payload`, or empty where it is cut or too large to be read.
    """
    offsets, lengths, at, end = [], [], 0, len(data)
    while at + _HEAD <= end:
        length = _LENGTH(data, at)[0]
        if length > LARGE or at + _HEAD + length + _TAIL > end:
            break
        offsets.append(at)
        lengths.append(length)
        at += _HEAD + length + _TAIL
    flat = np.frombuffer(data, np.uint8)
    good = _good_lengths(flat, data, offsets)
    if good == len(offsets):
        good = min(good, _good_payloads(flat, data, offsets, lengths))
        wrong = "payload" if good < len(offsets) else ""
    else:
        good, wrong = min(good, _good_payloads(flat, data, offsets[:good], lengths[:good])), "length"
        if good < len(offsets) and _crc_fits(data, offsets[good]):
            wrong = "payload"
    if (
        good == len(offsets)
        and at + _HEAD <= end
        and (not _crc_fits(data, at) or _LENGTH(data, at)[0] > LARGEST)
    ):
        wrong = "length"
    payloads = [
        data[begin + _HEAD : begin + _HEAD + length]
        for begin, length in zip(offsets[:good], lengths[:good], strict=True)
    ]
    return payloads, offsets[good] if good < len(offsets) else at, wrong


def _crc_fits(data: bytes, at: int) -> bool:
    return bool(_CRC(data, at + 8)[0] == crc(data[at : at + 8]))


def _good_lengths(flat: NDArray[np.uint8], data: bytes, offsets: list[int]) -> int:
    """How many records from the first on have a sound length."""
    if not offsets:
        return 0
    heads = flat[np.array(offsets)[:, np.newaxis] + np.arange(_HEAD)]
    told = np.ascontiguousarray(heads[:, 8:]).view("<u4")[:, 0]
    wrong = np.flatnonzero(crcs(heads[:, :8]) != told)
    return int(wrong[0]) if wrong.size else len(offsets)


def _good_payloads(flat: NDArray[np.uint8], data: bytes, offsets: list[int], lengths: list[int]) -> int:
    """How many records from the first on have a sound payload; long ones are looked at one by one."""
    first = len(offsets)
    sizes = np.array(lengths, dtype=np.int64)
    begins = np.array(offsets, dtype=np.int64) + _HEAD
    for size in np.unique(sizes).tolist():
        places = np.flatnonzero(sizes == size)
        if size > CHECKED_TOGETHER:
            for place in places.tolist():
                begin = offsets[place] + _HEAD
                if place < first and crc(data[begin : begin + size]) != _CRC(data, begin + size)[0]:
                    first = place
            continue
        rows = flat[begins[places][:, np.newaxis] + np.arange(size + _TAIL)]
        told = np.ascontiguousarray(rows[:, size:]).view("<u4")[:, 0]
        wrong = np.flatnonzero(crcs(rows[:, :size]) != told)
        if wrong.size:
            first = min(first, int(places[wrong[0]]))
    return first


def _age(path: Path) -> tuple[int, str]:
    """What files are ordered by: the time in their names, then the names."""
    found = NAME.search(path.name)
    # int() refuses more than 4,300 digits.
    return int(found[1][:20]) if found else 0, path.name
