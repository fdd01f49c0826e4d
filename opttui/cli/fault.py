"""A fault of opttui's own: told in one line, its traceback kept in a file for the owner's eyes. Knows no verb."""

import contextlib
import os
import platform
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import opttui
from opttui.cli.stdio import complain
from opttui.printable import printable_lines
from opttui.record.private import make_directories, open_to_write

SHOW = "OPTTUI_TRACEBACK"
"""An environment variable; when it is set, the traceback is printed too."""
LARGEST = 1_000_000
"""Bytes after which the file begins anew: some five hundred faults."""
OURS = Path(opttui.__file__).parent


def confess(error: BaseException, arguments: Sequence[str]) -> None:
    """Say on stderr that it is our fault, what it was, and where the rest is.

    Args:
        error: What nobody has foreseen.
        arguments: The command line that met it.
    """
    text = "".join(traceback.format_exception(error))
    if os.environ.get(SHOW):
        with contextlib.suppress(OSError, ValueError):
            print(printable_lines(text), file=sys.stderr)
    where = kept(text, arguments)
    rest = f"its traceback is in {where}" if where else f"{SHOW}=1 prints its traceback"
    complain(f"This is a bug of opttui: {what(error)}; {rest}.")


def what(error: BaseException) -> str:
    """The exception in one line, with the deepest of our own lines that it passed."""
    text = str(error).strip().split("\n")[0][:300]
    named = f"{type(error).__name__}: {text}" if text else type(error).__name__
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(OURS):
            return f"{named} ({file.relative_to(OURS)}, line {frame.lineno})"
    return named


def kept(text: str, arguments: Sequence[str]) -> Path | None:
    """Where the traceback was added to the others; None where nothing can be written."""
    versions = f"opttui {opttui.__version__}, Python {platform.python_version()}, {platform.platform()}"
    entry = f"{time.strftime('%Y-%m-%d %H:%M:%S')}  {versions}\nopttui {' '.join(arguments)}\n{text}\n"
    try:
        path = list_of_faults()
        if not path.parent.is_dir():
            make_directories(path.parent)
        descriptor = open_to_write(path)
        try:
            if os.lseek(descriptor, 0, os.SEEK_END) > LARGEST:
                os.ftruncate(descriptor, 0)
                os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, entry.encode(errors="backslashreplace"))
        finally:
            os.close(descriptor)
    except (OSError, RuntimeError):
        return None
    return path


def list_of_faults() -> Path:
    """A file in the user's state directory; it need not exist."""
    from platformdirs import user_state_path

    return user_state_path("opttui", appauthor=False) / "faults.log"
