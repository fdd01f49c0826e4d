"""How lanes are to be built: their specs settled into calls and ways of stepping. Builds no lane."""

from typing import Protocol

from opttui.errors import InputError
from opttui.optimizers.build import sentence
from opttui.optimizers.calls import call_of
from opttui.optimizers.probe import stepping_of
from opttui.problems.problem import Problem
from opttui.race.lane import Recipe
from opttui.race.streams import Streams
from opttui.race.voice import Voice
from opttui.record.manifest import Stepping
from opttui.scenario.check_lane import check_lane
from opttui.scenario.names import lane_names
from opttui.scenario.phrase import phrase_of
from opttui.scenario.specs import LaneSpec, Scenario


class Setting(Protocol):
    """A race, as far as recipes go."""

    problem: Problem
    streams: Streams


def recipes(scenario: Scenario, problem: Problem, streams: Streams) -> list[Recipe]:
    """One recipe a lane, in the scenario's order. InputError for an optimizer that cannot be called as asked."""
    names = lane_names(scenario.lanes)
    known: dict[str, Stepping] = {}
    found = []
    for index, spec in enumerate(scenario.lanes):
        same = phrase_of(LaneSpec(spec.optimizer, spec.arguments))
        if same not in known:
            known[same] = stepping(spec, names[index], scenario.steps, problem, streams)
        found.append(
            Recipe(
                id=index,
                name=names[index],
                phrase=phrase_of(spec),
                spec=spec,
                steps=scenario.steps,
                target=scenario.target,
                stepping=known[same],
                cosines=scenario.alarms is not None and scenario.alarms.zigzag is not None,
            )
        )
    return found


def recipe_of(race: Setting, spec: LaneSpec, number: int, name: str, like: Recipe) -> Recipe:
    """The recipe of a lane that joins a race that runs. InputError for what cannot be right, as for the first ones.

    Args:
        race: Its problem and its streams.
        spec: The lane's.
        number: Its id.
        name: Its name.
        like: A recipe of the race, for the number of steps, the target and what is measured.
    """
    check_lane(spec, (), lambda _: f"lane '{name}'", like.steps)
    return Recipe(
        id=number,
        name=name,
        phrase=phrase_of(spec),
        spec=spec,
        steps=like.steps,
        target=like.target,
        stepping=stepping(spec, name, like.steps, race.problem, race.streams),
        cosines=like.cosines,
    )


def stepping(spec: LaneSpec, lane: str, steps: int, problem: Problem, streams: Streams) -> Stepping:
    """How a lane's optimizer is built and stepped; optimizers that no table knows are probed on the problem."""
    try:
        with Voice():
            call = call_of(spec, steps)
            return stepping_of(call, problem, streams.apart)
    except InputError as error:
        if error.message.startswith("lane '"):
            raise
        raise InputError(sentence(f"lane '{lane}': {error.message}"), error.hint) from error
