"""A race as a form: a problem, steps, a seed and lanes. Knows no widget and no torch."""

import shlex
from dataclasses import dataclass, field

from opttui.errors import InputError, OpttuiError
from opttui.scenario.phrase import phrase_of
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.specs import Scenario


@dataclass
class RaceForm:
    """What stands in the fields, as text."""

    problem: str = "rosenbrock"
    steps: str = ""
    seed: str = ""
    lanes: list[str] = field(default_factory=list)
    """Phrases."""

    def scenario(self) -> Scenario:
        """The race that is asked for; InputError where it cannot be."""
        options = Options(steps=_whole(self.steps, "steps"), seed=_whole(self.seed, "seed"))
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
        options = [
            f"--{key} {text.strip()}"
            for key, text in (("steps", self.steps), ("seed", self.seed))
            if text.strip()
        ]
        return " ".join(
            ["opttui race", shlex.quote(self.problem.strip()), *map(shlex.quote, self.lanes), *options]
        )


def form_of(scenario: Scenario) -> RaceForm:
    """The form of a scenario."""
    return RaceForm(
        problem=scenario.problem.name,
        steps=str(scenario.steps),
        seed=str(scenario.seed),
        lanes=[phrase_of(lane) for lane in scenario.lanes],
    )


def _whole(text: str, what: str) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        raise InputError(f"{what}: {text!r} is no whole number") from None
