"""The life cycle of a race process, up to torch and after the race. Imports torch only once the launcher has
been told that it is waited for."""

import contextlib
import importlib
import os
import time
import traceback
from pathlib import Path

import msgspec

from opttui.control.identity import this_process
from opttui.control.lock import Lock, hold
from opttui.errors import InputError, OpttuiError, RunError
from opttui.record.layout import LOG
from opttui.record.rundir import read_manifest
from opttui.server.commands import scripted
from opttui.server.ready import ReadyPipe
from opttui.server.signals import keep_running
from opttui.traces import raised

LEAVING, LOOK = 10.0, 0.02
"""Seconds that a process may take to leave when its race has ended, and between two looks whether it has."""
GOOD, BUG, REFUSED = 0, 1, 2
"""Exit statuses, for whoever looks at the process itself."""


def run_process(path: Path, pipe: ReadyPipe, command: str = "") -> int:
    """Be the race process of the run at `path` until its race has ended; the exit status.

    `command`: what a run that is gone on with does first.
    """
    os.umask(0o077)
    keep_running()
    try:
        lock = held(path)
        with contextlib.suppress(OSError):  # the note helps `life`; a full disk is told where it matters
            lock.note(msgspec.json.encode(this_process()))
        manifest = read_manifest(path)
        scripted(manifest.scenario)
        pipe.waiting("torch")
        importlib.import_module("opttui.server.conduct").conduct(path, manifest, pipe, command)
    except OpttuiError as error:
        pipe.failed(error.message, error.hint, isinstance(error, InputError), error.details)
        return REFUSED
    except raised() as error:
        traceback.print_exc()
        pipe.failed(f"The race process failed: {brief(error)}.", f"The traceback is in {path / LOG}.")
        return BUG
    return GOOD


def held(path: Path) -> Lock:
    """The run's lock. RunError when another process has it; one whose race has ended is on its way out, and waited for."""
    deadline = time.monotonic() + LEAVING
    while True:
        try:
            return hold(path)
        except RunError:
            if read_manifest(path).state != "ended" or time.monotonic() > deadline:
                raise
            time.sleep(LOOK)


def brief(error: BaseException) -> str:
    """An exception in one line."""
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
