"""A race as a form: a problem, steps, a seed and lanes. Knows no widget and no torch."""

import shlex
from dataclasses import dataclass, field
from typing import Any

import msgspec

from opttui.errors import InputError, OpttuiError
from opttui.scenario.alarms import write_alarms
from opttui.scenario.parts import write_init
from opttui.scenario.phrase import phrase_of
from opttui.scenario.problem_phrase import head, problem_phrase
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.specs import Scenario

KEPT = ("device", "dtype", "batch_size", "init", "target", "axis", "pace", "alarms")
"""What has no field."""
WRITERS = {"init": write_init, "alarms": write_alarms}


@dataclass
class RaceForm:
    """What stands in the fields, as text."""

    problem: str = "rosenbrock"
    steps: str = ""
    seed: str = ""
    lanes: list[str] = field(default_factory=list)
    """Phrases."""
    base: Scenario | None = None
    """What it began with: all that has no field goes with its problem."""

    def scenario(self) -> Scenario:
        """The race that is asked for; InputError where it cannot be."""
        options = Options(
            steps=_whole(self.steps, "steps"), seed=_whole(self.seed, "seed"), **self._without_field()
        )
        return scenario_from(self.problem.strip(), self.lanes, options)

    def complaint(self) -> str:
        """What is wrong with it, as a sentence; empty when nothing is."""
        try:
            self.scenario()
        except OpttuiError as error:
            return str(error)
        return ""

    def command(self) -> str:
        """The same as a command line."""
        given = {"steps": self.steps.strip(), "seed": self.seed.strip(), **self._without_field()}
        options = [
            f"--{'alarm' if key == 'alarms' else key.replace('_', '-')} "
            + shlex.quote(WRITERS.get(key, str)(value))  # type: ignore[operator]
            for key, value in given.items()
            if value != ""
        ]
        return " ".join(
            ["opttui race", shlex.quote(self.problem.strip()), *map(shlex.quote, self.lanes), *options]
        )

    def _without_field(self) -> dict[str, Any]:
        """What else was said of the race that it began with; nothing for another problem."""
        if self.base is None or head(self.problem) != head(self.base.problem.name):
            return {}
        usual = msgspec.structs.asdict(Scenario(self.base.problem, ()))
        given = msgspec.structs.asdict(self.base)
        return {key: given[key] for key in KEPT if given[key] != usual[key]}


def form_of(scenario: Scenario) -> RaceForm:
    """The form of a scenario."""
    return RaceForm(
        problem=problem_phrase(scenario.problem),
        steps=str(scenario.steps),
        seed=str(scenario.seed),
        lanes=[phrase_of(lane) for lane in scenario.lanes],
        base=scenario,
    )


def _whole(text: str, what: str) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        raise InputError(f"{what}: {text!r} is no whole number") from None
