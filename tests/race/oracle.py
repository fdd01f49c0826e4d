"""The loop that a user would write, from scratch: what every lane is held to.

Schedules are written twice: as a lane's phrase says them, and as a line of Python that builds them with torch alone.
"""

import math
from collections.abc import Callable
from typing import Any

import torch
from torch.optim import lr_scheduler, swa_utils

from opttui.race.build import build_race
from opttui.race.race import Race
from opttui.record.layout import LOSS, LR
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

CPU = torch.device("cpu")

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "SGD": {"lr": 1e-3, "momentum": 0.9, "nesterov": True},
    "Adam": {"lr": 0.01, "amsgrad": True},
    "AdamW": {"lr": 0.01, "weight_decay": 0.1},
    "Adagrad": {"lr": 0.1},
    "Adadelta": {},
    "Adamax": {"lr": 0.01},
    "NAdam": {"lr": 0.01},
    "RAdam": {"lr": 0.001},
    "RMSprop": {"lr": 0.001, "momentum": 0.5, "centered": True},
    "Rprop": {"lr": 0.01},
    "ASGD": {"lr": 1e-4},
    "Adafactor": {"lr": 0.01},
    "LBFGS": {"lr": 0.1, "max_iter": 3, "line_search_fn": "strong_wolfe"},
}

Make = Callable[[torch.optim.Optimizer], Any]

SCHEDULES: dict[str, tuple[str, Make]] = {
    "LambdaLR": (
        "LambdaLR:lr_lambda=0.5*(1+cos(pi*min(step,20)/20))",
        lambda o: lr_scheduler.LambdaLR(o, lambda step: 0.5 * (1 + math.cos(math.pi * min(step, 20) / 20))),
    ),
    "MultiplicativeLR": (
        "MultiplicativeLR:lr_lambda=0.9if(step%3==0)else(1)",
        lambda o: lr_scheduler.MultiplicativeLR(o, lambda step: 0.9 if step % 3 == 0 else 1),
    ),
    "StepLR": ("StepLR:step_size=7,gamma=0.5", lambda o: lr_scheduler.StepLR(o, 7, 0.5)),
    "MultiStepLR": (
        "MultiStepLR:milestones=[5,11],gamma=0.3",
        lambda o: lr_scheduler.MultiStepLR(o, [5, 11], 0.3),
    ),
    "ConstantLR": ("ConstantLR:factor=0.5,total_iters=4", lambda o: lr_scheduler.ConstantLR(o, 0.5, 4)),
    "LinearLR": (
        "LinearLR:start_factor=0.1,total_iters=9",
        lambda o: lr_scheduler.LinearLR(o, 0.1, total_iters=9),
    ),
    "ExponentialLR": ("ExponentialLR:gamma=0.93", lambda o: lr_scheduler.ExponentialLR(o, 0.93)),
    "SequentialLR": (
        "SequentialLR:schedules=['LinearLR:start_factor=0.2,total_iters=6','StepLR:step_size=5'],milestones=[8]",
        lambda o: lr_scheduler.SequentialLR(
            o, [lr_scheduler.LinearLR(o, 0.2, total_iters=6), lr_scheduler.StepLR(o, 5)], [8]
        ),
    ),
    "CosineAnnealingLR": ("CosineAnnealingLR:T_max=12", lambda o: lr_scheduler.CosineAnnealingLR(o, 12)),
    "ChainedScheduler": (
        "ChainedScheduler:schedules=['ConstantLR:factor=0.1,total_iters=4','ExponentialLR:gamma=0.9']",
        lambda o: lr_scheduler.ChainedScheduler(
            [lr_scheduler.ConstantLR(o, 0.1, 4), lr_scheduler.ExponentialLR(o, 0.9)], o
        ),
    ),
    "ReduceLROnPlateau": (
        "ReduceLROnPlateau:patience=1,factor=0.5",
        lambda o: lr_scheduler.ReduceLROnPlateau(o, patience=1, factor=0.5),
    ),
    "CyclicLR": (
        "CyclicLR:base_lr=0.0001,max_lr=0.01,step_size_up=5,cycle_momentum=False,scale_fn=1/cycle",
        lambda o: lr_scheduler.CyclicLR(
            o, 1e-4, 1e-2, 5, cycle_momentum=False, scale_fn=lambda cycle: 1 / cycle
        ),
    ),
    "CosineAnnealingWarmRestarts": (
        "CosineAnnealingWarmRestarts:T_0=6",
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 6),
    ),
    "OneCycleLR": (
        "OneCycleLR:max_lr=0.01,total_steps=14,cycle_momentum=False",
        lambda o: lr_scheduler.OneCycleLR(o, 0.01, 14, cycle_momentum=False),
    ),
    "PolynomialLR": (
        "PolynomialLR:total_iters=15,power=2.0",
        lambda o: lr_scheduler.PolynomialLR(o, 15, 2.0),
    ),
    "SWALR": ("SWALR:swa_lr=0.0005,anneal_epochs=8", lambda o: swa_utils.SWALR(o, 0.0005, 8)),
}
"""By torch's name: what a lane says after the @, and the same in Python."""


def digits_data() -> tuple[torch.Tensor, torch.Tensor]:
    from sklearn.datasets import load_digits

    bunch = load_digits()
    order = torch.randperm(1797, generator=torch.Generator().manual_seed(0))
    x = torch.tensor(bunch.data / 16, dtype=torch.float32)[order]
    return x[360:], torch.tensor(bunch.target)[order][360:]


def mlp() -> torch.nn.Module:
    return torch.nn.Sequential(torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))


def cnn() -> torch.nn.Module:
    first = torch.nn.Conv2d(1, 8, 3, padding=1)
    second = torch.nn.Conv2d(8, 16, 3, padding=1)
    halves = torch.nn.Unflatten(1, (1, 8, 8)), torch.nn.MaxPool2d(2)
    return torch.nn.Sequential(
        halves[0],
        *(first, torch.nn.ReLU(), halves[1]),
        *(second, torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(256, 10)),
    )


def plain_problem(name: str, seed: int) -> tuple[list[torch.nn.Parameter], Any]:
    """Parameters, and the loss as a function of the step, written without any of the project's code."""
    if name == "rosenbrock":
        point = torch.nn.Parameter(torch.tensor([-1.2, 1.0], dtype=torch.float64))

        def valley(step: int) -> torch.Tensor:
            x, y = point
            return (1 - x) ** 2 + 100 * (y - x**2) ** 2

        return [point], valley
    torch.manual_seed(seed)
    if name == "linear":
        model: torch.nn.Module = torch.nn.Linear(1, 1)
        x = torch.linspace(-1, 1, 100, dtype=torch.float64).unsqueeze(1)
        noise = torch.randn(100, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
        y = (2 * x + 1 + 0.1 * noise).float()
        x = x.float()
        return list(model.parameters()), lambda step: torch.nn.functional.mse_loss(model(x), y)
    model = cnn() if name == "digits-cnn" else mlp()
    images, labels = digits_data()

    def cross_entropy(step: int) -> torch.Tensor:
        epoch, position = divmod(step, 23)
        order = torch.randperm(1437, generator=torch.Generator().manual_seed(seed * 1_000_003 + epoch))
        chosen = order[64 * position : 64 * (position + 1)]
        return torch.nn.functional.cross_entropy(model(images[chosen]), labels[chosen])

    return list(model.parameters()), cross_entropy


def plain_loop(
    name: str, spec: LaneSpec, steps: int, seed: int = 0
) -> tuple[list[float], list[float], list[torch.Tensor]]:
    """Losses, learning rates and final parameters of the plain loop."""
    parameters, loss_at = plain_problem(name, seed)
    torch.manual_seed(seed)
    optimizer = getattr(torch.optim, spec.optimizer)(parameters, **spec.arguments)
    schedule = SCHEDULES[spec.schedule.name][1](optimizer) if spec.schedule else None
    losses, rates = [], []
    for step in range(steps):

        def closure(step: int = step) -> torch.Tensor:
            optimizer.zero_grad()
            loss = loss_at(step)
            loss.backward()
            return loss

        rates.append(float(optimizer.param_groups[0]["lr"]))
        loss = (optimizer.step(closure) if spec.optimizer == "LBFGS" else closure()).item()
        losses.append(loss)
        if not math.isfinite(loss):
            break
        if spec.optimizer != "LBFGS":
            optimizer.step()
        if isinstance(schedule, lr_scheduler.ReduceLROnPlateau):
            schedule.step(loss)
        elif schedule and not (
            isinstance(schedule, lr_scheduler.OneCycleLR) and step >= schedule.total_steps - 1
        ):
            schedule.step()
    return losses, rates, [parameter.detach() for parameter in parameters]


def spec_of(optimizer: str, schedule: str | None = None, **more: Any) -> LaneSpec:
    chosen = parse_lane(f"SGD@{SCHEDULES[schedule][0]}").schedule if schedule else None
    return LaneSpec(optimizer, OPTIMIZERS[optimizer] | more, chosen)


def race_of(problem: str, lanes: list[LaneSpec], steps: int, **more: Any) -> Race:
    return build_race(Scenario(ProblemSpec(problem), tuple(lanes), steps=steps, **more))


def run(race: Race, drain_every: int = 7) -> tuple[dict[int, list[tuple[float, ...]]], list[Any]]:
    """Race to the end, draining now and then as a process does; rows by lane, and events."""
    rows: dict[int, list[tuple[float, ...]]] = {lane.id: [] for lane in race.lanes}
    events = []
    count = 0
    more = True
    while more:
        more = race.round()
        count += 1
        if count % drain_every == 0 or not more:
            drained = race.drain(wait=not more)
            events += drained.events
            for lane, new in drained.rows.items():
                rows[lane] += new
    race.hand_back()
    return rows, events


def assert_plain(
    race: Race, rows: dict[int, list[tuple[float, ...]]], problem: str, lane: int, spec: LaneSpec
) -> None:
    """Losses, rates and final parameters of a lane equal the plain loop's, bit for bit."""
    losses, rates, parameters = plain_loop(problem, spec, race.scenario.steps, race.scenario.seed)
    assert [row[LOSS] for row in rows[lane]] == losses
    assert [row[LR] for row in rows[lane]] == rates
    for mine, plain in zip(race.lanes[lane].model.parameters(), parameters, strict=True):
        assert torch.equal(mine, plain)
