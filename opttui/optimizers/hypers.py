"""The numbers of an optimizer that can be turned while it runs. Knows no lane: it reads and writes parameter groups."""

import math
from typing import Any

from torch.optim import Optimizer

from opttui.errors import InputError

Place = tuple[str, int | None]
"""Key in a parameter group, and the index where its value is a tuple."""

NO_HYPERS = ("params", "step", "k", "initial_lr")
"""Keys of a group that count or remember."""
NOT_NEGATIVE = ("lr", "weight_decay", "eps", "momentum", "dampening", "lr_decay", "lambd", "alpha")


def places(optimizer: Optimizer) -> dict[str, Place]:
    """Hypers by name, `lr` first: every number among the optimizer's defaults; `betas` is `beta1` and `beta2`."""
    found: dict[str, Place] = {}
    groups = getattr(optimizer, "param_groups", None)
    if not groups:
        return found
    group = groups[0]
    known = [key for key in getattr(optimizer, "defaults", None) or group if key not in NO_HYPERS]
    if "lr" in group and "lr" not in known:
        known.append("lr")
    for key in sorted(known, key=lambda key: key != "lr"):
        value = group.get(key)
        if is_number(value):
            found[key] = (key, None)
        elif isinstance(value, (tuple, list)) and value and all(is_number(part) for part in value):
            stem = key if key == "eps" else key.removesuffix("s")
            found |= {f"{stem}{index + 1}": (key, index) for index in range(len(value))}
    return found


def is_number(value: Any) -> bool:
    """Whether a group's value is a number that one can turn (flags are not)."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def read(optimizer: Optimizer, place: Place) -> float:
    """The value in the first parameter group."""
    key, index = place
    value = optimizer.param_groups[0][key]
    return float(value if index is None else value[index])


def write(optimizer: Optimizer, place: Place, value: float) -> None:
    """Set the value in every parameter group that has it, whole numbers staying whole."""
    key, index = place
    for group in optimizer.param_groups:
        if key not in group:
            continue
        old = group[key] if index is None else group[key][index]
        new = int(value) if isinstance(old, int) and value == int(value) else value
        if index is None:
            group[key] = new
        else:
            parts = list(group[key])
            parts[index] = new
            group[key] = tuple(parts)


def check(name: str, value: float, lane: str) -> None:
    """InputError when no optimizer could take the value."""
    if not math.isfinite(value):
        raise InputError(f"lane '{lane}': {name} must be a finite number, not {value!r}.")
    if value < 0 and (name in NOT_NEGATIVE or name.startswith(("beta", "eps"))):
        raise InputError(f"lane '{lane}': {name} must not be negative, and {value!r} is.")
    if name.startswith("beta") and value >= 1:
        raise InputError(f"lane '{lane}': {name} must lie in 0 ≤ {name} < 1, and {value!r} does not.")
