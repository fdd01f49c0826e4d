"""The forms of a lane and of a race: what they write, what they complain of, what they hand back."""

import shlex

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input, Static

from opttui.control.rehearsing import Answer
from opttui.errors import InputError
from opttui.plots.picture import text_of
from opttui.record.manifest import Plan
from opttui.scenario.phrase import parse_lane
from opttui.scenario.resolve import scenario_from
from opttui.scenario.shipped import shipped_scenarios
from opttui.scenario.specs import LaneSpec, Scenario
from opttui.tui.app import OpttuiApp
from opttui.tui.form import race
from opttui.tui.form.curve import curve
from opttui.tui.form.lane import LaneForm, form_of, hint
from opttui.tui.screens.lane_form import LaneFormScreen
from opttui.tui.screens.race_form import RaceFormScreen

SIZE = (120, 40)


class Rehearsed:
    """Answers at once that the rate stays what it is."""

    def __init__(self) -> None:
        self.asked: list[tuple[LaneSpec, float, int]] = []
        self._waiting = False

    def ask(self, lane: LaneSpec, lr: float, steps: int) -> None:
        """As the real one's."""
        self.asked.append((lane, lr, steps))
        self._waiting = True

    def answer(self) -> Answer | None:
        """As the real one's."""
        waiting, self._waiting = self._waiting, False
        lr = self.asked[-1][1] if self.asked else 0.0
        return Answer(1, Plan(steps=(0, 99), lr=(lr, lr))) if waiting else None

    def close(self) -> None:
        """As the real one's."""


PHRASES = (
    "Adam",
    "fast=Adam:lr=0.01,betas=(0.8,0.99)",
    "'a, b'=SGD:lr=0.1,momentum=0.9,nesterov=True@StepLR:step_size=500,gamma=0.5",
    "my_opt.py::MyOpt:lr=0.1",
    "pytorch_optimizer.Lion:lr=0.0001",
    "LBFGS:line_search_fn=strong_wolfe",
)


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_through_the_form_and_back_is_the_same_lane(phrase: str) -> None:
    assert parse_lane(form_of(phrase).phrase()) == parse_lane(phrase)


def test_every_default_and_range_is_told() -> None:
    form = LaneForm("Adam")
    hints = {argument.name: hint(argument) for argument in form.arguments()}
    assert hints["lr"].startswith("0.001") and "at least 0" in hints["lr"]
    assert "(0.9, 0.999)" in hints["betas"]
    form.take_schedule("StepLR")
    assert hint(form.schedule_arguments()[0]).startswith("needed: a whole number")


def test_another_optimizer_keeps_what_it_takes_too() -> None:
    form = form_of("SGD:lr=0.1,momentum=0.9")
    form.take_optimizer("Adam")
    assert form.phrase() == "Adam:lr=0.1"


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Adam:lr=0.01", ""),
        ("Adam:lr=-1", "lr must be"),
        ("Adma", "did you mean"),
        ("Adam@OneCycleLR:max_lr=0.1", "total_steps"),
    ],
)
def test_what_is_wrong_is_said_in_the_command_line_s_words(phrase: str, words: str) -> None:
    complaint = form_of(phrase).complaint("rosenbrock", 100)
    assert words in complaint and bool(words) == bool(complaint)


@given(st.dictionaries(st.sampled_from(["lr", "betas", "eps"]), st.text(max_size=8)), st.text(max_size=12))
def test_whatever_is_typed_is_a_lane_or_a_sentence(values: dict[str, str], name: str) -> None:
    form = LaneForm("Adam", name=name, values=values)
    complaint = form.complaint("rosenbrock", 100)
    assert "\n" not in complaint.strip()
    if not complaint:
        assert parse_lane(form.phrase()).optimizer == "Adam"


def test_a_race_as_a_command_line_asks_for_the_same_race() -> None:
    form = race.form_of(scenario_from("valley"))
    form.steps = "77"
    scenario = form.scenario()
    assert scenario.steps == 77 and len(scenario.lanes) == len(form.lanes)
    assert form.command().startswith(
        "opttui race 'rosenbrock:start=[-1.2,1.0]' "
    ) and form.command().endswith("--steps 77 --seed 0")
    form.steps = "many"
    with pytest.raises(InputError, match="no whole number"):
        form.scenario()


def test_the_form_of_a_scenario_asks_for_the_same_race() -> None:
    for shipped in shipped_scenarios():
        form = race.form_of(shipped.scenario)
        plain = msgspec.structs.replace(shipped.scenario, title="", events=())
        assert msgspec.structs.replace(form.scenario(), title="", events=()) == plain
        line = shlex.split(form.command())
        assert line[:3] == ["opttui", "race", form.problem]
        assert ("--batch-size" in line, "--target" in line, "--init" in line) == (
            plain.batch_size is not None,
            plain.target is not None,
            plain.init is not None,
        )


def test_another_problem_takes_nothing_over() -> None:
    form = race.form_of(scenario_from("big-batch"))
    form.problem = "beale"
    assert form.scenario().batch_size is None and "--batch-size" not in form.command()


def test_the_curve_says_why_there_is_none() -> None:
    for answer, complaint in (
        (None, ""),
        (None, "wrong"),
        (Answer(1, None, ""), ""),
        (Answer(1, None, "why"), ""),
    ):
        assert len(curve(answer, complaint, 40, 9)) == 9
    flat = curve(Answer(1, Plan(steps=(0, 99), lr=(0.1, 0.1))), "", 40, 9)
    assert any("⠒" in text or "⣀" in text or "⠉" in text or "⠤" in text for row in flat for text, _ in row)


async def test_typing_writes_the_phrase_and_ctrl_s_takes_it() -> None:
    rehearsed = Rehearsed()
    screen = LaneFormScreen("", "rosenbrock", 100, rehearsed)  # type: ignore[arg-type]
    app = OpttuiApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        screen.query_one("#field-optimizer", Input).value = "SG"
        await pilot.pause()
        assert "unknown optimizer" in str(screen.query_one("#complaint", Static).content)
        await pilot.press("ctrl+s")
        assert app.screen is screen
        await pilot.press("end", "D", "tab", *"0.2")
        await pilot.pause()
        assert str(screen.query_one("#phrase", Static).content) == "SGD:lr=0.2"
        assert str(screen.query_one("#complaint", Static).content) == ""
        assert rehearsed.asked[-1][1:] == (0.2, 100)
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert app.return_value == "SGD:lr=0.2"


async def test_a_schedule_brings_its_own_fields() -> None:
    screen = LaneFormScreen("Adam", "rosenbrock", 100, Rehearsed())  # type: ignore[arg-type]
    app = OpttuiApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        screen.query_one("#field-schedule", Input).value = "StepLR"
        await pilot.pause()
        assert "needs step_size" in str(screen.query_one("#complaint", Static).content)
        names = [field.name for field in screen.query("#schedule-fields Input").results(Input)]
        assert names == ["step_size", "gamma"]
        screen.query("#schedule-fields Input").first(Input).value = "30"
        await pilot.pause()
        assert str(screen.query_one("#phrase", Static).content) == "Adam@StepLR:step_size=30"
        await pilot.press("escape")
        await pilot.pause()
    assert app.return_value is None


async def test_a_race_of_one_s_own() -> None:
    screen = RaceFormScreen(scenario_from("first-line"), Rehearsed())  # type: ignore[arg-type]
    app = OpttuiApp(screen)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        before = len(screen.form.lanes)
        await pilot.press("d", "enter")
        await pilot.pause()
        assert isinstance(app.screen, LaneFormScreen)
        app.screen.query_one("#field-optimizer", Input).value = "Adagrad"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert len(screen.form.lanes) == before - 1
        assert parse_lane(screen.form.lanes[0]).optimizer == "Adagrad"
        screen.query_one("#field-steps", Input).value = "0"
        await pilot.pause()
        await pilot.press("ctrl+s")
        assert "steps" in str(screen.query_one("#complaint", Static).content) and app.screen is screen
        screen.query_one("#field-steps", Input).value = "50"
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
    scenario = app.return_value
    assert isinstance(scenario, Scenario) and scenario.steps == 50 and len(scenario.lanes) == before - 1


async def test_a_form_on_a_small_terminal_has_all_its_parts() -> None:
    screen = RaceFormScreen(scenario_from("first-line"), Rehearsed())  # type: ignore[arg-type]
    app = OpttuiApp(screen)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        assert screen.query_one("#form-keys").region.bottom <= 12
        assert screen.query_one("#lanes").region.height >= 3
        assert screen.query_one("#field-problem").region.width >= 20


def test_a_sentence_without_room_in_one_line_takes_several() -> None:
    rows = text_of(
        curve(Answer(0, None, "its own learning rate is known only once it is built"), "", 24, 9)
    ).split("\n")
    assert " ".join(" ".join(rows).split()) == "its own learning rate is known only once it is built"
