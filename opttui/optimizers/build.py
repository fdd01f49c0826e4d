"""From a lane's spec to an optimizer and a schedule. Knows no race."""

import copy
import inspect
from typing import Any

from torch import nn
from torch.optim import Optimizer, lr_scheduler
from torch.optim.lr_scheduler import LRScheduler

from opttui.errors import InputError
from opttui.optimizers.kinds import Kind, check_arguments, is_torchs, kind_of, shape_of
from opttui.scenario.foreign import short_name
from opttui.scenario.specs import LaneSpec, ScheduleSpec


def build_optimizer(spec: LaneSpec, model: nn.Module, lane: str, steps: int = 1000) -> Optimizer:
    """The optimizer over all of the model's parameters. InputError with its own reason when it refuses.

    Arguments are copied, since optimizers keep and change some of them in place.
    """
    try:
        kind = kind_of(spec.optimizer)
        if not is_torchs(spec.optimizer):
            check_arguments(spec.optimizer, shape_of(kind), spec.arguments, steps)
    except InputError as error:
        raise InputError(f"lane '{lane}': {error.message}.", error.hint) from error
    arguments = as_declared(kind, spec.arguments)
    try:
        optimizer: Optimizer = kind(model.parameters(), **arguments)
    except Exception as error:
        raise refused(lane, short_name(spec.optimizer), error) from error
    return optimizer


def build_schedule(spec: ScheduleSpec, optimizer: Optimizer, lane: str) -> LRScheduler:
    """The schedule; building it sets the optimizer's first learning rate. InputError when torch refuses."""
    kind = getattr(lr_scheduler, spec.name)
    try:
        schedule: LRScheduler = kind(optimizer, **as_declared(kind, spec.arguments))
    except Exception as error:
        raise refused(lane, spec.name, error) from error
    return schedule


def as_declared(kind: Kind, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with lists turned into tuples where the default is one (TOML has no tuples)."""
    defaults = {name: p.default for name, p in inspect.signature(kind).parameters.items()}
    return {
        name: tuple(value)
        if isinstance(value, list) and isinstance(defaults.get(name), tuple)
        else copy.deepcopy(value)
        for name, value in arguments.items()
    }


def needs_closure(optimizer: Optimizer) -> bool:
    """Whether `step` cannot do without a closure (of torch's own: LBFGS)."""
    closure = inspect.signature(type(optimizer).step).parameters.get("closure")
    return closure is not None and closure.default is inspect.Parameter.empty


def refused(lane: str, what: str, error: Exception) -> InputError:
    """What the library said, as a sentence about the lane."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError(f"lane '{lane}': {what} refuses its arguments: {reason.rstrip('.')}.")
