"""Ends a race process that does not answer any more. A race that answers is stopped by a command instead.

Politely first: a process that only its socket has left, or that somebody has suspended, still ends its race as it
should at SIGTERM.
"""

import contextlib
import os
import signal
import time
from pathlib import Path

from opttui.control.identity import is_alive
from opttui.control.life import holder
from opttui.control.lock import is_locked
from opttui.errors import RunError
from opttui.record.manifest import ProcessInfo
from opttui.record.rundir import read_manifest

POLL = 0.02


def kill(path: Path, patience: float = 5.0) -> None:
    """SIGTERM, and SIGKILL after `patience` seconds, to the race process of the run at `path`.

    RunError when the lock is free or the process named in the manifest, or while it starts in the lock, is not the
    one that runs under its number.
    """
    process = _named(path)
    for number, wait in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        _signal(process, number)
        _signal(process, signal.SIGCONT)  # one that is suspended hears SIGTERM only when it goes on
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            if not is_locked(path):
                return
            time.sleep(POLL)
    raise RunError(f"The race process {process.pid} does not end, even when killed.")


def signalled(path: Path, number: signal.Signals) -> ProcessInfo:
    """Send a signal to the race process of the run at `path`; which one that is. RunError as for `kill`."""
    process = _named(path)
    _signal(process, number)
    return process


def _named(path: Path) -> ProcessInfo:
    manifest = read_manifest(path)
    process = manifest.process or holder(path)
    if not is_locked(path):
        raise RunError(f"The race {path.name} is not running.")
    if manifest.kind == "tracked":
        number = str(process.pid) if process is not None else "its process"
        raise RunError(
            f"{path.name} is a script of yours, and opttui sends it no signals.", f"To end it: kill {number}."
        )
    if process is None or not is_alive(process):
        raise RunError(f"The race {path.name} is held by a process that its manifest does not name.")
    return process


def _signal(process: ProcessInfo, number: signal.Signals) -> None:
    """Through a pidfd where there is one: the number cannot pass to another process between the look and the
    signal."""
    if not hasattr(os, "pidfd_open"):
        if is_alive(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
        return
    with contextlib.suppress(ProcessLookupError):
        descriptor = os.pidfd_open(process.pid)
        try:
            if is_alive(process):
                signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)
