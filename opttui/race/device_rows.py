"""Rows of a lane on a GPU: values stay on the device until a copy of them has come, and no step waits for one."""

import math
from collections import deque
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor, nn

from opttui.race.history import History
from opttui.race.plane import Plane
from opttui.race.ring import Ring
from opttui.race.rows import Moment
from opttui.record.layout import Row


class Timer(Protocol):
    """Moments that cost no waiting, and the seconds between them once they have passed."""

    def now(self) -> Moment:
        """This moment."""

    def between(self, moments: tuple[Moment, ...]) -> float:
        """Sum of the stretches, in seconds."""


class DeviceRows:
    """Rows that come one or a few drains late."""

    known_at_once = False
    at_once = False

    def __init__(
        self,
        parameters: list[nn.Parameter],
        plane: Plane | None,
        timer: Timer,
        history: History | None = None,
    ) -> None:
        first = parameters[0]
        self.history = history
        self.clock = timer.now
        self.seconds = 0.0
        self._timer = timer
        self._parameters = parameters
        self._plane = plane
        self._ring = Ring(5, first.device, first.dtype)
        self._nothing = torch.full((), math.nan, device=first.device, dtype=first.dtype)
        self._origin = torch.zeros(2, device=first.device, dtype=first.dtype)
        if plane is not None:
            self._origin = projected(plane, list(plane.start))
        self._old = [parameter.detach().clone() for parameter in parameters]
        self._update = self._nothing
        self._held: list[Tensor] = []
        self._waiting: deque[tuple[int, int, float, tuple[Moment, ...]]] = deque()

    def before(self, loss: Tensor) -> None:
        """Enqueue loss, gradient norm and point."""
        parameters = [parameter.detach() for parameter in self._parameters]
        gradients = [values_of(p.grad) for p in self._parameters if p.grad is not None]
        norm = norm_of(gradients) if gradients else self._nothing
        if self._plane is None:
            point = torch.cat([parameter.flatten() for parameter in parameters])
        else:
            point = projected(self._plane, parameters) - self._origin
        self._held = [loss.detach().to(point.dtype), norm, point[0], point[1]]
        self._update = self._nothing
        torch._foreach_copy_(self._old, parameters)

    def after(self) -> None:
        """Enqueue the update's norm."""
        self._update = norm_of(
            torch._foreach_sub([parameter.detach() for parameter in self._parameters], self._old)
        )

    def add(self, step: int, evaluations: int, lr: float, moments: tuple[Moment, ...], updated: bool) -> None:
        """Write the row on the device: one kernel."""
        loss, norm, x, y = self._held
        torch.stack([loss, norm, self._update, x, y], out=self._ring.slot())
        self._waiting.append((step, evaluations, lr, moments))
        if self.history is not None and self.history.due(step):
            self.history.put(step, torch.cat([old.flatten() for old in self._old]))

    def turn(self, plane: Plane) -> None:
        """Draw in another plane from the next row on. Rows that are still on the device must have been drained."""
        self._plane = plane
        self._origin = projected(plane, list(plane.start))

    def drain(self, wait: bool) -> list[Row]:
        """Rows whose copies have come; starts copying the newer ones."""
        self._ring.ship()
        rows: list[Row] = []
        for loss, norm, update, x, y in self._ring.collect(wait):
            step, evaluations, lr, moments = self._waiting.popleft()
            self.seconds += self._timer.between(moments)
            rows.append((step, evaluations, self.seconds, loss, lr, norm, update, x, y))
        return rows

    def go_on(self, seconds: float, last: Row | None) -> None:
        """Go on where another lane stood, after its row `last`."""
        self.seconds = seconds

    def newest(self) -> tuple[Row, Row | None]:
        """Not known here: rows of a device are judged when they are drained."""
        raise RuntimeError("a row on a device is not known before it is drained")


class HostTimer:
    """Moments of a host clock: for devices without events of their own."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.now = clock

    def between(self, moments: tuple[float, ...]) -> float:
        """Sum of the stretches, in seconds."""
        return sum(end - begin for begin, end in zip(moments[::2], moments[1::2], strict=True))


class CudaTimer:
    """Moments on the device's own time line, so that a lane pays for its kernels and not for enqueueing them."""

    def now(self) -> torch.cuda.Event:
        """An event recorded on the current stream."""
        event = torch.cuda.Event(enable_timing=True)  # type: ignore[no-untyped-call]
        event.record()
        return event

    def between(self, moments: tuple[torch.cuda.Event, ...]) -> float:
        """Sum of the stretches, in seconds; the events have passed, since a later copy has."""
        pairs = zip(moments[::2], moments[1::2], strict=True)
        return float(sum(begin.elapsed_time(end) for begin, end in pairs)) / 1000


def values_of(gradient: Tensor) -> Tensor:
    """The entries of a gradient that can differ from zero: of a sparse one, each entry once, with its parts summed."""
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def norm_of(tensors: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Euclidean norm over all tensors, on their device."""
    norm: Tensor = torch.linalg.vector_norm(torch.stack(torch._foreach_norm(list(tensors))))
    return norm


def projected(plane: Plane, parameters: list[Tensor]) -> Tensor:
    """Coordinates of parameters in the plane before its origin is subtracted; shape (2,)."""
    parts = [both @ parameter.flatten() for both, parameter in zip(plane.directions, parameters, strict=True)]
    return torch.stack(parts).sum(dim=0)
