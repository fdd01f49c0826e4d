"""Whole frames of a growing log, in order. Knows no kinds: it finds, measures and checks.

Reads with pread and never maps: a writer that recovers from a full disk cuts its file, and a mapped reader
would die of SIGBUS.
"""

import os
import weakref
import zlib
from collections.abc import Iterator
from pathlib import Path

from opttui.record.frames import LONGEST_HEADER, MAGIC, Frame, read_header
from opttui.record.private import open_to_read

_WINDOW = 2**20
"""Bytes read at a time: hundreds of small frames for one system call."""
_MOST_DAMAGE = 20
"""Sentences kept for one file."""


class FrameReader:
    """One log, read from where the last look ended."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self.path = path
        self.offset = offset
        """Everything before has been read; a frame, a torn tail or nothing begins here."""
        self.damage: list[str] = []
        """Sentences about what could not be read."""
        self._descriptor = -1
        self._stamp: tuple[int, int] | None = None
        """Size and time of change at the last look that reached the end."""
        self._buffer = b""
        self._start = 0
        """Offset of the buffer's first byte in the file."""

    def frames(self, most: int | None = None) -> Iterator[Frame]:
        """Frames that have become whole since the last call; stops after about `most` bytes.

        A damaged frame is skipped, and noted, once a sound header follows it; without one it may still be in
        the middle of being written and is looked at again when the file changes.
        """
        try:
            yield from self._frames(most)
        except OSError as error:
            self.note(f"{self.path.name} cannot be read: {error.strerror}.")
        finally:
            self._buffer = b""

    def frame_at(self, offset: int) -> Frame | None:
        """The sound frame that begins at `offset`, if there is one; does not move."""
        try:
            if not self._open():
                return None
            return self._frame(offset, os.fstat(self._descriptor).st_size)
        except OSError:
            return None
        finally:
            self._buffer = b""

    def size(self) -> int:
        """Bytes in the file now; 0 while it does not exist or cannot be opened."""
        try:
            return os.fstat(self._descriptor).st_size if self._open() else 0
        except OSError as error:
            self.note(f"{self.path.name} cannot be read: {error.strerror}.")
            return 0

    def note(self, *sentences: str) -> None:
        """Add to the damage what is not in it yet."""
        for sentence in sentences:
            if sentence not in self.damage and len(self.damage) < _MOST_DAMAGE:
                self.damage.append(sentence)

    def _frames(self, most: int | None) -> Iterator[Frame]:
        if not self._open():
            return
        status = os.fstat(self._descriptor)
        stamp = (status.st_size, status.st_mtime_ns)
        if stamp == self._stamp:
            return
        self._stamp = None
        stop = None if most is None else self.offset + most
        while self.offset < status.st_size:
            if stop is not None and self.offset >= stop:
                return
            frame = self._frame_looked_at_twice(status.st_size)
            if frame is not None:
                self.offset = frame.end
                yield frame
            elif not self._skip_damage(status.st_size):
                break
        self._stamp = stamp

    def _open(self) -> bool:
        if self._descriptor < 0:
            try:
                self._descriptor = open_to_read(self.path)
            except FileNotFoundError:
                return False
            weakref.finalize(self, os.close, self._descriptor)
        return True

    def _frame_looked_at_twice(self, size: int) -> Frame | None:
        frame = self._frame(self.offset, size)
        if frame is None and self._buffer:
            # A writer that recovers rewrites its tail: the buffer may hold half of the old and half of the
            # new.
            self._buffer = b""
            frame = self._frame(self.offset, size)
        return frame

    def _frame(self, offset: int, size: int) -> Frame | None:
        header = read_header(self._view(offset, LONGEST_HEADER, size))
        if header is None or offset + header.size + header.length > size:
            return None
        payload = self._view(offset + header.size, header.length, size)
        if len(payload) != header.length or zlib.crc32(payload) != header.crc:
            return None
        end = offset + header.size + header.length
        return Frame(header.kind, header.n, header.step0, payload, offset, end)

    def _skip_damage(self, size: int) -> bool:
        """Move to the next sound header; False when there is none."""
        place = self.offset + 1
        while place + len(MAGIC) <= size:
            view = self._view(place, min(_WINDOW, size - place), size)
            found = bytes(view).find(MAGIC)
            if found < 0:
                # The last 7 bytes may be the beginning of a magic.
                place += max(len(view) - len(MAGIC) + 1, 1)
            elif read_header(self._view(place + found, LONGEST_HEADER, size)) is not None:
                self.note(
                    f"{self.path.name}: bytes {self.offset} to {place + found} are damaged and were skipped."
                )
                self.offset = place + found
                return True
            else:
                place += found + 1
        return False

    def _view(self, offset: int, length: int, size: int) -> memoryview:
        """Bytes from `offset`; fewer than `length` at the end of the file."""
        length = max(min(length, size - offset), 0)
        begin = offset - self._start
        if begin < 0 or begin + length > len(self._buffer):
            wanted = min(max(length, _WINDOW), max(size - offset, 0))
            self._buffer = os.pread(self._descriptor, wanted, offset)
            self._start, begin = offset, 0
        return memoryview(self._buffer)[begin : begin + length]
