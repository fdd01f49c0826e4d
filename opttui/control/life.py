"""Whether a run's race process lives. The lock is the truth; pid and start time are for display and signals
only."""

import time
from pathlib import Path
from typing import Literal

import msgspec

from opttui.control.lock import is_locked, noted
from opttui.control.machine import is_here
from opttui.record.cards import Cards
from opttui.record.manifest import ProcessInfo
from opttui.record.rundir import read_manifest

Life = Literal["starting", "live", "crashed", "ended", "elsewhere"]

GRACE = 30.0
"""Seconds that a run without a process may be old before its start counts as failed: Python takes that long
to reach the lock only where the disk is asleep."""


def life(path: Path) -> Life:
    """How the run at `path` lives; RunError when it has no readable manifest. Never blocks.

    A lock that is free is looked at before the manifest is read, so that a process that ends in between,
    which writes its manifest first, is not taken for a crashed one.
    """
    locked = is_locked(path)
    # Of two thousand manifests read whole, a list would take a second.
    told = Cards().one(path) or read_manifest(path)
    if told.state == "ended":
        return "ended"
    if locked:
        return "live" if told.state == "running" else "starting"
    process = told.process or holder(path)
    if process is not None:
        return "crashed" if is_here(process) else "elsewhere"
    return "starting" if _young(told.created) else "crashed"


def holder(path: Path) -> ProcessInfo | None:
    """Who had the lock last; None when nobody ever had it."""
    try:
        return msgspec.json.decode(noted(path), type=ProcessInfo)
    except msgspec.DecodeError:
        return None


def _young(created: float) -> bool:
    return abs(time.time() - created) < GRACE
