"""Carries out a call: an optimizer over a model's parameters. Knows no lane; `written.py` writes the same in Python."""

from collections.abc import Iterable
from typing import Any

from torch import nn

from opttui.errors import InputError
from opttui.optimizers.both import Both
from opttui.optimizers.kinds import kind_of
from opttui.record.manifest import Call
from opttui.scenario.foreign import short_name


def make(call: Call, model: nn.Module) -> Any:
    """The optimizer. Whatever its class raises goes through."""
    if call.rest is not None:
        return _make_both(call, call.rest, model)
    kind = kind_of(call.kind)
    leading = [_leading(call, what, model) for what in call.leading]
    keywords = {key: as_tuple(value) for key, value in call.arguments.items()}
    for key, inner in call.inner.items():
        if key not in call.leading:
            keywords[key] = kind_of(inner.kind) if inner.as_class else make(inner, model)
    return kind(*leading, **keywords)


def as_tuple(value: Any) -> Any:
    """A value as Python's optimizers want it: sequences as tuples."""
    return tuple(map(as_tuple, value)) if isinstance(value, list | tuple) else value


def chosen(model: nn.Module, which: str) -> Any:
    """The parameters of a call, or its groups of parameters."""
    if which == "all":
        return model.parameters()
    if which == "matrices":
        return [p for p in model.parameters() if p.ndim == 2]
    if which == "rest":
        return [p for p in model.parameters() if p.ndim != 2]
    groups: Iterable[dict[str, Any]] = (
        {"params": [p for p in model.parameters() if p.ndim >= 2], "use_muon": True},
        {"params": [p for p in model.parameters() if p.ndim < 2], "use_muon": False},
    )
    return [group for group in groups if group["params"]]


def _leading(call: Call, what: str, model: nn.Module) -> Any:
    if what == "parameters":
        return chosen(model, call.parameters)
    return model if what == "model" else make(call.inner[what], model)


def _make_both(call: Call, rest: Call, model: nn.Module) -> Any:
    """Matrices to one, everything else to the other. Without any matrix there is nothing to do for the first."""
    if not chosen(model, "matrices"):
        name = short_name(call.kind)
        raise InputError(f"there is no matrix among the parameters for {name}, and the rest is all there is")
    first = make(_only(call, "matrices"), model)
    return Both(first, make(_only(rest, "rest"), model)) if chosen(model, "rest") else first


def _only(call: Call, which: Any) -> Call:
    return Call(call.kind, call.arguments, call.leading, which, call.inner)
