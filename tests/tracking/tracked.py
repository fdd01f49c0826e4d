"""Scripts small enough to be tracked by the hundred, and what the record says of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from opttui.record.layout import COLUMNS
from opttui.record.reader import RunReader


class Net(nn.Module):
    """Two layers without biases, so that Muon takes it; or a table of embeddings with sparse gradients."""

    def __init__(self, sparse: bool = False, dtype: torch.dtype = torch.float32) -> None:
        super().__init__()
        self.sparse = sparse
        if sparse:
            self.table = nn.EmbeddingBag(12, 4, sparse=True, mode="sum", dtype=dtype)
        else:
            self.first = nn.Linear(6, 5, bias=False, dtype=dtype)
            self.second = nn.Linear(5, 3, bias=False, dtype=dtype)

    def forward(self, batch: Tensor) -> Tensor:
        if self.sparse:
            return self.table(batch)
        return self.second(torch.tanh(self.first(batch)))


def net(seed: int = 0, sparse: bool = False, dtype: torch.dtype = torch.float32) -> Net:
    """The same one for the same seed."""
    torch.manual_seed(seed)
    return Net(sparse, dtype)


def batch(step: int, sparse: bool = False, dtype: torch.dtype = torch.float32) -> Tensor:
    """That of a step."""
    draw = torch.Generator().manual_seed(step)
    if sparse:
        return torch.randint(0, 12, (4, 3), generator=draw)
    return torch.randn(4, 6, generator=draw).to(dtype)


def loss_of(model: nn.Module, step: int, sparse: bool = False, dtype: torch.dtype = torch.float32) -> Tensor:
    """Of a step's batch."""
    return model(batch(step, sparse, dtype)).square().mean()


def train(
    model: Net,
    optimizer: Any,
    steps: int,
    scheduler: Any = None,
    told: Callable[[Tensor], Any] = lambda loss: None,
    closure: bool = False,
) -> list[float]:
    """The plain loop; `told` is called with each loss after its step."""
    dtype = next(model.parameters()).dtype
    losses = []
    for step in range(steps):

        def evaluate(step: int = step) -> Tensor:
            optimizer.zero_grad()
            loss = loss_of(model, step, model.sparse, dtype)
            loss.backward()
            return loss

        loss = optimizer.step(evaluate) if closure else evaluate()
        if not closure:
            optimizer.step()
        losses.append(loss.item())
        if scheduler is not None:
            scheduler.step(loss.detach()) if wants_loss(scheduler) else scheduler.step()
        told(loss)
    return losses


def wants_loss(scheduler: Any) -> bool:
    """Whether a schedule steps by a loss."""
    return isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau)


def opened(path: Path | None) -> RunReader:
    """The record, read."""
    assert path is not None
    reader = RunReader(path)
    reader.poll()
    return reader


def columns(path: Path | None, lane: int = 0) -> dict[str, np.ndarray]:
    """All rows of a lane, by column."""
    rows = np.concatenate([*opened(path).lanes[lane].read(), np.empty((0, len(COLUMNS)))])
    return dict(zip(COLUMNS, rows.T, strict=True))


def parameters(model: nn.Module) -> list[Tensor]:
    """Copies."""
    return [parameter.detach().clone() for parameter in model.parameters()]


def same(one: list[Tensor], other: list[Tensor]) -> bool:
    """Bit for bit, NaN included."""
    return all(torch.equal(a.view(torch.uint8), b.view(torch.uint8)) for a, b in zip(one, other, strict=True))


def kinds() -> Iterator[type[torch.optim.Optimizer]]:
    """Every optimizer of torch."""
    for name in sorted(vars(torch.optim)):
        kind = getattr(torch.optim, name)
        if (
            isinstance(kind, type)
            and issubclass(kind, torch.optim.Optimizer)
            and kind is not torch.optim.Optimizer
        ):
            yield kind
