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
@click.option(
    "--compare", metavar="LANES", help="Two lanes or more beside each other, by number or name: 0,2."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, as `opttui race --json` prints it.")
def command(run: str | None, width: int | None, compare: str | None, as_json: bool) -> int:
    """Print a run's chart and table.

    A running race is shown as it stands; without RUN the newest is.

    \b
      opttui show
      opttui show rosen --width 120 | less
      opttui show rosen --compare Adam,SGD
      opttui show rosen --json
    """
    from opttui.cli.report import print_json, print_report
    from opttui.record.reader import RunReader

    path = find_run(run)
    alive = life(path) in ("live", "starting")
    reader = RunReader(path)
    reader.poll()
    if compare is not None:
        from opttui.cli.compare import chosen_lanes, print_comparison, print_comparison_json

        lanes = chosen_lanes(reader, compare)
        if as_json:
            print_comparison_json(reader, lanes)
        else:
            print_comparison(reader, lanes, width)
        return 0
    if as_json:
        print_json(reader, alive)
    else:
        print_report(reader, alive, width)
    return 0
