"""What an optimizer's name stands for: a class of torch, an imported one, one of a file; and what it can be called with.

Importing foreign code runs it: who calls this has been asked for it.
"""

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import torch

from opttui.errors import InputError
from opttui.optimizers.quirks import own_loop, prepare
from opttui.own import kind as what
from opttui.problems.outside import outside
from opttui.scenario.catalogue import OPTIMIZERS
from opttui.scenario.foreign import announced, is_foreign, is_inner, short_name

Kind = Callable[..., Any]
"""A class, or a function that makes an optimizer."""
PARAMETERS = ("params", "parameters", "param_groups", "params_or_model", "named_params")
MODELS = ("model", "module")


@dataclass(frozen=True)
class Shape:
    """How a class wants to be called."""

    leading: tuple[str, ...]
    """What comes before the arguments: "parameters", "model", or the name of the argument that is an optimizer."""
    arguments: dict[str, Any]
    """The others by name, with their defaults; inspect.Parameter.empty where there is none."""
    open: bool
    """Whether it passes on arguments that it does not name."""


def kind_of(name: str) -> Kind:
    """The class of a name. InputError, without a place, when there is none."""
    if is_foreign(name) or (name not in OPTIMIZERS and name in announced()):
        kind = outside(announced().get(name, name))
        prepare(name)
        if why := own_loop(announced().get(name, name)):
            raise InputError(f"{short_name(name)} cannot race: {why}")
        if not callable(kind):
            raise InputError(f"{name} is no optimizer: it is {what(kind)}")
        return kind  # type: ignore[no-any-return]
    return getattr(torch.optim, name)  # type: ignore[no-any-return]


def path_of(name: str) -> str:
    """The name by which the class can be had without opttui: that of an entry point is its import path."""
    return name if is_foreign(name) or name in OPTIMIZERS else announced().get(name, name)


def is_torchs(name: str) -> bool:
    """Whether everything about the optimizer is known from a table."""
    return name in OPTIMIZERS


def shape_of(kind: Kind) -> Shape:
    """How a class wants to be called, from its signature. One without a signature takes parameters and anything."""
    try:
        signature = inspect.signature(kind)
    except (TypeError, ValueError):
        return Shape(("parameters",), {}, open=True)
    leading: list[str] = []
    arguments: dict[str, Any] = {}
    unnamed = False
    for name, parameter in signature.parameters.items():
        if parameter.kind is parameter.VAR_KEYWORD:
            unnamed = True
        elif parameter.kind is parameter.VAR_POSITIONAL:
            continue
        elif name in MODELS and parameter.default is parameter.empty and not arguments:
            leading.append("model")
        elif name in PARAMETERS and not arguments:
            leading.append("parameters")
        elif is_inner(name) and not leading and not arguments:
            leading.append(name)
        elif not leading and not arguments and parameter.default is parameter.empty:
            leading.append("parameters")
        else:
            arguments[name] = parameter.default
    return Shape(tuple(leading or ["parameters"]), arguments, unnamed)


def check_required(name: str, shape: Shape, given: Collection[str], steps: int) -> None:
    """InputError, without a place, for arguments that the class needs and that are not given.

    Args:
        name: Of the optimizer.
        shape: Of its class.
        given: Names of a lane's arguments.
        steps: Of the race, for advice.
    """
    short = short_name(name)
    missing = [key for key, default in shape.arguments.items() if default is inspect.Parameter.empty]
    missing += [key for key in shape.leading if is_inner(key)]
    missing = [key for key in missing if key not in given]
    if missing:
        raise InputError(f"{short} needs {' and '.join(missing)}{_example(missing, steps)}")


def _example(missing: list[str], steps: int) -> str:
    """How the arguments could be written; empty where their names do not tell."""
    values = [_value(key, steps) for key in missing]
    return ", like " + ",".join(map("=".join, zip(missing, values, strict=True))) if all(values) else ""


def _value(key: str, steps: int) -> str:
    if is_inner(key):
        return "AdamW"
    if key in ("lr", "learning_rate"):
        return "0.001"
    if "iter" in key or "steps" in key or "total" in key:
        return str(steps)
    return "1000" if key.startswith("num") else ""
