"""Stepping a schedule after each optimizer step, and rehearsing its future on a dummy. Knows no lane."""

import warnings

import torch
from torch.optim import SGD, Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR, ReduceLROnPlateau

from opttui.optimizers.build import build_schedule
from opttui.record.manifest import Plan
from opttui.scenario.specs import ScheduleSpec

LONGEST_REHEARSAL = 50_000
"""Steps rehearsed at most: about 0.2 s."""
PLAN_POINTS = 512


def follow(schedule: LRScheduler, loss: float) -> None:
    """One step of the schedule. One that is past its end (OneCycleLR) holds its last value."""
    if isinstance(schedule, ReduceLROnPlateau):
        schedule.step(loss)
    elif not is_over(schedule):
        schedule.step()


def is_over(schedule: LRScheduler) -> bool:
    """Whether one more step would raise: OneCycleLR after its total_steps."""
    return isinstance(schedule, OneCycleLR) and schedule.last_epoch >= schedule.total_steps


def reads_loss(schedule: LRScheduler | None) -> bool:
    """Whether the schedule needs the value of the loss (which on a GPU waits for the device)."""
    return isinstance(schedule, ReduceLROnPlateau)


def rehearse(spec: ScheduleSpec | None, lr: float, steps: int) -> Plan | None:
    """The learning rate of every step to come, thinned; None where it depends on the loss.

    Args:
        spec: The schedule; None is a constant rate.
        lr: The optimizer's own learning rate.
        steps: Steps of the whole race.
    """
    if spec is None:
        return Plan(steps=(0, steps - 1), lr=(lr, lr))
    if spec.name == "ReduceLROnPlateau":
        return None
    dummy: Optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    with warnings.catch_warnings():
        # torch warns when a schedule is stepped before its optimizer; the dummy has nothing to step.
        warnings.simplefilter("ignore")
        schedule = build_schedule(spec, dummy, "rehearsal")
        rates = []
        for _ in range(min(steps, LONGEST_REHEARSAL)):
            rates.append(float(dummy.param_groups[0]["lr"]))
            follow(schedule, 0.0)
    note = f"rehearsed to step {len(rates)}" if len(rates) < steps else ""
    kept = thinned(rates)
    return Plan(steps=tuple(kept), lr=tuple(rates[index] for index in kept), note=note)


def thinned(rates: list[float]) -> list[int]:
    """Indices to keep: evenly spread ones, and both sides of the 64 largest jumps, so that steps stay steps."""
    last = len(rates) - 1
    if last < PLAN_POINTS:
        return list(range(last + 1))
    kept = {round(index * last / (PLAN_POINTS - 1)) for index in range(PLAN_POINTS)}
    jumps = sorted(range(1, last + 1), key=lambda index: -abs(rates[index] - rates[index - 1]))[:64]
    return sorted(kept | set(jumps) | {index - 1 for index in jumps})
