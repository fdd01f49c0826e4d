"""`opttui export`: a run's rows as CSV, or its lanes as the plain PyTorch script that repeats them."""

import contextlib
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from opttui.cli.lanes import chosen_lanes
from opttui.cli.options import one_of
from opttui.cli.replaced import replaced
from opttui.cli.stdio import complain, is_terminal
from opttui.errors import InputError
from opttui.record.rundir import find_run

if TYPE_CHECKING:
    from opttui.record.reader import RunReader

FORMATS = ("csv", "py", "toml")
PIPE = "-"


@click.command("export")
@click.argument("run", required=False)
@click.option(
    "--to",
    "target",
    metavar="PATH",
    required=True,
    help="The file to write, .csv, .py or .toml; - for a pipe.",
)
@click.option(
    "--format",
    "form",
    callback=one_of(FORMATS),
    metavar="csv|py|toml",
    help="What to write, when PATH does not say.",
)
@click.option(
    "--lane",
    "lanes",
    metavar="LANE",
    multiple=True,
    help="Only this lane, by number or name; may be repeated.",
)
def command(run: str | None, target: str, form: str | None, lanes: tuple[str, ...]) -> int:
    """Write a run as CSV, as a plain PyTorch script, or as a scenario.

    Numbers are exact: what is read back equals what was recorded. The script
    imports nothing of opttui and repeats the recorded losses bit for bit.
    The scenario holds everything that was done to the race, and run again gives
    the same rows. Without RUN it is the newest.

    \b
      opttui export rosen --to rows.csv
      opttui export rosen --to adam.py --lane Adam
      opttui export rosen --to - --format csv | head
      opttui export rosen --to again.toml
    """
    form = form_of(target, form)
    path = find_run(run)
    write = WRITERS[form]
    from opttui.record.reader import RunReader

    reader = RunReader(path)
    ids = chosen_lanes(reader.manifest.lanes, lanes)
    with opened(target) as file:
        write(reader, ids, file)
    reader.poll()
    for sentence in reader.damage:
        complain(sentence)
    return 0


def form_of(target: str, form: str | None) -> str:
    """What to write. InputError when neither the option nor the file's name says it."""
    if form is not None:
        return form
    suffix = Path(target).suffix.lower().removeprefix(".")
    if suffix in FORMATS:
        return suffix
    if target == PIPE:
        raise InputError("--to - does not say what to write.", "Add --format csv, py or toml.")
    what = f"Files that end in {Path(target).suffix!r}" if suffix else "Files without a suffix"
    raise InputError(
        f"{what} are nothing that opttui can write yet: {target}.", "It writes .csv, .py and .toml."
    )


def opened(target: str) -> AbstractContextManager[TextIO]:
    """Where to write: stdout, or a file that appears when it is whole. InputError for a stdout that is closed."""
    if target != PIPE:
        return replaced(Path(target))
    if sys.stdout is None:
        raise InputError("--to - writes to stdout, and that is closed.")
    return contextlib.nullcontext(sys.stdout)


def write_csv(reader: "RunReader", lanes: Sequence[int], file: TextIO) -> None:
    """The rows on disk now."""
    from opttui.cli.rows_csv import write_rows

    # On stdout a progress bar would run through the rows when both are the terminal.
    write_rows(reader, lanes, file, progress=file is not sys.stdout and is_terminal(sys.stderr))


def write_script(reader: "RunReader", lanes: Sequence[int], file: TextIO) -> None:
    """The plain loop."""
    if not reader.manifest.dtype:
        raise InputError(f"The race {reader.manifest.id} never began, so there is no script of it.")
    from opttui.race.script import script

    reader.poll()
    file.write(script(reader.manifest, reader.events, lanes))


def write_scenario(reader: "RunReader", lanes: Sequence[int], file: TextIO) -> None:
    """The race and all that was done to it."""
    from opttui.control.again import again
    from opttui.scenario.toml_writer import toml_of

    if len(lanes) < len(reader.manifest.lanes):
        raise InputError(
            "A scenario is of all lanes, since some may be forks of others.", "Leave out --lane."
        )
    reader.poll()
    file.write(toml_of(again(reader.manifest, reader.events)))


WRITERS: dict[str, Callable[["RunReader", Sequence[int], TextIO], None]] = {
    "csv": write_csv,
    "py": write_script,
    "toml": write_scenario,
}
