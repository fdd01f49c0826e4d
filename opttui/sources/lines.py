"""Lines of a text that grows: whole ones with their numbers. Knows no format.

Lines end at b"\\n" alone: U+2028 and its kin are characters of a text.
"""

import time
from collections.abc import Callable
from pathlib import Path

from opttui.sources.growing import CHUNK, Growing

LONGEST = 1 << 20
"""Bytes of a line."""


class Lines:
    """The lines of one file. A last one without an end is waited for, and taken as it is when the file rests."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.file = Growing(path, clock)
        self.number = 0
        """Of the last line that was handed out."""
        self.too_long = 0
        """Number of the last line that was left out since it is too long; 0: none."""
        self.taken_early = False
        """The last line handed out had no end: when the file goes on, all is read anew."""
        self._skipping = False
        self._waits = False

    def read(self, most: int | None = None) -> tuple[bool, list[tuple[int, bytes]]]:
        """Whether all that came before counts no more, and the new lines with their numbers. SourceError."""
        if not self.file.news() and not (self._waits and self.file.rested()):
            return False, []
        if self.taken_early:
            self._begin_again()
            return True, []
        found: list[tuple[int, bytes]] = []
        read, size = 0, CHUNK
        while most is None or read < most:
            portion = self.file.read(size)
            if portion.anew:
                self._begin_again()
                return True, []
            read += len(portion.data)
            used = self._split(portion.data, found)
            self.file.use(portion.data, used)
            rest = portion.data[used:]
            if portion.last:
                self._end(rest, found)
                break
            if not used:
                # Only a line as long as the chunk leaves nothing used.
                size = min(2 * size, 2 * LONGEST)
        return False, found

    def _begin_again(self) -> None:
        path, clock = self.file.path, self.file.clock
        self.file = Growing(path, clock)
        self.number, self.too_long, self.taken_early, self._skipping, self._waits = 0, 0, False, False, False

    def _split(self, data: bytes, found: list[tuple[int, bytes]]) -> int:
        """Add whole lines; the bytes they take."""
        end = data.rfind(b"\n") + 1
        if end:
            for line in data[: end - 1].split(b"\n"):
                self.number += 1
                if self._skipping or len(line) > LONGEST:
                    self._skipping, self.too_long = False, self.number
                else:
                    found.append((self.number, line))
        if len(data) - end > LONGEST:
            # The rest of this line is passed over, whatever its length.
            self._skipping = True
            return len(data)
        return end

    def _end(self, rest: bytes, found: list[tuple[int, bytes]]) -> None:
        self._waits = bool(rest)
        if rest and not self._skipping and self.file.rested():
            self._waits = False
            self.taken_early = True
            found.append((self.number + 1, rest))
