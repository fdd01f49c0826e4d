"""`opttui rm`: deletes runs that are over."""

import shutil
from pathlib import Path

import click

from opttui.cli.stdio import has_person
from opttui.control.life import life
from opttui.errors import InputError, RunError
from opttui.record.rundir import find_run


@click.command("rm")
@click.argument("runs", metavar="RUN...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(runs: tuple[str, ...], yes: bool) -> int:
    """Delete runs that are over.

    \b
      opttui rm rosenbrock-7f3a
      opttui rm rosenbrock-7f3a linear-02c1 --yes
    """
    paths = list(dict.fromkeys(find_run(run) for run in runs))
    for path in paths:
        must_be_over(path)
    if not yes and not agreed(paths):
        print("Nothing was deleted.")
        return 0
    for path in paths:
        delete(path)
        print(f"deleted {path.name}")
    return 0


def must_be_over(path: Path) -> None:
    """RunError while a process may still write there."""
    state = life(path)
    if state in ("live", "starting"):
        raise RunError(f"The race {path.name} is running.", f"Stop it first: opttui stop {path.name}.")
    if state == "elsewhere":
        raise RunError(f"The race {path.name} may be running on another machine.", "Delete it there.")


def agreed(paths: list[Path]) -> bool:
    """Whether the person at the terminal says yes. InputError when there is nobody to ask."""
    if not has_person():
        raise InputError("'opttui rm' asks first, and here is nobody to ask.", "Say it with --yes.")
    return click.confirm(f"Delete {', '.join(path.name for path in paths)}?", default=False)


def delete(path: Path) -> None:
    """Remove a run's directory. A second look at it just before: it may have been resumed while we asked."""
    must_be_over(path)
    try:
        shutil.rmtree(path)
    except OSError as error:
        raise RunError(f"{path} cannot be deleted: {error.strerror or error}.") from None
