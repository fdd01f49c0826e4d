"""The cosine between each gradient of a lane and the one before it, off the lane's clock. Only where it is asked for."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from opttui.race.ring import Ring
from opttui.race.rows import Rows


class Cosines:
    """Measured together with a lane's rows."""

    def __init__(self, model: nn.Module, rows: Rows, step: Callable[[], int]) -> None:
        """`step` gives the lane's step at each gradient."""
        self._parameters = list(model.parameters())
        first = self._parameters[0]
        self._ring = Ring(1, first.device, first.dtype)
        self._rows = rows
        self._step = step
        self._steps: list[int] = []
        self._before: Tensor | None = None

    def measure(self, loss: Tensor) -> float | None:
        """The row's values, and one more: NaN at the first gradient, and where one is zero."""
        with torch.no_grad():
            parts = [p.grad.to_dense().reshape(-1) for p in self._parameters if p.grad is not None]
            # A copy, also of one part alone: it outlives the step.
            now = torch.cat(parts) if parts else self._parameters[0].new_zeros(1)
            slot, before = self._ring.slot(), self._before
            if before is None or before.shape != now.shape:
                slot.fill_(torch.nan)
            else:
                sizes = torch.linalg.vector_norm(now) * torch.linalg.vector_norm(before)
                slot.copy_((torch.dot(now, before) / sizes).reshape(1))
            self._before = now
        self._steps.append(self._step())
        return self._rows.before(loss)

    def drain(self, wait: bool = False) -> list[tuple[int, float]]:
        """Step and cosine, since the last call; with `wait`, those still on a device too."""
        self._ring.ship()
        found = self._ring.collect(wait)
        steps, self._steps = self._steps[: len(found)], self._steps[len(found) :]
        return [(step, cosine) for step, (cosine,) in zip(steps, found, strict=True)]
