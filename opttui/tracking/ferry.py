"""Numbers on their way from where they were computed to the host. On a CPU they are there at once; from a GPU they come
when a copy of them is done, and no step waits for one. Knows no row.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from opttui.race.ring import Ring

Take = Callable[[float], None]


class Ferry:
    """Used from the thread that trains."""

    def __init__(self) -> None:
        self._lines: dict[torch.device, tuple[Ring, deque[Take]]] = {}

    @property
    def under_way(self) -> bool:
        """Whether anything has not come yet."""
        return any(waiting for _, waiting in self._lines.values())

    def send(self, value: Tensor, take: Take) -> None:
        """Have `take` called with the only entry of a tensor, now or at a later `arrive`."""
        value = value.detach()
        if value.device.type == "cpu":
            take(float(value.item()))
            return
        line = self._lines.get(value.device)
        if line is None:
            dtype = torch.float32 if value.device.type == "mps" else torch.float64
            line = self._lines[value.device] = Ring(1, value.device, dtype), deque()
        ring, waiting = line
        ring.slot().copy_(value.reshape(1))
        waiting.append(take)

    def arrive(self, wait: bool = False) -> None:
        """Hand out what has come, in the order in which it was sent, and ship what is new; with `wait`, all of it."""
        for ring, waiting in self._lines.values():
            ring.ship()
            for (value,) in ring.collect(wait):
                waiting.popleft()(value)


def number_in(value: Any) -> float | Tensor | None:
    """The number that a value is; a tensor where it lies on a device; None for what is no number."""
    if isinstance(value, Tensor):
        if value.numel() != 1 or value.is_complex() or value.is_meta:
            return None
        return float(value.item()) if value.is_cpu else value.detach()
    if isinstance(value, str | bytes):
        return None
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None
