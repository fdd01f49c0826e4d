"""Follows the files of a run and says what became of them, piece by piece. Knows no connection."""

import os
import re
import time
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from opttui.control.far.messages import CHUNK, TAIL, WHOLE, Cut, Grew, Message, Whole, packed
from opttui.record.layout import MANIFEST
from opttui.record.private import open_to_read

FILE = re.compile(r"[a-z][a-z0-9_-]{0,40}\.(rec|idx|jsonl)")
"""Files of a record that only grow; neither parameters nor checkpoints nor the log are among them."""
MOST_FILES = 4096
LIST_EVERY = 0.5
"""Seconds between two looks for files that are new."""


class Grown:
    """One file, as far as it has been told of."""

    def __init__(self, path: Path, size: int = 0, crc: int = 0) -> None:
        self.path = path
        self.size = size
        self._crc = crc
        """Of the last `TAIL` bytes before `size`."""
        self._descriptor = open_to_read(path)
        if crc_before(self._descriptor, size) != crc:
            self._crc, self.size = 0, -1

    def behind(self) -> int:
        """Bytes that are still to be told."""
        return max(os.fstat(self._descriptor).st_size - max(self.size, 0), 0)

    def next(self) -> Message | None:
        """What comes next; None where there is nothing new.

        A writer that recovers from a full disk cuts a torn tail and writes another one in its place, so what was told
        last is looked at again before more is.
        """
        there = os.fstat(self._descriptor).st_size
        if there == self.size:
            return None
        name = self.path.name
        if there < self.size or self.size < 0 or crc_before(self._descriptor, self.size) != self._crc:
            # One frame may have been torn, and frames have half a megabyte at most.
            self.size = max(min(there, self.size) - 2**21, 0)
            self._crc = crc_before(self._descriptor, self.size)
            return Cut(name, self.size)
        data = os.pread(self._descriptor, CHUNK, self.size)
        if not data:
            return None
        message = Grew(name, self.size, packed(data))
        self.size += len(data)
        self._crc = crc_before(self._descriptor, self.size)
        return message

    def close(self) -> None:
        """No more."""
        os.close(self._descriptor)


class Tail:
    """All files of a run."""

    def __init__(self, run: Path, have: Mapping[str, tuple[int, int]]) -> None:
        """`have`: what the other end has already."""
        self._run = run
        self._have = dict(have)
        self._files: dict[str, Grown] = {}
        self._manifest: tuple[int, int, int] | None = None
        self._listed = -1e9
        self._list()

    def behind(self) -> int:
        """Bytes that are still to be told."""
        return sum(file.behind() for file in self._files.values())

    def pieces(self) -> Iterator[Message]:
        """What is new, a piece of each file in turn, until nothing is."""
        while True:
            self._list()
            told = False
            for message in (self._manifest_anew(), *map(_next, list(self._files.values()))):
                if message is not None:
                    told = True
                    yield message
            if not told:
                return

    def _manifest_anew(self) -> Message | None:
        try:
            status = (self._run / MANIFEST).lstat()
            stamp = status.st_ino, status.st_size, status.st_mtime_ns
            if stamp == self._manifest:
                return None
            descriptor = open_to_read(self._run / MANIFEST)
        except OSError:
            return None
        try:
            data = os.read(descriptor, WHOLE)
        finally:
            os.close(descriptor)
        self._manifest = stamp
        return Whole(MANIFEST, packed(data))

    def _list(self) -> None:
        """Files that are new. An index before its log: whoever opens a long log opens it by that."""
        now = time.monotonic()
        if now - self._listed < LIST_EVERY:
            return
        self._listed = now
        try:
            names = sorted(path.name for path in self._run.iterdir())
        except OSError:
            return
        for name in names:
            if name not in self._files and FILE.fullmatch(name) and len(self._files) < MOST_FILES:
                try:
                    self._files[name] = Grown(self._run / name, *self._have.get(name, (0, 0)))
                except OSError:
                    continue

    def close(self) -> None:
        """No more."""
        for file in self._files.values():
            file.close()


def _next(file: Grown) -> Message | None:
    try:
        return file.next()
    except OSError:
        return None


def crc_before(descriptor: int, size: int) -> int:
    """CRC of the last `TAIL` bytes before a place in a file; 0 at its beginning."""
    begin = max(size - TAIL, 0)
    return zlib.crc32(os.pread(descriptor, size - begin, begin)) if size > 0 else 0
