"""The learning rate that a lane has before it, as far as it can be known. Steps no lane."""

import msgspec

from opttui.optimizers.rehearsal import rehearse
from opttui.race.lane import Lane
from opttui.record.events import Event
from opttui.record.manifest import Plan


def plan_of(lane: Lane) -> Plan | None:
    """By the lane's schedule, from the step at which that began; None where it has no rate, or depends on what will be
    measured. InputError when the schedule comes to a step that it cannot take."""
    begin = lane.since
    steps = max(lane.recipe.steps - begin, 1)
    plan = rehearse(lane.scheduled, lane.first_rate, steps, lane.problem.epoch, lane.name)
    if plan is None or not begin:
        return plan
    return msgspec.structs.replace(plan, steps=tuple(begin + step for step in plan.steps))


def to_come(lane: Lane) -> Plan | None:
    """The plan from the lane's present step on, with what was turned by hand."""
    plan = lane.plan
    if plan is None:
        return None
    kept = [(step, rate) for step, rate in zip(plan.steps, plan.lr, strict=True) if step > lane.step]
    return Plan(
        steps=(lane.step, *(step for step, _ in kept)),
        lr=(lane.lr, *(lane.knob.applied(rate) for _, rate in kept)),
        note=plan.note,
    )


def told(lane: Lane) -> list[Event]:
    """The event that says the plan anew; none where there is no plan to say."""
    plan = to_come(lane)
    if plan is None:
        return []
    data = {"steps": list(plan.steps), "lr": list(plan.lr), "note": plan.note}
    return [Event(kind="plan", lane=lane.id, step=lane.step, data=data)]
