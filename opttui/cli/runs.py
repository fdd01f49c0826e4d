"""`opttui runs`: the runs, newest first. Reads manifests and ends of logs, with neither torch nor numpy."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import click

from opttui.cli.columns import columns
from opttui.cli.furthest import furthest_step
from opttui.cli.jsontext import print_object
from opttui.cli.numbers import age
from opttui.control.client import Client
from opttui.control.life import life
from opttui.errors import RunError
from opttui.printable import printable
from opttui.record.manifest import Manifest
from opttui.record.rundir import list_runs, read_manifest, runs_directory

PATIENCE = 0.5
"""Seconds that one race may take to say whether it is paused."""
HEADING = ("run", "problem", "lanes", "step", "state", "age")
SIDES = "llrrlr"


@click.command("runs")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(as_json: bool) -> int:
    """List the runs, newest first.

    They live under $OPTTUI_RUNS, by default in your state directory.

    \b
      opttui runs
      opttui runs --json
    """
    described = [describe(path) for path in list_runs()]
    if as_json:
        print_object(described)
    elif described:
        print(columns(HEADING, [row(run) for run in described], SIDES))
    else:
        print(
            f"There are no runs in {printable(str(runs_directory()))} yet. A first one: opttui race showcase"
        )
    return 0


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


def row(run: dict[str, Any]) -> tuple[str, ...]:
    """A run in the table."""
    if run["state"] == "unreadable":
        return (printable(run["run"]), "-", "-", "-", "unreadable", "-")
    return (
        printable(run["run"]),
        printable(run["problem"]),
        str(len(run["lanes"])),
        f"{run['step']:,} of {run['steps']:,}",
        outcomes(run),
        age(run["age"]),
    )


def outcomes(run: dict[str, Any]) -> str:
    """How it stands: of a race that has ended, how its lanes did."""
    counted: dict[str, int] = run["outcomes"]
    if run["state"] != "ended" or not counted:
        return str(run["state"])
    if len(counted) == 1:
        return next(iter(counted))
    return ", ".join(f"{number} {outcome}" for outcome, number in counted.items())
