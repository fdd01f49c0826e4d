"""What a two-dimensional surface is: a formula, and how one looks at it. Knows no array library."""

from collections.abc import Callable
from typing import Any

import msgspec

Box = tuple[float, float, float, float]
"""x_low, x_high, y_low, y_high."""


class Surface(msgspec.Struct, frozen=True):
    """A function of two numbers with the facts that are known about it."""

    name: str
    """What it is called on the command line."""
    title: str
    """What it is, in a few words."""
    formula: Callable[[Any, Any], Any]
    """f(x, y) in plain arithmetic: floats, NumPy arrays and torch tensors alike, elementwise."""
    view: Box
    """The box in which it is usually drawn."""
    minima: tuple[tuple[float, float], ...]
    """Where its least value is taken."""
    least: float
    """That value."""
    start: tuple[float, float]
    """Where optimizers start by convention."""
    source: str
    """Where formula, minima and start are from."""
