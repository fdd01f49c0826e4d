"""The matrix of all digits from two factors of rank 8: two parameters multiply each other, and no network is in sight."""

import torch
from torch import Tensor

from opttui.problems.digits import digits
from opttui.problems.factors import Factors, factors_loss, known_entries
from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo


def digits_matrix(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """All images as (1797, 64) in 0…1; and 1 where an entry is known, 0 where it is held out, of the same shape."""
    matrix, _ = digits(dtype, device)
    return matrix, known_entries(1797, 64, 0.9).to(device, dtype)


def digits_factors(seed: int, dtype: torch.dtype, device: torch.device) -> Factors:
    """Factors of rank 8, from a tenth of a standard normal distribution."""
    torch.manual_seed(seed)
    return Factors(1797, 64, 8).to(device, dtype)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    data = digits_matrix(setting.dtype, setting.device)
    held_out = (data[0], 1 - data[1])

    def batches() -> object:
        own = (data[0].clone(), data[1].clone())
        return lambda step: own

    return Problem(
        info=ProblemInfo(
            title="Digits matrix 1797×64, factors of rank 8",
            parameters=14888,
            plane="random plane through the start",
            view=(-4.0, 4.0, -4.0, 4.0),
            metrics=("loss",),
            data="scikit-learn's digits as one matrix: 90 % of the entries to learn from, 10 % held out",
        ),
        model=digits_factors(setting.seed, setting.dtype, setting.device),
        loss=factors_loss,
        batches=batches,  # type: ignore[arg-type]
        validate=lambda model: {"loss": factors_loss(model, held_out)},
        landscape=lambda model: factors_loss(model, data),
        code=Code(
            imports=("from sklearn.datasets import load_digits", "from torch import Tensor, nn"),
            functions=(digits, known_entries, digits_matrix, Factors, digits_factors, factors_loss),
            data="digits_matrix(DTYPE, DEVICE)",
            model="digits_factors(SEED, DTYPE, DEVICE)",
            batch="data",
            loss="factors_loss(model, batch)",
            held_out="(lambda x, known: (x, 1 - known))(*digits_matrix(DTYPE, DEVICE))",
            metrics='{"loss": factors_loss(model, held_out)}',
        ),
    )
