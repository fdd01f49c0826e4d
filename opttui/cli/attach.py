"""`opttui attach`: a window on a race that runs or is over."""

import click

from opttui.cli.stdio import has_screen
from opttui.errors import InputError
from opttui.record.rundir import find_run, read_manifest


@click.command("attach")
@click.argument("run", required=False)
@click.option("--readonly", is_flag=True, help="Watch only: keys that change the race do nothing.")
def command(run: str | None, readonly: bool) -> int:
    """Open a window on a running or finished race.

    Closing it leaves the race as it is; two windows may watch the same one. Without RUN it is the newest.

    \b
      opttui attach
      opttui attach rosen --readonly
    """
    path = find_run(run)
    read_manifest(path)
    if not has_screen():
        raise InputError("'opttui attach' needs a terminal.", f"To print it once: opttui show {path.name}.")
    from opttui.tui import run_screen

    return run_screen(path, readonly=readonly)
