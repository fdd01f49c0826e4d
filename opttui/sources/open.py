"""One way to open whatever a path is: a run of ours or another tool's log. Starts nothing."""

from collections.abc import Sequence
from pathlib import Path

from opttui.errors import InputError
from opttui.printable import printable
from opttui.record.layout import MANIFEST
from opttui.record.reader import RunReader
from opttui.record.rundir import find_run
from opttui.record.seen import SeenRun
from opttui.sources.choice import Choice
from opttui.sources.watched import Watched


def open_reader(name: str | None, others: Sequence[str] = (), choice: Choice | None = None) -> SeenRun:
    """A reader of a run by name, of a run's directory, or of another tool's log or directory of logs by its path.

    Names of runs go first. InputError or RunError when it is none of all this.

    Args:
        name: The newest run, if None.
        others: More paths; all are logs of other tools then.
        choice: What of logs is taken; there is nothing to choose of a run of ours.
    """
    names = [each for each in (name, *others) if each is not None]
    ours = [each for each in names if not is_log(each)]
    if names and not ours:
        return Watched([Path(each) for each in names], choice)
    path = find_run(ours[0] if ours else None)
    if len(names) > 1:
        raise InputError(
            f"{printable(path.name, 80)} is a run of opttui, and only logs of other tools are taken together.",
            "Name one run.",
        )
    if choice is not None:
        raise InputError(
            f"{printable(path.name, 80)} is a run of opttui; metrics and runs are chosen of other tools' logs.",
            "Of a run --lane takes some lanes, and --chart draws another number.",
        )
    return RunReader(path)


def is_log(name: str) -> bool:
    """Whether a path is there that is no run of ours."""
    path = Path(name)
    return bool(name) and path.exists() and not (path / MANIFEST).is_file()
