"""`opttui race`: starts a race and becomes a window on it, or watches it without a screen."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opttui.cli.beside import beside, refuse_beside, takes_beside
from opttui.cli.consent import remember, settle
from opttui.cli.options import alarms, number, one_of, start, whole
from opttui.cli.stdio import complain, has_screen
from opttui.control.begin import begin, call_off, discard, wait_until_ready
from opttui.control.checked import checked_command
from opttui.control.launch import Launch
from opttui.control.life import life
from opttui.control.outliving import what_ends_it
from opttui.errors import InputError, RunError
from opttui.record.rundir import makeshift
from opttui.scenario.resolve import Options, scenario_from

if TYPE_CHECKING:
    from opttui.record.seen import SeenRun

DTYPES = ("float32", "float64")
AXES = ("steps", "evaluations", "seconds")
RACING = ("steps", "seed", "device", "dtype", "batch_size", "init", "target", "axis", "pace", "alarms")
"""Options that belong to the race; the others are about watching it."""
INTERRUPTED = 130


@click.command("race")
@click.argument("what", metavar="WHAT")
@click.argument("lanes", metavar="[LANE]...", nargs=-1)
@click.option("--steps", metavar="N", callback=whole(), help="Steps that each lane takes.")
@click.option("--seed", metavar="S", callback=whole(), help="Of start, batches and whatever else is random.")
@click.option("--device", metavar="D", help="auto, cpu, cuda, cuda:N or mps.")
@click.option("--dtype", metavar="T", callback=one_of(DTYPES), help="float32 or float64.")
@click.option("--batch-size", metavar="N", callback=whole(), help="Samples a step.")
@click.option(
    "--init", metavar="NAME", callback=start, help="How every lane's matrices begin: orthogonal, ..."
)
@click.option("--target", metavar="LOSS", callback=number, help="A lane that reaches this loss is done.")
@click.option(
    "--axis", metavar="A", callback=one_of(AXES), help="Keep lanes level on steps, evaluations or seconds."
)
@click.option("--pace", metavar="N", callback=number, help="Steps a second; as fast as it goes if not given.")
@click.option(
    "--alarm",
    "alarms",
    metavar="A,...",
    callback=alarms,
    help="Tell of spike, stall=N, zigzag, divergence, or all; with pause, stop there.",
)
@click.option("--allow-code", is_flag=True, help="Run the code that a scenario file names, unasked.")
@click.option("--name", metavar="NAME", help="What the run's name begins with.")
@takes_beside
@click.option("--headless", is_flag=True, help="No screen: progress, then chart and table.")
@click.option("--json", "as_json", is_flag=True, help="No screen: one JSON object at the end.")
@click.option("--detach", is_flag=True, help="Start it, print its name, and leave it running.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(what: str, lanes: tuple[str, ...], **given: Any) -> int:
    """Race optimizers on a problem, live or headless.

    WHAT is a scenario's name, a scenario file or a problem, which may take
    arguments of its own: a start, dimensions, noise. A LANE is
    an optimizer with its arguments, and maybe a schedule after an @. Without
    lanes the problem brings some. Without a terminal it runs headless.

    \b
      opttui race showcase
      opttui race rosenbrock Adam:lr=0.05 SGD:lr=1e-3,momentum=0.9
      opttui race digits-mlp Adam:lr=0.01@StepLR:step_size=300 --steps 900
      opttui race beale:start=far,noise=0.1
      opttui race digits-mlp Adam --beside lightning_logs/version_0
      opttui race linear fast=SGD:lr=0.3 slow=SGD:lr=0.01 --headless --json
    """
    for option in ("json", "detach"):
        if given["as_json" if option == "json" else option]:
            refuse_beside(given["beside"], f"--{option}")
    others = beside(given["beside"])
    asked = Options(**{key: given[key] for key in RACING})
    scenario = scenario_from(what, lanes, asked, checked_command)
    settle(scenario, what, lanes, given["allow_code"])
    path, launch = begin(scenario, given["name"] or "")
    remember(path, scenario)
    if path.parent == makeshift() and not given["quiet"]:
        complain(
            f"There is no home directory that can be written; the run is in {path.parent}. OPTTUI_RUNS names another place"
        )
    return followed(path, launch, given, others)


def followed(path: Path, launch: Launch, given: Mapping[str, Any], others: "Sequence[SeenRun]" = ()) -> int:
    """Watch a race that is on its way, in the way that was asked for."""
    if given["detach"]:
        return detached(path, launch, given["as_json"], given["quiet"])
    if has_screen() and not given["headless"] and not given["as_json"]:
        return on_screen(path, launch, others)
    return headless(path, launch, given["as_json"], given["quiet"], others)


def on_screen(path: Path, launch: Launch, others: "Sequence[SeenRun]" = ()) -> int:
    """Be a window on the race. A start that failed is told after the screen has gone."""
    try:
        from opttui.tui import run_screen

        # Once it stands, Ctrl-C is a key of the screen.
        status = run_screen(path, launch, beside=others)
    except KeyboardInterrupt:
        call_off(path, launch)
        raise
    if launch.poll() == "failed":
        if launch.user_error and not launch.again:
            discard(path)
        raise (InputError if launch.user_error else RunError)(launch.message, launch.hint, launch.details)
    return status


def detached(path: Path, launch: Launch, as_json: bool, quiet: bool) -> int:
    """Leave it running: its name on stdout, for scripts, and how to come back on stderr, for people."""
    wait_until_ready(path, launch)
    if as_json:
        from opttui.cli.report import print_json
        from opttui.record.reader import RunReader

        print_json(RunReader(path), alive=True)
        return 0
    print(path.name)
    if not quiet:
        print(
            f"opttui attach {path.name}    to watch it; opttui stop {path.name}    to end it", file=sys.stderr
        )
        if words := what_ends_it():
            print(words, file=sys.stderr)
    return 0


def headless(path: Path, launch: Launch, as_json: bool, quiet: bool, others: "Sequence[SeenRun]" = ()) -> int:
    """Watch it to its end; Ctrl-C ends it and prints what there is. Status 1 when every lane failed."""
    begun = interrupted = False
    try:
        from opttui.cli.headless import watch
        from opttui.cli.progress import meter
        from opttui.record.reader import RunReader

        with meter(quiet) as gauge:
            wait_until_ready(path, launch, gauge.show)
            begun = True
            watch(RunReader(path), gauge.show)
    except KeyboardInterrupt:
        if not begun:
            call_off(path, launch)
            raise
        interrupted = True
        from opttui.cli.headless import stop

        stop(path)
    from opttui.cli.headless import ended_as
    from opttui.cli.report import notes, print_json, print_report

    reader = RunReader(path)
    reader.poll()
    alive = life(path) in ("live", "starting")
    if as_json:
        print_json(reader, alive)
        for line in filter(None, notes(reader)):
            complain(line)
    else:
        print_report(reader, alive, beside=others)
    return INTERRUPTED if interrupted else ended_as(reader)
