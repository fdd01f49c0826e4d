"""Whether a schedule can be built and goes with its optimizer, as far as names, kinds and bounds tell. Knows no torch."""

import itertools
from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import is_whole, shown
from opttui.scenario.catalogue import REFUSED_SCHEDULES, SCHEDULES
from opttui.scenario.check_call import check_arguments, unknown
from opttui.scenario.expressions import read_expression
from opttui.scenario.names import text_complaint
from opttui.scenario.places import Path, Where
from opttui.scenario.schedule_table import CYCLING, WATCHING, ScheduleEntry
from opttui.scenario.specs import ScheduleSpec

MOST_STEPS = 10**9
MOST_PARTS = 32
"""Schedules in one list."""
DEEPEST = 4
"""Schedules of schedules of schedules."""


def check_schedule(
    spec: ScheduleSpec, optimizer: str, cycles: bool, path: Path, where: Where, steps: int
) -> None:
    """InputError, in one sentence, for what cannot be right.

    Args:
        spec: The schedule.
        optimizer: The optimizer's name.
        cycles: Whether it has a momentum or betas that a schedule can turn.
        path: Where the schedule stands.
        where: Says it in words.
        steps: Of the race, for advice.
    """
    _check_unit(spec, path, where)
    _check(spec, optimizer, cycles, path, where, steps, 1)


def _check(
    spec: ScheduleSpec, optimizer: str, cycles: bool, path: Path, where: Where, steps: int, depth: int
) -> None:
    schedule = _known(spec.name, where((*path, "name")))
    parts = {"schedules": spec.schedules} if spec.schedules else {}
    check_arguments(schedule.name, schedule.arguments, spec.arguments | parts, path, where)
    if schedule.name == "OneCycleLR" and not _one_cycle_has_end(spec.arguments):
        raise InputError(
            f"{where(path)}: OneCycleLR needs total_steps (or epochs and steps_per_epoch), "
            f"like total_steps={steps} for the whole race"
        )
    if schedule.name in CYCLING and spec.arguments.get("cycle_momentum", True) and not cycles:
        raise InputError(
            f"{where(path)}: {schedule.name} turns the momentum too, and {optimizer} has none; "
            "cycle_momentum=False makes it work"
        )
    if schedule.name == "CyclicLR":
        _check_scale(spec.arguments, path, where)
    if schedule.name == "SequentialLR":
        _check_milestones(spec, path, where)
    if spec.schedules:
        _check_parts(spec, path, where, depth)
    for index, part in enumerate(spec.schedules):
        _check(part, optimizer, cycles, (*path, "schedules", index), where, steps, depth + 1)


def _check_unit(spec: ScheduleSpec, path: Path, where: Where) -> None:
    """What the schedule counts in, and what it watches."""
    every, on = spec.every, spec.on
    if every != "epoch" and not (is_whole(every, 1) and int(every) <= MOST_STEPS):
        raise InputError(
            f"{where((*path, 'every'))}: every must be a number of steps from 1 on, or 'epoch', not {shown(every)}"
        )
    if not isinstance(on, str) or not on or text_complaint(on, "a metric's name"):
        raise InputError(
            f"{where((*path, 'on'))}: on must be 'loss', 'validation' or the name of a metric, not {shown(on)}"
        )
    if on != "loss" and spec.name != WATCHING:
        raise InputError(f"{where((*path, 'on'))}: only {WATCHING} watches what is measured; leave on out")
    if on != "loss" and every != 1:
        raise InputError(
            f"{where((*path, 'every'))}: on {on!r} the schedule moves whenever that is measured; leave every out"
        )


def _check_parts(spec: ScheduleSpec, path: Path, where: Where, depth: int) -> None:
    """What torch can put together, and what belongs to the outermost schedule alone."""
    if depth >= DEEPEST:
        raise InputError(f"{where(path)}: schedules are nested at most {DEEPEST} deep")
    if len(spec.schedules) > MOST_PARTS:
        raise InputError(
            f"{where((*path, 'schedules'))}: {spec.name} is made of at most {MOST_PARTS} schedules, "
            f"and here are {len(spec.schedules)}"
        )
    for index, part in enumerate(spec.schedules):
        at: Path = (*path, "schedules", index)
        if part.name == WATCHING:
            raise InputError(
                f"{where(at)}: torch takes no {WATCHING} inside {spec.name}, since it watches the loss; "
                "it can only stand alone"
            )
        if spec.name == "SequentialLR" and part.name == "ChainedScheduler":
            raise InputError(
                f"{where(at)}: torch takes no ChainedScheduler inside SequentialLR; "
                "the other way round, a SequentialLR inside a ChainedScheduler, works"
            )
        if spec.name == "SequentialLR" and part.name == "SequentialLR" and index:
            raise InputError(
                f"{where(at)}: torch takes a SequentialLR only as the first inside another one; "
                "put all the schedules into one list"
            )
        if part.every != 1 or part.on != "loss":
            key = "every" if part.every != 1 else "on"
            raise InputError(f"{where((*at, key))}: {key} belongs to the {spec.name} around it, once for all")


def _check_milestones(spec: ScheduleSpec, path: Path, where: Where) -> None:
    milestones, count = spec.arguments["milestones"], len(spec.schedules)
    at = where((*path, "milestones"))
    if len(milestones) != count - 1:
        raise InputError(
            f"{at}: SequentialLR needs a milestone between every two of its schedules: "
            f"{count - 1} for {count} schedules, not {len(milestones)}"
        )
    if any(later <= earlier for earlier, later in itertools.pairwise(milestones)):
        raise InputError(f"{at}: milestones must rise, like [200, 800], not {shown(milestones)}")


def _check_scale(arguments: dict[str, Any], path: Path, where: Where) -> None:
    """The scale's number is called what it is: the cycle or the step."""
    text = arguments.get("scale_fn")
    if text is None:
        return
    wanted = "step" if arguments.get("scale_mode", "cycle") == "iterations" else "cycle"
    other = "cycle" if wanted == "step" else "step"
    if other in read_expression(text, ("cycle", "step")).names:
        raise InputError(
            f"{where((*path, 'scale_fn'))}: with scale_mode {arguments.get('scale_mode', 'cycle')} "
            f"scale_fn is written in {wanted}, not in {other}"
        )


def _one_cycle_has_end(arguments: dict[str, Any]) -> bool:
    given = {key for key, value in arguments.items() if value is not None}
    return "total_steps" in given or {"epochs", "steps_per_epoch"} <= given


def _known(name: object, place: str) -> ScheduleEntry:
    entry = SCHEDULES.get(name) if isinstance(name, str) else None
    if entry is not None:
        return entry
    raise InputError(f"{place}: {unknown(name, 'schedule', SCHEDULES, REFUSED_SCHEDULES)}")
