"""The form of one lane: fields for its optimizer and its schedule, the phrase that they write, the rate to come."""

from collections.abc import Awaitable, Iterator
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input, Label, Static

from opttui.control.rehearsing import Answer, Rehearsing
from opttui.scenario.arguments import Argument
from opttui.scenario.catalogue import OPTIMIZERS, SCHEDULES
from opttui.scenario.phrase import parse_lane
from opttui.tui.chart import Chart
from opttui.tui.form.curve import curve
from opttui.tui.form.lane import LaneForm, form_of, hint
from opttui.tui.keyboard import Settling

KEYS = "ctrl+s takes it   tab next field   → takes a suggestion   esc back"
BREAKPOINTS = [(0, "-narrow"), (72, "-middle"), (104, "-wide")], [(0, "-low"), (18, "-high")]
"""Columns and rows from which on a form has room for all of its parts."""
LOOK = 0.1
"""Seconds between two looks for the rehearsal's answer."""


class LaneFormScreen(ModalScreen[str | None], Settling):
    """Dismissed with the lane's phrase, or None."""

    BINDINGS: ClassVar = [
        Binding("ctrl+s", "take", "take it", priority=True),
        Binding("escape", "cancel", "back", priority=True),
        Binding("ctrl+c", "cancel", "back", priority=True),
    ]
    CSS_PATH = "form.tcss"
    HORIZONTAL_BREAKPOINTS = BREAKPOINTS[0]
    VERTICAL_BREAKPOINTS = BREAKPOINTS[1]

    def __init__(
        self, phrase: str, problem: str, steps: int, rehearsing: Rehearsing, keys: str = KEYS
    ) -> None:
        super().__init__()
        self.form: LaneForm = form_of(phrase) if phrase else LaneForm()
        self._problem, self._steps, self._rehearsing, self._keys = problem, steps, rehearsing, keys
        self._answer: Answer | None = None
        self._filling: dict[str, tuple[Awaitable[object], ...]] = {}
        """Fields that go and fields that come, of the optimizer and of the schedule."""

    def compose(self) -> ComposeResult:
        """Fields on the left, the rate beside them, phrase and complaint below."""
        with Vertical(id="form"):
            with Horizontal(id="form-parts"):
                with VerticalScroll(id="fields"):
                    yield from self._row(
                        "optimizer", self.form.optimizer, "any name or import path", OPTIMIZERS
                    )
                    yield Vertical(id="optimizer-fields")
                    yield from self._row("more", self.form.more, "warmup=200,init=orthogonal")
                    yield from self._row("name", self.form.name, "made from the optimizer's")
                    yield from self._row("schedule", self.form.schedule, "none", SCHEDULES)
                    yield Vertical(id="schedule-fields")
                yield Chart("curve")
            yield Static(id="phrase", markup=False)
            yield Static(id="complaint", markup=False)
            yield Static(
                self._keys,
                id="form-keys",
                markup=False,
            )

    def on_mount(self) -> None:
        """Fill in the fields of both."""
        self.fill("optimizer")
        self.fill("schedule")
        self.set_interval(LOOK, self.look)
        self.set_focus(self.query_one("#field-optimizer", Input))

    def on_resize(self) -> None:
        """The curve has another size."""
        self.call_after_refresh(self.draw)

    def _row(self, key: str, text: str, placeholder: str, names: object = None) -> Iterator[Horizontal]:
        suggester = SuggestFromList(list(names), case_sensitive=False) if names else None  # type: ignore[call-overload]
        field = Input(
            value=text, placeholder=placeholder, id=f"field-{key}", suggester=suggester, compact=True
        )
        yield Horizontal(Label(key, markup=False), field, classes="row")

    def fill(self, part: str) -> None:
        """The fields of the optimizer's or the schedule's arguments."""
        arguments = self.form.arguments() if part == "optimizer" else self.form.schedule_arguments()
        values = self.form.values if part == "optimizer" else self.form.schedule_values
        place = self.query_one(f"#{part}-fields", Vertical)
        rows = [row for argument in arguments for row in self._argument(part, argument, values)]
        self._filling[part] = place.remove_children(), place.mount(*rows)
        self.update()

    def _argument(self, part: str, argument: Argument, values: dict[str, str]) -> Iterator[Horizontal]:
        field = Input(
            value=values.get(argument.name, ""), placeholder=hint(argument), name=argument.name, compact=True
        )
        field.add_class(f"of-{part}")
        yield Horizontal(Label(argument.name, markup=False), field, classes="row argument")

    @on(Input.Changed)
    def changed(self, event: Input.Changed) -> None:
        """Take a field in, as it is by now; another optimizer or schedule has other fields, the old ones say nothing."""
        form, text, key = self.form, event.input.value, (event.input.id or "").removeprefix("field-")
        if not event.input.is_attached:
            return
        if event.input.has_class("of-optimizer"):
            form.values[str(event.input.name)] = text
        elif event.input.has_class("of-schedule"):
            form.schedule_values[str(event.input.name)] = text
        elif key == "optimizer" and text != form.optimizer:
            form.take_optimizer(text)
            self.fill("optimizer")
        elif key == "schedule" and text != form.schedule:
            form.take_schedule(text)
            self.fill("schedule")
        elif key in ("more", "name"):
            setattr(form, key, text)
        self.update()

    async def settled(self) -> None:
        """Until the fields of the chosen optimizer and schedule are there, and no others."""
        while self._filling:
            for fields in self._filling.popitem()[1]:
                await fields

    def update(self) -> None:
        """The phrase, what is wrong with it, and a new rehearsal."""
        phrase = self.form.phrase()
        complaint = self.form.complaint(self._problem, self._steps)
        self.query_one("#phrase", Static).update(phrase)
        self.query_one("#complaint", Static).update(complaint)
        self._answer = None
        if not complaint:
            self.rehearse(phrase)
        self.draw()

    def rehearse(self, phrase: str) -> None:
        """Ask what the rate will be."""
        lane = parse_lane(phrase)
        defaults = {argument.name: argument.default for argument in self.form.arguments()}
        rate = lane.arguments.get("lr", defaults.get("lr"))
        if isinstance(rate, int | float):
            self._rehearsing.ask(lane, float(rate), self._steps)
        else:
            self._answer = Answer(0, None, "its own learning rate is known only once it is built")

    def look(self) -> None:
        """Whether the answer has come."""
        answer = self._rehearsing.answer()
        if answer is not None:
            self._answer = answer
            self.draw()

    def draw(self) -> None:
        """The rate to come."""
        chart = self.query_one("#curve", Chart)
        complaint = str(self.query_one("#complaint", Static).content)
        chart.show(curve(self._answer, complaint, chart.size.width, chart.size.height))

    def action_take(self) -> None:
        """Close with the phrase; what is wrong must be put right first."""
        if self.form.complaint(self._problem, self._steps):
            self.app.bell()
        else:
            self.dismiss(self.form.phrase())

    def action_cancel(self) -> None:
        """Close without."""
        self.dismiss(None)
