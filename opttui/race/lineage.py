"""Lanes built again from recipe and snapshot: copies, and lanes walked to a step once more. Adds none to a race."""

import dataclasses
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Protocol

import torch

from opttui.optimizers.tree import NotDataError, equal
from opttui.problems.problem import Problem
from opttui.race.bare_rows import BareRows
from opttui.race.lane import Lane, Recipe
from opttui.race.past import Past, Turned
from opttui.race.plane import Plane
from opttui.race.rows import Rows
from opttui.race.snapshot import Snapshot, alike, put_back, taken, walked
from opttui.race.streams import Streams
from opttui.race.turning import reschedule, turn_hypers
from opttui.record.layout import Row
from opttui.scenario.foreign import short_name

EXACT = "exact"
STEPS = 3
"""Steps that two copies take at most to be compared, after one that makes the first of them its own."""
CHEAP = 0.001
"""Seconds of steps after which one more is not worth it: the race waits meanwhile."""


class Ground(Protocol):
    """A race, as far as lanes are built on it."""

    problem: Problem
    plane: Plane | None
    device: torch.device
    streams: Streams

    @property
    def clock(self) -> Callable[[], float]:
        """Seconds."""


@dataclass(frozen=True)
class Rerun:
    """A lane that has walked its way again."""

    lane: Lane
    rows: list[Row]
    """Its rows from the snapshot that it began from."""
    metrics: list[tuple[int, dict[str, float]]]
    """What was measured on held-out data at the steps asked for."""


def built(race: Ground, recipe: Recipe, start: Problem, rows: Rows | None = None, begin: int = 0) -> Lane:
    """A lane at the problem's start, in an ambient of its own."""
    ambient = race.streams.fresh()
    race.streams.enter(ambient)
    return Lane(recipe, start, race.plane, ambient, race.device, race.clock, rows, begin, others_wait=True)


def restored(
    race: Ground, recipe: Recipe, start: Problem, snapshot: Snapshot, rows: Rows | None = None
) -> Lane:
    """A lane as another of the same recipe was. `start`: whose model is built before it is filled."""
    lane = built(race, recipe, start, rows)
    put_back(lane, snapshot, race.streams)
    return lane


def walk_again(
    race: Ground, lane: Lane, to: int, base: Snapshot | None = None, measure: Container[int] = ()
) -> Rerun:
    """A lane as it was when it came to a step: from a snapshot of it, or from where it began, and on from there.

    Held-out data are measured where its schedule watches them, and before the steps of `measure`.
    """
    base = base or lane.past.base
    if base is None:
        again = built(race, lane.recipe, lane.problem)
        again.start = lane.start
    else:
        again = restored(race, lane.recipe, lane.problem, base)
    again.begin = lane.begin
    again.past = Past(lane.past.base, lane.past.before(to), lane.past.descent)
    race.streams.enter(again.ambient)
    every = race.problem.validate_every
    watched = again.course is not None and again.course.metric is not None
    coming = again.past.changes[0 if base is None else base.done :]
    while again.step < to and again.running:
        while coming and coming[0].step == again.step:
            change = coming.pop(0)
            if isinstance(change, Turned):
                turn_hypers(again, change.values)
            else:
                reschedule(again, change.spec)
                watched = again.course is not None and again.course.metric is not None
        if (watched and again.step % every == 0) or again.step in measure:
            with race.streams.aside():
                again.validate()
        race.streams.enter(again.ambient)
        again.advance()
    if again.step == again.recipe.steps and again.step in measure:
        with race.streams.aside():
            again.validate()
    rows = again.drain(wait=True)
    metrics = again.drain_metrics(race.problem.info.metrics, wait=True)
    if again.cosines is not None:
        again.cosines.drain(wait=True)
    again.voice.fetch()
    again.events.clear()
    metrics = [each for each in metrics if each[0] in measure]
    return Rerun(again, rows, metrics)


def verdict(race: Ground, recipe: Recipe, start: Problem, snapshot: Snapshot) -> str:
    """Whether copies of a lane go on alike: "exact", or why not. Nobody's lane takes a step for it.

    A first copy must hold what the snapshot holds. It takes a step, so that whatever an optimizer keeps beside its
    state is its own; a copy of that and it itself then take some more, and are compared bit for bit.
    """
    kind = short_name(recipe.stepping.call.kind)
    if not recipe.stepping.repeatable:
        return f"not exact: {kind} does not repeat itself"
    longer = dataclasses.replace(recipe, steps=recipe.steps + STEPS + 1, target=None)
    try:
        one = restored(race, longer, start, snapshot, BareRows())
        if not holds(race, one, snapshot):
            return unlike(recipe)
        take_step(race, one)
        other = restored(race, longer, start, taken(one, race.streams), BareRows())
    except NotDataError as error:
        return f"not exact: {kind} holds {error}"
    began = race.clock()
    for count in range(1, STEPS + 1):
        if count > 1 and race.clock() - began > CHEAP:
            break
        take_step(race, one)
        take_step(race, other)
        pairs = zip(walked(one), walked(other), strict=True)
        if one.outcome != other.outcome or not all(equal(a, b) for a, b in pairs):
            return f"not exact: two copies of {kind} differ after {count} step{'s' * (count > 1)}"
    return EXACT


def holds(race: Ground, lane: Lane, snapshot: Snapshot) -> bool:
    """Whether a lane into which a snapshot was put is what the snapshot is."""
    return alike(taken(lane, race.streams, lend=True).tree, snapshot.tree)


def unlike(recipe: Recipe) -> str:
    """What is said of one that is not."""
    return f"not exact: {short_name(recipe.stepping.call.kind)} is not the same when its state is loaded"


def take_step(race: Ground, lane: Lane) -> None:
    """A step of a lane that is no part of the race."""
    race.streams.enter(lane.ambient)
    lane.advance()
