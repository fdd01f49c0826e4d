"""Calling a loss of one's own, and saying what is wrong with what it returns. Knows no file."""

import math
from collections.abc import Callable
from typing import Any, cast

import torch
from torch import Tensor, nn

from opttui.problems.problem import Batch
from opttui.traces import raised

DRAWN = 4
"""Batches over which a drawn plane's loss is averaged."""


class Point(nn.Module):
    """A point to walk with: one parameter."""

    def __init__(self, start: Any) -> None:
        super().__init__()
        point = torch.as_tensor(start)
        if not point.is_floating_point():
            point = point.to(torch.float64)
        elif not isinstance(start, Tensor):
            # Numbers have all their digits; torch would read them in its default dtype.
            point = torch.tensor(start, dtype=torch.float64)
        self.point = nn.Parameter(point.detach().clone())


class Loss:
    """A loss of one's own as every other one: of a model and a batch, a tensor without dimensions."""

    def __init__(self, function: Callable[..., Any], place: str, of_point: bool, alone: bool) -> None:
        self.place = place
        self._function = function
        self._of_point = of_point
        self._alone = alone
        """There are no batches, and the loss is a function of the model alone."""

    def __call__(self, model: nn.Module, batch: Batch) -> Tensor:
        value = self.raw(model, batch)
        if isinstance(value, Tensor) and value.numel() == 1:
            return value if value.ndim == 0 else value.reshape(())
        raise TypeError(f"{self.place}: its loss {complaint_about(value, model)}")

    def raw(self, model: nn.Module, batch: Batch) -> Any:
        """Whatever the function returns."""
        walker = cast(Point, model).point if self._of_point else model
        return self._function(walker) if self._alone else self._function(walker, batch)


def complaint_about(value: Any, model: nn.Module) -> str:
    """What is wrong with a loss, to follow "its loss"; empty when nothing is."""
    if not isinstance(value, Tensor):
        name = "None" if value is None else f"a {type(value).__name__}"
        return f"returned {name}, and a loss is a tensor with one number that was computed from the model"
    if value.numel() != 1:
        return f"returned a tensor of shape {tuple(value.shape)}, and a loss is one number; its mean would be one"
    if not value.requires_grad:
        return "does not depend on the model: it was computed without gradients (a .item(), a detach, a no_grad?)"
    parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
    slopes = torch.autograd.grad(value.reshape(()), parameters, allow_unused=True) if parameters else ()
    if all(slope is None for slope in slopes):
        return "does not depend on the model that it is given; its first argument is the one to use"
    return ""


def metrics_of(validate: Callable[..., Any], walker: Any) -> dict[str, Tensor]:
    """What a validation of one's own returns, as tensors by name; a single number is a loss."""
    found = validate(walker)
    found = found if isinstance(found, dict) else {"loss": found}
    return {str(name): torch.as_tensor(value) for name, value in found.items()}


def landscape_of(loss: Loss, batches: Callable[[], Callable[[int], Batch]]) -> Callable[[nn.Module], Tensor]:
    """The loss over the first few batches; NaN where it raises, since a picture must not end a race."""
    kept: list[Batch] = []

    def landscape(model: nn.Module) -> Tensor:
        try:
            if not kept:
                batch = batches()
                kept.extend(batch(step) for step in range(DRAWN))
            return torch.stack([loss(model, each).detach() for each in kept]).mean()
        except raised():
            return torch.tensor(math.nan)

    return landscape
