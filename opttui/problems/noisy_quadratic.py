"""A bowl of 100 dimensions with noise: curvatures 1, 1/2, … 1/100, and every batch has its minimum elsewhere.

The noisy quadratic model (Zhang et al. 2019): the largest curvature bounds the learning rate, the smallest decides the
time, and the noise decides how low a constant learning rate can get.
"""

from typing import cast

import torch
from torch import Tensor, nn

from opttui.problems.batches import drawn_size
from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo


class Bowl(nn.Module):
    """A place in 100 dimensions, at first from a standard normal distribution."""

    def __init__(self) -> None:
        super().__init__()
        self.place = nn.Parameter(torch.randn(100))


def bowl(seed: int, dtype: torch.dtype, device: torch.device) -> Bowl:
    """The start, from the seed."""
    torch.manual_seed(seed)
    return Bowl().to(device, dtype)


def curvatures(dtype: torch.dtype, device: torch.device) -> Tensor:
    """1, 1/2, 1/3, … 1/100."""
    return (1 / torch.arange(1, 101, dtype=torch.float64)).to(device, dtype)


def quadratic_noise(curvature: Tensor, samples: int, seed: int, step: int) -> tuple[Tensor, Tensor]:
    """Curvatures, and where a step's minimum lies: the mean of some samples whose spread makes gradients as noisy as steep.

    A sample's variance is 0.01 / curvature in each direction, so that its gradient's is 0.01 · curvature.
    """
    generator = torch.Generator().manual_seed((seed * 1_000_003 + step) % 2**63)
    noise = torch.randn(samples, 100, generator=generator, dtype=torch.float64).mean(dim=0)
    return curvature, 0.1 * noise.to(curvature.device, curvature.dtype) / curvature.sqrt()


def quadratic_loss(model: Bowl, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Half the sum of curvature times squared distance from the minimum."""
    curvature, minimum = batch
    loss: Tensor = 0.5 * (curvature * (model.place - minimum) ** 2).sum()
    return loss


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = drawn_size(setting.batch_size or 16)
    curvature = curvatures(setting.dtype, setting.device)
    without_noise = (curvature, torch.zeros_like(curvature))

    def batches() -> object:
        own = curvature.clone()
        return lambda step: quadratic_noise(own, size, setting.seed, step)

    return Problem(
        info=ProblemInfo(
            title="Noisy quadratic of 100 dimensions",
            parameters=100,
            batch_size=size,
            samples=0,
            plane="random plane through the start",
            view=(-10.0, 10.0, -10.0, 10.0),
            metrics=("loss",),
            data="computed: a step's noise follows from seed and step; the validation loss has none",
        ),
        model=bowl(setting.seed, setting.dtype, setting.device),
        loss=lambda model, batch: quadratic_loss(cast(Bowl, model), batch),
        batches=batches,  # type: ignore[arg-type]
        validate=lambda model: {"loss": quadratic_loss(cast(Bowl, model), without_noise)},
        landscape=lambda model: quadratic_loss(cast(Bowl, model), without_noise),
        code=Code(
            imports=("from torch import Tensor, nn",),
            functions=(Bowl, bowl, curvatures, quadratic_noise, quadratic_loss),
            data="curvatures(DTYPE, DEVICE)",
            model="bowl(SEED, DTYPE, DEVICE)",
            batch=f"quadratic_noise(data, {size}, SEED, step)",
            loss="quadratic_loss(model, batch)",
            held_out="(lambda curvature: (curvature, torch.zeros_like(curvature)))(curvatures(DTYPE, DEVICE))",
            metrics='{"loss": quadratic_loss(model, held_out)}',
        ),
    )
