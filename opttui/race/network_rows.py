"""Rows of a network on the CPU: parameters and gradients are gathered at each step and measured by blocks of steps.

In a step, with cold caches, each NumPy call costs about 10 µs whatever its size, since its code has to come from memory;
torch's `_foreach_copy_` is warm from the optimizer. So a step copies, and NumPy measures whole blocks. Each row is reduced
by itself, so that no value depends on where a block began.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from opttui.race.plane import Plane
from opttui.race.rows import stretches
from opttui.record.layout import Row

BLOCK_BYTES = 1 << 19
"""Room for a block's parameters: it should stay in a core's cache."""
LONGEST = 64

Floats = NDArray[Any]
Part = tuple[int, int, float, float, float]
"""Step, evaluations, seconds, loss, lr."""


class NetworkRows:
    """Rows whose loss is read at once and whose norms and points are computed by blocks."""

    known_at_once = True

    def __init__(self, parameters: list[nn.Parameter], plane: Plane, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.seconds = 0.0
        self._parameters = parameters
        self._both = np.concatenate([both.numpy() for both in plane.directions], axis=1)
        start = np.concatenate([start.numpy().ravel() for start in plane.start])
        self._origin_x, self._origin_y = self._both.dot(start).tolist()
        self._length = min(LONGEST, max(1, BLOCK_BYTES // (2 * start.nbytes)))
        self._points = Block(parameters, self._length + 1)
        """The parameters before each step of the block, and after its last one."""
        self._gradients = Block(parameters, self._length)
        self._moved = np.empty_like(start)
        self._parts: list[Part] = []
        self._loss = math.nan
        self._rows: list[Row] = []
        self._last: Row | None = None
        self._before_last: Row | None = None
        self._pointers: list[int] = []
        self._values: list[Tensor] = []
        self._copy_parameters(0)

    def before(self, loss: Tensor) -> float:
        """Loss; keeps a copy of the gradient."""
        gradients = [parameter.grad for parameter in self._parameters]
        self._gradients.put(len(self._parts), gradients)
        self._loss = loss.item()
        return self._loss

    def after(self) -> None:
        """Keeps a copy of the parameters."""
        self._copy_parameters(len(self._parts) + 1)

    def add(self, step: int, evaluations: int, lr: float, moments: tuple[float, ...], updated: bool) -> None:
        """Finish the row."""
        self.seconds += stretches(moments)
        self._parts.append((step, evaluations, self.seconds, self._loss, lr))
        if not updated:
            self._points.values[len(self._parts)] = math.nan
        if len(self._parts) == self._length:
            self._measure()

    def drain(self, wait: bool) -> list[Row]:
        """All rows since the last call."""
        self._measure()
        rows, self._rows = self._rows, []
        return rows

    def newest(self) -> tuple[Row, Row | None]:
        """The newest row and the one before it."""
        self._measure()
        assert self._last is not None
        return self._last, self._before_last

    def _measure(self) -> None:
        """Turn the block into rows."""
        count = len(self._parts)
        if not count:
            return
        points, gradients, both, moved = self._points.values, self._gradients.values, self._both, self._moved
        for index, part in enumerate(self._parts):
            x, y = both.dot(points[index]).tolist()
            np.subtract(points[index + 1], points[index], out=moved)
            place = (x - self._origin_x, y - self._origin_y)
            self._rows.append((*part, norm(gradients[index]), norm(moved), *place))
        newest = [*([self._last] if self._last else []), *self._rows[-2:]]
        self._last, self._before_last = newest[-1], newest[-2] if len(newest) > 1 else None
        points[0] = points[count]
        self._parts.clear()

    def _copy_parameters(self, index: int) -> None:
        pointers = [parameter.data_ptr() for parameter in self._parameters]
        if pointers != self._pointers:
            # An optimizer may move a parameter's memory; its alias is kept as long as it does not.
            self._pointers = pointers
            self._values = [parameter.detach() for parameter in self._parameters]
        torch._foreach_copy_(self._points.rows[index], self._values)


class Block:
    """Room for some copies of all parameters or gradients, each copy one row."""

    def __init__(self, parameters: list[nn.Parameter], length: int) -> None:
        sizes = [parameter.numel() for parameter in parameters]
        room = torch.zeros(length, sum(sizes), dtype=parameters[0].dtype)
        self.values: Floats = room.numpy()
        """Shape (length, number of parameters)."""
        self.rows = [
            [part.view(parameter.shape) for part, parameter in zip(row.split(sizes), parameters, strict=True)]
            for row in room
        ]

    def put(self, index: int, gradients: list[Tensor | None]) -> None:
        """Copy gradients into a row; one that is missing counts as zero, and of a sparse one the parts are summed."""
        try:
            torch._foreach_copy_(self.rows[index], gradients)  # type: ignore[arg-type]
        except (TypeError, RuntimeError):
            for place, gradient in zip(self.rows[index], gradients, strict=True):
                place.copy_(torch.zeros(()) if gradient is None else gradient.to_dense())


def norm(values: Floats) -> float:
    """Euclidean norm, in float64 where the sum of squares overflows."""
    square = float(values.dot(values))
    if not math.isfinite(square):
        square = float(np.square(values, dtype=np.float64).sum())
    return math.sqrt(square)
