"""What a problem is to a race: a start, a loss, batches as a function of the step. Knows no optimizer and no lane."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from opttui.record.manifest import ProblemInfo

Batch = Any
"""Whatever the problem's loss takes beside the model; None where there are no data."""


@dataclass(frozen=True)
class Setting:
    """What a race settles before its problem is made."""

    seed: int
    device: torch.device
    dtype: torch.dtype
    batch_size: int | None = None
    start: tuple[float, ...] | str | None = None
    """Start point, or the name of one."""
    dim: int | None = None
    """Dimensions; None: as many as the problem has by itself."""
    noise: float | None = None
    """Standard deviation of what is added to each slope."""


@dataclass(frozen=True)
class Problem:
    """Something to minimise. Lanes get copies of `model` and their own `batches()`, so that none can touch another's."""

    info: ProblemInfo
    model: nn.Module
    """The start, on the device, in the dtype."""
    loss: Callable[[nn.Module, Batch], Tensor]
    """Loss of a model on a batch: a scalar tensor."""
    batches: Callable[[], Callable[[int], Batch]]
    """Makes a lane's batches: a function from the step to that step's batch, the same for every lane."""
    validate: Callable[[nn.Module], dict[str, Tensor]] | None = None
    """Metrics on fixed data that no lane learns from, as scalar tensors; called in evaluation mode without gradients."""
    validate_every: int = 100
    """Steps between two validation rows."""
    epoch: int | None = None
    """Steps of one pass through the data; None where every step sees the whole problem."""
    landscape: Callable[[nn.Module], Tensor] | None = None
    """Loss on fixed data, for drawing a plane; None where the surface has a formula."""
    look: "Callable[[nn.Module], Look] | None" = None
    """What a person would look at of a trained model; called in evaluation mode without gradients."""
    toward: tuple[float, ...] | None = None
    """All parameters in a row of a point that the drawn plane passes through; None where any plane will do."""
    code: "Code | None" = None
    """The same problem as text, for the plain script; None where it has none."""


@dataclass(frozen=True)
class Look:
    """A model's work as something to look at. Its kind is `info.look`, known before anything is computed."""

    values: Tensor
    """image: (rows, columns) in 0…1, row 0 at the top; points and curve: (n, 2)."""
    labels: Tensor | None = None
    """points: a class for each, shape (n,)."""
    truth: Tensor | None = None
    """What a perfect model would show, of the shape of `values`; None where there is no such thing."""


@dataclass(frozen=True)
class Code:
    """A problem's own source, self-contained: what the plain PyTorch script pastes."""

    imports: tuple[str, ...]
    """Import lines beside `import torch`."""
    functions: tuple[Callable[..., Any] | str, ...]
    """Functions and classes in the order in which they are pasted; text stands as it is."""
    data: str
    """Expression for the data, evaluated once."""
    model: str
    """Expression for the start."""
    batch: str
    """Expression for the batch of `step`."""
    loss: str
    """Expression for the loss of `model` on `batch`."""
    held_out: str = ""
    """Expression for the data that no lane learns from, evaluated once; empty where there are none."""
    metrics: str = ""
    """Expression for the metrics of `model` on `held_out`: a dict of scalar tensors."""
    draws: tuple[str, ...] = ()
    """Random streams beside torch's that its code may draw from: python, numpy."""
