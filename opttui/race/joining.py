"""A lane that joins a race that runs: from the start, as if it had been there from the beginning."""

from typing import Protocol

from opttui.control.commands import Add
from opttui.errors import InputError
from opttui.problems.problem import Problem
from opttui.race.forking import MOST_LANES, Kennel
from opttui.race.lane import Lane
from opttui.race.lineage import built
from opttui.race.plans import plan_of
from opttui.race.recipes import recipe_of
from opttui.race.starts import begun
from opttui.record.events import Event
from opttui.scenario.foreign import short_name
from opttui.scenario.names import free_name
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec


class Start(Kennel, Protocol):
    """A race, as far as new lanes go."""

    made: Problem
    """The problem with its own start."""
    told: str
    """How its start was initialised for the race, in words."""


def add(race: Start, command: Add, actor: str, requested: int) -> list[Event]:
    """Add the lane of a phrase at step 0. InputError, and nothing added, when it cannot be."""
    if len(race.lanes) >= MOST_LANES:
        raise InputError(f"a race has at most {MOST_LANES} lanes, and there are as many.")
    spec = parse_lane(command.phrase)
    taken = {lane.name for lane in race.lanes}
    if spec.name in taken:
        raise InputError(f"there is a lane '{spec.name}' already.")
    lane = joined(race, spec, spec.name or free_name(short_name(spec.optimizer), taken))
    number, recipe = lane.id, lane.recipe
    text = f"{lane.name} (lane {number}): {recipe.phrase}, added at step {requested}, catches up"
    return [
        Event(
            "added",
            text,
            lane=number,
            step=0,
            actor=actor,
            requested=requested,
            data={"phrase": recipe.phrase},
        )
    ]


def joined(race: Start, spec: LaneSpec, name: str) -> Lane:
    """The race's newest lane, at step 0. InputError, and nothing added, when it cannot be built."""
    recipe = recipe_of(race, spec, len(race.lanes), name, race.lanes[0].recipe)
    start, told = race.problem, race.told
    if spec.init is not None:
        with race.streams.aside():
            start, told = begun(race.made, spec.init, race.streams.seed, f"lane '{name}'")
    lane = built(race, recipe, start)
    lane.start = told
    lane.plan = plan_of(lane)
    race.lanes.append(lane)
    return lane
