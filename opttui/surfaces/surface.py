"""What a two-dimensional surface is: a formula, and the facts that are known about it. Knows no array library.

A formula takes the namespace that it calculates in: `math` for floats, `numpy` for arrays, `torch` for tensors. All three
have `sin`, `cos`, `exp` and `sqrt` under the same names; `abs` and powers are Python's own.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

Box = tuple[float, float, float, float]
"""x_low, x_high, y_low, y_high."""

CLASSIC = "classic"
"""Name of the start that a race takes by itself."""


class General(msgspec.Struct, frozen=True):
    """The same function in any number of dimensions from 2 on."""

    formula: Callable[[Any, Any], Any]
    """f(x, xp) of a tensor or array x of shape (n,): one number."""
    minimum: Callable[[int], Sequence[float]]
    """A point with the least value in n dimensions."""
    least: Callable[[int], float] = lambda n: 0.0
    """That value."""


class Surface(msgspec.Struct, frozen=True, kw_only=True):
    """A function of two numbers with what is known about it, and what a race on it begins with."""

    name: str
    """What it is called on the command line."""
    title: str
    """What it is, in a few words."""
    formula: Callable[[Any, Any, Any], Any]
    """f(x, y, xp), elementwise. Its source is pasted into scripts: beside `xp` it uses `math` and `uses`, nothing else."""
    uses: tuple[Callable[..., Any], ...] = ()
    """Functions that the formula calls."""
    view: Box
    """The box in which it is usually drawn."""
    minima: tuple[tuple[float, float], ...]
    """Where its least value is taken; none where it falls without end."""
    least: float | None
    """That value; None where there is none."""
    smooth: bool = True
    """Whether it has a gradient, and a curvature, at its minima."""
    curvature: tuple[float, float] | None = None
    """Least and largest curvature at the first minimum: plain gradient steps hold there below 2 / largest."""
    starts: dict[str, tuple[float, float]]
    """Start points by name, `classic` first: the literature's where it has one."""
    source: str
    """Where formula, minima and start are from."""
    general: General | None = None
    """In more dimensions, where it has a meaning there."""
    only_float64: bool = False
    """Whether float32 loses it: terms that differ by more than its seven digits."""
    lanes: tuple[str, ...]
    """Phrases of the lanes that race when none are named."""
    steps: int
    """Steps when none are named."""
    target: float | None = None
    """Loss at which a lane stops when no target is named: for surfaces without a least value."""

    @property
    def about(self) -> str:
        """Its formula and what is hard about it: the first sentence of the formula's own text."""
        return " ".join((self.formula.__doc__ or "").split("\n\n")[0].split())

    @property
    def start(self) -> tuple[float, float]:
        """Where optimizers start when nothing is said."""
        return self.starts[CLASSIC]


def constant(value: float) -> Callable[[int], Sequence[float]]:
    """Of a minimum whose coordinates are all the same."""
    return lambda n: (value,) * n
