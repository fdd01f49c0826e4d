"""A network that solves a differential equation: −u″ = f on 0…1 with u(0) = u(1) = 0.

Its loss holds second derivatives (Raissi, Perdikaris and Karniadakis 2019), which makes it badly conditioned: first-order
steps crawl, and LBFGS does not.
"""

import math

import torch
from torch import Tensor, nn

from opttui.problems.problem import Code, Look, Problem, Setting
from opttui.record.manifest import ProblemInfo


def collocation(dtype: torch.dtype, device: torch.device) -> tuple[Tensor, Tensor]:
    """64 points of 0…1, the ends among them, and f there, for the solution u = sin πx + ¼ sin 3πx; both (64, 1)."""
    x = torch.linspace(0, 1, 64, dtype=torch.float64).unsqueeze(1)
    force = math.pi**2 * (torch.sin(math.pi * x) + 2.25 * torch.sin(3 * math.pi * x))
    return x.to(device, dtype), force.to(device, dtype)


def pinn(seed: int, dtype: torch.dtype, device: torch.device) -> nn.Module:
    """1–32–32–1 with tanh, as PyTorch initialises it from the seed."""
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 1))
    return model.to(device, dtype)


def poisson_loss(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Mean square of u″ + f, and 100 times the mean square of u at the two ends."""
    x, force = batch
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        u = model(x)
        (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
        (bend,) = torch.autograd.grad(slope.sum(), x, create_graph=True)
        loss: Tensor = ((bend + force) ** 2).mean() + 50 * (u[0] ** 2 + u[-1] ** 2).sum()
    return loss


def make(setting: Setting) -> Problem:
    """The problem for a race."""
    data = collocation(setting.dtype, setting.device)
    # Points that lie between those of the loss.
    between = ((torch.arange(200, dtype=torch.float64) + 0.5) / 200).unsqueeze(1)
    solution = torch.sin(math.pi * between) + 0.25 * torch.sin(3 * math.pi * between)
    x, u = (part.to(setting.device, setting.dtype) for part in (between, solution))

    def batches() -> object:
        own = (data[0].clone(), data[1].clone())
        return lambda step: own

    def look(model: nn.Module) -> Look:
        return Look(torch.cat([x, model(x)], dim=1), truth=torch.cat([x, u], dim=1))

    return Problem(
        info=ProblemInfo(
            title="Poisson's equation, network 1–32–32–1",
            parameters=1153,
            plane="random plane through the start",
            view=(-2.0, 2.0, -2.0, 2.0),
            metrics=("error",),
            data="64 points, and the right-hand side there",
            look="curve",
        ),
        model=pinn(setting.seed, setting.dtype, setting.device),
        loss=poisson_loss,
        batches=batches,  # type: ignore[arg-type]
        validate=lambda model: {"error": (model(x) - u).norm() / u.norm()},
        landscape=lambda model: poisson_loss(model, data),
        look=look,
        code=Code(
            imports=("import math", "from torch import Tensor, nn"),
            functions=(collocation, pinn, poisson_loss),
            data="collocation(DTYPE, DEVICE)",
            model="pinn(SEED, DTYPE, DEVICE)",
            batch="data",
            loss="poisson_loss(model, batch)",
            held_out=(
                "(lambda x: tuple(part.to(DEVICE, DTYPE) for part in "
                "(x, torch.sin(math.pi * x) + 0.25 * torch.sin(3 * math.pi * x))))"
                "(((torch.arange(200, dtype=torch.float64) + 0.5) / 200).unsqueeze(1))"
            ),
            metrics='{"error": (model(held_out[0]) - held_out[1]).norm() / held_out[1].norm()}',
        ),
    )
