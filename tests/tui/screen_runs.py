"""A race's screen without a race: a run on disk, a line to nobody, a lookout that sees what the test says."""

from dataclasses import dataclass, field
from pathlib import Path

from opttui.control.commands import AnyCommand, Reply
from opttui.control.way import Here
from opttui.record.reader import RunReader
from opttui.tui.app import OpttuiApp
from opttui.tui.lookout import Lookout
from opttui.tui.screens.race import RaceScreen
from opttui.tui.view import RaceView


@dataclass
class ScriptedRace:
    """Takes commands down, and answers what it is told to."""

    asked: list[AnyCommand] = field(default_factory=list)
    answers: list[Reply] = field(default_factory=list)

    def post(self, command: AnyCommand) -> int:
        """As the client's."""
        self.asked.append(command)
        return len(self.asked)

    def replies(self) -> list[Reply]:
        """As the client's."""
        answers, self.answers = self.answers, []
        return answers

    def send(self, command: AnyCommand, timeout: float = 0.0) -> Reply:
        """As the client's."""
        self.asked.append(command)
        return Reply(len(self.asked), "applied")

    def close(self) -> None:
        """As the client's."""


class Told(Lookout):
    """Sees the state that the test sets."""

    state, reason = "running", ""

    def look(self) -> None:
        """Asks nobody."""

    def judge(self, view: RaceView) -> None:
        """What was told."""
        view.state, view.reason = self.state, self.reason


def opened(
    reader: RunReader, state: str = "running", **more: object
) -> tuple[OpttuiApp, RaceScreen, ScriptedRace]:
    """An app with the run's screen, not started yet."""
    view = RaceView(reader, **more)  # type: ignore[arg-type]
    race = ScriptedRace()
    lookout = Told(Here(Path("nowhere")))
    lookout.state = state
    screen = RaceScreen(view, race, lookout)  # type: ignore[arg-type]
    # Every key draws at once, so that what it did can be read.
    screen.rest = 0.0
    return OpttuiApp(screen), screen, race


def shown(screen: RaceScreen) -> str:
    """All that stands on the charts, by their places from the top."""
    lines = []
    for chart in sorted(screen.query("Chart"), key=lambda chart: (chart.region.y, chart.region.x)):
        if chart.display:
            lines += ["".join(text for text, _ in row) for row in chart.picture]  # type: ignore[attr-defined]
    return "\n".join(lines)


def painted(screen: RaceScreen) -> int:
    """Rows repainted so far."""
    return sum(chart.repainted for chart in screen.query("Chart"))  # type: ignore[attr-defined]
