"""Real handwritten digits, for every problem that learns from them. Knows no model.

Data: scikit-learn's `load_digits`, 1,797 images of 8×8 (the test part of UCI's "Optical Recognition of Handwritten
Digits", Alpaydin and Kaynak 1998).
"""

from collections.abc import Callable

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn

HELD_OUT = 360
"""Images that no lane learns from."""
DATA = "scikit-learn's digits: 1,437 images of 8×8 to learn from, 360 held out"


def digits(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """All images as (1797, 64) in 0…1, and their digits as (1797,), in an order that no seed changes."""
    bunch = load_digits()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
    x = torch.tensor(bunch.data / 16, dtype=dtype)[order]
    y = torch.tensor(bunch.target, dtype=torch.int64)[order]
    return x.to(device), y.to(device)


def training_digits(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """The 1,437 images that lanes learn from."""
    x, y = digits(dtype, device)
    return x[360:], y[360:]


def held_out_digits(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """The other 360."""
    x, y = digits(dtype, device)
    return x[:HELD_OUT], y[:HELD_OUT]


def held_out_metrics(dtype: torch.dtype, device: torch.device) -> Callable[[nn.Module], dict[str, Tensor]]:
    """What a classifier's scores on the other 360 are worth: mean cross-entropy in nats, and share of right answers."""
    x, y = held_out_digits(dtype, device)

    def metrics(model: nn.Module) -> dict[str, Tensor]:
        scores = model(x)
        right = (scores.argmax(dim=1) == y).double().mean()
        return {"loss": nn.functional.cross_entropy(scores, y), "accuracy": right}

    return metrics
