"""Hypothesis strategies for lanes and scenarios that are right, and for lanes of any names and values."""

import math
from typing import Any

import msgspec
from hypothesis import strategies as st

from opttui.scenario.arguments import Argument
from opttui.scenario.catalogue import INITIALISERS, OPTIMIZERS, PROBLEMS, SCHEDULES
from opttui.scenario.specs import (
    AlarmSpec,
    EventSpec,
    InitSpec,
    LaneSpec,
    ProblemSpec,
    Scenario,
    ScheduleSpec,
)

numbers = st.floats(allow_nan=False, allow_infinity=False)
wholes = st.integers(-(2**63), 2**63 - 1)
scalars = st.none() | st.booleans() | wholes | numbers | st.text(max_size=20)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4), max_leaves=8)
identifiers = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
paths = st.from_regex(
    r"[A-Za-z_][A-Za-z0-9_]{0,8}((\.|::|\.py::)[A-Za-z_][A-Za-z0-9_]{0,8}){0,2}", fullmatch=True
)
RESERVED = {"warmup", "init", "groups", "schedules", "every", "on", "weights", "bias", "scale"}
"""Keys of a lane, a schedule or a start that are no arguments."""
arguments = st.dictionaries(identifiers.filter(lambda key: key not in RESERVED), values, max_size=4)
units = wholes | st.just("epoch") | st.text(max_size=9)
any_schedules = st.recursive(
    st.builds(ScheduleSpec, paths, arguments, every=units, on=st.text(max_size=9)),
    lambda inner: st.builds(
        ScheduleSpec, paths, arguments, st.lists(inner, min_size=1, max_size=3).map(tuple), units
    ),
    max_leaves=4,
)
any_inits = st.builds(InitSpec, paths, arguments, paths, arguments, numbers) | st.builds(
    InitSpec, paths | st.just(""), arguments, scale=numbers
)

any_lanes = st.builds(
    LaneSpec,
    optimizer=paths,
    arguments=arguments,
    schedule=st.none() | any_schedules,
    name=st.text(max_size=20),
    warmup=wholes,
    init=st.none() | any_inits,
)
"""Lanes that the phrase can say, whether or not they can race."""


def value_of(argument: Argument) -> st.SearchStrategy[Any]:
    """Values that the argument takes."""
    low = argument.low
    size = len(argument.default) if argument.kind == "pair" else 0
    high = argument.high
    number = st.floats(-1e300 if low is None else low, 1e300 if high is None else high, allow_nan=False)
    whole = st.integers(-1000 if low is None else int(low), 10**6 if high is None else int(high))
    strategy: st.SearchStrategy[Any] = {
        "number": number | whole,
        "whole": whole,
        "flag": st.booleans(),
        "pair": st.lists(number, min_size=size, max_size=size),
        "word": st.sampled_from(argument.words or ("",)),
        "wholes": st.lists(whole, min_size=1, max_size=4),
        "number or list": number | st.lists(number, min_size=1, max_size=1),
        "number or word": number | st.sampled_from(argument.words or ("",)),
        "expression": st.sampled_from([f"0.9 ** {name}" for name in argument.words] or [""]),
        "other": st.just(argument.default),
    }[argument.kind]
    if argument.why_not:
        return st.just(argument.default)
    return st.none() | strategy if argument.default is None else strategy


@st.composite
def call(draw: st.DrawFn, known: tuple[Argument, ...]) -> dict[str, Any]:
    """Some of the arguments, all required ones among them, in any order."""
    if not known:
        return {}
    chosen = draw(st.lists(st.sampled_from(known), unique_by=lambda argument: argument.name, max_size=4))
    chosen += [argument for argument in known if argument.required and argument not in chosen]
    return {argument.name: draw(value_of(argument)) for argument in chosen}


@st.composite
def right_schedules(draw: st.DrawFn, cycles: bool, inside: str = "", depth: int = 0) -> ScheduleSpec:
    """Schedules that pass every check, for an optimizer that has a momentum or none."""
    refused = {"": (), "ChainedScheduler": ("ReduceLROnPlateau",)}.get(
        inside, ("ReduceLROnPlateau", "ChainedScheduler", "SequentialLR")
    )
    of_others = ("SequentialLR", "ChainedScheduler") if depth == 2 else ()
    entry = draw(st.sampled_from([e for e in SCHEDULES.values() if e.name not in (*refused, *of_others)]))
    given = draw(call(tuple(a for a in entry.arguments if a.kind != "schedules")))
    given.pop("scale_fn", None)
    if entry.name == "OneCycleLR":
        given["total_steps"] = 100
    if not cycles and any(argument.name == "cycle_momentum" for argument in entry.arguments):
        given["cycle_momentum"] = False
    parts = []
    if any(argument.kind == "schedules" for argument in entry.arguments):
        parts = draw(
            st.lists(right_schedules(cycles, inside=entry.name, depth=depth + 1), min_size=2, max_size=3)
        )
    if entry.name == "SequentialLR":
        given["milestones"] = sorted(
            draw(st.lists(st.integers(0, 999), min_size=len(parts) - 1, max_size=len(parts) - 1, unique=True))
        )
    every = draw(st.just(1) | st.integers(1, 50) | st.just("epoch")) if not inside else 1
    on = (
        draw(st.sampled_from(["loss", "validation", "my metric"]))
        if entry.name == "ReduceLROnPlateau"
        else "loss"
    )
    return ScheduleSpec(entry.name, given, tuple(parts), every if on == "loss" else 1, on)


@st.composite
def right_inits(draw: st.DrawFn) -> InitSpec:
    """Starts that pass every check."""
    weights, bias = draw(st.none() | st.sampled_from(list(INITIALISERS.values()))), None
    if draw(st.booleans()):
        bias = draw(st.sampled_from([entry for entry in INITIALISERS.values() if entry.least < 2]))
    return InitSpec(
        weights=weights.name if weights else "",
        arguments=draw(call(weights.arguments)) if weights else {},
        bias=bias.name if bias else "",
        bias_arguments=draw(call(bias.arguments)) if bias else {},
        scale=draw(numbers),
    )


@st.composite
def right_lanes(draw: st.DrawFn, matrices: bool = True) -> LaneSpec:
    """Lanes that pass every check."""
    optimizer = draw(st.sampled_from(list(OPTIMIZERS.values())))
    schedule = draw(right_schedules(optimizer.cycles)) if draw(st.booleans()) else None
    return LaneSpec(
        optimizer.name,
        draw(call(optimizer.arguments)),
        schedule,
        warmup=draw(st.just(0) | st.integers(0, 10**9)),
        init=draw(st.none() | right_inits()) if matrices else None,
    )


names = st.from_regex(r"[a-z=@:,'\" (\\é]{1,12}", fullmatch=True).filter(lambda name: name == name.strip())


@st.composite
def right_alarms(draw: st.DrawFn) -> AlarmSpec:
    """Alarms that pass every check."""
    inside = st.floats(-1, 1, exclude_min=True, exclude_max=True)
    spec = AlarmSpec(
        divergence=draw(st.booleans()),
        spike=draw(st.none() | st.floats(math.ulp(0.0), 1e300)),
        stall=draw(st.none() | st.integers(1, 10**9)),
        zigzag=draw(st.none() | inside),
        quiet=draw(st.integers(1, 10**9)),
        pause=draw(st.booleans()),
    )
    some = (spec.spike, spec.stall, spec.zigzag) != (None, None, None)
    return spec if some or spec.divergence else msgspec.structs.replace(spec, divergence=True)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Scenarios that pass every check."""
    problem = draw(st.sampled_from(list(PROBLEMS.values())))
    dim = draw(st.none() | st.integers(2, 5)) if problem.any_dim else None
    coordinates = st.tuples(*[numbers] * (dim or problem.start or 0))
    start = draw(st.none() | st.sampled_from(list(problem.starts)) | coordinates) if problem.start else None
    noise = draw(st.none() | st.floats(0, 1e300)) if problem.noise else None
    matrices = problem.start is None
    lanes = draw(st.lists(right_lanes(matrices), min_size=1, max_size=4))
    given = draw(st.lists(st.just("") | names, min_size=len(lanes), max_size=len(lanes)))
    seen: set[str] = set()
    named = []
    for lane, name in zip(lanes, given, strict=True):
        own = "" if name in seen else name
        seen.add(own)
        named.append(msgspec.structs.replace(lane, name=own))
    return Scenario(
        problem=ProblemSpec(problem.name, start, dim, noise),
        lanes=tuple(named),
        title=draw(st.sampled_from(["", "a title", 'quo"te \\ ✗'])),
        steps=draw(st.integers(1, 10**9)),
        seed=draw(st.integers(0, 2**63 - 1)),
        device=draw(st.sampled_from(["auto", "cpu", "cuda", "cuda:3", "mps"])),
        dtype=draw(st.sampled_from([None, "float64"] + ["float32"] * (not problem.only_float64))),
        batch_size=draw(st.none() | st.integers(1, 5000)) if problem.batch_size else None,
        init=draw(st.none() | right_inits()) if matrices else None,
        target=draw(numbers if problem.target is not None else st.none() | numbers),
        axis=draw(st.sampled_from(["steps", "evaluations", "seconds"])),
        pace=draw(st.none() | st.floats(math.ulp(0.0), 1e6, exclude_min=True)),
        events=tuple(
            draw(st.lists(st.builds(EventSpec, st.integers(0, 10**9), st.just("set 0 lr=0.1")), max_size=3))
        ),
        alarms=draw(st.none() | right_alarms()),
    )
