"""A matrix as the product of a tall and a wide one, learnt from the entries that are known. Knows no data."""

import torch
from torch import Tensor, nn


class Factors(nn.Module):
    """rows × columns, written as left @ right with `rank` numbers for each row and each column."""

    def __init__(self, rows: int, columns: int, rank: int) -> None:
        super().__init__()
        self.left = nn.Parameter(0.1 * torch.randn(rows, rank))
        self.right = nn.Parameter(0.1 * torch.randn(rank, columns))

    def forward(self) -> Tensor:
        return self.left @ self.right


def known_entries(rows: int, columns: int, share: float) -> Tensor:
    """Which entries lanes learn from: True for about `share` of them, the same for every seed."""
    return torch.rand(rows, columns, generator=torch.Generator().manual_seed(0)) < share


def factors_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean squared error over the known entries: those where the second matrix is 1 and not 0."""
    matrix, known = batch
    loss: Tensor = (((model() - matrix) * known) ** 2).sum() / known.sum()
    return loss
