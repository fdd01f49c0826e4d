"""Opening files: regular ones only and never through a link to read, for the owner's eyes only to write."""

import errno
import os
import stat
from pathlib import Path

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_WRITE = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def open_to_read(path: str | Path) -> int:
    """A descriptor of a regular file. OSError for a link, a FIFO, a device; a FIFO without a writer does not
    hang."""
    return _opened(path, _READ)


def open_to_write(path: Path) -> int:
    """A descriptor to read and write, the file made if need be, mode 0600 whatever the umask."""
    descriptor = _opened(path, _WRITE)
    # open() lets the umask take bits away, and an older file may have any mode.
    os.fchmod(descriptor, 0o600)
    return descriptor


def write_whole(path: Path, data: bytes) -> None:
    """Make or replace a file, whole and durably or not at all; OSError leaves what was there."""
    draft = path.with_name(path.name + ".new")
    descriptor = open_to_write(draft)
    try:
        os.ftruncate(descriptor, 0)
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(descriptor)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def make_directories(path: Path) -> None:
    """The directory and its missing parents, each mode 0700 whatever the umask; FileExistsError for the last
    one."""
    if not path.parent.exists():
        make_directories(path.parent)
    path.mkdir(mode=0o700)
    path.chmod(0o700)


def sync_directory(path: Path) -> None:
    """Make names in a directory durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: str | Path, flags: int) -> int:
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise OSError(errno.ELOOP, "it is a symbolic link", str(path)) from None
        if error.errno in (errno.ENXIO, errno.EISDIR):
            raise OSError(error.errno, "it is not a regular file", str(path)) from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    return descriptor
