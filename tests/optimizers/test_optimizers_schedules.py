"""Rehearsals against the real schedule, and the end of OneCycleLR."""

import pytest
import torch
from torch.optim import lr_scheduler

from opttui.optimizers.schedules import PLAN_POINTS, follow, rehearse, thinned
from opttui.scenario.specs import ScheduleSpec

CASES = {
    "StepLR": {"step_size": 7},
    "CosineAnnealingLR": {"T_max": 12},
    "OneCycleLR": {"max_lr": 0.1, "total_steps": 30},
    "CyclicLR": {"base_lr": 0.001, "max_lr": 0.1, "step_size_up": 4},
    "ConstantLR": {},
    "LinearLR": {},
}


@pytest.mark.parametrize("name", CASES)
def test_a_rehearsal_is_what_comes(name: str) -> None:
    plan = rehearse(ScheduleSpec(name, CASES[name]), 0.05, 40)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.05, momentum=0.9)
    schedule = getattr(lr_scheduler, name)(optimizer, **CASES[name])
    rates = []
    for _ in range(40):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        follow(schedule, 0.0)
    assert plan is not None
    assert list(plan.steps) == list(range(40))
    assert list(plan.lr) == rates


def test_no_schedule_is_flat_and_a_plateau_cannot_be_rehearsed() -> None:
    plan = rehearse(None, 0.5, 100)
    assert plan is not None
    assert (plan.steps, plan.lr) == ((0, 99), (0.5, 0.5))
    assert rehearse(ScheduleSpec("ReduceLROnPlateau"), 0.5, 100) is None


def test_thinning_keeps_both_sides_of_a_jump() -> None:
    rates = [1.0] * 3333 + [0.1] * 6667
    kept = thinned(rates)
    assert {3332, 3333, 0, 9999} <= set(kept)
    assert len(kept) <= PLAN_POINTS + 128


def test_a_long_race_says_how_far_it_was_rehearsed() -> None:
    plan = rehearse(ScheduleSpec("ExponentialLR", {"gamma": 0.9999}), 0.5, 10**6)
    assert plan is not None
    assert plan.note == "rehearsed to step 50000"
