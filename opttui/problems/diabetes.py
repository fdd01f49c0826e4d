"""Linear regression on real data: a convex bowl of eleven dimensions, thirty times as steep one way as another.

Data: scikit-learn's `load_diabetes`, 442 patients, ten measurements and a progression of the disease a year later
(Efron, Hastie, Johnstone and Tibshirani 2004).
"""

import torch
from sklearn.datasets import load_diabetes
from torch import Tensor, nn

from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo

LEARNT = 354
"""Patients that lanes learn from; the other 88 are held out."""


def diabetes(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """Measurements (442, 10) and progression (442, 1), standardised; in an order that no seed changes."""
    x, y = (torch.tensor(part, dtype=torch.float64) for part in load_diabetes(return_X_y=True))
    order = torch.randperm(442, generator=torch.Generator().manual_seed(0))
    x, y = x[order], y[order].unsqueeze(1)
    x, y = (x - x[:354].mean(0)) / x[:354].std(0), (y - y[:354].mean()) / y[:354].std()
    return x.to(device, dtype), y.to(device, dtype)


def training_diabetes(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """The 354 patients that lanes learn from."""
    x, y = diabetes(dtype, device)
    return x[:354], y[:354]


def diabetes_model(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """`nn.Linear(10, 1)` as PyTorch initialises it from the seed."""
    torch.manual_seed(seed)
    return nn.Linear(10, 1).to(device, dtype)


def diabetes_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean squared error, in units of the progression's variance."""
    x, y = batch
    return nn.functional.mse_loss(model(x), y)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    x, y = diabetes(setting.dtype, setting.device)
    train, held_out = (x[:LEARNT], y[:LEARNT]), (x[LEARNT:], y[LEARNT:])

    def batches() -> object:
        own = (train[0].clone(), train[1].clone())
        return lambda step: own

    return Problem(
        info=ProblemInfo(
            title="Diabetes, linear regression",
            parameters=11,
            plane="random plane through the start",
            view=(-2.0, 2.0, -2.0, 2.0),
            metrics=("loss",),
            data="scikit-learn's diabetes: 354 patients to learn from, 88 held out",
        ),
        model=diabetes_model(setting.seed, setting.dtype, setting.device),
        loss=diabetes_loss,
        batches=batches,  # type: ignore[arg-type]
        validate=lambda model: {"loss": diabetes_loss(model, held_out)},
        landscape=lambda model: diabetes_loss(model, train),
        code=Code(
            imports=("from sklearn.datasets import load_diabetes", "from torch import Tensor, nn"),
            functions=(diabetes, training_diabetes, diabetes_model, diabetes_loss),
            data="training_diabetes(DTYPE, DEVICE)",
            model="diabetes_model(SEED, DTYPE, DEVICE)",
            batch="data",
            loss="diabetes_loss(model, batch)",
            held_out="tuple(part[354:] for part in diabetes(DTYPE, DEVICE))",
            metrics='{"loss": diabetes_loss(model, held_out)}',
        ),
    )
