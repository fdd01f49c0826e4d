"""Six linear layers from digits to digits: what they compute is one matrix, what they learn by is not convex.

Saddles at zero and plateaus between the singular values make it the classic model of a deep network's training
(Saxe, McClelland and Ganguli 2014).
"""

import torch
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.digits import DATA, digits, held_out_digits, training_digits
from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo


def deep_linear_model(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """Six matrices of 64×64, as PyTorch initialises them from the seed: 0.003 of what goes in comes out."""
    torch.manual_seed(seed)
    return nn.Sequential(*(nn.Linear(64, 64, bias=False) for _ in range(6))).to(device, dtype)


def copying_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean squared error of the pixels, which lie in 0…1."""
    x, _ = batch
    return nn.functional.mse_loss(model(x), x)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = setting.batch_size or 64
    train = training_digits(setting.dtype, setting.device)
    held_out = held_out_digits(setting.dtype, setting.device)
    return Problem(
        info=ProblemInfo(
            title="Deep linear network, six layers on digits",
            parameters=24576,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-1.0, 1.0, -1.0, 1.0),
            metrics=("loss",),
            data=DATA,
        ),
        model=deep_linear_model(setting.seed, setting.dtype, setting.device),
        loss=copying_loss,
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=lambda model: {"loss": copying_loss(model, held_out)},
        landscape=lambda model: copying_loss(model, train),
        code=Code(
            imports=(
                "import functools",
                "import math",
                "from sklearn.datasets import load_digits",
                "from torch import Tensor, nn",
            ),
            functions=(digits, training_digits, deep_linear_model, copying_loss, epoch_order, take_batch),
            data="training_digits(DTYPE, DEVICE)",
            model="deep_linear_model(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="copying_loss(model, batch)",
            held_out="tuple(part[:360] for part in digits(DTYPE, DEVICE))",
            metrics='{"loss": copying_loss(model, held_out)}',
        ),
    )
