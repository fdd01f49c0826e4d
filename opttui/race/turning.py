"""Turning a lane's hypers between two steps: checked as a whole, then written, then told as events."""

import msgspec

from opttui.errors import InputError
from opttui.optimizers import hypers
from opttui.race.lane import Lane
from opttui.race.past import Scheduled, Turned
from opttui.race.plans import plan_of, told
from opttui.record.events import Event
from opttui.scenario.check_lane import check_lane
from opttui.scenario.parts import read_schedule, write_schedule
from opttui.scenario.specs import LaneSpec
from opttui.scenario.words import UnbalancedError

NO_SCHEDULE = "none"
WHOLE = ("max_iter", "max_eval", "history_size")


def turn_lane(lane: Lane, values: dict[str, float], actor: str, requested: int) -> list[Event]:
    """Apply new values to a lane that still runs.

    Args:
        lane: The lane.
        values: Hyper to new value; `lr` is the rate wanted for the next step.
        actor: Who asked.
        requested: Step at which it was asked for.

    Raises:
        InputError: One of them cannot be turned; then none is.
    """
    must_run(lane)
    known = hypers.places(lane.optimizer)
    before = turn_hypers(lane, values)
    # One a hyper, as there is an event a hyper: the record can then tell which of them a checkpoint holds.
    lane.past.changes += [Turned(lane.step, {name: value}, actor) for name, value in values.items()]
    events = [
        Event(
            kind="set",
            text=f"{lane.name}: {name} {before[name]:.6g} → {value:.6g}{doubt(lane, name)}",
            lane=lane.id,
            step=lane.step,
            actor=actor,
            requested=requested,
            data={"hyper": name, "old": before[name], "new": value, "place": list(known[name])},
        )
        for name, value in values.items()
    ]
    return events + (told(lane) if "lr" in values else [])


def by_factor(lane: Lane, factors: dict[str, float]) -> dict[str, float]:
    """The values of hypers that are multiplied. InputError for one that the lane does not have."""
    known = hypers.places(lane.optimizer)
    for name in factors:
        must_have(lane, known, name)
    return {
        name: factor * (lane.lr if name == "lr" else hypers.read(lane.optimizer, known[name]))
        for name, factor in factors.items()
    }


def turn_hypers(lane: Lane, values: dict[str, float]) -> dict[str, float]:
    """Write new values, all or none; those that were there before. InputError when one of them is refused."""
    known = hypers.places(lane.optimizer)
    for name, value in values.items():
        check(lane, known, name, value)
    before = {name: lane.lr if name == "lr" else hypers.read(lane.optimizer, known[name]) for name in values}
    for name, value in values.items():
        if name == "lr":
            lane.knob.turn(float(lane.optimizer.param_groups[0]["lr"]), value)
        else:
            hypers.write(lane.optimizer, known[name], value)
    return before


def reschedule(lane: Lane, spec: LaneSpec) -> None:
    """Follow another schedule from the lane's next step on, beginning at the rate that is used now.

    InputError, and nothing changed, when the optimizer cannot take it.
    """
    groups = getattr(lane.optimizer, "param_groups", None) or []
    before = [dict(group) for group in groups]
    course, scheduled, since, rate = lane.course, lane.scheduled, lane.since, lane.first_rate
    for group in groups:
        if lane.knob.turned:
            group["lr"] = lane.knob.applied(group["lr"])
        # A schedule begins at the first rate of the one before it, where it finds that written.
        group.pop("initial_lr", None)
    try:
        lane.schedule(spec, lane.step)
        plan = plan_of(lane)
    except InputError:
        for group, old in zip(groups, before, strict=True):
            group.clear()
            group.update(old)
        lane.course, lane.scheduled, lane.since, lane.first_rate = course, scheduled, since, rate
        raise
    lane.plan = plan
    lane.knob.at, lane.knob.wanted = 1.0, 1.0


def swap_schedule(lane: Lane, words: str, actor: str, requested: int) -> list[Event]:
    """Put the schedule of some words in place, in a lane that still runs. InputError, and nothing done, else."""
    must_run(lane)
    spec = spec_with(lane.scheduled, words, lane.recipe.steps - lane.step)
    reschedule(lane, spec)
    lane.past.changes.append(Scheduled(lane.step, spec, words, actor))
    text = f"{lane.name}: {described(spec)} from {lane.lr:.6g} on"
    data = {"schedule": words}
    event = Event("schedule", text, lane=lane.id, step=lane.step, actor=actor, requested=requested, data=data)
    return [event, *told(lane)]


def spec_with(spec: LaneSpec, words: str, steps: int) -> LaneSpec:
    """The lane with another schedule: words as after its @, or `none`. InputError for what is no schedule."""
    bare = LaneSpec(spec.optimizer, spec.arguments)
    words = words.removeprefix("@")
    if words == NO_SCHEDULE:
        return bare
    try:
        schedule, more = read_schedule(words)
    except UnbalancedError as error:
        raise InputError(f"the schedule {words!r}: there is {error}") from None
    except InputError as error:
        raise InputError(f"the schedule {words!r}: {error.message}", error.hint) from None
    wanted = msgspec.structs.replace(bare, schedule=schedule, **more)
    check_lane(wanted, (), lambda _: "the schedule", steps)
    return wanted


def described(spec: LaneSpec) -> str:
    """A schedule in words."""
    if spec.schedule is None and not spec.warmup:
        return "no schedule"
    parts = [f"{spec.warmup} steps of warm-up"] if spec.warmup else []
    return " and ".join([*parts, *([write_schedule(spec.schedule)] if spec.schedule else [])])


def must_run(lane: Lane) -> None:
    """InputError for a lane whose race is over, or that somebody holds."""
    if lane.past.held and not lane.running:
        verb = "thaw" if lane.past.held == "frozen" else "restore"
        raise InputError(
            f"lane '{lane.name}' is {lane.past.held} at step {lane.step}.", f"Write first: {verb} {lane.id}."
        )
    if not lane.running:
        raise InputError(
            f"lane '{lane.name}' has {lane.outcome} at step {lane.step}; nothing can be turned any more."
        )


def doubt(lane: Lane, name: str) -> str:
    """What a person should know who turns the learning rate of an optimizer that does not look at it."""
    if name != "lr" or lane.recipe.stepping.rate != "no effect":
        return ""
    return f" ({type(lane.optimizer).__name__} takes the same step with another lr, as far as was tried)"


def must_have(lane: Lane, known: dict[str, hypers.Place], name: str) -> None:
    """InputError for a hyper that the lane does not have."""
    if name not in known:
        kind = type(lane.optimizer).__name__
        others = ", ".join(known) or "none that can be turned"
        raise InputError(f"lane '{lane.name}': {kind} has no hyper '{name}'; it has {others}.")


def check(lane: Lane, known: dict[str, hypers.Place], name: str, value: float) -> None:
    """InputError when the lane cannot take the value."""
    must_have(lane, known, name)
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
