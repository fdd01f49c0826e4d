"""The home screen: scenarios to start, runs to open. Knows no race but the one that it opens."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.widgets import Input

from opttui.control.begin import begin, discard
from opttui.control.launch import Launch
from opttui.control.way import Here
from opttui.errors import OpttuiError
from opttui.plots.picture import Ink
from opttui.record.cards import Cards
from opttui.scenario.specs import Scenario
from opttui.tui.chart import Chart
from opttui.tui.home import entries, pictures
from opttui.tui.home.actions import ACTIONS, BY_ID, GROUPS
from opttui.tui.home.entries import Story
from opttui.tui.home.view import HomeView
from opttui.tui.keys import bindings, key_line
from opttui.tui.layout import Place, home_places
from opttui.tui.panels.cells import make_row
from opttui.tui.screens.race import RaceScreen
from opttui.tui.screens.race_form import RaceFormScreen
from opttui.tui.screens.usual import UsualScreen
from opttui.tui.window import Window

if TYPE_CHECKING:
    from textual.command import Provider

EVERY = 2.0
"""Seconds between two looks at the runs."""
FRAME = 0.25
"""Seconds between two looks at the run under the cursor."""
READ_ONLY = "This window is read-only: it starts no race. Runs can be opened."


def palette() -> "type[Provider]":
    """Every action of this screen, by its words."""
    # Its widgets take 50 ms to load, and the first frame shows none of them.
    from opttui.tui.screens.palette import palette_of  # noqa: PLC0415

    return palette_of(ACTIONS)


class HomeScreen(UsualScreen[list[str]]):
    """Dismissed with a sentence for each race that was left running or stopped from here."""

    TABLE, TABLE_GROUPS = ACTIONS, GROUPS
    # The search is opened before the next key is looked at: who types at once loses no letter.
    BINDINGS: ClassVar = [
        *bindings([action for action in ACTIONS if action.id == "search"]),
        *bindings([action for action in ACTIONS if action.id != "search"], priority=False),
    ]
    COMMANDS: ClassVar = {palette}
    CSS_PATH = "home.tcss"
    AUTO_FOCUS = None

    def __init__(self, readonly: bool = False) -> None:
        """`readonly`: runs are opened to be watched, and none is started."""
        super().__init__()
        self.readonly = readonly
        self.view = HomeView([] if readonly else entries.stories())
        self._seen = Cards()
        """Used by the thread that looks for the runs, one at a time."""
        self._said: list[str] = []

    def compose(self) -> ComposeResult:
        """The title, the list, the preview, the keys; a line to search in, while it is wanted."""
        for key in ("top", "list", "preview", "bottom"):
            yield Chart(key)
        yield Input(placeholder="search", id="search", disabled=True)

    def on_mount(self) -> None:
        """Lay out, and look for the runs."""
        self.lay_out()
        self.set_interval(EVERY, self.look_for_runs)
        self.set_interval(FRAME, self.look)
        self.look_for_runs()

    def on_screen_resume(self) -> None:
        """Back from a race."""
        self.look_for_runs()

    def on_resize(self, event: events.Resize) -> None:
        """Lay out again."""
        self.lay_out()

    def lay_out(self) -> None:
        """Give every chart its place."""
        for key, place in home_places(*self.size).items():
            chart = self.chart(key)
            chart.display = place.width > 0 and place.height > 0
            chart.styles.offset = (place.x, place.y)
            chart.styles.width, chart.styles.height = place.width, place.height
        self.draw()

    def draw(self) -> None:
        """Every picture."""
        places: dict[str, Place] = home_places(*self.size)
        width = self.size.width
        title = [
            (" opttui", Ink("chosen", bold=True)),
            ("  race PyTorch optimizers side by side", Ink("label")),
        ]
        self.chart("top").show((make_row(title, width),))
        for key, draw in (("list", pictures.list_picture), ("preview", pictures.preview)):
            if places[key].width > 0 and places[key].height > 0:
                self.chart(key).show(draw(self.view, places[key].width, places[key].height))
        self.chart("bottom").show((key_line(ACTIONS, width, self.readonly),))

    def chart(self, key: str) -> Chart:
        """The chart of a part."""
        return self.query_one(f"#{key}", Chart)

    def look_for_runs(self) -> None:
        """Look for the runs in a thread, one look at a time."""
        if self.is_current and not any(
            worker.group == "runs" and worker.is_running for worker in self.workers
        ):
            self.run_worker(self._looking, thread=True, group="runs", exit_on_error=False)

    def _looking(self) -> None:
        runs = entries.runs(self._seen)
        self.app.call_from_thread(self.take, runs)

    def take(self, runs: list[entries.Run]) -> None:
        """What the look has found."""
        if not self.view.looked or runs != self.view.runs:
            self.view.runs, self.view.looked = runs, True
            self.view.look()
            self.draw()

    def look(self) -> None:
        """Read on in the run under the cursor."""
        if self.is_current and self.view.look():
            self.draw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters belong to the search while it is open."""
        return parameters != ("search",) or self.query_one("#search", Input).disabled

    def action_do(self, id_: str) -> None:
        """Do what the table of actions says of a key."""
        action = BY_ID[id_]
        if action.choose is not None:
            action.choose(self.view)
            self.view.look()
            self.draw()
        else:
            getattr(self, f"do_{id_}")()

    def do_open(self) -> None:
        """Start the scenario under the cursor, or open the run."""
        entry = self.view.entry()
        if entry is None:
            return
        if isinstance(entry, Story) and self.readonly:
            self.notify(READ_ONLY, severity="warning", markup=False)
        elif isinstance(entry, Story):
            self.start(entry.scenario)
        elif entry.facts["state"] == "unreadable":
            self.notify(str(entry.facts["reason"]), severity="warning", markup=False)
        else:
            self.open(entry.path, None)

    def do_new(self) -> None:
        """A race of one's own, beginning with what is under the cursor."""
        if self.readonly:
            self.notify(READ_ONLY, severity="warning", markup=False)
            return
        entry = self.view.entry()
        if isinstance(entry, Story):
            scenario = entry.scenario
        elif self.view.preview is not None and self.view.preview.reader.manifest.kind == "race":
            scenario = self.view.preview.reader.manifest.scenario
        else:
            scenario = self.view.stories[0].scenario
        self.app.push_screen(RaceFormScreen(scenario), self.start)

    def start(self, scenario: Scenario | None) -> None:
        """Start a race and open it."""
        if scenario is None:
            return
        try:
            path, launch = begin(scenario)
        except OpttuiError as error:
            self.notify(str(error), severity="error", markup=False)
        else:
            self.open(path, launch)

    def open(self, path: Path, launch: Launch | None) -> None:
        """Be a window on a run until it is left."""
        try:
            window = Window(Here(path), launch, self.readonly)
        except OpttuiError as error:
            self.notify(str(error), severity="error", markup=False)
            return

        def left(how: str | None) -> None:
            window.close()
            words = window.farewell(how or "left")
            if how == "cancelled":
                discard(path)
            elif how == "failed":
                self.notify(words, severity="error", markup=False, timeout=15)
            elif words and how != "ended":
                self._said.append(words)
            self.view.chosen = path.name
            self.look_for_runs()

        self.app.push_screen(RaceScreen(window.view, window.client, window.lookout), left)

    def do_search(self) -> None:
        """Open the line to search in."""
        line = self.query_one("#search", Input)
        line.disabled = False
        line.add_class("-open")
        self.set_focus(line, scroll_visible=False)

    def do_back(self) -> None:
        """Show everything again."""
        line = self.query_one("#search", Input)
        line.value = ""
        self.close_search()

    def close_search(self) -> None:
        """Close the line; what was searched for stays."""
        line = self.query_one("#search", Input)
        line.remove_class("-open")
        line.disabled = True
        self.set_focus(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        self.view.query = event.value
        self.view.look()
        self.draw()

    def on_input_submitted(self) -> None:
        """Enter takes the first that fits."""
        self.close_search()

    def do_leave(self) -> None:
        """Leave."""
        self.dismiss(self._said)
