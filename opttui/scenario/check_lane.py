"""Whether a lane can be built, as far as names, kinds and bounds tell; torch refuses the rest. Knows no torch."""

from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import is_number, is_whole, shown
from opttui.scenario.catalogue import OPTIMIZERS, REFUSED_OPTIMIZERS
from opttui.scenario.check_call import check_arguments, unknown
from opttui.scenario.check_init import check_init
from opttui.scenario.check_schedule import MOST_STEPS, check_schedule
from opttui.scenario.foreign import announced, form_complaint, is_foreign, is_inner, short_name
from opttui.scenario.nearest import nearest
from opttui.scenario.optimizer_table import OptimizerEntry
from opttui.scenario.phrase import parse_lane
from opttui.scenario.places import Path, Where
from opttui.scenario.specs import LaneSpec


def check_lane(lane: LaneSpec, path: Path, where: Where, steps: int) -> None:
    """InputError for names, arguments and values that cannot be right. `steps` is only for advice."""
    optimizer = _optimizer(lane.optimizer, where((*path, "optimizer")))
    if optimizer.name not in OPTIMIZERS:
        _check_values(lane.arguments, path, where)
    else:
        check_arguments(optimizer.name, optimizer.arguments, lane.arguments, path, where)
    if lane.schedule is not None:
        check_schedule(lane.schedule, optimizer.name, optimizer.cycles, (*path, "schedule"), where, steps)
    if not (is_whole(lane.warmup, 0) and lane.warmup <= MOST_STEPS):
        raise InputError(
            f"{where((*path, 'warmup'))}: warmup must be a whole number of steps from 0 on, not {shown(lane.warmup)}"
        )
    if lane.init is not None:
        check_init(lane.init, (*path, "init"), where)


def _optimizer(name: object, place: str) -> OptimizerEntry:
    entry = OPTIMIZERS.get(name) if isinstance(name, str) else None
    if entry is not None:
        return entry
    if isinstance(name, str) and name not in REFUSED_OPTIMIZERS and (is_foreign(name) or name in announced()):
        return _foreign(name, place)
    raise InputError(f"{place}: {unknown(name, 'optimizer', OPTIMIZERS, REFUSED_OPTIMIZERS)}")


def _foreign(name: str, place: str) -> OptimizerEntry:
    """An entry for an optimizer that only the race process can look into."""
    if is_foreign(name):
        if name.startswith("torch.optim.") and (near := nearest(short_name(name), OPTIMIZERS)):
            raise InputError(f"{place}: unknown optimizer {name!r}; did you mean {near}?")
        if complaint := form_complaint(name):
            raise InputError(f"{place}: {name!r} {complaint}")
    return OptimizerEntry(name, "", (), cycles=True)


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
            if inner.schedule is not None or inner.name or inner.warmup or inner.init is not None:
                raise InputError(f"{place}: {key} is an optimizer alone, without a name and a schedule")
            check_lane(inner, (*path, key), lambda _, place=place: place, 0)  # type: ignore[misc]


def _is_value(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_value, value))
    return value is None or isinstance(value, bool | str) or is_number(value)
