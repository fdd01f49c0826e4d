"""From a lane's recipe to an optimizer. Knows no race."""

import copy
import inspect
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from opttui.errors import InputError
from opttui.optimizers.make import make
from opttui.optimizers.quirks import advice
from opttui.record.manifest import Call
from opttui.scenario.foreign import short_name
from opttui.traces import line_of, raised, words_of


def build_optimizer(call: Call, model: nn.Module, lane: str) -> Optimizer:
    """The optimizer over the model's parameters. InputError with its own reason when it refuses.

    Arguments are copied, since optimizers keep and change some of them in place.
    """
    try:
        optimizer: Optimizer = make(copy.deepcopy(call), model)
    except InputError as error:
        raise InputError(sentence(f"lane '{lane}': {error.message}"), error.hint) from error
    except raised() as error:
        raise refused(lane, short_name(call.kind), error) from error
    if not (callable(getattr(optimizer, "step", None)) and callable(getattr(optimizer, "zero_grad", None))):
        kind = type(optimizer).__name__
        raise InputError(
            f"lane '{lane}': {call.kind} is no optimizer: it makes a {kind}, which takes no steps."
        )
    for group in getattr(optimizer, "param_groups", None) or []:
        rate = group.get("lr")
        if not (
            rate is None or isinstance(rate, int | float) or (isinstance(rate, Tensor) and rate.numel() == 1)
        ):
            raise InputError(
                f"lane '{lane}': {short_name(call.kind)} has {rate!r} as its lr, which is no number."
            )
    return optimizer


def as_declared(kind: type, arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with lists turned into tuples where the default is one (TOML has no tuples)."""
    defaults = {name: p.default for name, p in inspect.signature(kind).parameters.items()}
    return {
        name: tuple(value)
        if isinstance(value, list) and isinstance(defaults.get(name), tuple)
        else copy.deepcopy(value)
        for name, value in arguments.items()
    }


def needs_closure(optimizer: object) -> bool:
    """Whether `step` cannot do without a closure (of torch's own: LBFGS)."""
    closure = inspect.signature(type(optimizer).step).parameters.get("closure")  # type: ignore[attr-defined]
    return closure is not None and closure.default is inspect.Parameter.empty


def refused(lane: str, what: str, error: BaseException) -> InputError:
    """What the library said, as a sentence about the lane, and what is known to help."""
    said = words_of(error).strip()
    reason = said.splitlines()[0] if said and not isinstance(error, SystemExit) else line_of(error)
    words = f"lane '{lane}': {what} refuses its arguments: {reason.rstrip('.')}."
    return InputError(words, advice(said))


def sentence(text: str) -> str:
    """With its full stop, once."""
    return text if text.endswith((".", "?", "!")) else text + "."
