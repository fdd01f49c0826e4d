"""`opttui stop`: ends a running race."""

import time
from pathlib import Path

import click

from opttui.cli.stdio import complain
from opttui.cli.wish import carried_out, must_run
from opttui.control.client import UnheardError
from opttui.control.commands import Stop
from opttui.control.kill import kill
from opttui.control.life import life
from opttui.control.stacks import stacks
from opttui.record.rundir import find_run

LOOK = 0.05
"""Seconds between two looks."""
KILLED = "killed; what it had recorded stays"
FINISHING = 30.0
"""Seconds after which a race that is still writing its last parameters is left alone."""


@click.command("stop")
@click.argument("run")
@click.option("--kill", "at_once", is_flag=True, help="By signals, without asking it: for one that hangs.")
@click.option("--stacks", "show", is_flag=True, help="Only show where it is, and let it run.")
def command(run: str, at_once: bool, show: bool) -> int:
    """End a running race; what it recorded stays.

    One that does not answer is ended by signals, after ten seconds: SIGTERM,
    and SIGKILL where that is of no use.

    \b
      opttui stop rosenbrock-7f3a
      opttui stop rosen              the beginning of its name will do
      opttui stop rosen --kill       now: SIGTERM, five seconds later SIGKILL
      opttui stop rosen --stacks     where it is, from inside
    """
    path = find_run(run)
    if show or at_once:
        must_run(path)
    if show:
        print(stacks(path).rstrip("\n"))
        return 0
    if at_once:
        kill(path)
        print("stopped" if life(path) == "ended" else KILLED)
        return 0
    try:
        print(carried_out(path, Stop()))
    except UnheardError as silence:
        complain(f"{silence.message} Its process is told to end")
        kill(path, FINISHING)
        print("stopped" if life(path) == "ended" else KILLED)
    wait_until_over(path)
    return 0


def wait_until_over(path: Path, limit: float = FINISHING) -> bool:
    """Wait for the last words of a race that has been stopped, so that `rm` may follow; False out of time."""
    deadline = time.monotonic() + limit
    while life(path) in ("live", "starting"):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK)
    return True
