"""Norms of gradients and updates over all parameters of an optimizer, on their devices. Writes to nothing but its own
copies, and keeps no graph.

What a measurement costs is mostly calls: parameters are copied side by side, so that one norm is taken of all of them
(6 µs for 9,000 numbers; tensor by tensor 22 µs).
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

from opttui.race.device_rows import values_of

ROOM = 256 * 2**20
"""Bytes of parameters above which no copy of them is made, so that no update is measured."""
SMALL = 1 << 15
"""Parameters up to which gradients are copied side by side too, on a CPU: beyond, copying costs more than calls."""

Kind = tuple[torch.device, torch.dtype]


class Norms:
    """Of one optimizer, whose groups may change. Called while no gradients are recorded."""

    def __init__(self, optimizer: Callable[[], Any], room: int = ROOM) -> None:
        """`optimizer`: hands it out while it lives; `room`: bytes that a copy of the parameters may take."""
        self._optimizer = optimizer
        self._room = room
        self._made_for: list[tuple[Any, ...]] = []
        """Shapes and kinds of the parameters for which there is room below."""
        self._old = Copies([])
        self._gradients: Copies | None = None
        """Room for gradients, where they are few."""
        self._measured: list[Tensor] = []
        """The parameters whose copies are from before the step that is under way."""

    def parameters(self) -> list[Tensor]:
        """All that the optimizer has now."""
        return [parameter for group in self._optimizer().param_groups for parameter in group["params"]]

    def gradient(self) -> float | Tensor:
        """The gradient's norm; NaN where no parameter has a gradient. A tensor where it is on a device."""
        found = [parameter.grad for parameter in self.parameters()]
        if self._gradients is not None and self._gradients.fit(found):
            return self._gradients.norm_of(found)
        norm = norm_of(values_of(gradient) for gradient in found if gradient is not None)
        scale = getattr(self._optimizer(), "grad_scale", None)
        # A fused step under a GradScaler unscales inside its kernel: until then gradients are too large by its factor.
        return (
            norm / scale.to(norm.device) if isinstance(scale, Tensor) and isinstance(norm, Tensor) else norm
        )

    def keep(self) -> None:
        """Copy the parameters before a step."""
        parameters = self.parameters()
        self._measured = []
        shapes = [(parameter.shape, parameter.dtype, parameter.device) for parameter in parameters]
        if shapes != self._made_for:
            self._make_room(parameters)
            self._made_for = shapes
        if self._old.parts:
            torch._foreach_copy_(self._old.parts, parameters)
            self._measured = parameters

    def update(self) -> float | Tensor:
        """The norm of what the step did; NaN where no copy was made."""
        if not self._measured:
            return math.nan
        torch._foreach_sub_(self._old.parts, self._measured)
        self._measured = []
        return self._old.norm()

    def _make_room(self, parameters: list[Tensor]) -> None:
        size = sum(parameter.nbytes for parameter in parameters)
        dense = all(parameter.layout == torch.strided for parameter in parameters)
        self._old = Copies(parameters if dense and size <= self._room else [])
        few = sum(parameter.numel() for parameter in parameters) <= SMALL
        cpu = all(parameter.device.type == "cpu" for parameter in parameters)
        self._gradients = Copies(parameters) if few and cpu and dense else None


class Copies:
    """Room for tensors like some others; those of a kind lie side by side."""

    def __init__(self, like: list[Tensor]) -> None:
        self.parts: list[Tensor] = [torch.empty(0)] * len(like)
        self._flats: list[Tensor] = []
        groups: dict[Kind, list[int]] = {}
        for place, tensor in enumerate(like):
            groups.setdefault((tensor.device, tensor.dtype), []).append(place)
        for (device, dtype), places in groups.items():
            sizes = [like[place].numel() for place in places]
            flat = torch.empty(sum(sizes), device=device, dtype=dtype)
            self._flats.append(flat)
            for place, part in zip(places, torch.split(flat, sizes), strict=True):
                self.parts[place] = part.view(like[place].shape)

    def fit(self, tensors: list[Tensor | None]) -> bool:
        """Whether all of some tensors can be copied here: none is missing, and none is sparse."""
        return len(tensors) == len(self.parts) and all(
            tensor is not None and tensor.layout == torch.strided and tensor.dtype == part.dtype
            for tensor, part in zip(tensors, self.parts, strict=True)
        )

    def norm_of(self, tensors: list[Any]) -> float | Tensor:
        """The norm of tensors that fit."""
        torch._foreach_copy_(self.parts, tensors)
        return self.norm()

    def norm(self) -> float | Tensor:
        """The norm of all that lies here."""
        return norm_of(self._flats)


def norm_of(tensors: Iterable[Tensor]) -> float | Tensor:
    """Euclidean norm over all tensors: a number on the CPU, else a tensor on the first device that is none; NaN of none."""
    groups: dict[Kind, list[Tensor]] = {}
    for tensor in tensors:
        if tensor.numel():
            groups.setdefault((tensor.device, tensor.dtype), []).append(tensor)
    parts: list[float] = []
    there: list[Tensor] = []
    for (device, dtype), members in groups.items():
        norms = norms_of(members, dtype)
        if device.type == "cpu":
            parts += [norm.item() for norm in norms]
        else:
            there.append(norms[0] if len(norms) == 1 else torch.linalg.vector_norm(torch.stack(norms)))
    if not there:
        return math.hypot(*parts) if parts else math.nan
    first = there[0].device
    together = torch.stack([norm.to(first, torch.float32, non_blocking=True) for norm in there])
    norm: Tensor = torch.linalg.vector_norm(together) if len(there) > 1 else there[0]
    return torch.hypot(norm, torch.full_like(norm, math.hypot(*parts))) if parts else norm


def norms_of(tensors: list[Tensor], dtype: torch.dtype) -> list[Tensor]:
    """Norms of tensors of one kind; of half precision in float32, since their squares overflow."""
    wide = torch.float32 if dtype in (torch.float16, torch.bfloat16) else None
    if len(tensors) == 1:
        return [torch.linalg.vector_norm(tensors[0], dtype=wide)]
    return list(torch._foreach_norm(tensors, 2, dtype=wide) if wide else torch._foreach_norm(tensors))
