"""Starts by the functions of torch.nn.init: one rule for the matrices of a model, one for its biases. Knows no lane."""

import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from opttui.errors import InputError
from opttui.scenario.init_table import INITIALISERS, NONLINEARITIES
from opttui.scenario.specs import InitSpec

Fill = Callable[[Tensor], object]
"""Fills a tensor in place. The function below spells it out, since scripts paste it."""


def initialise(
    model: nn.Module,
    seed: int,
    weights: Callable[[Tensor], object] | None = None,
    bias: Callable[[Tensor], object] | None = None,
    scale: float = 1.0,
    skipped: tuple[str, ...] = (),
) -> None:
    """Fill the parameters one after another, from the seed: matrices by `weights` and times `scale`, biases by `bias`.

    A matrix has two dimensions or more, and a bias one and a name that says so; scales of normalisations stay as they
    are. Values are drawn on the CPU, so that they are the same on every device. It takes torch's random stream.
    """
    torch.manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            value = parameter.detach().cpu()
            matrix = value.ndim >= 2
            fill = weights if matrix else bias if name.endswith("bias") else None
            if fill is not None and name not in skipped:
                fill(value)
            parameter.copy_(value * scale if matrix else value)


def start(model: nn.Module, spec: InitSpec, seed: int, place: str) -> str:
    """Give a model the start that a spec asks for; returns what was done, and what was left as it was and why.

    InputError, at the place, when there is nothing to initialise, or torch refuses.
    """
    matrices = [name for name, parameter in model.named_parameters() if parameter.ndim >= 2]
    if not matrices:
        raise InputError(f"{place}: the problem has no matrices to initialise.")
    left = skipped(model, spec)
    if spec.weights and len(left) == len(matrices):
        raise InputError(f"{place}: {spec.weights} fits none of the problem's matrices: {left[matrices[0]]}.")
    try:
        with warnings.catch_warnings():
            # torch warns of odd bounds and of empty tensors; the values are what was asked for.
            warnings.simplefilter("ignore")
            initialise(model, seed, filler(spec.weights, spec.arguments), *rest(spec), tuple(left))
    except (ValueError, RuntimeError, AssertionError) as error:
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise InputError(
            f"{place}: {spec.weights or spec.bias} cannot fill the problem's tensors: {reason}."
        ) from error
    return told(model, spec, left)


def rest(spec: InitSpec) -> tuple[Fill | None, float]:
    """The rule for the biases, and the scale."""
    name = bias_of(spec)
    return filler(name, spec.bias_arguments), spec.scale


def bias_of(spec: InitSpec) -> str:
    """Name of the rule for the biases; empty: as the problem has them."""
    return spec.bias or ("zeros" if spec.weights else "")


def filler(name: str, arguments: dict[str, Any]) -> Fill | None:
    """The function of torch.nn.init with its arguments; a gain by name is looked up."""
    if not name:
        return None
    function = getattr(nn.init, f"{name}_")
    given = {key: gain_of(key, value) for key, value in arguments.items()}
    return lambda tensor: function(tensor, **given)


def gain_of(key: str, value: Any) -> Any:
    """A gain that is given as the name of a nonlinearity."""
    return nn.init.calculate_gain(value) if key == "gain" and value in NONLINEARITIES else value


def skipped(model: nn.Module, spec: InitSpec) -> dict[str, str]:
    """Matrices that the rule cannot fill, with the reason."""
    if not spec.weights:
        return {}
    entry = INITIALISERS[spec.weights]
    found = ((name, parameter.ndim) for name, parameter in model.named_parameters() if parameter.ndim >= 2)
    return {name: entry.complaint(ndim) for name, ndim in found if entry.complaint(ndim)}


def told(model: nn.Module, spec: InitSpec, left: dict[str, str]) -> str:
    """A sentence: how many tensors got which start, and what was left as it was."""
    shapes = [(name, parameter.ndim) for name, parameter in model.named_parameters()]
    matrices = sum(ndim >= 2 for _, ndim in shapes) - len(left)
    biases = sum(ndim < 2 and name.endswith("bias") for name, ndim in shapes)
    others = [name for name, ndim in shapes if ndim < 2 and not name.endswith("bias")]
    parts = [f"{spec.weights} for {counted(matrices, 'matrix', 'matrices')}"] if spec.weights else []
    if bias_of(spec) and biases:
        parts.append(f"{bias_of(spec)} for {counted(biases, 'bias', 'biases')}")
    if spec.scale != 1.0:
        parts.append(f"matrices times {spec.scale:g}")
    kept = [f"{name} as it was: {reason}" for name, reason in left.items()]
    kept += [f"{name} as it was: neither a matrix nor a bias" for name in others] if spec.weights else []
    if len(kept) > MOST_KEPT:
        kept = [*kept[:MOST_KEPT], f"{len(kept) - MOST_KEPT} more as they were"]
    return "; ".join([", ".join(parts) or "the problem's own", *kept])


MOST_KEPT = 6
"""Tensors that were left as they were and are told by name."""


def counted(count: int, one: str, many: str) -> str:
    """`1 matrix`, `2 matrices`."""
    return f"{count} {one if count == 1 else many}"
