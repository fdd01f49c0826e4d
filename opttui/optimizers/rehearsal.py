"""The future of a learning rate, from its schedule on a dummy. Knows no lane that runs."""

import warnings

import torch
from torch.optim import SGD, Optimizer

from opttui.errors import InputError
from opttui.optimizers.schedules import Course, cannot_take
from opttui.record.manifest import Plan
from opttui.scenario.schedule_table import WATCHING
from opttui.scenario.specs import LaneSpec
from opttui.traces import raised

LONGEST_REHEARSAL = 50_000
"""Steps rehearsed at most: about 0.2 s."""
PLAN_POINTS = 512


def rehearse(
    spec: LaneSpec, lr: float | None, steps: int, epoch: int | None = None, lane: str = ""
) -> Plan | None:
    """The learning rate of every step to come, thinned; None where it depends on what will be measured.

    Args:
        spec: The lane; without schedule and warm-up its rate is constant.
        lr: The optimizer's own learning rate; None where it has none.
        steps: Steps of the whole race.
        epoch: Steps of a pass through the problem's data.
        lane: The lane's name, for errors.

    Raises:
        InputError: The schedule comes to a step that it cannot take.
    """
    if lr is None:
        return None
    if spec.schedule is None and not spec.warmup:
        return Plan(steps=(0, steps - 1), lr=(lr, lr))
    known = steps
    if spec.schedule is not None and spec.schedule.name == WATCHING:
        known = min(spec.warmup, steps)
        if not known:
            return None
        # The schedule's first rate is the optimizer's own: the warm-up alone is the same up to its end.
        spec = LaneSpec(spec.optimizer, warmup=spec.warmup)
    rates, momenta, said = _rates(spec, lr, min(known, LONGEST_REHEARSAL), epoch, lane)
    if known < steps:
        said = f"from step {known} on it depends on what is measured"
    note = said if len(rates) == known else f"rehearsed to step {len(rates)}"
    kept = thinned(rates)
    moved = any(momentum != momenta[0] for momentum in momenta)
    return Plan(
        steps=tuple(kept),
        lr=tuple(rates[index] for index in kept),
        note=note,
        momentum=tuple(momenta[index] for index in kept) if moved else (),
    )


def _rates(
    spec: LaneSpec, lr: float, steps: int, epoch: int | None, lane: str
) -> tuple[list[float], list[float], str]:
    """Rate and momentum before each step, and what the schedule has to say."""
    dummy: Optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    group = dummy.param_groups[0]
    rates, momenta, said = [], [], ""
    with warnings.catch_warnings():
        # torch warns when a schedule is stepped before its optimizer; the dummy has nothing to step.
        warnings.simplefilter("ignore")
        course = Course(spec, dummy, lane, epoch)
        for step in range(steps):
            rates.append(float(group["lr"]))
            momenta.append(float(group["momentum"]))
            try:
                said = course.follow(step, 0.0) or said
            except InputError:
                raise
            except raised() as error:
                raise cannot_take(spec.schedule, dummy, lane, error) from error
    return rates, momenta, said


def thinned(rates: list[float]) -> list[int]:
    """Indices to keep: evenly spread ones, and both sides of the 64 largest jumps, so that steps stay steps."""
    last = len(rates) - 1
    if last < PLAN_POINTS:
        return list(range(last + 1))
    kept = {round(index * last / (PLAN_POINTS - 1)) for index in range(PLAN_POINTS)}
    jumps = sorted(range(1, last + 1), key=lambda index: -abs(rates[index] - rates[index - 1]))[:64]
    return sorted(kept | set(jumps) | {index - 1 for index in jumps})
