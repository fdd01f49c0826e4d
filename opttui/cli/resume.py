"""`opttui resume`: goes on with a run whose process is gone, from its last checkpoint."""

from pathlib import Path
from typing import Any

import click

from opttui.cli.consent import ask_again
from opttui.cli.race import followed
from opttui.cli.stdio import complain, has_screen
from opttui.control.client import Client
from opttui.control.commands import Resume
from opttui.control.launch import start
from opttui.control.life import life
from opttui.control.words import parse_command, words_of
from opttui.errors import InputError
from opttui.record.manifest import Manifest
from opttui.record.rundir import find_run, read_manifest
from opttui.scenario.event_phrases import with_lanes
from opttui.scenario.foreign import anchored_lane


@click.command("resume")
@click.argument("run", required=False)
@click.option(
    "--tell",
    "words",
    metavar="COMMAND",
    default="",
    help="What it does first: 'fork 0 at 300 lr=0.01', rescue …",
)
@click.option("--allow-code", is_flag=True, help="Run the code that the run's scenario names, unasked.")
@click.option("--headless", is_flag=True, help="No screen: progress, then chart and table.")
@click.option("--json", "as_json", is_flag=True, help="No screen: one JSON object at the end.")
@click.option("--detach", is_flag=True, help="Start it, print its name, and leave it running.")
@click.option("--quiet", is_flag=True, help="No progress.")
def command(run: str | None, words: str, **given: Any) -> int:
    """Go on with a run whose process is gone, or that was stopped.

    Each lane goes on from its last checkpoint; the steps that were recorded
    after it are walked again and must come out the same. A race that is only
    paused goes on at once. Without RUN it is the newest. With --tell a run that
    has come to its end goes on too: with a fork, a lane that goes back, another.

    \b
      opttui resume
      opttui resume rosen --headless
      opttui resume rosen --detach
      opttui resume rosen --tell rescue
    """
    path = find_run(run)
    manifest = read_manifest(path)
    alive = life(path)
    words = checked(words) if words else ""
    if words and alive in ("live", "starting"):
        raise InputError(f"{path.name} runs; it is told with: opttui tell {path.name} {words}.")
    if alive in ("live", "starting"):
        return unpaused(path, given)
    if manifest.kind == "tracked":
        raise InputError(
            f"{path.name} is a tracked script, and only the script itself can go on.",
            "Run the script again; it will be another run.",
        )
    if alive == "elsewhere":
        host = manifest.process.host if manifest.process else "another machine"
        raise InputError(
            f"{path.name} was raced on {host}, and only there it is known whether it still runs."
        )
    if alive == "ended" and not words:
        must_have_more(path, manifest)
    ask_again(path, manifest.scenario, given["allow_code"])
    launch = start(path, words)
    launch.again = True
    return followed(path, launch, given)


def checked(words: str) -> str:
    """The command with its files by their whole paths, since the race works elsewhere. InputError for what is none."""
    command = parse_command(words)
    return with_lanes(words_of(command), lambda lane: anchored_lane(lane, Path.cwd()))


def must_have_more(path: Path, manifest: Manifest) -> None:
    """InputError for a run in which every lane has come to its own end."""
    if not any(lane.outcome in ("stopped", "running", "paused") for lane in manifest.results):
        raise InputError(
            f"{path.name} has come to its end: none of its lanes has a step left.",
            f"With a fork: opttui resume {path.name} --tell 'fork 0 at 100 lr=0.01'; all of it again: "
            f"opttui export {path.name} --to again.toml, then opttui race again.toml.",
        )


def unpaused(path: Path, given: dict[str, Any]) -> int:
    """A race whose process lives: let it go on if it is paused, and watch it if there is a screen."""
    client = Client(path, actor="resume")
    try:
        status = client.status()
        if status is not None and status.state == "paused":
            print(client.send(Resume()).text)
        else:
            complain(f"{path.name} runs already.")
    finally:
        client.close()
    if has_screen() and not (given["headless"] or given["as_json"] or given["detach"]):
        from opttui.tui import run_screen

        return run_screen(path)
    return 0
