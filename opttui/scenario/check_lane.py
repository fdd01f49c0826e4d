"""Whether a lane can be built, as far as names, kinds and bounds tell; torch refuses the rest. Knows no torch."""

from typing import Any

import msgspec

from opttui.errors import InputError
from opttui.scenario.arguments import is_number, is_whole, shown
from opttui.scenario.catalogue import OPTIMIZERS, REFUSED_OPTIMIZERS
from opttui.scenario.check_call import check_arguments, unknown
from opttui.scenario.check_init import check_init
from opttui.scenario.check_schedule import MOST_STEPS, check_schedule
from opttui.scenario.foreign import REST, announced, form_complaint, is_foreign, is_inner, short_name
from opttui.scenario.nearest import nearest
from opttui.scenario.optimizer_table import OptimizerEntry
from opttui.scenario.phrase import parse_lane
from opttui.scenario.places import Path, Where
from opttui.scenario.specs import LaneSpec


def check_lane(lane: LaneSpec, path: Path, where: Where, steps: int) -> None:
    """InputError for names, arguments and values that cannot be right. `steps` is only for advice."""
    optimizer = _optimizer(lane.optimizer, where((*path, "optimizer")))
    given = {key: value for key, value in lane.arguments.items() if key != REST}
    if optimizer.name in OPTIMIZERS:
        check_arguments(optimizer.name, optimizer.arguments, given, path, where)
    else:
        _check_values(given, path, where)
    if REST in lane.arguments:
        _check_inner(REST, lane.arguments[REST], path, where)
        optimizer = msgspec.structs.replace(optimizer, cycles=False)
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
            _check_inner(key, value, path, where)


def _check_inner(key: str, value: Any, path: Path, where: Where) -> None:
    """An optimizer among the arguments: that of the rest, or one that another wraps."""
    place = where((*path, key))
    if not isinstance(value, str):
        raise InputError(
            f"{place}: {key} must be an optimizer, like {key}='AdamW:lr=0.001', not {shown(value)}"
        )
    inner = parse_lane(value, place)
    more = inner.schedule is not None or inner.warmup or inner.init is not None
    if more or inner.name or REST in inner.arguments:
        raise InputError(f"{place}: {key} is an optimizer alone, without a name, a schedule and a rest")
    check_lane(inner, (*path, key), lambda _: place, 0)


def _is_value(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_value, value))
    return value is None or isinstance(value, bool | str) or is_number(value)
