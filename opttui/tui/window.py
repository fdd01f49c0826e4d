"""A window on a run without its widgets: record, view, line to the race. Starts no race."""

from collections.abc import Sequence

from opttui.control.client import Client
from opttui.control.commands import AnyCommand, Reply
from opttui.control.launch import Launch
from opttui.control.way import Way
from opttui.errors import RunError
from opttui.record.reader import RunReader
from opttui.record.seen import SeenRun
from opttui.tui.lookout import Lookout
from opttui.tui.view import RaceView

FIRST_BYTES = 1 << 20
"""Read of each lane's log before the first frame."""


class Mute(Client):
    """A line through which nothing is asked: a read-only window has no other, whatever its keys do."""

    def send(self, command: AnyCommand, timeout: float = 0.0) -> Reply:
        """Refused."""
        raise RunError("This window is read-only.")

    def post(self, command: AnyCommand | None) -> int:
        """Refused."""
        raise RunError("This window is read-only.")


class Window:
    """All that a race's screen needs; RunError when the run cannot be read."""

    def __init__(
        self,
        way: Way,
        launch: Launch | None = None,
        readonly: bool = False,
        reader: SeenRun | None = None,
        beside: Sequence[SeenRun] = (),
    ) -> None:
        """
        Args:
            way: To the race.
            launch: Its race process, when this window has started it.
            readonly: It sends no command.
            reader: Of what is to be seen, where that is no run of ours.
            beside: Runs and logs whose curves stand beside it.
        """
        self.way, self.launch = way, launch
        reader = reader or RunReader(way.path)
        readonly = readonly or reader.foreign or not reader.manifest.control
        self.view = RaceView(reader, readonly=readonly, host=way.host, to_type=way.to_type)
        self.view.beside = tuple(beside)
        for run in (reader, *beside):
            run.poll(FIRST_BYTES)
        self.client = (Mute if self.view.readonly else Client)(way.path, "window", way)
        self.lookout = Lookout(way, launch)

    def close(self) -> None:
        """Hang up."""
        self.client.close()
        self.lookout.close()

    def farewell(self, how: str) -> str:
        """The sentence after the window has closed, by what its screen was dismissed with."""
        if self.view.reader.foreign:
            return ""
        name, way = self.way.path.name, self.way
        if how == "failed" and self.launch is not None:
            return " ".join(filter(None, (self.launch.message, self.launch.hint)))
        end = f" End it: {way.to_type('stop')}." if self.view.reader.manifest.control else ""
        return {
            "left": f"{name} goes on. Come back: {way.to_type('attach')}.{end}",
            "cancelled": f"{name} was stopped before its first step; nothing of it is kept.",
            "stopped": f"{name} was stopped; its record stays: {way.to_type('show')}.",
            "killed": f"{name} was killed; what it had recorded stays. On with it: {way.to_type('resume')}.",
            "ended": f"{name} is over; its record stays: {way.to_type('show')}.",
        }.get(how, "")
