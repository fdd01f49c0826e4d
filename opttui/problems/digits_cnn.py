"""Handwritten digits and a small convolutional network: weights that are shared, and matrices that are not square."""

import torch
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.digits import DATA, digits, held_out_metrics, training_digits
from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo


def cnn_model(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """Two convolutions of 8 and 16 channels, one pooling, one linear layer, as PyTorch initialises them."""
    torch.manual_seed(seed)
    model = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(256, 10),
    )
    return model.to(device, dtype)


def cnn_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean cross-entropy of the batch, in nats."""
    x, y = batch
    return nn.functional.cross_entropy(model(x), y)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = setting.batch_size or 64
    train = training_digits(setting.dtype, setting.device)
    return Problem(
        info=ProblemInfo(
            title="Handwritten digits, CNN",
            parameters=3818,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-0.2, 0.2, -0.2, 0.2),
            metrics=("loss", "accuracy"),
            data=DATA,
        ),
        model=cnn_model(setting.seed, setting.dtype, setting.device),
        loss=cnn_loss,
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=held_out_metrics(setting.dtype, setting.device),
        landscape=lambda model: cnn_loss(model, train),
        code=Code(
            imports=(
                "import functools",
                "import math",
                "from sklearn.datasets import load_digits",
                "from torch import Tensor, nn",
            ),
            functions=(digits, training_digits, cnn_model, cnn_loss, epoch_order, take_batch),
            data="training_digits(DTYPE, DEVICE)",
            model="cnn_model(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="cnn_loss(model, batch)",
            held_out="tuple(part[:360] for part in digits(DTYPE, DEVICE))",
            metrics=(
                '{"loss": cnn_loss(model, held_out), '
                '"accuracy": (model(held_out[0]).argmax(dim=1) == held_out[1]).double().mean()}'
            ),
        ),
    )
