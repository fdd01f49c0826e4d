"""`opttui show`: a run's chart and table, printed once."""

import os

import click

from opttui.cli.beside import beside as readers_of
from opttui.cli.beside import refuse_beside, takes_beside
from opttui.cli.options import one_of, whole
from opttui.cli.reading import read_whole
from opttui.control.life import life
from opttui.errors import InputError

AXES = ("steps", "evaluations", "samples", "seconds")
NARROWEST, WIDEST = 20, 400


@click.command("show")
@click.argument("run", required=False)
@click.option(
    "--width",
    metavar="N",
    callback=whole(NARROWEST, WIDEST),
    help="Characters a line; by default the terminal's, in a pipe $COLUMNS or as many as it takes.",
)
@click.option(
    "--chart", "chart_name", metavar="NAME", default="loss", help="loss (the usual), lr, grad_norm, path …"
)
@click.option(
    "--axis", callback=one_of(AXES), metavar="NAME", help=f"What the chart counts: {', '.join(AXES)}."
)
@click.option(
    "--compare", metavar="LANES", help="Two lanes or more beside each other, by number or name: 0,2."
)
@click.option(
    "--snapshots",
    is_flag=True,
    help="What it can go back to and go on from, in memory and on disk, with sizes.",
)
@takes_beside
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as `opttui race --json` prints it.")
def command(
    run: str | None,
    width: int | None,
    chart_name: str,
    axis: str | None,
    compare: str | None,
    snapshots: bool,
    beside: tuple[str, ...],
    as_json: bool,
) -> int:
    """Print a run's chart and table.

    A running race is shown as it stands; without RUN the newest is. RUN may be
    the path of another tool's log, as `opttui watch` takes it.

    \b
      opttui show
      opttui show rosen --width 120 | less
      opttui show rosen --chart lr
      opttui show rosen --compare Adam,SGD
      opttui show rosen --beside another-run --beside metrics.csv
      opttui show rosen --snapshots
      opttui show rosen --json
    """
    from opttui.cli.report import print_json, print_report
    from opttui.cli.watched import print_watched_json
    from opttui.sources.open import open_reader
    from opttui.sources.watched import Watched

    if snapshots and compare is not None:
        raise InputError("--snapshots: not beside --compare; each shows something else of the run.")
    for option, given in (
        ("--json", as_json),
        ("--compare", compare is not None),
        ("--snapshots", snapshots),
    ):
        if given:
            refuse_beside(beside, option)
    reader, others = open_reader(run), readers_of(beside)
    width = width or columns_asked_for()
    alive = reader.foreign or life(reader.path) in ("live", "starting")
    read_whole(reader)
    if snapshots:
        from opttui.cli.kept import print_kept

        print_kept(reader, as_json, width)
        return 0
    if compare is not None:
        from opttui.cli.compare import chosen_lanes, print_comparison, print_comparison_json

        lanes = chosen_lanes(reader, compare)
        if as_json:
            print_comparison_json(reader, lanes)
        else:
            print_comparison(reader, lanes, width)
        return 0
    if as_json and isinstance(reader, Watched):
        print_watched_json(reader)
    elif as_json:
        print_json(reader, alive)
    else:
        print_report(reader, alive, width, chart_name, axis or "steps", others)
    return 0


def columns_asked_for() -> int | None:
    """$COLUMNS, handed on by a shell only where somebody wants that, so that it holds in a pipe too; None without it."""
    word = os.environ.get("COLUMNS", "")
    return (
        min(max(int(word), NARROWEST), WIDEST)
        if word.isascii() and word.isdigit() and len(word) < 6
        else None
    )
