"""Rows of a network on the CPU: parameters and gradients are gathered at each step and measured by blocks of steps.

In a step, with cold caches, each NumPy call costs about 10 µs whatever its size, since its code has to come from memory;
torch's `_foreach_copy_` is warm from the optimizer. So a step copies, in one call, and NumPy measures whole blocks. Each
row is reduced by itself, so that no value depends on where a block began.
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
        self._block = Block(parameters, self._length + 1)
        """Gradients and parameters before each update of the block; in its last row the parameters after it."""
        self._moved = np.empty((self._length, start.size), start.dtype)
        self._held = -1
        """The newest row of the block that holds the parameters."""
        self._parts: list[Part] = []
        self._loss = math.nan
        self._rows: list[Row] = []
        self._last: Row | None = None
        self._before_last: Row | None = None
        self._pointers: list[int] = []
        self._values: list[Tensor] = []

    def before(self, loss: Tensor) -> float:
        """Loss; keeps a copy of gradient and parameters."""
        self._held = len(self._parts)
        self._block.put(self._held, [parameter.grad for parameter in self._parameters], self._present())
        self._loss = loss.item()
        return self._loss

    def after(self) -> None:
        """Nothing: the next step's copy, or the end of the block, shows what the update did."""

    def add(self, step: int, evaluations: int, lr: float, moments: tuple[float, ...], updated: bool) -> None:
        """Finish the row."""
        self.seconds += stretches(moments)
        self._parts.append((step, evaluations, self.seconds, self._loss, lr))
        if not updated:
            self._held = len(self._parts)
            self._block.points[self._held] = math.nan
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
        if self._held < count:
            self._block.put_points(count, self._present())
        points, gradients = self._block.points[: count + 1], self._block.gradients[:count]
        # A stack of products: one call a block, and still a BLAS call of its own for each row.
        places = np.matmul(self._both, points[:count, :, np.newaxis])[:, :, 0].tolist()
        updates = norms(np.subtract(points[1:], points[:-1], out=self._moved[:count]))
        for part, (x, y), gradient, update in zip(
            self._parts, places, norms(gradients), updates, strict=True
        ):
            self._rows.append((*part, gradient, update, x - self._origin_x, y - self._origin_y))
        newest = [*([self._last] if self._last else []), *self._rows[-2:]]
        self._last, self._before_last = newest[-1], newest[-2] if len(newest) > 1 else None
        self._parts.clear()
        self._held = -1

    def _present(self) -> list[Tensor]:
        """The parameters as they are."""
        pointers = [parameter.data_ptr() for parameter in self._parameters]
        if pointers != self._pointers:
            # An optimizer may move a parameter's memory; its alias is kept as long as it does not.
            self._pointers = pointers
            self._values = [parameter.detach() for parameter in self._parameters]
        return self._values


class Block:
    """Room for some copies of all gradients and parameters; those of one step lie side by side."""

    def __init__(self, parameters: list[nn.Parameter], length: int) -> None:
        sizes = [parameter.numel() for parameter in parameters]
        room = torch.zeros(length, 2, sum(sizes), dtype=parameters[0].dtype)
        self.gradients: Floats = room[:, 0].numpy()
        """Shape (length, number of parameters)."""
        self.points: Floats = room[:, 1].numpy()
        """The parameters, likewise."""
        self._rows = [
            [
                part.view(parameter.shape)
                for half in both
                for part, parameter in zip(half.split(sizes), parameters, strict=True)
            ]
            for both in room
        ]

    def put(self, index: int, gradients: list[Tensor | None], points: list[Tensor]) -> None:
        """Copy gradients and parameters into a row; a gradient that is missing counts as zero, of a sparse one the
        parts are summed."""
        try:
            torch._foreach_copy_(self._rows[index], [*gradients, *points])  # type: ignore[list-item]
        except (TypeError, RuntimeError):
            for place, gradient in zip(self._rows[index], gradients, strict=False):
                place.copy_(torch.zeros(()) if gradient is None else gradient.to_dense())
            self.put_points(index, points)

    def put_points(self, index: int, points: list[Tensor]) -> None:
        """Copy parameters into a row."""
        torch._foreach_copy_(self._rows[index][len(points) :], points)


def norms(rows: Floats) -> list[float]:
    """Euclidean norm of each row, in float64 where the sum of squares overflows."""
    # The last rows of a lane that diverges overflow: that is no news, and would be noted as a warning of the lane.
    with np.errstate(over="ignore", invalid="ignore"):
        squares: list[float] = np.matmul(rows[:, np.newaxis, :], rows[:, :, np.newaxis])[:, 0, 0].tolist()
    for index, square in enumerate(squares):
        if not math.isfinite(square):
            squares[index] = float(np.square(rows[index], dtype=np.float64).sum())
    return [math.sqrt(square) for square in squares]
