"""`opttui relay`: the far end of `opttui attach user@host:RUN`, called by it through ssh and by nobody else."""

import os
import sys

import click

from opttui.cli.stdio import is_terminal
from opttui.control.far.relay import Relay, refuse
from opttui.control.way import Here
from opttui.errors import InputError, OpttuiError, RunError
from opttui.printable import printable
from opttui.record.rundir import find_run, list_runs, read_manifest

SHOWN = 6
"""Runs named where the one that was asked for is not there."""


@click.command("relay", hidden=True)
@click.argument("run", required=False)
def command(run: str | None) -> int:
    """Send a run's record along as it grows, and carry the lines of its socket.

    Called through ssh by `opttui attach user@host:RUN`.
    """
    if is_terminal(sys.stdout):
        raise InputError(
            "'opttui relay' speaks to a window, not to a person.",
            "From the other machine: opttui attach HOST:RUN.",
        )
    try:
        path = find_run(run or None)
        read_manifest(path)
    except OpttuiError as error:
        refuse(sys.stdout.fileno(), RunError(error.message, known()))
        return 0
    # Whatever is printed from now on is no part of the conversation.
    writing = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    Relay(Here(path), sys.stdin.fileno(), writing).run()
    return 0


def known() -> str:
    """Which runs there are."""
    try:
        names = [printable(path.name, 60) for path in list_runs()]
    except RunError as error:
        return str(error)
    if not names:
        return "There are no runs there."
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"There are: {', '.join(names[:SHOWN])}{more}."
