"""`opttui serve`: the screen in a browser, on this machine alone and behind a token."""

import asyncio
import getpass
import importlib
import os
import socket
from pathlib import Path
from typing import Any

import click

from opttui.cli.consent import remember, settle
from opttui.cli.options import number, whole
from opttui.control.begin import begin, wait_until_ready
from opttui.control.checked import checked_command
from opttui.errors import InputError, RunError
from opttui.printable import printable
from opttui.record.rundir import find_run, list_runs, read_manifest
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.specs import Scenario

PORT = 8000


@click.command("serve")
@click.argument("what", metavar="[RUN|WHAT]", required=False)
@click.argument("lanes", metavar="[LANE]...", nargs=-1)
@click.option(
    "--port", metavar="N", callback=whole(0, 65535), help=f"Port; 0 finds a free one. {PORT} if not given."
)
@click.option(
    "--control", is_flag=True, help="Let the browser do what keys do: pause, turn, fork, start, stop."
)
@click.option("--steps", metavar="N", callback=whole(), help="Of a race: steps that each lane takes.")
@click.option("--pace", metavar="N", callback=number, help="Of a race: steps a second.")
@click.option("--allow-code", is_flag=True, help="Run the code that a scenario file names, unasked.")
def command(what: str | None, lanes: tuple[str, ...], port: int | None, control: bool, **given: Any) -> int:
    """Show a run, a race or the home screen in a browser.

    A run is shown as it is; a scenario or a problem begins a race, which goes
    on when the server ends. It is served to this machine alone, to whoever has
    the address with its token, and read-only unless --control is given.
    Needs: pip install 'opttui[serve]'

    \b
      opttui serve rosenbrock-7f3a
      opttui serve showcase --pace 50
      opttui serve --control --port 0
    """
    server = needed()
    # The port first: a race that nobody can see is not begun.
    listener = server.listen(PORT if port is None else port)
    try:
        path = shown(what, lanes, given)
        from opttui.web.guard import Guard

        guard = Guard()
        arguments = [*(["--control"] if control else []), *([str(path)] if path is not None else [])]
        site = server.Site(f"opttui · {path.name}" if path is not None else "opttui", arguments, guard)
        words = told(listener.getsockname()[1], guard.token, path, control)
        asyncio.run(server.serve(site, listener, lambda: print(words, flush=True)))
    finally:
        listener.close()
    if path is not None:
        print(f"No longer served: opttui attach {path.name}")
    return 0


def needed() -> Any:
    """The server; InputError where what it needs is not installed."""
    try:
        importlib.import_module("textual_serve")
        return importlib.import_module("opttui.web.server")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("opttui"):
            raise
        raise InputError(
            f"'opttui serve' needs {(error.name or 'textual-serve').replace('_', '-')}, which is not installed.",
            "pip install 'opttui[serve]'",
        ) from None


def shown(what: str | None, lanes: tuple[str, ...], given: dict[str, Any]) -> Path | None:
    """The run to be shown, its race begun where one is asked for; None for the home screen."""
    if what is None:
        return None
    if not lanes and (is_path(what) or what in {path.name for path in list_runs()}):
        path = find_run(what)
        read_manifest(path)
        return path
    try:
        asked = Options(steps=given["steps"], pace=given["pace"])
        scenario = scenario_from(what, lanes, asked, checked_command)
    except InputError as wrong:
        if lanes:
            raise
        return named(what, wrong)
    return raced(scenario, what, lanes, given["allow_code"])


def is_path(what: str) -> bool:
    """Whether it is a directory, as a run is."""
    return os.sep in what and Path(what).expanduser().is_dir()


def named(what: str, wrong: InputError) -> Path:
    """The run whose name begins so; what was wrong with it as a race, where there is none."""
    try:
        path = find_run(what)
    except RunError:
        if "unknown scenario or problem" not in wrong.message or "did you mean" in str(wrong):
            raise wrong from None
        raise InputError(
            f"There is neither a run nor a scenario or problem '{printable(what, 80)}'.",
            "opttui runs and opttui list scenarios show what there is.",
        ) from None
    read_manifest(path)
    return path


def raced(scenario: Scenario, what: str, lanes: tuple[str, ...], allow_code: bool) -> Path:
    """A race that has begun."""
    settle(scenario, what, lanes, allow_code)
    path, launch = begin(scenario, "")
    remember(path, scenario)
    wait_until_ready(path, launch)
    return path


def told(port: int, token: str, path: Path | None, control: bool) -> str:
    """The address alone in its line, then what it is good for, and how to come to it from elsewhere."""
    what = printable(path.name) if path is not None else "every run"
    may = "may change and end it" if control else "can touch nothing"
    lines = [
        f"http://127.0.0.1:{port}/?token={token}",
        f"Whoever has this address sees {what} and {may}. Ctrl-C ends it.",
        f"From another machine: ssh -L {port}:127.0.0.1:{port} {here()}, then the same address there.",
    ]
    return "\n".join(lines)


def here() -> str:
    """How one comes to this machine."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError, ImportError):
        who = "you"
    return printable(f"{who}@{socket.gethostname()}")
