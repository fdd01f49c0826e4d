"""Whether foreign code may run: a command line that names it asks for it; of a scenario file a person is asked once.

A yes is kept by the hash of scenario and code, so that a change of either asks again.
"""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

import click

from opttui.cli.stdio import has_person
from opttui.errors import InputError
from opttui.printable import printable
from opttui.record.jsontext import encode
from opttui.record.private import make_directories, open_to_read, open_to_write
from opttui.scenario.code_files import check_there, digest, files_of
from opttui.scenario.files import read_text
from opttui.scenario.foreign import PROBLEM, Foreign, foreign_code
from opttui.scenario.specs import Scenario

LARGEST = 4_000_000
"""Bytes of the list of what is allowed: about fifty thousand lines."""


def settle(scenario: Scenario, what: str, lanes: Sequence[str], allowed: bool) -> None:
    """Return when everything that the scenario names may run. InputError when it may not, or is not here.

    Args:
        scenario: As resolved from `what` and `lanes`.
        what: As it was typed; only a .toml file is asked about.
        lanes: Phrases that were typed; they stand for the file's own lanes and events.
        allowed: Everything has been allowed beforehand (`--allow-code`).
    """
    code = foreign_code(scenario)
    check_there(code)
    if not what.endswith(".toml") or allowed:
        return
    asked = [foreign for foreign in code if not lanes or foreign.where == PROBLEM]
    if asked:
        ask(Path(what), asked)


def ask(file: Path, code: Sequence[Foreign]) -> None:
    """Return when the code that a scenario file names may run: by a yes kept from before, or by one given now."""
    key = digest(read_text(file).encode(), code)
    if key in kept():
        return
    put_to(printable(str(file)), code)
    keep(key, file)


def ask_again(path: Path, scenario: Scenario, allowed: bool) -> None:
    """Return when the code that a run's scenario names may run in a new process. InputError when it may not.

    Whoever started the run has asked for it, on this machine and with the code as it was (`remember`).
    """
    code = foreign_code(scenario)
    check_there(code)
    key = digest(encode(scenario), code)
    if code and not allowed and key not in kept():
        put_to(path.name, code)
        keep(key, path)


def remember(path: Path, scenario: Scenario) -> None:
    """That a run was started with the code that its scenario names."""
    if code := foreign_code(scenario):
        keep(digest(encode(scenario), code), path)


def put_to(name: str, code: Sequence[Foreign]) -> None:
    """Ask a person whether the code that something names may run. InputError when nobody is there, or says no."""
    names = ", ".join(printable(foreign.name) for foreign in code)
    if not has_person():
        raise InputError(
            f"{name} names code that is not opttui's: {names}.",
            "Run it once in a terminal to be asked about it, or give --allow-code.",
        )
    click.echo(f"{name} names code that is not opttui's, and would run it:", err=True)
    for foreign in code:
        place = next(iter(files_of(foreign.name)), None)
        at = "" if place is None or str(place) in foreign.name else f"  from {printable(str(place.parent))}"
        click.echo(f"  {printable(foreign.name)}  ({foreign.where}){at}", err=True)
    if not click.confirm("Run it? A yes holds until the file or the code changes", default=False, err=True):
        raise InputError("Nothing was run.")


def kept() -> set[str]:
    """The hashes of everything that was allowed. A list that cannot be read allows nothing."""
    try:
        descriptor = open_to_read(list_of_allowed())
    except OSError:
        return set()
    with os.fdopen(descriptor, "rb") as file:
        lines = file.read(LARGEST).decode("ascii", errors="replace").splitlines()
    return {line.split(" ", 1)[0] for line in lines if line}


def keep(key: str, file: Path) -> None:
    """Remember a yes. Where it cannot be written, it holds for this time only."""
    path = list_of_allowed()
    line = f"{key} {printable(str(file.absolute()))}\n".encode("ascii", errors="replace")
    with contextlib.suppress(OSError):
        if not path.parent.is_dir():
            make_directories(path.parent)
        descriptor = open_to_write(path)
        try:
            os.lseek(descriptor, 0, os.SEEK_END)
            os.write(descriptor, line)
        finally:
            os.close(descriptor)


def list_of_allowed() -> Path:
    """A file for the owner's eyes only, in the user's state directory; it need not exist."""
    from platformdirs import user_state_path

    return user_state_path("opttui", appauthor=False) / "allowed-code"
