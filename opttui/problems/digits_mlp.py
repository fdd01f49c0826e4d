"""Real handwritten digits and a small network: the least problem on which optimizers differ as they do at work."""

import torch
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.digits import DATA, digits, held_out_metrics, training_digits
from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo


def digits_model(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """64–64–10 with ReLU, as PyTorch initialises it from the seed."""
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10)).to(device, dtype)


def digits_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean cross-entropy of the batch, in nats."""
    x, y = batch
    return nn.functional.cross_entropy(model(x), y)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = setting.batch_size or 64
    train = training_digits(setting.dtype, setting.device)
    return Problem(
        info=ProblemInfo(
            title="Handwritten digits, MLP 64–64–10",
            parameters=4810,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-0.15, 0.15, -0.15, 0.15),
            metrics=("loss", "accuracy"),
            data=DATA,
        ),
        model=digits_model(setting.seed, setting.dtype, setting.device),
        loss=digits_loss,
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=held_out_metrics(setting.dtype, setting.device),
        landscape=lambda model: digits_loss(model, train),
        code=Code(
            imports=(
                "import functools",
                "import math",
                "from sklearn.datasets import load_digits",
                "from torch import Tensor, nn",
            ),
            functions=(digits, training_digits, digits_model, digits_loss, epoch_order, take_batch),
            data="training_digits(DTYPE, DEVICE)",
            model="digits_model(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="digits_loss(model, batch)",
            held_out="tuple(part[:360] for part in digits(DTYPE, DEVICE))",
            metrics=(
                '{"loss": digits_loss(model, held_out), '
                '"accuracy": (model(held_out[0]).argmax(dim=1) == held_out[1]).double().mean()}'
            ),
        ),
    )
