"""A straight line through noisy points: the classic first example of every PyTorch optimizer tutorial."""

import torch
from torch import Tensor, nn

from opttui.problems.problem import Code, Problem, Setting
from opttui.record.manifest import ProblemInfo


def line_points(seed: int, dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """100 points of y = 2x + 1 + 0.1·noise with x from −1 to 1; two tensors of shape (100, 1)."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.linspace(-1, 1, 100, dtype=torch.float64).unsqueeze(1)
    noise = torch.randn(100, 1, generator=generator, dtype=torch.float64)
    y = 2 * x + 1 + 0.1 * noise
    return x.to(device, dtype), y.to(device, dtype)


def line_model(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """`nn.Linear(1, 1)` as PyTorch initialises it from the seed."""
    torch.manual_seed(seed)
    return nn.Linear(1, 1).to(device, dtype)


def line_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean squared error over all points."""
    x, y = batch
    return nn.functional.mse_loss(model(x), y)


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    data = line_points(setting.seed, setting.dtype, setting.device)
    model = line_model(setting.seed, setting.dtype, setting.device)
    weight, bias = (float(p.detach()) for p in model.parameters())

    def batches() -> object:
        own = (data[0].clone(), data[1].clone())
        return lambda step: own

    return Problem(
        info=ProblemInfo(
            title="Line through 100 noisy points",
            parameters=2,
            axes=("weight", "bias"),
            minima=(least_squares(*data),),
            view=(-1.0, 5.0, -2.0, 4.0),
            start=(weight, bias),
            data="computed: y = 2x + 1 + noise",
        ),
        model=model,
        loss=line_loss,
        batches=batches,  # type: ignore[arg-type]
        landscape=lambda model: line_loss(model, data),
        code=Code(
            imports=("from torch import Tensor, nn",),
            functions=(line_points, line_model, line_loss),
            data="line_points(SEED, DTYPE, DEVICE)",
            model="line_model(SEED, DTYPE, DEVICE)",
            batch="data",
            loss="line_loss(model, batch)",
        ),
    )


def least_squares(x: Tensor, y: Tensor) -> tuple[float, float]:
    """Slope and intercept of the least-squares line, in closed form."""
    x, y = x.double().cpu(), y.double().cpu()
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return float(slope), float(y.mean() - slope * x.mean())
