"""Rows of a lane that walks only to be looked at: its loss, and nothing kept."""

import math
from collections.abc import Callable

from torch import Tensor

from opttui.race.history import History
from opttui.race.plane import Plane
from opttui.record.layout import Row


class BareRows:
    """Costs a step nothing but reading its loss."""

    known_at_once = True
    at_once = False
    history: History | None = None

    def __init__(self) -> None:
        self.clock: Callable[[], float] = float  # time is not measured: it is always 0
        self.seconds = 0.0
        self.losses: list[float] = []
        self._row: Row = (0, 0, 0, math.nan, 0, math.nan, math.nan, math.nan, math.nan)

    def before(self, loss: Tensor) -> float:
        """Loss."""
        self.losses.append(loss.item())
        return self.losses[-1]

    def after(self) -> None:
        """Nothing."""

    def add(self, step: int, evaluations: int, lr: float, moments: tuple[float, ...], updated: bool) -> None:
        """Finish the row."""
        nan = math.nan
        self._row = (step, evaluations, 0.0, self.losses[-1], lr, nan, nan, nan, nan)

    def drain(self, wait: bool) -> list[Row]:
        """None."""
        return []

    def turn(self, plane: Plane) -> None:
        """Nothing is drawn."""

    def go_on(self, seconds: float, last: Row | None) -> None:
        """Go on where another lane stood, after its row `last`."""
        self.seconds, self._row = seconds, last or self._row

    def newest(self) -> tuple[Row, Row | None]:
        """The newest row; the one before it is not kept."""
        return self._row, None
