"""Logistic regression on real data: convex, with batches, and classes that a plane nearly separates.

Data: scikit-learn's `load_breast_cancer`, 569 tumours and 30 measurements of each (UCI's "Breast Cancer Wisconsin
(Diagnostic)", Street, Wolberg and Mangasarian 1993).
"""

import torch
from sklearn.datasets import load_breast_cancer
from torch import Tensor, nn

from opttui.problems.batches import epoch_order, ordered_batches, steps_of_epoch, take_batch
from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo

LEARNT = 455
"""Tumours that lanes learn from; the other 114 are held out."""


def tumours(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """Measurements (569, 30), standardised, and 1 for benign, 0 for malignant (569, 1); in an order of their own."""
    x, y = (torch.tensor(part, dtype=torch.float64) for part in load_breast_cancer(return_X_y=True))
    order = torch.randperm(569, generator=torch.Generator().manual_seed(0))
    x, y = x[order], y[order].unsqueeze(1)
    x = (x - x[:455].mean(0)) / x[:455].std(0)
    return x.to(device, dtype), y.to(device, dtype)


def training_tumours(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """The 455 tumours that lanes learn from."""
    x, y = tumours(dtype, device)
    return x[:455], y[:455]


def tumour_model(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """`nn.Linear(30, 1)` as PyTorch initialises it from the seed; its output is the log-odds."""
    torch.manual_seed(seed)
    return nn.Linear(30, 1).to(device, dtype)


def tumour_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean cross-entropy of the batch, in nats."""
    x, y = batch
    return nn.functional.binary_cross_entropy_with_logits(model(x), y)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    size = setting.batch_size or 32
    x, y = tumours(setting.dtype, setting.device)
    train, held_out = (x[:LEARNT], y[:LEARNT]), (x[LEARNT:], y[LEARNT:])

    def validate(model: nn.Module) -> dict[str, Tensor]:
        scores = model(held_out[0])
        right = ((scores > 0) == (held_out[1] > 0.5)).double().mean()
        return {
            "loss": nn.functional.binary_cross_entropy_with_logits(scores, held_out[1]),
            "accuracy": right,
        }

    return Problem(
        info=ProblemInfo(
            title="Breast cancer, logistic regression",
            parameters=31,
            batch_size=size,
            samples=len(train[0]),
            plane="random plane through the start",
            view=(-2.0, 2.0, -2.0, 2.0),
            metrics=("loss", "accuracy"),
            data="scikit-learn's breast cancer: 455 tumours to learn from, 114 held out",
        ),
        model=tumour_model(setting.seed, setting.dtype, setting.device),
        loss=tumour_loss,
        batches=lambda: ordered_batches(train, size, setting.seed),
        epoch=steps_of_epoch(train, size),
        validate=validate,
        landscape=lambda model: tumour_loss(model, train),
        code=Code(
            imports=(
                "import functools",
                "import math",
                "from sklearn.datasets import load_breast_cancer",
                "from torch import Tensor, nn",
            ),
            functions=(tumours, training_tumours, tumour_model, tumour_loss, epoch_order, take_batch),
            data="training_tumours(DTYPE, DEVICE)",
            model="tumour_model(SEED, DTYPE, DEVICE)",
            batch=f"take_batch(data, {size}, SEED, step)",
            loss="tumour_loss(model, batch)",
            held_out="tuple(part[455:] for part in tumours(DTYPE, DEVICE))",
            metrics=(
                '{"loss": tumour_loss(model, held_out), '
                '"accuracy": ((model(held_out[0]) > 0) == (held_out[1] > 0.5)).double().mean()}'
            ),
        ),
    )
