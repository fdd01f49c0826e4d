"""What the home screen shows: entries, the one under the cursor, what is searched for. Knows no widget."""

from dataclasses import dataclass, field

from opttui.errors import OpttuiError
from opttui.record.reader import RunReader
from opttui.tui.home.entries import Entry, Run, Story, found
from opttui.tui.view import RaceView

STATES = {
    "running": "running",
    "paused": "paused",
    "hung": "hung",
    "starting": "starting",
    "crashed": "crashed",
}
"""The state of a race's view for that of a run in a list; all others are over."""

MOST_BYTES = 1 << 22
"""Read of each lane's log for one frame of a preview."""


@dataclass
class HomeView:
    """Changed by the screen alone; pictures read it."""

    stories: list[Story]
    runs: list[Run] = field(default_factory=list)
    looked: bool = False
    """Whether the runs have been looked for."""
    query: str = ""
    chosen: str = ""
    """Name of the entry under the cursor."""
    preview: RaceView | None = None
    """The run under the cursor, opened; None where it is none or cannot be read."""

    def entries(self) -> list[Entry]:
        """What is listed: scenarios, then runs, as far as they are what is searched for."""
        return found([*self.stories, *self.runs], self.query)

    def entry(self) -> Entry | None:
        """The one under the cursor; the first where the chosen one is no longer listed."""
        entries = self.entries()
        return next(
            (entry for entry in entries if entry.name == self.chosen), entries[0] if entries else None
        )

    def move(self, by: int) -> None:
        """Move the cursor, not beyond either end."""
        entries, entry = self.entries(), self.entry()
        if entry is not None:
            self.chosen = entries[min(max(entries.index(entry) + by, 0), len(entries) - 1)].name

    def look(self) -> bool:
        """Open the run under the cursor, or read on in it; whether anything is new."""
        entry = self.entry()
        if not isinstance(entry, Run):
            self.preview = None
            return False
        if self.preview is None or self.preview.reader.path != entry.path:
            try:
                self.preview = RaceView(RunReader(entry.path), readonly=True)
            except OpttuiError:
                self.preview = None
                return True
        self.preview.state = STATES.get(entry.facts["state"], "ended")
        return self.preview.reader.poll(MOST_BYTES)
