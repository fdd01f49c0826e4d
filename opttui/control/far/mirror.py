"""A copy of a run, made of what another machine says of its files. Believes none of it: names, places and sizes are held
against what can be, and what they say is as foreign as any record. Knows no connection."""

import os
import re
import shutil
import tempfile
from pathlib import Path

from opttui.control.far.messages import CHUNK, WHOLE, Cut, GarbledError, Grew, Whole, unpacked
from opttui.control.far.tail import FILE, MOST_FILES, crc_before
from opttui.errors import RunError
from opttui.record.layout import MANIFEST
from opttui.record.private import open_to_write

PREFIX = f"opttui-{os.getuid()}-far-"
ROOM = 200 * 2**20
"""Bytes of the disk that are left alone."""
LOOK = 16 * 2**20
"""Bytes between two looks at the room."""
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


class Mirror:
    """The copy, in a directory of our own, gone with `close`."""

    def __init__(self, run: str) -> None:
        """`run`: what the other machine calls it. RunError when there is no place for it here."""
        clear()
        try:
            self._home = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
            self.path = self._home / (run if _SAFE.fullmatch(run) else "run")
            self.path.mkdir(mode=0o700)
        except OSError as error:
            where = tempfile.gettempdir()
            raise RunError(
                f"There is no place for a copy of the record in {where}: {error.strerror}."
            ) from None
        self._sizes: dict[str, int] = {}
        self._unlooked = LOOK

    def take(self, message: Whole | Grew | Cut) -> None:
        """Do what was done to a file there. GarbledError for what cannot have been, RunError where there is no room."""
        if isinstance(message, Whole):
            if message.file != MANIFEST:
                raise GarbledError("The other machine sends a file that belongs to no record.")
            self._replace(unpacked(message.data, WHOLE))
            return
        if not FILE.fullmatch(message.file):
            raise GarbledError("The other machine sends a file that belongs to no record.")
        size = self._sizes.get(message.file, 0)
        try:
            if isinstance(message, Cut):
                self._cut(message, size)
            else:
                self._append(message, size)
        except OSError as error:
            raise RunError(f"The copy of the record cannot be written: {error.strerror}.") from None

    def have(self) -> dict[str, tuple[int, int]]:
        """Size and CRC of the last bytes of each file."""
        told = {}
        for name, size in self._sizes.items():
            descriptor = open_to_write(self.path / name)
            try:
                told[name] = size, crc_before(descriptor, size)
            finally:
                os.close(descriptor)
        return told

    def close(self) -> None:
        """Remove it."""
        shutil.rmtree(self._home, ignore_errors=True)

    def _replace(self, data: bytes) -> None:
        draft = self.path / f"{MANIFEST}.new"
        try:
            self._room(len(data))
            draft.write_bytes(data)
            draft.replace(self.path / MANIFEST)
        except OSError as error:
            raise RunError(f"The copy of the record cannot be written: {error.strerror}.") from None

    def _cut(self, message: Cut, size: int) -> None:
        if not 0 <= message.size <= size:
            raise GarbledError("The other machine cuts a file where there is none.")
        self._sizes[message.file] = message.size
        if size:
            os.truncate(self.path / message.file, message.size)

    def _append(self, message: Grew, size: int) -> None:
        if message.offset != size or len(self._sizes) >= MOST_FILES:
            raise GarbledError("The other machine leaves out a part of a file.")
        data = unpacked(message.data, CHUNK)
        self._room(len(data))
        descriptor = open_to_write(self.path / message.file)
        try:
            os.pwrite(descriptor, data, size)
        finally:
            os.close(descriptor)
        self._sizes[message.file] = size + len(data)

    def _room(self, more: int) -> None:
        """RunError when the disk comes to its end."""
        self._unlooked += more
        if self._unlooked < LOOK:
            return
        self._unlooked = 0
        status = os.statvfs(self.path)
        if status.f_bavail * status.f_frsize < ROOM:
            raise RunError(
                f"There is no room for a copy of the record in {self._home.parent}.",
                "Set TMPDIR to a directory on another disk.",
            )


def clear() -> None:
    """Remove the copies of windows that were killed."""
    for found in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = found.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists() and Path("/proc/self").exists():
            shutil.rmtree(found, ignore_errors=True)
