"""Reading a scenario file's text with all care: it may be missing, huge, a pipe or no text. Knows no TOML."""

import os
import stat
from pathlib import Path

from opttui.errors import InputError

LARGEST = 1_000_000
"""Bytes of a scenario file."""


def read_text(path: Path) -> str:
    """The file's text. InputError, in one sentence, when it cannot be had."""
    try:
        data = _read(path)
    except FileNotFoundError:
        raise InputError(f"there is no file {str(path)!r}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise InputError(f"{str(path)!r} cannot be read: {reason}") from None
    if len(data) > LARGEST:
        raise InputError(f"{str(path)!r} is larger than {LARGEST:,} bytes, and a scenario never is")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path.name!r}, line {line}: this is not UTF-8 text, as TOML must be") from None


def _read(path: Path) -> bytes:
    """At most one byte more than `LARGEST`. A pipe or a device is refused before it can hang the reader."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise ValueError("it is a directory")
        if not stat.S_ISREG(mode):
            raise ValueError("it is no regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read(LARGEST + 1)
    finally:
        os.close(descriptor)
