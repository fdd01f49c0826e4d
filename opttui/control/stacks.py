"""Where a race process is: it writes the stacks of its threads to its log when it is asked by a signal, even in the
middle of a step. Knows no screen."""

import os
import signal
import time
from pathlib import Path

from opttui.control.identity import is_suspended
from opttui.control.kill import signalled
from opttui.errors import RunError
from opttui.printable import printable_lines
from opttui.record.layout import LOG
from opttui.record.private import open_to_read

PATIENCE = 2.0
"""Seconds for the stacks to come."""
QUIET = 0.05
"""Seconds without anything more, after which they are whole."""
MOST = 64 * 1024


def stacks(path: Path) -> str:
    """The stacks of all threads of the process of the run at `path`, as lines. RunError when it cannot be asked, or
    does not write."""
    before = _size(path)
    process = signalled(path, signal.SIGUSR1)
    if is_suspended(process):
        raise RunError(
            f"The race process {process.pid} is suspended and writes nothing.",
            f"kill -CONT {process.pid} lets it go on.",
        )
    deadline, size, since = time.monotonic() + PATIENCE, before, time.monotonic()
    while size == before or time.monotonic() - since < QUIET:
        if time.monotonic() > deadline:
            raise RunError(f"The race process {process.pid} writes nothing, not even where it is.")
        time.sleep(QUIET / 5)
        if (now := _size(path)) != size:
            size, since = now, time.monotonic()
    descriptor = open_to_read(path / LOG)
    try:
        return printable_lines(os.pread(descriptor, MOST, before).decode(errors="replace"))
    finally:
        os.close(descriptor)


def _size(path: Path) -> int:
    try:
        return (path / LOG).stat().st_size
    except OSError:
        return 0
