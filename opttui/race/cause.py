"""Why a lane diverged or failed, in words. Knows no step and no record."""

import math
from collections.abc import Iterable

import torch
from torch import Tensor

from opttui.traces import line_of, place_of, trace_of

TAKE_SPARSE = "SGD, Adagrad, SparseAdam and LBFGS take sparse gradients"


def divergence(
    loss: float, parameters: Iterable[tuple[str, Tensor]], grad_norm: float, past: tuple[float, float] | None
) -> str:
    """A sentence: what the loss became, which tensor is not finite, how large the gradient was.

    Args:
        loss: The loss that is not finite.
        parameters: Names and values of the parameters at which it was evaluated.
        grad_norm: Norm of the gradient there.
        past: The loss and the gradient norm one step before; None at the first step.
    """
    parts = [f"the loss became {word(loss)}"]
    broken = first_broken(parameters)
    if broken:
        parts.append(f"parameter {broken[0]} holds {broken[1]}")
    else:
        parts.append("all parameters are still finite")
    if past:
        parts.append(f"one step before the loss was {past[0]:.4g} and the gradient norm {past[1]:.4g}")
    elif math.isfinite(grad_norm):
        parts.append(f"the gradient norm is {grad_norm:.4g}")
    return "; ".join(parts)


def first_broken(parameters: Iterable[tuple[str, Tensor]]) -> tuple[str, str] | None:
    """The first parameter that holds a value that is not finite, and that value."""
    for name, tensor in parameters:
        values = tensor.detach()
        if not bool(torch.isfinite(values).all()):
            bad = values[~torch.isfinite(values)].flatten()[0]
            return name, word(float(bad))
    return None


def word(value: float) -> str:
    """nan, inf or -inf."""
    return "NaN" if math.isnan(value) else ("infinite" if value > 0 else "minus infinite")


def failure(error: BaseException) -> tuple[str, str]:
    """An exception of an optimizer or a problem: one line with its place, and the traceback without our own frames."""
    line = line_of(error)
    if "not support sparse gradients" in line:
        line = f"{line.rstrip('.')}; {TAKE_SPARSE}"
    place = place_of(error)
    return f"{line} ({place})" if place else line, trace_of(error)
