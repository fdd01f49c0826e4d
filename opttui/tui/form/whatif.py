"""What is asked before a lane is changed, as forms: fields as text in, a command out. Knows no widget and no torch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from opttui.control.checked import checked_command
from opttui.control.commands import AnyCommand, Fork, Schedule, Set
from opttui.control.numbers import finite, whole
from opttui.control.words import words_of
from opttui.errors import InputError, OpttuiError
from opttui.scenario.catalogue import OPTIMIZERS, SCHEDULES
from opttui.tui.panels.numbers import count
from opttui.tui.panels.then import hypers_at
from opttui.tui.view import RaceView

NOW = "now"


@dataclass(frozen=True)
class Field:
    """A line of a form."""

    key: str
    text: str = ""
    """What stands in it at first."""
    hint: str = ""
    """What may stand in it, while it is empty."""
    names: Sequence[str] = ()
    """Words that are suggested."""


@dataclass(frozen=True)
class Question:
    """A form."""

    title: str
    fields: tuple[Field, ...]
    make: Callable[[Mapping[str, str]], AnyCommand]
    """The command; InputError where a field holds what it cannot."""
    first: str = ""
    """The field that has the keys at first; empty: none, and `once` does it at once."""
    once: str = ""
    """The key that takes it as it stands while no field has the keys."""

    def command(self, texts: Mapping[str, str]) -> AnyCommand:
        """The command of the fields, its names looked up."""
        command = self.make(texts)
        checked_command(words_of(command))
        return command

    def complaint(self, texts: Mapping[str, str]) -> str:
        """What is wrong, as a sentence; empty when nothing is."""
        try:
            self.command(texts)
        except OpttuiError as error:
            return str(error)
        return ""


def fork_question(view: RaceView, lane: int, step: int | None) -> Question:
    """A fork of a lane at a step, None being its present one, with nothing changed or with changes."""
    values = {name: f"{value:.12g}" for name, value in hypers_at(view, lane, step).items()}
    where = "where it stands" if step is None else f"at step {count(step)}"

    def make(texts: Mapping[str, str]) -> Fork:
        turned = _numbers(texts, values)
        schedule, optimizer = (texts.get(key, "").strip() for key in ("schedule", "optimizer"))
        if optimizer and (schedule or turned):
            raise InputError("Another optimizer takes its numbers and its schedule from its own phrase.")
        return Fork(
            str(lane),
            step,
            turned,
            schedule.removeprefix("@") or None,
            optimizer or None,
            texts.get("name", "").strip(),
        )

    return Question(
        f"Fork {_name(view, lane)} {where}",
        (
            *(Field(name, text) for name, text in values.items()),
            Field("schedule", "", "as it is; StepLR:step_size=100, none …", tuple(SCHEDULES)),
            Field("optimizer", "", "as it is; Lion:lr=0.001 begins without any state", tuple(OPTIMIZERS)),
            Field("name", "", "made from what is changed"),
        ),
        make,
        once="f",
    )


def value_question(view: RaceView) -> Question:
    """The focused lane's hypers by their values, now or at a step."""
    lane = view.focus
    values = {name: f"{value:.12g}" for name, value in view.hypers_now(lane).items()}
    chosen = view.chosen_hyper()

    def make(texts: Mapping[str, str]) -> Set:
        turned = _numbers(texts, values)
        if not turned:
            raise InputError("Nothing is changed yet.")
        return Set(str(lane), turned, _step(texts))

    return Question(
        f"Turn {_name(view, lane)}",
        (*(Field(name, text) for name, text in values.items()), _when()),
        make,
        first=chosen[0] if chosen is not None else "at step",
    )


def schedule_question(view: RaceView) -> Question:
    """Another schedule for the focused lane, from here or from a step on."""
    lane = view.focus

    def make(texts: Mapping[str, str]) -> Schedule:
        words = texts.get("schedule", "").strip().removeprefix("@")
        if not words:
            raise InputError("Write a schedule like StepLR:step_size=100, or none, which holds the rate.")
        return Schedule(str(lane), words, _step(texts))

    names = ("none", *SCHEDULES)
    return Question(
        f"Another schedule for {_name(view, lane)}, from its present rate",
        (Field("schedule", "", "CosineAnnealingLR:T_max=500; none holds the rate", names), _when()),
        make,
        first="schedule",
    )


def _when() -> Field:
    return Field("at step", "", NOW)


def _step(texts: Mapping[str, str]) -> int | None:
    text = texts.get("at step", "").strip()
    if text in ("", NOW):
        return None
    step = whole(text)
    if step is None:
        raise InputError(f"{text!r} is not a step.")
    return step


def _numbers(texts: Mapping[str, str], before: Mapping[str, str]) -> dict[str, float]:
    """The hypers that are no longer what they were."""
    found = {}
    for name, old in before.items():
        text = texts.get(name, old).strip()
        value = finite(text)
        if text[:1] in ("x", "*") and (factor := finite(text[1:])) is not None and factor > 0:
            value = float(old) * factor
        if value is None:
            raise InputError(f"{text!r} is not a number for {name!r}.")
        if text != old:
            found[name] = value
    return found


def _name(view: RaceView, lane: int) -> str:
    return next((info.name for info in view.reader.manifest.lanes if info.id == lane), f"lane {lane}")
