"""Whether a lane can be built, as far as names, kinds and bounds tell; torch refuses the rest. Knows no torch."""

from collections.abc import Sequence
from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import Argument, is_number, shown
from opttui.scenario.catalogue import OPTIMIZERS, REFUSED_OPTIMIZERS, REFUSED_SCHEDULES, SCHEDULES
from opttui.scenario.foreign import announced, form_complaint, is_foreign, is_inner, short_name
from opttui.scenario.nearest import meant, nearest
from opttui.scenario.optimizer_table import OptimizerEntry
from opttui.scenario.phrase import parse_lane
from opttui.scenario.places import Path, Where
from opttui.scenario.schedule_table import ScheduleEntry
from opttui.scenario.specs import LaneSpec, ScheduleSpec

CYCLING = ("OneCycleLR", "CyclicLR")
"""Schedules that turn the momentum too, unless they are told not to."""


def check_lane(lane: LaneSpec, path: Path, where: Where, steps: int) -> None:
    """InputError for names, arguments and values that cannot be right. `steps` is only for advice."""
    optimizer = _optimizer(lane.optimizer, where((*path, "optimizer")))
    if optimizer.name not in OPTIMIZERS:
        _check_values(lane.arguments, path, where)
    else:
        _check_arguments(optimizer.name, optimizer.arguments, lane.arguments, path, where)
    if lane.schedule is not None:
        _check_schedule(lane.schedule, optimizer, (*path, "schedule"), where, steps)


def _check_schedule(
    spec: ScheduleSpec, optimizer: OptimizerEntry, path: Path, where: Where, steps: int
) -> None:
    schedule = _schedule(spec.name, where((*path, "name")))
    _check_arguments(schedule.name, schedule.arguments, spec.arguments, path, where)
    if schedule.name == "OneCycleLR" and not _one_cycle_has_end(spec.arguments):
        raise InputError(
            f"{where(path)}: OneCycleLR needs total_steps (or epochs and steps_per_epoch), "
            f"like total_steps={steps} for the whole race"
        )
    if schedule.name in CYCLING and spec.arguments.get("cycle_momentum", True) and not optimizer.cycles:
        raise InputError(
            f"{where(path)}: {schedule.name} turns the momentum too, and {optimizer.name} has none; "
            "cycle_momentum=False makes it work"
        )


def _one_cycle_has_end(arguments: dict[str, Any]) -> bool:
    given = {key for key, value in arguments.items() if value is not None}
    return "total_steps" in given or {"epochs", "steps_per_epoch"} <= given


def _optimizer(name: object, place: str) -> OptimizerEntry:
    entry = OPTIMIZERS.get(name) if isinstance(name, str) else None
    if entry is not None:
        return entry
    if isinstance(name, str) and name not in REFUSED_OPTIMIZERS and (is_foreign(name) or name in announced()):
        return _foreign(name, place)
    raise InputError(f"{place}: {_unknown(name, 'optimizer', OPTIMIZERS, REFUSED_OPTIMIZERS)}")


def _foreign(name: str, place: str) -> OptimizerEntry:
    """An entry for an optimizer that only the race process can look into."""
    if is_foreign(name):
        if name.startswith("torch.optim.") and (near := nearest(short_name(name), OPTIMIZERS)):
            raise InputError(f"{place}: unknown optimizer {name!r}; did you mean {near}?")
        if complaint := form_complaint(name):
            raise InputError(f"{place}: {name!r} {complaint}")
    return OptimizerEntry(name, "", (), cycles=True)


def _schedule(name: object, place: str) -> ScheduleEntry:
    entry = SCHEDULES.get(name) if isinstance(name, str) else None
    if entry is not None:
        return entry
    raise InputError(f"{place}: {_unknown(name, 'schedule', SCHEDULES, REFUSED_SCHEDULES)}")


def _unknown(name: object, what: str, known: Any, refused: dict[str, str]) -> str:
    """Why a name stands for nothing, and which name would."""
    if not isinstance(name, str):
        return f"the name of {'an' if what[0] in 'aeiou' else 'a'} {what} is a string, not {name!r}"
    if name in refused:
        return refused[name]
    near = meant(name.rpartition(".")[2], known)
    if ("." in name or "::" in name) and not near.startswith("did you mean"):
        return f"{name!r} cannot race: this version knows the {what}s of torch only, by their names; {near}"
    return f"unknown {what} {name!r}; {near}"


def _check_values(given: dict[str, Any], path: Path, where: Where) -> None:
    """Arguments whose names and kinds only the race process knows: they must be values at all."""
    for key, value in given.items():
        place = where((*path, key))
        if not key.isidentifier():
            raise InputError(f"{place}: {key!r} is no argument's name")
        if not _is_value(value):
            raise InputError(
                f"{place}: {key} must be a finite number, a word, a flag or a list of them, not {shown(value)}"
            )
        if is_inner(key) and isinstance(value, str):
            inner = parse_lane(value, place)
            if inner.schedule is not None or inner.name:
                raise InputError(f"{place}: {key} is an optimizer alone, without a name and a schedule")
            check_lane(inner, (*path, key), lambda _, place=place: place, 0)  # type: ignore[misc]


def _is_value(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_value, value))
    return value is None or isinstance(value, bool | str) or is_number(value)


def _check_arguments(
    owner: str, known: Sequence[Argument], given: dict[str, Any], path: Path, where: Where
) -> None:
    by_name = {argument.name: argument for argument in known}
    for key, value in given.items():
        argument = by_name.get(key)
        if argument is None:
            near = meant(key, [each.name for each in known if not each.why_not])
            raise InputError(f"{where((*path, key))}: {owner} takes no argument {key!r}; {near}")
        if complaint := argument.complaint(value):
            raise InputError(f"{where((*path, key))}: {key} {complaint}")
    missing = [argument.name for argument in known if argument.required and argument.name not in given]
    if missing:
        raise InputError(f"{where(path)}: {owner} needs {' and '.join(missing)}")
