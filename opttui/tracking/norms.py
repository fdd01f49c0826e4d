"""Norms of gradients and updates over all parameters of an optimizer, on their devices. Writes to nothing but its own
copies, and keeps no graph.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from opttui.race.device_rows import values_of

ROOM = 256 * 2**20
"""Bytes of parameters above which no copy of them is made, so that no update is measured unless asked for."""
FEW = 24
"""Norms of so many tensors on a CPU are read one by one (0.3 µs each), which is cheaper than stacking them (13 µs)."""


class Norms:
    """Of one optimizer; its groups may change."""

    def __init__(self, optimizer: Callable[[], Any], room: int = ROOM) -> None:
        """`optimizer`: hands it out while it lives; `room`: bytes that a copy of the parameters may take."""
        self._optimizer = optimizer
        self._room = room
        self._old: list[Tensor] = []
        self._shapes: list[tuple[Any, ...]] = []
        """What the copies were made for."""
        self._measured: list[Tensor] = []
        """The parameters whose copies are from before the step that is under way."""

    def parameters(self) -> list[Tensor]:
        """All that the optimizer has now."""
        return [parameter for group in self._optimizer().param_groups for parameter in group["params"]]

    def gradient(self) -> float | Tensor:
        """The gradient's norm; NaN where no parameter has a gradient. A tensor where it is on a device."""
        found = (parameter.grad for parameter in self.parameters())
        norm = norm_of(values_of(grad.detach()) for grad in found if grad is not None)
        scale = getattr(self._optimizer(), "grad_scale", None)
        # A fused step under a GradScaler unscales inside its kernel: until then gradients are too large by its factor.
        return (
            norm / scale.to(norm.device) if isinstance(scale, Tensor) and isinstance(norm, Tensor) else norm
        )

    def keep(self) -> None:
        """Copy the parameters before a step."""
        parameters = [parameter.detach() for parameter in self.parameters()]
        self._measured = []
        size = sum(parameter.nbytes for parameter in parameters)
        if not parameters or size > self._room:
            return
        shapes = [(parameter.shape, parameter.dtype, parameter.device) for parameter in parameters]
        if shapes != self._shapes:
            self._old, self._shapes = [torch.empty_like(parameter) for parameter in parameters], shapes
        torch._foreach_copy_(self._old, parameters)
        self._measured = parameters

    def update(self) -> float | Tensor:
        """The norm of what the step did; NaN where no copy was made."""
        if not self._measured:
            return math.nan
        torch._foreach_sub_(self._old, self._measured)
        self._measured = []
        return norm_of(self._old)


def norm_of(tensors: Iterable[Tensor]) -> float | Tensor:
    """Euclidean norm over all tensors: a number on the CPU, else a tensor on the first device that is none."""
    groups: dict[tuple[torch.device, torch.dtype], list[Tensor]] = {}
    for tensor in tensors:
        if tensor.numel():
            groups.setdefault((tensor.device, tensor.dtype), []).append(tensor)
    parts: list[float] = []
    there: list[Tensor] = []
    for (device, dtype), members in groups.items():
        norms = foreach_norm(members, dtype)
        if device.type == "cpu":
            parts.append(total(norms))
        else:
            there.append(torch.linalg.vector_norm(torch.stack(norms)))
    if not there:
        return math.hypot(*parts) if parts else math.nan
    first = there[0].device
    together = torch.stack([norm.to(first, torch.float32, non_blocking=True) for norm in there])
    norm: Tensor = torch.linalg.vector_norm(together) if len(there) > 1 else there[0]
    return torch.hypot(norm, torch.full_like(norm, math.hypot(*parts))) if parts else norm


def foreach_norm(tensors: list[Tensor], dtype: torch.dtype) -> list[Tensor]:
    """Norms of tensors of one kind; of half precision in float32, since their squares overflow."""
    if dtype in (torch.float16, torch.bfloat16):
        return list(torch._foreach_norm(tensors, 2, dtype=torch.float32))
    return list(torch._foreach_norm(tensors))


def total(norms: list[Tensor]) -> float:
    """One norm of norms on the CPU."""
    if len(norms) <= FEW:
        return math.hypot(*[norm.item() for norm in norms])
    return float(torch.linalg.vector_norm(torch.stack(norms)).item())
