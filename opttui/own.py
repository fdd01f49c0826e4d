"""`opttui.Problem`: what a file of one's own hands over to be raced. Imports nothing, torch least of all.

`docs/your-own-problem.md` is its page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """Something to minimise, of one's own."""

    model: Any
    """The start: an `nn.Module`; or a point, as numbers or as a tensor. Every lane gets a copy of its own."""
    loss: Callable[..., Any]
    """`loss(model, batch)`, without batches `loss(model)`; of a point, the point comes in the model's place.

    It returns a tensor with one number. It must use the model that it is given, not one that it finds outside.
    """
    batches: Any = None
    """Where batches come from; None where every step sees the whole problem.

    A `DataLoader`; a `Dataset`; a tensor or a tuple of tensors, of which batches are cut; a list of batches, taken in
    turn; a function from the step to a batch. Whatever is shuffled follows from the race's seed, and every lane gets
    the same.
    """
    validate: Callable[..., Any] | None = None
    """`validate(model)` returns metrics by name, as numbers; called without gradients and in evaluation mode."""
    validate_every: int = 100
    """Steps between two validation rows."""
    batch_size: int | None = None
    """Samples in a batch of tensors or of a `Dataset`; without it tensors are one batch, and a `Dataset` is cut by 32."""
    steps: int | None = None
    """Steps when nobody asks for another number; 1,000 without it."""
    title: str = ""
    """What is minimised, in a few words."""
    axes: tuple[str, str] = ("x", "y")
    """What the two parameters are called, where there are two."""
    view: tuple[float, float, float, float] | None = None
    """x_low, x_high, y_low, y_high of the picture to begin with."""
    minima: Sequence[tuple[float, float]] = ()
    """Where the minima are, of two parameters, if that is known."""

    def __post_init__(self) -> None:
        for name in ("loss", "validate"):
            value = getattr(self, name)
            if not callable(value) and not (name == "validate" and value is None):
                raise TypeError(f"Problem: {name} must be a function, not {kind(value)}")
        for name in ("validate_every", "batch_size", "steps"):
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool) and value >= 1
            if not whole and not (value is None and name != "validate_every"):
                raise TypeError(f"Problem: {name} must be a whole number from 1 on, not {value!r}")
        if not isinstance(self.title, str):
            raise TypeError(f"Problem: title must be a string, not {kind(self.title)}")
        if len(self.axes) != 2 or not all(isinstance(axis, str) for axis in self.axes):
            raise TypeError(f"Problem: axes must be two names, not {self.axes!r}")
        if self.view is not None and (
            len(self.view) != 4 or not (self.view[0] < self.view[1] and self.view[2] < self.view[3])
        ):
            raise TypeError(f"Problem: view must be x_low, x_high, y_low, y_high, not {self.view!r}")


def kind(value: object) -> str:
    """What a value is, in words: `a float`, `None`."""
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
