"""An append-only file that never keeps half of what was written to it. Knows nothing of what it holds."""

import contextlib
import errno
import os
from os import ftruncate, pwrite
from pathlib import Path

from opttui.record.private import open_to_write


class Log:
    """Appends that are whole or not there, and a count of what is acknowledged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = open_to_write(path)
        self.offset = os.fstat(self._descriptor).st_size
        """Where the next append goes; everything before is acknowledged."""
        self._torn = False
        """Bytes after `offset` may lie in the file."""

    def cut(self, offset: int) -> None:
        """Forget everything from `offset` on."""
        if offset < self.offset:
            self.offset = offset
            self._torn = True
            self._mend()

    def append(self, data: bytes) -> int:
        """Write all of `data` and return where it begins; on OSError the file is as it was before.

        A write can be torn at any byte by a full disk or a quota, so after an error the file is cut back to
        the acknowledged offset; where even that is refused, the next append cuts first. Writing at an offset
        instead of at the end keeps a torn tail from shifting what follows.
        """
        self._mend()
        self._torn = True
        try:
            _write_all(self._descriptor, data, self.offset)
        except OSError:
            with contextlib.suppress(OSError):
                self._mend()
            raise
        self._torn = False
        start = self.offset
        self.offset += len(data)
        return start

    def close(self) -> None:
        """Close the file; a second time does nothing."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _mend(self) -> None:
        if self._torn:
            ftruncate(self._descriptor, self.offset)
            self._torn = False


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    view = memoryview(data)
    while view:
        written = pwrite(descriptor, view, offset)
        if written <= 0:
            raise OSError(errno.EIO, "the disk took nothing")
        view = view[written:]
        offset += written
