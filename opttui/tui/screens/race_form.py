"""The form of a race: problem, steps, seed and lanes; what it is called on a command line. Starts no race."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from opttui.control.rehearsing import Rehearsing
from opttui.errors import OpttuiError
from opttui.scenario.problem_table import PROBLEMS
from opttui.scenario.specs import Scenario
from opttui.tui.form.race import RaceForm, form_of
from opttui.tui.screens.lane_form import BREAKPOINTS, LaneFormScreen

FIELDS = (("problem", "rosenbrock"), ("steps", "the problem's own"), ("seed", "0"))


class RaceFormScreen(ModalScreen[Scenario | None]):
    """Dismissed with the scenario to start, or None."""

    BINDINGS: ClassVar = [
        Binding("ctrl+s", "start", "start it", priority=True),
        Binding("escape", "cancel", "back", priority=True),
        Binding("ctrl+c", "cancel", "back", priority=True),
        Binding("a", "add", "add a lane"),
        Binding("d", "drop", "drop the lane"),
    ]
    CSS_PATH = "form.tcss"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS[0]
    VERTICAL_BREAKPOINTS = BREAKPOINTS[1]

    def __init__(self, scenario: Scenario, rehearsing: Rehearsing | None = None) -> None:
        super().__init__()
        self.form: RaceForm = form_of(scenario)
        self._rehearsing = rehearsing or Rehearsing()

    def compose(self) -> ComposeResult:
        """Fields, lanes, and what is wrong."""
        with Vertical(id="form", classes="small"):
            for key, placeholder in FIELDS:
                names = SuggestFromList(list(PROBLEMS)) if key == "problem" else None
                field = Input(
                    getattr(self.form, key), placeholder, id=f"field-{key}", suggester=names, compact=True
                )
                yield Horizontal(Label(key), field, classes="row")
            yield OptionList(id="lanes", markup=False)
            yield Static(id="phrase", markup=False)
            yield Static(id="complaint", markup=False)
            words = "ctrl+s starts it   enter changes a lane   a adds one   d drops it   tab next field   esc back"
            yield Static(words, id="form-keys", markup=False)

    def on_mount(self) -> None:
        """Show the lanes."""
        self.update()
        self.set_focus(self.query_one(OptionList))

    def on_unmount(self) -> None:
        """The rehearsals are over."""
        self._rehearsing.close()

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        """Take a field in."""
        setattr(self.form, (event.input.id or "").removeprefix("field-"), event.input.value)
        self.update()

    @on(OptionList.OptionSelected)
    def chosen(self, event: OptionList.OptionSelected) -> None:
        """Change a lane."""
        self.edit(event.option_index)

    def update(self) -> None:
        """The lanes, the command line, and what is wrong with it."""
        lanes = self.query_one(OptionList)
        at = lanes.highlighted or 0
        lanes.set_options([Option(phrase) for phrase in self.form.lanes])
        if self.form.lanes:
            lanes.highlighted = min(at, len(self.form.lanes) - 1)
        self.query_one("#phrase", Static).update(self.form.command())
        self.query_one("#complaint", Static).update(self.form.complaint())

    def edit(self, place: int | None) -> None:
        """The form of a lane; None: of a new one."""
        try:
            steps = self.form.scenario().steps
        except OpttuiError:
            steps = 1000
        phrase = self.form.lanes[place] if place is not None else ""

        def taken(phrase: str | None) -> None:
            if phrase is not None and place is not None:
                self.form.lanes[place] = phrase
            elif phrase is not None:
                self.form.lanes.append(phrase)
            self.update()

        self.app.push_screen(LaneFormScreen(phrase, self.form.problem, steps, self._rehearsing), taken)

    def action_add(self) -> None:
        """A new lane."""
        self.edit(None)

    def action_drop(self) -> None:
        """Without the lane under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self.form.lanes):
            del self.form.lanes[at]
            self.update()

    def action_start(self) -> None:
        """Close with the race; what is wrong must be put right first."""
        try:
            scenario = self.form.scenario()
        except OpttuiError:
            self.app.bell()
        else:
            self.dismiss(scenario)

    def action_cancel(self) -> None:
        """Close without."""
        self.dismiss(None)
