"""Where a step leaves what was measured: loss, gradient norm, update norm and the point drawn, off the lane's clock.

What is read decides the cost, not how it is stored (three naive torch reads cost 30 µs a step, 10 % of a step on
Rosenbrock), so each kind of lane has its own way: `point_rows`, `network_rows`, `device_rows`.
"""

from collections.abc import Callable
from typing import Any, Protocol

from torch import Tensor

from opttui.race.history import History
from opttui.race.plane import Plane
from opttui.record.layout import Row

Moment = Any
"""A point in time: seconds on the CPU, a recorded event on a GPU."""


class Rows(Protocol):
    """A lane's rows on their way out."""

    clock: Callable[[], Moment]
    known_at_once: bool
    """Whether a loss is known when it is measured; False on a GPU."""
    at_once: bool
    """Measure each update when it is done: the parameters are others by the time of the next gradient, where an optimizer
    moves them before it calls its closure."""
    seconds: float
    """The lane's own compute time, as far as it is known."""
    history: History | None
    """Parameters at some of its steps; None where they are the point drawn."""

    def before(self, loss: Tensor) -> float | None:
        """Measure before the update; the loss, or None where it is not known yet."""

    def after(self) -> None:
        """Measure the update."""

    def add(self, step: int, evaluations: int, lr: float, moments: tuple[Moment, ...], updated: bool) -> None:
        """Finish the row. `moments` are begin and end of each stretch of the lane's own compute, in turn."""

    def drain(self, wait: bool) -> list[Row]:
        """Rows that are known and were not drained yet; with `wait`, all."""

    def turn(self, plane: Plane) -> None:
        """Draw in another plane from the next row on; all rows must have been drained."""

    def go_on(self, seconds: float, last: Row | None) -> None:
        """Go on where another lane stood, after its row `last`."""

    def newest(self) -> tuple[Row, Row | None]:
        """The newest row and the one before it. Only where losses are known at once."""


def stretches(moments: tuple[float, ...]) -> float:
    """Seconds of the lane's own compute between pairs of moments."""
    own = moments[1] - moments[0]
    return own + moments[3] - moments[2] if len(moments) > 2 else own
