"""Rows of a problem of two parameters on the CPU: the parameters are the point drawn. Lists and `hypot`, 4 µs a step."""

import math
from collections.abc import Callable

from torch import Tensor, nn

from opttui.race.history import History
from opttui.race.plane import Plane
from opttui.race.rows import stretches
from opttui.record.layout import Row


class PointRows:
    """Rows whose values are read as they arise."""

    known_at_once = True
    at_once = False

    def __init__(self, parameters: list[nn.Parameter], clock: Callable[[], float]) -> None:
        self.clock = clock
        self.seconds = 0.0
        self.history: History | None = None
        self._parameters = parameters
        self._pointers: list[int] = []
        self._views: list[Tensor] = []
        self._point = self._read()
        self._loss = self._grad_norm = self._update_norm = math.nan
        self._rows: list[Row] = []
        self._last: Row | None = None
        self._before_last: Row | None = None

    def before(self, loss: Tensor) -> float:
        """Loss, gradient norm and point."""
        self._point = self._read()
        gradient: list[float] = []
        for parameter in self._parameters:
            grad = parameter.grad
            if grad is not None:
                gradient += grad.tolist() if grad.ndim == 1 else grad.to_dense().flatten().tolist()
        self._grad_norm = math.hypot(*gradient)
        self._loss = loss.item()
        return self._loss

    def after(self) -> None:
        """Norm of the update."""
        self._update_norm = math.dist(self._read(), self._point)

    def add(self, step: int, evaluations: int, lr: float, moments: tuple[float, ...], updated: bool) -> None:
        """Finish the row."""
        self.seconds += stretches(moments)
        update = self._update_norm if updated else math.nan
        x, y = self._point
        row = (step, evaluations, self.seconds, self._loss, lr, self._grad_norm, update, x, y)
        self._before_last, self._last = self._last, row
        self._rows.append(row)

    def drain(self, wait: bool) -> list[Row]:
        """All rows since the last call."""
        rows, self._rows = self._rows, []
        return rows

    def go_on(self, seconds: float, last: Row | None) -> None:
        """Go on where another lane stood, after its row `last`."""
        self.seconds, self._last = seconds, last

    def newest(self) -> tuple[Row, Row | None]:
        """The newest row and the one before it."""
        assert self._last is not None
        return self._last, self._before_last

    def turn(self, plane: Plane) -> None:
        """There is one plane: the parameters' own."""
        raise RuntimeError("two parameters are drawn as they are")

    def _read(self) -> list[float]:
        pointers = [parameter.data_ptr() for parameter in self._parameters]
        if pointers != self._pointers:
            # An optimizer may move a parameter's memory; views are kept as long as it does not.
            self._pointers = pointers
            self._views = [parameter.detach().view(-1) for parameter in self._parameters]
        point: list[float] = []
        for view in self._views:
            point += view.tolist()
        return point
