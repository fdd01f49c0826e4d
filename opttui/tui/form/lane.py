"""A lane as a form: an optimizer, a schedule, and a text for each of their arguments. Knows no widget and no torch."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from opttui.errors import OpttuiError
from opttui.scenario.arguments import Argument, shown
from opttui.scenario.catalogue import OPTIMIZERS, SCHEDULES
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.words import positions, split


@dataclass
class LaneForm:
    """What stands in the fields; an empty one is the default."""

    optimizer: str = "Adam"
    name: str = ""
    values: dict[str, str] = field(default_factory=dict)
    more: str = ""
    """What has no field of its own, as it stands in the phrase: `warmup=200,init=orthogonal`."""
    schedule: str = ""
    schedule_values: dict[str, str] = field(default_factory=dict)

    def arguments(self) -> tuple[Argument, ...]:
        """Of the optimizer, those that can be given, its learning rate first; none while its name is unknown."""
        entry = OPTIMIZERS.get(self.optimizer)
        return _open(entry.arguments if entry is not None else ())

    def schedule_arguments(self) -> tuple[Argument, ...]:
        """Of the schedule."""
        entry = SCHEDULES.get(self.schedule)
        return _open(entry.arguments if entry is not None else ())

    def phrase(self) -> str:
        """The lane as one types it."""
        name = f"{self.name.strip()}=" if self.name.strip() else ""
        schedule = f"@{_call(self.schedule, self.schedule_values)}" if self.schedule.strip() else ""
        return name + _call(self.optimizer, self.values, self.more) + schedule

    def complaint(self, problem: str, steps: int | None = None) -> str:
        """What is wrong with it in a race on a problem, as a sentence; empty when nothing is."""
        try:
            scenario_from(problem, [self.phrase()], Options(steps=steps))
        except OpttuiError as error:
            return str(error)
        return ""

    def take_optimizer(self, name: str) -> None:
        """Another optimizer: what both have is kept."""
        self.optimizer = name
        self.values = _kept(self.values, self.arguments())

    def take_schedule(self, name: str) -> None:
        """Another schedule, or none."""
        self.schedule = name
        self.schedule_values = _kept(self.schedule_values, self.schedule_arguments())


def form_of(phrase: str) -> LaneForm:
    """The form that writes a phrase; InputError where it is none."""
    lane = parse_lane(phrase)
    halves = split(phrase_of(lane), "@")
    form = LaneForm(optimizer=lane.optimizer, name=lane.name)
    fields = {argument.name for argument in form.arguments()}
    for key, text in _texts(halves[0]).items():
        if key in fields:
            form.values[key] = text
        else:
            form.more = ",".join(filter(None, (form.more, f"{key}={text}")))
    if lane.schedule is not None:
        form.schedule, form.schedule_values = lane.schedule.name, _texts(halves[1])
    return form


def hint(argument: Argument) -> str:
    """What an empty field means, and what may stand in it."""
    if argument.required:
        return f"needed: {argument.wanted()}"
    return f"{shown(argument.default)}   {argument.wanted()}"


def _texts(call: str) -> dict[str, str]:
    """Arguments of `Name:key=value,...` as they are written; the :: of a file's path begins none."""
    colons = [at for at in positions(call, ":") if call[at - 1 : at] != ":" and call[at + 1 : at + 2] != ":"]
    parts = split(call[colons[0] + 1 :], ",") if colons else []
    pairs = [part.partition("=") for part in parts]
    return {key.strip(): value.strip() for key, _, value in pairs}


def _call(name: str, values: dict[str, str], more: str = "") -> str:
    written = [f"{key}={text.strip()}" for key, text in values.items() if text.strip()]
    written += [more.strip()] if more.strip() else []
    return f"{name.strip()}:{','.join(written)}" if written else name.strip()


def _kept(values: dict[str, str], arguments: Sequence[Argument]) -> dict[str, str]:
    names = {argument.name for argument in arguments}
    return {key: text for key, text in values.items() if key in names or not names}


def _open(arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    return tuple(argument for argument in arguments if not argument.why_not)
