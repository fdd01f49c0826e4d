"""`events.jsonl`: one event a line, appended whole, read as it grows. Knows no meaning of an event."""

import os
import weakref
from pathlib import Path
from typing import Any, get_args

from opttui.record.events import Event, EventKind
from opttui.record.jsontext import DamagedTextError, decode, encode
from opttui.record.layout import EVENTS
from opttui.record.log import Log
from opttui.record.private import open_to_read

_WINDOW = 2**20
LONGEST_LINE = 2**20
"""Bytes; a longer line is damage, so that a file without line breaks costs no memory."""
_MOST_DAMAGE = 20


class EventWriter:
    """Lines that wait and lines on disk."""

    def __init__(self, run: Path) -> None:
        self._log = Log(run / EVENTS)
        self._log.cut(_end_of_lines(run / EVENTS, self._log.offset))
        self._pending: list[bytes] = []
        self.bytes_written = 0
        """Bytes appended by this object."""

    def add(self, event: Event) -> bytes:
        """Buffer an event; its JSON."""
        text = encode(event)
        self._pending.append(text + b"\n")
        return text

    def flush(self) -> None:
        """Append what waits, line by line; OSError leaves the rest waiting."""
        while self._pending:
            self._log.append(self._pending[0])
            self.bytes_written += len(self._pending.pop(0))

    def close(self) -> None:
        """Close the file; what waits is dropped."""
        self._log.close()


class EventReader:
    """Events so far."""

    def __init__(self, run: Path) -> None:
        self.events: list[Event] = []
        """Every text in them is printable."""
        self.damage: list[str] = []
        """Sentences about what could not be read."""
        self._path = run / EVENTS
        self._descriptor = -1
        self._offset = 0
        self._stamp: tuple[int, int] | None = None
        self._line = 0
        """Lines read."""
        self._dropping = False
        """In the middle of a line that is too long."""

    def poll(self) -> bool:
        """Read the lines that have become whole; True when there were any."""
        before = self._line
        try:
            self._read()
        except OSError as error:
            self._note(f"{self._path.name} cannot be read: {error.strerror}.")
        return self._line != before

    def _read(self) -> None:
        if self._descriptor < 0:
            try:
                self._descriptor = open_to_read(self._path)
            except FileNotFoundError:
                return
            weakref.finalize(self, os.close, self._descriptor)
        status = os.fstat(self._descriptor)
        stamp = (status.st_size, status.st_mtime_ns)
        if stamp == self._stamp:
            return
        while True:
            data = os.pread(self._descriptor, _WINDOW + LONGEST_LINE, self._offset)
            whole, line_break, _ = data.rpartition(b"\n")
            if line_break:
                for line in whole.split(b"\n"):
                    self._take(line)
                self._offset += len(whole) + 1
            elif len(data) > LONGEST_LINE:
                self._dropping = True
                self._offset += len(data)
            else:
                break
        self._stamp = stamp

    def _take(self, line: bytes) -> None:
        self._line += 1
        if self._dropping or len(line) > LONGEST_LINE:
            self._dropping = False
            self._note(
                f"{self._path.name} line {self._line} is longer than {LONGEST_LINE} bytes and was skipped."
            )
            return
        try:
            self.events.append(decode(line, Event))
        except DamagedTextError as error:
            if not _of_a_newer_kind(line):
                self._note(f"{self._path.name} line {self._line} is damaged and was skipped: {error}.")

    def _note(self, sentence: str) -> None:
        if sentence not in self.damage and len(self.damage) < _MOST_DAMAGE:
            self.damage.append(sentence)


def _of_a_newer_kind(line: bytes) -> bool:
    try:
        value = decode(line, dict[str, Any])
    except DamagedTextError:
        return False
    return isinstance(value.get("kind"), str) and value["kind"] not in get_args(EventKind)


def _end_of_lines(path: Path, size: int) -> int:
    """Where the last whole line ends."""
    descriptor = open_to_read(path)
    try:
        while size > 0:
            start = max(size - _WINDOW, 0)
            found = os.pread(descriptor, size - start, start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            size = start
        return 0
    finally:
        os.close(descriptor)
