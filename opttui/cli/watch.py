"""`opttui watch`: other tools' logs, live or printed once. Starts nothing and writes nothing."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opttui.cli.choosing import choice_of, chooses
from opttui.cli.options import whole
from opttui.cli.reading import read_whole
from opttui.cli.stdio import complain, has_screen
from opttui.errors import InputError

if TYPE_CHECKING:
    from opttui.sources.watched import Watched

PORTION = 1 << 22
PATIENCE = 1.0
"""Seconds of reading before there is a screen."""


@click.command("watch")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@chooses
@click.option("--headless", is_flag=True, help="No screen: chart and table, once.")
@click.option("--json", "as_json", is_flag=True, help="No screen: one JSON object.")
@click.option("--width", metavar="N", callback=whole(20, 400), help="Characters a line, without a screen.")
def command(
    paths: tuple[str, ...],
    metric: str,
    metrics: str,
    words: str,
    headless: bool,
    as_json: bool,
    width: int | None,
) -> int:
    """Look at other tools' logs while they are written.

    A PATH is a log or a directory with logs anywhere below it: TensorBoard event
    files, CSV (Lightning's too), JSON lines, W&B offline runs, Hugging Face's
    trainer_state.json, trackio databases. Each run is a lane; runs that come
    later join. Nothing of the tools is needed, nothing is written, no code is
    run. Without a terminal chart and table are printed once.

    \b
      opttui watch runs/
      opttui watch lightning_logs/ --metric val_loss
      opttui watch wandb/ outputs/ --filter '!debug' --metrics 'train/*,eval/loss'
      opttui watch metrics.csv --json | jq '.lanes[].best_loss'
    """
    reader = opened(paths, metric, metrics, words)
    if has_screen() and not headless and not as_json:
        from opttui.tui import run_screen

        return run_screen(reader.path, reader=reader)
    read_whole(reader)
    reader.check()
    if as_json:
        from opttui.cli.watched import print_watched_json

        print_watched_json(reader)
    else:
        from opttui.cli.report import print_report

        print_report(reader, alive=True, width=width)
        if not any(lane.rows for lane in reader.lanes):
            complain("There are no numbers in it yet.")
    sys.stdout.flush()
    return 0


def opened(paths: tuple[str, ...], metric: str, metrics: str, words: str) -> "Watched":
    """A reader of all the logs. InputError when there is nothing to watch, or nothing of what is asked for."""
    from opttui.sources.watched import Watched

    if not all(path.strip() for path in paths):
        raise InputError(
            "A PATH is empty.", "Write: opttui watch runs/, or opttui watch . for all below here."
        )
    reader = Watched([Path(path) for path in paths], choice_of(metric, metrics, words))
    # Long logs are read on while the screen stands, and may yet hold what is asked for.
    end = time.monotonic() + PATIENCE
    reader.poll(PORTION)
    while reader.behind and time.monotonic() < end:
        reader.poll(PORTION)
    if not reader.behind:
        reader.check()
    return reader
