"""Forks: a new lane that goes on from where another stands, like it in everything that was not asked to change."""

import dataclasses
from typing import Protocol

import msgspec

from opttui.control.commands import Fork
from opttui.errors import InputError
from opttui.optimizers import hypers
from opttui.optimizers.tree import NotDataError, equal
from opttui.race.checks import SPARE, Check, look, settled
from opttui.race.lane import Lane, Recipe
from opttui.race.lineage import EXACT, Ground, built, holds, restored, unlike, verdict, walk_again
from opttui.race.past import Descent, Past, Scheduled, Turned
from opttui.race.plans import plan_of
from opttui.race.recipes import recipe_of
from opttui.race.snapshot import Snapshot, at_large, put_parameters, same_state, taken, walked, walked_of
from opttui.race.turning import by_factor, must_run, reschedule, spec_with, turn_hypers
from opttui.record.events import CHECKING, Event
from opttui.record.layout import Row
from opttui.scenario.foreign import short_name
from opttui.scenario.names import free_name, number_complaint
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec

FRESH = "fresh optimizer"
MOST_LANES = 1024


class Kennel(Ground, Protocol):
    """A race, as far as forks go."""

    lanes: list[Lane]

    reruns: list[tuple[int, list[Row]]]
    """Lanes and the rows that they have walked again, not compared with the record yet."""
    checks: list[Check]
    """Forks that are to be seen going on like their parents."""
    checks_wait: bool
    """Whether that may come with the next rounds, which cost the race nothing; else copies take steps at once."""
    level: bool
    """No lane has to catch up."""

    def lane(self, name: str) -> Lane:
        """A lane by id or by name; InputError when there is none."""

    def nearest(self, lane: Lane, step: int) -> Snapshot | None:
        """The newest snapshot of the lane on its way to the step; None: it has to walk from its beginning."""


def fork(race: Kennel, command: Fork, actor: str, requested: int) -> list[Event]:
    """Add the fork to the race's lanes, and tell of it. InputError, and nothing added, when it cannot be.

    The parent is only looked at. A state that cannot be copied, or goes on otherwise than the original, is walked again
    from the lane's start where its optimizer repeats itself.
    """
    parent = race.lane(command.lane)
    step = parent.step if command.at is None else command.at
    check(race, parent, command, step)
    source, snapshot, exact = standing(race, parent, step, fresh=command.optimizer is not None)
    if command.factors:
        values = {**command.values, **by_factor(source, command.factors)}
        command = msgspec.structs.replace(command, values=values, factors={})
    name = free_name(command.name or named(parent, command), {lane.name for lane in race.lanes})
    number = len(race.lanes)
    if command.optimizer is not None:
        child = with_other_optimizer(race, source, snapshot, command.optimizer, number, name)
        exact = FRESH
    else:
        recipe = dataclasses.replace(source.recipe, id=number, name=name)
        child = like(race, source, recipe, snapshot)
        if exact == CHECKING and snapshot is not None and not holds(race, child, snapshot):
            exact = unlike(recipe)
            source, snapshot, exact = by_its_way(race, parent, step, source, snapshot, exact)
            child = like(race, source, recipe, snapshot)
        change(child, command)
    asked = msgspec.structs.replace(command, lane=str(parent.id), at=step, name=name)
    descent = Descent(parent.id, step, exact, changes_of(command), asked, actor)
    begin(race, child, command, descent, snapshot)
    race.lanes.append(child)
    if exact == CHECKING and snapshot is not None:
        changed = bool(command.values) or command.schedule is not None
        race.checks.append(Check(child, parent, snapshot, command, race.clock(), changed))
    return [told(parent, child, command, actor, requested)]


def begins_alike(race: Kennel, lane: Lane) -> bool:
    """Whether the command that made a fork would make it again as it began, bit for bit, now that its parent comes there
    once more."""
    descent, base = lane.past.descent, lane.past.base
    if descent is None or descent.asked is None or base is None:
        return False
    command, parent = descent.asked, race.lanes[descent.parent]
    source, snapshot, _ = standing(race, parent, descent.step, fresh=True)
    if snapshot is None:
        return False
    if descent.changes:
        try:
            if command.optimizer is not None:
                child = with_other_optimizer(race, source, snapshot, command.optimizer, lane.id, lane.name)
            else:
                child = like(race, source, lane.recipe, snapshot)
                change(child, command)
            snapshot = taken(child, race.streams)
        except (InputError, NotDataError):
            return False
    return same_state(snapshot, base)


def begin(race: Kennel, child: Lane, command: Fork, descent: Descent, snapshot: Snapshot | None) -> None:
    """Make a lane that stands where it was forked a fork; `snapshot`: of its parent there."""
    child.begin = child.step
    past = list(child.past.changes)
    child.past = Past(descent=descent)
    try:
        as_begun = taken(child, race.streams) if snapshot is None or descent.changes else snapshot
        child.past.base = dataclasses.replace(as_begun, done=0)
    except NotDataError:
        child.past.changes = past


def check(race: Kennel, parent: Lane, command: Fork, step: int) -> None:
    """InputError for a fork that cannot be."""
    if len(race.lanes) >= MOST_LANES:
        raise InputError(f"a race has at most {MOST_LANES} lanes, and there are as many.")
    if wrong := number_complaint(command.name):
        raise InputError(f"{wrong}.")
    if command.optimizer is not None and (command.schedule is not None or command.values or command.factors):
        raise InputError(
            "a fork with another optimizer takes its numbers and its schedule from the optimizer's phrase.",
            "Write: fork LANE Lion:lr=0.001@StepLR:step_size=100.",
        )
    if step == parent.step and not parent.running and not _waits(parent):
        earlier = f"fork {parent.id} at {max(parent.begin, parent.step - 1)}"
        lost = f"From its last good step, at half the rate: rescue {parent.id}."
        raise InputError(
            f"lane '{parent.name}' has {parent.outcome} at step {parent.step}, and nothing comes after.",
            lost
            if parent.outcome == "diverged"
            else f"A fork at an earlier step goes on from there: {earlier}.",
        )
    if not parent.begin <= step <= parent.step:
        raise InputError(
            f"lane '{parent.name}' can be forked at a step from {parent.begin} to {parent.step}, not at {step}."
        )


def _waits(lane: Lane) -> bool:
    """Whether it is only held, and would go on."""
    return bool(lane.past.held) and at_large(lane)[0] == "running" and lane.step < lane.recipe.steps


def standing(race: Kennel, parent: Lane, step: int, fresh: bool = False) -> tuple[Lane, Snapshot | None, str]:
    """A lane that is the parent as it was at a step, its snapshot, and whether copies go on alike.

    Without a snapshot the lane is nobody's and can become the fork itself. `fresh`: its optimizer's state is not wanted.
    """
    source = parent if step == parent.step else as_it_was(race, parent, step)
    snapshot: Snapshot | None = None
    repeatable = source.recipe.stepping.repeatable
    try:
        snapshot = taken(source, race.streams)
        if fresh:
            return source, snapshot, FRESH
        if source is parent and race.checks_wait and repeatable and source.rows.known_at_once:
            return source, snapshot, CHECKING
        exact = verdict(race, source.recipe, source.problem, snapshot)
    except NotDataError as error:
        exact = f"not exact: {short_name(source.recipe.stepping.call.kind)} holds {error}"
    if exact == EXACT or not repeatable:
        return source, snapshot, exact
    return by_its_way(race, parent, step, source, snapshot, exact)


def by_its_way(
    race: Kennel, parent: Lane, step: int, source: Lane, snapshot: Snapshot | None, exact: str
) -> tuple[Lane, Snapshot | None, str]:
    """The parent's own way once more, where it comes to the same place: as exact as the lane was the first time."""
    again = walk_again(race, parent, step).lane
    if all(map(equal, walked(again), walked(source) if snapshot is None else walked_of(snapshot))):
        return again, None, f"{EXACT}: walked again from step {again.begin}"
    return source if snapshot is not None else again, snapshot, exact


def check_all(race: Kennel, now: bool = False) -> None:
    """Label forks that are being checked, as far as it is known whether they go on like their parents; `now`: all.

    One that does not go on like its parent gives its place to its parent's own way, where that repeats itself.
    """
    for check in list(race.checks):
        exact = settled(race, check) if now else look(race, check, len(race.lanes) + SPARE)
        if not exact:
            continue
        race.checks.remove(check)
        child, step = check.child, check.snapshot.step
        descent = child.past.descent
        assert descent is not None
        if exact != EXACT:
            again, snapshot, exact = by_its_way(race, check.parent, step, check.parent, check.snapshot, exact)
            if snapshot is None:
                recipe, child = child.recipe, like(race, again, child.recipe, None)
                change(child, check.command)
                begin(race, child, check.command, descent, None)
                race.lanes[recipe.id] = child
                race.level = False
        child.past.descent = dataclasses.replace(descent, exact=exact)


def settled_event(event: Event, exact: str) -> Event:
    """The event of a fork, now that it has been checked."""
    return msgspec.structs.replace(event, text=f"{event.text}, {exact}", data={**event.data, "exact": exact})


def as_it_was(race: Kennel, lane: Lane, step: int) -> Lane:
    """A lane like one when that came to a step, from the nearest snapshot; what it walks is to be compared."""
    rerun = walk_again(race, lane, step, race.nearest(lane, step))
    race.reruns.append((lane.id, rerun.rows))
    return rerun.lane


def like(race: Kennel, source: Lane, recipe: Recipe, snapshot: Snapshot | None) -> Lane:
    """A lane of a recipe in a state; without a snapshot, the source itself under the recipe's name."""
    if snapshot is None:
        source.recipe, source.id, source.name = recipe, recipe.id, recipe.name
        return source
    child = restored(race, recipe, source.problem, snapshot)
    child.start, child.plan = source.start, source.plan
    return child


def change(child: Lane, command: Fork) -> None:
    """What the command asks for. InputError when the optimizer cannot."""
    if command.schedule is not None:
        spec = spec_with(child.scheduled, command.schedule, child.recipe.steps - child.step)
        reschedule(child, spec)
        child.past.changes.append(Scheduled(child.step, spec, command.schedule))
    if command.values:
        must_run(child)
        turn_hypers(child, command.values)
        child.past.changes.append(Turned(child.step, dict(command.values)))


def with_other_optimizer(
    race: Kennel, source: Lane, snapshot: Snapshot | None, phrase: str, number: int, name: str
) -> Lane:
    """Where the source is, with an optimizer without any state; its schedule begins here."""
    spec = msgspec.structs.replace(parse_lane(phrase), name="")
    if spec.init is not None:
        raise InputError("a fork goes on from where its lane is, so it takes no init.")
    recipe = recipe_of(race, spec, number, name, source.recipe)
    kept = snapshot or taken(source, race.streams)
    child = built(race, recipe, source.problem, begin=source.step)
    put_parameters(child, kept, race.streams)
    child.plan = plan_of(child)
    child.start = source.start
    return child


def named(parent: Lane, command: Fork) -> str:
    """A name for a fork, from what is changed."""
    if command.name:
        return command.name
    if command.optimizer is not None:
        spec: LaneSpec = parse_lane(command.optimizer)
        return spec.name or f"{short_name(spec.optimizer)} from {parent.name}"
    words = [f"{key} {value:g}" for key, value in command.values.items()]
    if command.schedule is not None:
        words.append(command.schedule.removeprefix("@").partition(":")[0])
    return f"{parent.name} {' '.join(words) or 'fork'}"[:60].strip()


def changes_of(command: Fork) -> str:
    """What a fork changes, in the command's words; empty when nothing."""
    words = [f"{key}={value!r}" for key, value in command.values.items()]
    if command.schedule is not None:
        words.append(f"@{command.schedule.removeprefix('@')}")
    if command.optimizer is not None:
        words.append(command.optimizer)
    return " ".join(words)


def told(parent: Lane, child: Lane, command: Fork, actor: str, requested: int) -> Event:
    """The event of a fork."""
    descent = child.past.descent
    assert descent is not None
    with_ = f" with {descent.changes}" if descent.changes else ""
    exact = f", {descent.exact}" * (descent.exact != CHECKING)
    return Event(
        kind="forked",
        text=f"{child.name} (lane {child.id}): fork of {parent.name} at step {descent.step}{with_}{exact}",
        lane=child.id,
        step=descent.step,
        actor=actor,
        requested=requested,
        data={
            "parent": parent.id,
            "forked_at": descent.step,
            "exact": descent.exact,
            "changes": descent.changes,
            "values": dict(command.values),
            "schedule": command.schedule,
            "optimizer": command.optimizer,
            "places": {
                name: list(place)
                for name, place in hypers.places(child.optimizer).items()
                if name in command.values
            },
            "now": descent.step == parent.step,
        },
    )
