"""`opttui runs`: the runs, newest first. Reads manifests and ends of logs, with neither torch nor numpy."""

import sys
from typing import Any

import click

from opttui.cli.columns import columns
from opttui.cli.jsontext import print_object
from opttui.cli.stdio import width_of
from opttui.control.listing import age, describe_all
from opttui.printable import printable
from opttui.record.rundir import runs_directory

HEADING = ("run", "problem", "lanes", "step", "state", "steps/s", "best lane", "age")
SIDES = "llrrlrlr"
CUT = ("problem", "best lane", "state", "run")
SPARE = ("lanes", "steps/s", "best lane", "step")
"""What a narrow terminal cuts and leaves out, first to last; `--json` has it whole."""


@click.command("runs")
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(as_json: bool) -> int:
    """List the runs, newest first.

    A * marks a best lane that was changed by hand.
    They live under $OPTTUI_RUNS, by default in your state directory.

    \b
      opttui runs
      opttui runs --json
    """
    described = describe_all()
    if as_json:
        print_object(described)
    elif described:
        rows = [row(run) for run in described]
        print(columns(HEADING, rows, SIDES, width_of(sys.stdout), CUT, SPARE))
    else:
        print(
            f"There are no runs in {printable(str(runs_directory()))} yet. A first one: opttui race showcase"
        )
    return 0


def row(run: dict[str, Any]) -> tuple[str, ...]:
    """A run in the table."""
    if run["state"] == "unreadable":
        return (printable(run["run"]), "-", "-", "-", "unreadable", "-", "-", "-")
    speed = run["steps_per_second"]
    return (
        printable(run["run"]),
        run["problem"],
        str(len(run["lanes"])),
        f"{run['step']:,}" + (f" of {run['steps']:,}" if run["steps"] is not None else ""),
        outcomes(run),
        "-" if speed is None else f"{speed:,.0f}" if speed >= 10 else f"{speed:.2g}",
        "-"
        if run["best_lane"] is None
        else f"{run['best_lane']}{'*' * run['best_by_hand']} {run['best_loss']:.3g}",
        age(run["age"]),
    )


def outcomes(run: dict[str, Any]) -> str:
    """How it stands: of a race that has ended, how its lanes did."""
    counted: dict[str, int] = run["outcomes"]
    if run["state"] not in ("finished", "stopped") or not counted:
        return str(run["state"])
    if len(counted) == 1:
        return next(iter(counted))
    return ", ".join(f"{number} {outcome}" for outcome, number in counted.items())
