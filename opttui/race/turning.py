"""Turning a lane's hypers between two steps: checked as a whole, then written, then told as events."""

from opttui.errors import InputError
from opttui.optimizers import hypers
from opttui.race.lane import Lane
from opttui.record.events import Event
from opttui.record.manifest import Plan

WHOLE = ("max_iter", "max_eval", "history_size")


def turn_lane(
    lane: Lane, plan: Plan | None, values: dict[str, float], actor: str, requested: int
) -> list[Event]:
    """Apply new values to a lane that still runs.

    Args:
        lane: The lane.
        plan: Its scheduled learning rate to come, before any turning.
        values: Hyper to new value; `lr` is the rate wanted for the next step.
        actor: Who asked.
        requested: Step at which it was asked for.

    Raises:
        InputError: One of them cannot be turned; then none is.
    """
    if not lane.running:
        raise InputError(
            f"lane '{lane.name}' has {lane.outcome} at step {lane.step}; nothing can be turned any more."
        )
    known = hypers.places(lane.optimizer)
    for name, value in values.items():
        check(lane, known, name, value)
    events = []
    for name, value in values.items():
        old = lane.lr if name == "lr" else hypers.read(lane.optimizer, known[name])
        if name == "lr":
            lane.knob.turn(float(lane.optimizer.param_groups[0]["lr"]), value)
        else:
            hypers.write(lane.optimizer, known[name], value)
        events.append(
            Event(
                kind="set",
                text=f"{lane.name}: {name} {old:.6g} → {value:.6g}{doubt(lane, name)}",
                lane=lane.id,
                step=lane.step,
                actor=actor,
                requested=requested,
                data={"hyper": name, "old": old, "new": value, "place": list(known[name])},
            )
        )
    if "lr" in values and plan is not None:
        events.append(new_plan(lane, plan))
    return events


def doubt(lane: Lane, name: str) -> str:
    """What a person should know who turns the learning rate of an optimizer that does not look at it."""
    if name != "lr" or lane.recipe.stepping.rate != "no effect":
        return ""
    return f" ({type(lane.optimizer).__name__} takes the same step with another lr, as far as was tried)"


def check(lane: Lane, known: dict[str, hypers.Place], name: str, value: float) -> None:
    """InputError when the lane cannot take the value."""
    if name not in known:
        kind = type(lane.optimizer).__name__
        others = ", ".join(known) or "none that can be turned"
        raise InputError(f"lane '{lane.name}': {kind} has no hyper '{name}'; it has {others}.")
    hypers.check(name, value, lane.name)
    if name in WHOLE and (value != int(value) or value < 1):
        raise InputError(f"lane '{lane.name}': {name} must be a whole number of at least 1, not {value!r}.")
    kind = lane.course.moves_momentum if lane.course is not None else ""
    if name in ("momentum", "beta1") and kind:
        raise InputError(
            f"lane '{lane.name}': {name} is moved by its schedule {kind} and cannot be turned by hand."
        )
    if name == "lr" and lane.optimizer.param_groups[0]["lr"] == 0 and value != 0:
        raise InputError(
            f"lane '{lane.name}': its schedule has lr at 0 at this step, and no factor raises that."
        )


def new_plan(lane: Lane, plan: Plan) -> Event:
    """The learning rate to come, with the knob applied, from the lane's step on."""
    kept = [(step, rate) for step, rate in zip(plan.steps, plan.lr, strict=True) if step > lane.step]
    steps = [lane.step, *(step for step, _ in kept)]
    rates = [lane.lr, *(lane.knob.applied(rate) for _, rate in kept)]
    data = {"steps": steps, "lr": rates, "note": plan.note}
    return Event(kind="plan", lane=lane.id, step=lane.step, data=data)
