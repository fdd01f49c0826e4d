"""`opttui attach`: a window on a race that runs or is over, here or on another machine."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from opttui.cli.beside import beside as readers_of
from opttui.cli.beside import takes_beside
from opttui.cli.stdio import complain, has_screen
from opttui.control.far.place import Place, place_of
from opttui.errors import InputError
from opttui.record.rundir import find_run, read_manifest

if TYPE_CHECKING:
    from opttui.record.seen import SeenRun


@click.command("attach")
@click.argument("run", metavar="[RUN | HOST:RUN]", required=False)
@takes_beside
@click.option("--readonly", is_flag=True, help="Watch only: keys that change the race do nothing.")
@click.option(
    "--opttui",
    "program",
    metavar="PATH",
    default="",
    help="The opttui on HOST, where its ssh does not find it.",
)
def command(run: str | None, beside: tuple[str, ...], readonly: bool, program: str) -> int:
    """Open a window on a running or finished race.

    Closing it leaves the race as it is; two windows may watch the same one.
    Without RUN it is the newest. HOST is whatever your ssh knows.

    \b
      opttui attach
      opttui attach rosen --readonly
      opttui attach rosen --beside runs/baseline      with another tool's log
      opttui attach me@gpu-box:rosen       a race there, in a window here
      opttui attach gpu-box:               the newest there
    """
    place = place_of(run) if run is not None else None
    others = readers_of(beside)
    if place is not None:
        return attach_far(place, readonly, program, others)
    if program:
        raise InputError("--opttui says where opttui is on another machine.", "Write it with HOST:RUN.")
    path = find_run(run)
    read_manifest(path)
    if not has_screen():
        raise InputError("'opttui attach' needs a terminal.", f"To print it once: opttui show {path.name}.")
    from opttui.tui import run_screen

    return run_screen(path, readonly=readonly, beside=others)


def attach_far(place: Place, readonly: bool, program: str, others: "Sequence[SeenRun]") -> int:
    """The same on another machine. What ssh asks, it asks before there is a screen."""
    if not has_screen():
        shown = f"ssh {place.host} opttui show {place.run}".rstrip()
        raise InputError("'opttui attach' needs a terminal.", f"To print it once: {shown}.")
    from opttui.control.far.far import Far

    if sys.stderr.isatty():
        print(f"connecting to {place.host} …", file=sys.stderr)
    far = Far(place, program, complain)
    try:
        from opttui.tui import run_screen

        return run_screen(far.path, readonly=readonly, way=far, beside=others)
    finally:
        far.close()
