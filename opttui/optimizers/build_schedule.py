"""From a schedule's spec to torch's schedule. Knows no lane and no step."""

from bisect import bisect_right
from typing import Any

from torch.optim import Optimizer, lr_scheduler, swa_utils
from torch.optim.lr_scheduler import ChainedScheduler, LinearLR, LRScheduler, OneCycleLR, SequentialLR

from opttui.optimizers.build import as_declared
from opttui.scenario.catalogue import argument_of
from opttui.scenario.expressions import read_expression
from opttui.scenario.schedule_table import WATCHING
from opttui.scenario.specs import ScheduleSpec


def class_of(name: str) -> type[LRScheduler]:
    """The class of torch."""
    kind: type[LRScheduler] = getattr(swa_utils if name == "SWALR" else lr_scheduler, name)
    return kind


def build_schedule(spec: ScheduleSpec, optimizer: Optimizer) -> LRScheduler:
    """The schedule; building it sets the optimizer's first learning rate. Raises what torch raises."""
    parts = [build_schedule(part, optimizer) for part in spec.schedules]
    kind = class_of(spec.name)
    arguments = {
        key: function_of(spec.name, key, value) for key, value in as_declared(kind, spec.arguments).items()
    }
    if spec.schedules:
        arguments |= {"schedulers": parts, "optimizer": optimizer}
        return kind(**arguments)
    return kind(optimizer, **arguments)


def function_of(name: str, key: str, value: Any) -> Any:
    """An argument's value, an expression as the function that it is."""
    argument = argument_of(name, key)
    if argument is None or argument.kind != "expression" or value is None:
        return value
    return read_expression(value, argument.words).value


BESIDE = (WATCHING, "ChainedScheduler", "MultiplicativeLR")
"""Schedules that stay outside a SequentialLR: it refuses two, and begins MultiplicativeLR with its second rate."""


def in_sequence(spec: ScheduleSpec) -> bool:
    """Whether a warm-up and the schedule can be one SequentialLR of torch's."""
    return spec.every == 1 and spec.name not in BESIDE


def warm_up(optimizer: Optimizer, steps: int) -> LinearLR:
    """Rates of 1/steps, 2/steps, … and, at the last of the steps, 1 times what they are now."""
    return LinearLR(optimizer, start_factor=1 / steps, total_iters=steps - 1)


def warmed_up(spec: ScheduleSpec, optimizer: Optimizer, steps: int) -> LRScheduler:
    """The warm-up and after it the schedule, as one. A SequentialLR gets one more part, since torch nests none there."""
    first = warm_up(optimizer, steps)
    if spec.name != "SequentialLR":
        return SequentialLR(optimizer, [first, build_schedule(spec, optimizer)], milestones=[steps])
    parts = [build_schedule(part, optimizer) for part in spec.schedules]
    milestones = [steps, *(steps + milestone for milestone in spec.arguments["milestones"])]
    return SequentialLR(optimizer, [first, *parts], milestones=milestones)


def advance(schedule: LRScheduler) -> bool:
    """One step. A OneCycleLR is left at its last rate, since torch would go past it and then raise: then False."""
    if isinstance(schedule, OneCycleLR) and schedule.last_epoch >= schedule.total_steps - 1:
        return False
    if isinstance(schedule, ChainedScheduler):
        moved = [advance(part) for part in schedule._schedulers]
        return all(moved)
    if isinstance(schedule, SequentialLR) and schedule.last_epoch + 1 not in schedule._milestones:
        schedule.last_epoch += 1
        return advance(schedule._schedulers[bisect_right(schedule._milestones, schedule.last_epoch)])
    schedule.step()
    return True


def names_in(spec: ScheduleSpec) -> set[str]:
    """Names of a schedule and of all that it is made of."""
    return {spec.name}.union(*map(names_in, spec.schedules))
