"""The run's lock: whoever holds it is the run's race process. Knows no manifest and no socket.

POSIX locks (`lockf`), because a forked child of a dead process keeps a `flock` and so keeps a dead run
looking alive. Their trap: closing ANY descriptor of the file drops the lock of the whole process; so nothing
else may open it, and this module never opens a lock that its own process holds.
"""

import errno
import fcntl
import os
import time
from pathlib import Path

from opttui.errors import RunError
from opttui.record.layout import LOCK
from opttui.record.private import open_to_read, open_to_write

_OURS: dict[tuple[int, int], int] = {}
"""Device and inode of the locks taken by this process, to the pid that took them: a forked child inherits
none."""

_TRIES, _WAIT = 20, 0.025
"""A look by `is_locked` holds a shared lock for some microseconds; taking the lock is tried for half a
second."""

NOTE_BYTES = 64 * 1024


class Lock:
    """A lock that is held, until `release` or the end of the process."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor: int | None = descriptor
        self._key = _key(os.fstat(descriptor))
        _OURS[self._key] = os.getpid()

    def note(self, text: bytes) -> None:
        """Write who holds it into the file; a file without a note was never locked."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text, 0)

    def release(self) -> None:
        if self._descriptor is not None:
            _OURS.pop(self._key, None)
            os.close(self._descriptor)
            self._descriptor = None


def hold(path: Path) -> Lock:
    """Take the lock of the run at `path`. RunError when another process has it or the file system has no
    locks."""
    if _held_here(path / LOCK):
        raise RunError(f"This process already holds the run {path.name}.")
    try:
        descriptor = open_to_write(path / LOCK)
    except OSError as error:
        raise RunError(f"The lock of the run {path} cannot be opened: {error.strerror}.") from None
    for attempt in range(_TRIES):
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return Lock(descriptor)
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EAGAIN):
                os.close(descriptor)
                raise RunError(f"The run {path} cannot be locked: {error.strerror}.") from None
            if attempt < _TRIES - 1:
                time.sleep(_WAIT)
    os.close(descriptor)
    raise RunError(
        f"The run {path.name} already has a race process.", f"Look at it with: opttui attach {path.name}."
    )


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of the run at `path`. Takes it, shared, for some microseconds at
    most."""
    if _held_here(path / LOCK):
        return True
    try:
        descriptor = open_to_read(path / LOCK)
    except OSError:
        return False
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except OSError as error:
        return error.errno in (errno.EACCES, errno.EAGAIN)
    finally:
        os.close(descriptor)


def noted(path: Path) -> bytes:
    """What the run's last race process wrote into its lock; empty when there is nothing, or when it is this
    process."""
    if _held_here(path / LOCK):
        return b""
    try:
        descriptor = open_to_read(path / LOCK)
    except OSError:
        return b""
    try:
        return os.pread(descriptor, NOTE_BYTES, 0)
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _held_here(path: Path) -> bool:
    try:
        return _OURS.get(_key(os.lstat(path))) == os.getpid()
    except OSError:
        return False


def _key(info: os.stat_result) -> tuple[int, int]:
    return info.st_dev, info.st_ino
