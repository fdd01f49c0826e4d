"""A run in a list: what it is and how it stands. Reads manifests and ends of logs, with neither torch nor numpy."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

from opttui.control.client import Client
from opttui.control.life import life
from opttui.errors import RunError
from opttui.record.furthest import furthest_step
from opttui.record.manifest import Manifest
from opttui.record.rundir import read_manifest

PATIENCE = 0.5
"""Seconds that one race may take to say whether it is paused."""


def describe(path: Path) -> dict[str, Any]:
    """A run as JSON has it; one that cannot be read says why."""
    try:
        manifest = read_manifest(path)
        state = state_of(path)
    except RunError as error:
        return {"run": path.name, "path": str(path), "state": "unreadable", "reason": error.message}
    return {
        "run": path.name,
        "path": str(path),
        "title": manifest.scenario.title,
        "problem": manifest.scenario.problem.name,
        "lanes": [lane.name for lane in manifest.lanes],
        "state": state,
        "outcomes": dict(Counter(result.outcome for result in manifest.results)),
        "step": step_of(path, manifest),
        "steps": manifest.scenario.steps,
        "created": manifest.created,
        "age": max(time.time() - manifest.created, 0.0),
    }


def state_of(path: Path) -> str:
    """starting, running, paused, silent, crashed, ended or elsewhere. A live race is asked itself."""
    state = life(path)
    if state != "live":
        return state
    client = Client(path, actor="runs")
    try:
        status = client.status(PATIENCE)
    finally:
        client.close()
    return "silent" if status is None else "running" if status.state == "ended" else status.state


def step_of(path: Path, manifest: Manifest) -> int:
    """Steps that the furthest lane has taken."""
    if manifest.results:
        return max(result.steps for result in manifest.results)
    return furthest_step(path, [lane.id for lane in manifest.lanes])


def age(seconds: float) -> str:
    """How long ago, in its largest unit."""
    if seconds < 1:
        return "now"
    for size, one, many in ((86400, "day", "days"), (3600, "h", "h"), (60, "min", "min"), (1, "s", "s")):
        whole = int(seconds // size)
        if whole:
            return f"{whole} {one if whole == 1 else many}"
    return "now"
