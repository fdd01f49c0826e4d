"""A file that another process writes: what is new in it, and whether it is another one now. Knows no format.

Regular files only, and no links: a FIFO or a device would hang whoever opens it. Bytes are read by place, never mapped,
since a writer may cut its file.
"""

import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from opttui.errors import OpttuiError
from opttui.printable import printable

PATIENCE = 30.0
"""Seconds in the same state after which what is not whole counts as damaged."""
CHUNK = 1 << 20
"""Bytes read at a time."""
_FINGERPRINT = 64
"""Bytes before the place read up to, by which a file is known that was written again under the same inode."""


class SourceError(OpttuiError):
    """A log that cannot be read: gone, no regular file, not to be opened."""


@dataclass(frozen=True)
class Portion:
    """Bytes that follow what was used before."""

    data: bytes
    anew: bool
    """The file is another one than before: `data` begins at its first byte, and what was read of it counts no more."""
    last: bool
    """They reach to its present end."""


def name_of(path: Path) -> str:
    """A file in a sentence."""
    return printable(str(path), 200)


def opened(path: Path) -> int:
    """A file descriptor of a regular file, for reading. SourceError for anything else."""
    try:
        # Without O_NONBLOCK the opening of a FIFO waits for its writer.
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise SourceError(f"{name_of(path)} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise SourceError(f"{name_of(path)} is no name of a file.") from None
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise SourceError(f"{name_of(path)} is no regular file.")
    return file


class Growing:
    """One file, read from its beginning and on from there as it grows."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock`: seconds that only go on."""
        self.path = path
        self.offset = 0
        """Bytes that are used."""
        self.size = 0
        """Its length when it was last looked at."""
        self.modified = 0.0
        """When it was last written, in seconds since the epoch; 0 while nobody has looked."""
        self.clock = clock
        self._inode: tuple[int, int] | None = None
        self._print = b""
        self._state: tuple[object, ...] = ()
        self._since = clock()
        self._changed = 0
        """When it had been written last as it was read, in nanoseconds."""
        self._seen = 0
        """Bytes that have been handed out, used or not."""

    def news(self) -> bool:
        """Whether there is anything that has not been handed out; one stat. SourceError when there is no such file.

        A file may be written anew at its old size, so that the time of its last change counts too.
        """
        status = self._look()
        before = (self._inode, self._seen, self._changed)
        return ((status.st_dev, status.st_ino), status.st_size, status.st_mtime_ns) != before

    def read(self, most: int = CHUNK) -> Portion:
        """What follows the bytes used so far, at most so many. SourceError when it cannot be read."""
        file = opened(self.path)
        try:
            status = os.fstat(file)
            inode = status.st_dev, status.st_ino
            anew = self._inode is not None and (
                inode != self._inode
                or status.st_size < self.offset
                or os.pread(file, len(self._print), self.offset - len(self._print)) != self._print
            )
            if anew:
                self.offset, self._print = 0, b""
            self._inode, self.size, self._changed = inode, status.st_size, status.st_mtime_ns
            data = os.pread(file, most, self.offset)
        except OSError as error:
            raise SourceError(f"{name_of(self.path)} cannot be read: {error.strerror or error}.") from None
        finally:
            os.close(file)
        self._seen = self.offset + len(data)
        self._note(status)
        return Portion(data, anew, self._seen >= self.size)

    def use(self, data: bytes, count: int) -> None:
        """So many of the bytes handed out are used; the next ones follow them."""
        if count:
            self.offset += count
            self._print = (self._print + data[:count])[-_FINGERPRINT:]

    def skip(self, count: int) -> None:
        """Pass over bytes that need not be read."""
        self.offset += count
        self._print = b""

    def rested(self) -> bool:
        """Whether file and place have been the same for so long that nobody is about to write the rest."""
        try:
            status = self._look()
        except SourceError:
            return False
        self._note(status)
        # A file of yesterday need not be watched for half a minute; a clock that jumps must not make it older.
        age = time.time() - status.st_mtime
        return self.clock() - self._since >= PATIENCE or age >= PATIENCE

    def _look(self) -> os.stat_result:
        try:
            status = self.path.lstat()
            self.modified = status.st_mtime
            return status
        except (OSError, ValueError) as error:
            what = getattr(error, "strerror", None) or error
            raise SourceError(f"{name_of(self.path)} cannot be read: {what}.") from None

    def _note(self, status: os.stat_result) -> None:
        state = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, self.offset)
        if state != self._state:
            self._state, self._since = state, self.clock()
