"""Handwritten digits through a bottleneck of two numbers: a long plateau, and a code that can be plotted."""

import torch
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.digits import DATA, digits, held_out_digits, training_digits
from opttui.problems.problem import Code, Look, Problem, Setting
from opttui.record.manifest import ProblemInfo


class Autoencoder(nn.Module):
    """64–32–2–32–64 with tanh, and a sigmoid at the end (Hinton and Salakhutdinov 2006, in small)."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 2))
        self.decoder = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 64), nn.Sigmoid())

    def forward(self, x: Tensor) -> Tensor:
        image: Tensor = self.decoder(self.encoder(x))
        return image


def autoencoder(seed: int, dtype: torch.dtype, device: torch.device) -> Autoencoder:
    """The network as PyTorch initialises it from the seed."""
    torch.manual_seed(seed)
    return Autoencoder().to(device, dtype)


def restoring_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean squared error of the pixels, which lie in 0…1."""
    x, _ = batch
    return nn.functional.mse_loss(model(x), x)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = setting.batch_size or 64
    train = training_digits(setting.dtype, setting.device)
    held_out = held_out_digits(setting.dtype, setting.device)

    def look(model: nn.Module) -> Look:
        return Look(model.get_submodule("encoder")(held_out[0]), labels=held_out[1])

    return Problem(
        info=ProblemInfo(
            title="Handwritten digits, autoencoder of 2 numbers",
            parameters=4354,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-1.0, 1.0, -1.0, 1.0),
            metrics=("loss",),
            data=DATA,
            look="points",
        ),
        model=autoencoder(setting.seed, setting.dtype, setting.device),
        loss=restoring_loss,
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=lambda model: {"loss": restoring_loss(model, held_out)},
        landscape=lambda model: restoring_loss(model, train),
        look=look,
        code=Code(
            imports=(
                "import functools",
                "import math",
                "from sklearn.datasets import load_digits",
                "from torch import Tensor, nn",
            ),
            functions=(
                digits,
                training_digits,
                Autoencoder,
                autoencoder,
                restoring_loss,
                epoch_order,
                take_batch,
            ),
            data="training_digits(DTYPE, DEVICE)",
            model="autoencoder(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="restoring_loss(model, batch)",
            held_out="tuple(part[:360] for part in digits(DTYPE, DEVICE))",
            metrics='{"loss": restoring_loss(model, held_out)}',
        ),
    )
