"""One way to open whatever a path is: a run of ours or another tool's log. Starts nothing."""

from pathlib import Path

from opttui.record.layout import MANIFEST
from opttui.record.reader import RunReader
from opttui.record.rundir import find_run
from opttui.record.seen import SeenRun
from opttui.sources.watched import Watched


def open_reader(name: str | None) -> SeenRun:
    """A reader of a run by name, of a run's directory, or of another tool's log or directory of logs by its path.

    Names of runs go first. InputError or RunError when it is none of all this.
    """
    path = Path(name) if name else None
    if path is None or (path / MANIFEST).is_file() or not path.exists():
        return RunReader(find_run(name))
    return Watched([path])
