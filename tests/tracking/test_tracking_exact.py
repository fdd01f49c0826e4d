"""A tracked script computes what it computes untracked, bit for bit, whatever it steps."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler as schedules
from tracked import kinds, net, parameters, same, train

import opttui

STEPS = 6
SCHEDULES: dict[str, Callable[[Any], Any]] = {
    "none": lambda optimizer: None,
    "step": lambda optimizer: schedules.StepLR(optimizer, 3, 0.5),
    "cosine": lambda optimizer: schedules.CosineAnnealingLR(optimizer, STEPS),
    "lambda": lambda optimizer: schedules.LambdaLR(optimizer, lambda step: 1 / (1 + step)),
    "one cycle": lambda optimizer: schedules.OneCycleLR(
        optimizer, 0.01, total_steps=STEPS + 1, cycle_momentum=False
    ),
    "plateau": lambda optimizer: schedules.ReduceLROnPlateau(optimizer, patience=1),
    "in sequence": lambda optimizer: schedules.SequentialLR(
        optimizer,
        [schedules.LinearLR(optimizer, 0.1, total_iters=3), schedules.ExponentialLR(optimizer, 0.9)],
        [3],
    ),
}


def streams() -> tuple[Any, ...]:
    """Where all random streams stand."""
    state = np.random.get_state()
    return (torch.get_rng_state().tolist(), random.getstate(), state[1].tolist(), state[2])


@pytest.mark.parametrize("closure", [False, True], ids=["plain", "closure"])
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_parameters_after_tracked_steps_are_those_of_untracked_ones(
    kind: type[torch.optim.Optimizer], closure: bool
) -> None:
    if kind is torch.optim.LBFGS and not closure:
        pytest.skip("LBFGS has no step without a closure")
    sparse = kind is torch.optim.SparseAdam
    names = ["none", "one cycle"] if closure else list(SCHEDULES)
    models = {name: net(3, sparse) for name in names}
    optimizers = {name: kind(model.parameters(), lr=0.01) for name, model in models.items()}
    courses = {name: SCHEDULES[name](optimizer) for name, optimizer in optimizers.items()}
    before = streams()
    with opttui.track(optimizers, courses, norms_every=1, control=True, quiet=True) as run:
        assert run.recording
        losses = {}
        for name in names:
            losses[name] = train(
                *(models[name], optimizers[name], STEPS, courses[name]),
                told=lambda loss, lane=run[name]: lane.log(loss=loss),
                closure=closure,
            )
    assert streams() == before
    for name in names:
        model = net(3, sparse)
        optimizer = kind(model.parameters(), lr=0.01)
        assert train(model, optimizer, STEPS, SCHEDULES[name](optimizer), closure=closure) == losses[name]
        assert same(parameters(model), parameters(models[name])), name
        assert optimizer.param_groups[0]["lr"] == optimizers[name].param_groups[0]["lr"]
