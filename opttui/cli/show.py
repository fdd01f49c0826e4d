"""`opttui show`: a run's chart and table, printed once."""

import click

from opttui.cli.options import whole
from opttui.control.life import life
from opttui.record.rundir import find_run


@click.command("show")
@click.argument("run", required=False)
@click.option(
    "--width",
    metavar="N",
    callback=whole(40, 400),
    help="Characters a line; by default the terminal's, 100 in a pipe.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as `opttui race --json` prints it.")
def command(run: str | None, width: int | None, as_json: bool) -> int:
    """Print a run's chart and table.

    A running race is shown as it stands; without RUN the newest is.

    \b
      opttui show
      opttui show rosen --width 120 | less
      opttui show rosen --json
    """
    from opttui.cli.report import print_json, print_report
    from opttui.record.reader import RunReader

    path = find_run(run)
    alive = life(path) in ("live", "starting")
    reader = RunReader(path)
    reader.poll()
    if as_json:
        print_json(reader, alive)
    else:
        print_report(reader, alive, width)
    return 0
