"""Rows of a network on the CPU: parameters and gradients are gathered at each step and measured by blocks of steps.

In a step, with cold caches, each NumPy call costs about 10 µs whatever its size, since its code has to come from memory;
torch's `_foreach_copy_` is warm from the optimizer. So a step copies, in one call, and NumPy measures whole blocks. Each
row is reduced by itself, so that no value depends on where a block began.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from opttui.race.history import History
from opttui.race.plane import Plane
from opttui.race.rows import stretches
from opttui.record.layout import Row

BLOCK_BYTES = 1 << 21
"""Room for a block's gradients and parameters."""
LONGEST = 64
STRIP_BYTES = 1 << 18
"""A block is measured in strips of this size, which stay in a core's cache meanwhile."""

Floats = NDArray[Any]
Part = tuple[int, int, float, float, float]
"""Step, evaluations, seconds, loss, lr."""


class NetworkRows:
    """Rows whose loss is read at once and whose norms and points are computed by blocks."""

    known_at_once = True
    at_once = False

    def __init__(
        self, parameters: list[nn.Parameter], plane: Plane, clock: Callable[[], float], history: History
    ) -> None:
        self.clock = clock
        self.seconds = 0.0
        self.history: History | None = history
        self._parameters = parameters
        self._parts: list[Part] = []
        self.turn(plane)
        start = np.concatenate([start.numpy().ravel() for start in plane.start])
        self._length = min(LONGEST, max(1, BLOCK_BYTES // (2 * start.nbytes)))
        self._block = Block(parameters, self._length + 1)
        """Gradients and parameters before each update of the block; in its last row the parameters after it."""
        self._strip = min(self._length, max(1, STRIP_BYTES // (2 * start.nbytes)))
        self._moved = np.empty((self._strip, start.size), start.dtype)
        self._places = np.empty((self._length, 2, 1), start.dtype)
        self._squares = np.empty((2, self._length, 1, 1), start.dtype)
        """Of gradients and updates, summed."""
        self._held = -1
        """The newest row of the block that holds the parameters."""
        self._loss = math.nan
        self._rows: list[Row] = []
        self._last: Row | None = None
        self._before_last: Row | None = None

    def before(self, loss: Tensor) -> float:
        """Loss; keeps a copy of gradient and parameters."""
        self._held = len(self._parts)
        self._block.put(self._held, [parameter.grad for parameter in self._parameters], self._parameters)
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
        if self.at_once or len(self._parts) == self._length:
            self._measure()

    def drain(self, wait: bool) -> list[Row]:
        """All rows since the last call."""
        self._measure()
        rows, self._rows = self._rows, []
        return rows

    def go_on(self, seconds: float, last: Row | None) -> None:
        """Go on where another lane stood, after its row `last`."""
        self.seconds, self._last = seconds, last

    def newest(self) -> tuple[Row, Row | None]:
        """The newest row and the one before it."""
        self._measure()
        assert self._last is not None
        return self._last, self._before_last

    def turn(self, plane: Plane) -> None:
        """Draw in another plane from the next row on."""
        self._measure()
        self._both: Floats = np.concatenate([both.numpy() for both in plane.directions], axis=1)
        start = np.concatenate([start.numpy().ravel() for start in plane.start])
        self._origin_x, self._origin_y = self._both.dot(start).tolist()

    def _measure(self) -> None:
        """Turn the block into rows."""
        count = len(self._parts)
        if not count:
            return
        if self._held < count:
            self._block.put_points(count, self._parameters)
        # The last rows of a lane that diverges overflow: that is no news, and would be noted as its warning.
        with np.errstate(over="ignore", invalid="ignore"):
            for begin in range(0, count, self._strip):
                end = min(count, begin + self._strip)
                self._measure_strip(begin, end)
                if self.history is not None:
                    self.history.rows(self._parts[begin][0], self._block.points[begin:end])
        places = self._places[:count, :, 0].tolist()
        gradients, updates = (squares[:count, 0, 0].tolist() for squares in self._squares)
        for index, (part, (x, y)) in enumerate(zip(self._parts, places, strict=True)):
            gradient, update = gradients[index], updates[index]
            if not math.isfinite(gradient + update):
                gradient, update = self._block.squares(index)
            place = (x - self._origin_x, y - self._origin_y)
            self._rows.append((*part, math.sqrt(gradient), math.sqrt(update), *place))
        newest = [*([self._last] if self._last else []), *self._rows[-2:]]
        self._last, self._before_last = newest[-1], newest[-2] if len(newest) > 1 else None
        self._parts.clear()
        self._held = -1

    def _measure_strip(self, begin: int, end: int) -> None:
        points, gradients = self._block.points[begin : end + 1], self._block.gradients[begin:end]
        # A stack of products: one call a strip, and still a BLAS call of its own for each row.
        np.matmul(self._both, points[:-1, :, np.newaxis], out=self._places[begin:end])
        moved = np.subtract(points[1:], points[:-1], out=self._moved[: end - begin])
        for rows, squares in zip((gradients, moved), self._squares, strict=True):
            np.matmul(rows[:, np.newaxis, :], rows[:, :, np.newaxis], out=squares[begin:end])


class Block:
    """Room for some copies of all gradients and parameters; those of one step lie side by side."""

    def __init__(self, parameters: list[nn.Parameter], length: int) -> None:
        sizes = [parameter.numel() for parameter in parameters]
        # Whatever was there before: a row is written before it is read, and writing two megabytes takes 0.4 ms.
        room = torch.empty((length, 2, sum(sizes)), dtype=parameters[0].dtype)
        self.gradients: Floats = room[:, 0].numpy()
        """Shape (length, number of parameters)."""
        self.points: Floats = room[:, 1].numpy()
        """The parameters, likewise."""
        self._room, self._sizes = room, sizes
        self._shapes = [parameter.shape for parameter in parameters]
        self._rows: list[list[Tensor]] = [[]] * length
        """Of each row, its parts as tensors; empty until it is used, since cutting them all takes 3 ms."""

    def row(self, index: int) -> list[Tensor]:
        """The parts of a row: room for each gradient, then for each parameter."""
        return self._rows[index] or self._cut(index)

    def _cut(self, index: int) -> list[Tensor]:
        self._rows[index] = [
            part.view(shape)
            for half in self._room[index]
            for part, shape in zip(half.split(self._sizes), self._shapes, strict=True)
        ]
        return self._rows[index]

    def put(self, index: int, gradients: list[Tensor | None], points: Sequence[Tensor]) -> None:
        """Copy gradients and parameters into a row; a gradient that is missing counts as zero, of a sparse one the
        parts are summed."""
        # Without gradients, so that copying a parameter is no part of its graph. This way of switching costs 0.5 µs,
        # torch.no_grad() 3 µs; an alias of each parameter would have to be checked for moved memory, for 4 µs.
        enabled = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)
        try:
            torch._foreach_copy_(self.row(index), [*gradients, *points])  # type: ignore[list-item]
        except (TypeError, RuntimeError):
            for place, gradient in zip(self.row(index), gradients, strict=False):
                place.copy_(torch.zeros(()) if gradient is None else gradient.to_dense())
            self.put_points(index, points)
        finally:
            torch._C._set_grad_enabled(enabled)

    @torch.no_grad()
    def put_points(self, index: int, points: Sequence[Tensor]) -> None:
        """Copy parameters into a row."""
        torch._foreach_copy_(self.row(index)[len(points) :], list(points))

    def squares(self, index: int) -> tuple[float, float]:
        """Sums of squares of a row's gradient and of its update in float64, for those that overflow float32."""
        with np.errstate(over="ignore", invalid="ignore"):
            update = np.subtract(self.points[index + 1], self.points[index], dtype=np.float64)
            gradient = np.square(self.gradients[index], dtype=np.float64)
            return float(gradient.sum()), float(np.square(update).sum())
