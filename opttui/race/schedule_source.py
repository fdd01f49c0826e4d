"""Schedules and starts as a plain script writes them: expressions of Python, and lines of its loop."""

from dataclasses import dataclass
from typing import Any

from opttui.optimizers.build_schedule import in_sequence, names_in
from opttui.optimizers.initialise import bias_of
from opttui.scenario.catalogue import argument_of
from opttui.scenario.expressions import read_expression
from opttui.scenario.init_table import NONLINEARITIES
from opttui.scenario.schedule_table import WATCHING
from opttui.scenario.specs import InitSpec, LaneSpec, ScheduleSpec

OF = "torch.optim.lr_scheduler"


@dataclass(frozen=True)
class Needs:
    """What the schedules of a script's lanes ask of its loop."""

    schedule: bool = False
    warmup: bool = False
    """One that is not part of the schedule itself."""
    every: bool = False
    watches: bool = False
    """ReduceLROnPlateau on the batch's loss."""
    metric: bool = False
    """ReduceLROnPlateau on what is measured on held-out data."""
    others: bool = False
    """A schedule that watches nothing."""
    ends: bool = False
    """OneCycleLR, alone or inside another one."""
    init: bool = False


def needs_of(specs: list[LaneSpec], init: InitSpec | None) -> Needs:
    """What these lanes ask for; `init` is the scenario's start."""
    schedules = [spec.schedule for spec in specs if spec.schedule]
    watching = [schedule for schedule in schedules if schedule.name == WATCHING]
    return Needs(
        schedule=any(spec.schedule or spec.warmup for spec in specs),
        warmup=any(map(has_own_warmup, specs)),
        every=any(schedule.every != 1 for schedule in schedules),
        watches=any(schedule.on == "loss" for schedule in watching),
        metric=any(schedule.on != "loss" for schedule in watching),
        others=any(spec.schedule.name != WATCHING if spec.schedule else spec.warmup for spec in specs),
        ends=any("OneCycleLR" in names_in(schedule) for schedule in schedules),
        init=any(spec.init or init for spec in specs),
    )


def has_own_warmup(spec: LaneSpec) -> bool:
    """Whether the warm-up is stepped beside the schedule instead of inside it."""
    return bool(spec.schedule and spec.warmup and not in_sequence(spec.schedule))


def schedule_source(spec: LaneSpec) -> str:
    """The expression that builds a lane's schedule for `optimizer`; a warm-up that is its own is not in it."""
    schedule, warmup = spec.schedule, spec.warmup
    first = f"{OF}.LinearLR(optimizer, start_factor=1 / {warmup}, total_iters={warmup - 1})"
    if schedule is None:
        return first
    if not warmup or not in_sequence(schedule):
        return expression(schedule)
    sequential = schedule.name == "SequentialLR"
    parts = [first, *map(expression, schedule.schedules if sequential else [schedule])]
    later = schedule.arguments["milestones"] if sequential else []
    milestones = [warmup, *(warmup + milestone for milestone in later)]
    return f"{OF}.SequentialLR(optimizer, schedulers=[{', '.join(parts)}], milestones={milestones})"


def expression(spec: ScheduleSpec) -> str:
    """A schedule without its warm-up."""
    of = "torch.optim.swa_utils" if spec.name == "SWALR" else OF
    given = [f"{key}={value(spec.name, key, each)}" for key, each in spec.arguments.items()]
    if not spec.schedules:
        return f"{of}.{spec.name}({', '.join(['optimizer', *given])})"
    parts = f"schedulers=[{', '.join(map(expression, spec.schedules))}]"
    return f"{of}.{spec.name}({', '.join(['optimizer=optimizer', parts, *given])})"


def value(name: str, key: str, given: Any) -> str:
    """An argument as Python writes it; an expression as a lambda."""
    argument = argument_of(name, key)
    if argument is None or argument.kind != "expression" or given is None:
        return repr(given)
    read = read_expression(given, argument.words)
    return f"lambda {(*read.names, argument.words[0])[0]}: {read.source}"


def following(needs: Needs) -> list[str]:
    """The lines that step the schedule after the optimizer."""
    if not needs.schedule:
        return []
    condition = "schedule"
    if needs.metric:
        condition += " and not on"
    if needs.every:
        condition += " and (step + 1) % every == 0"
    advance = "advance(schedule)" if needs.ends else "schedule.step()"
    lines, word = [], "if"
    if needs.warmup:
        lines += ["        if step < warmup:", "            warm.step()"]
        word = "elif"
    if needs.watches and needs.others:
        return [
            *lines,
            f"        {word} {condition}:",
            f"            if isinstance(schedule, {OF}.{WATCHING}):",
            "                schedule.step(loss.item())",
            "            else:",
            f"                {advance}",
        ]
    if not (needs.watches or needs.others):
        return lines
    return [
        *lines,
        f"        {word} {condition}:",
        f"            {'schedule.step(loss.item())' if needs.watches else advance}",
    ]


def measuring(needs: Needs, metrics: str, every: int, averages: bool) -> list[str]:
    """The lines that show held-out data to a schedule that watches them, at the average if the optimizer has one."""
    if not needs.metric:
        return []
    before = [
        "            kept = [parameter.detach().clone() for parameter in model.parameters()]",
        '            if hasattr(optimizer, "eval"):',
        "                optimizer.eval()",
    ]
    after = [
        '            if hasattr(optimizer, "train"):',
        "                optimizer.train()",
        "            with torch.no_grad():",
        "                for parameter, value in zip(model.parameters(), kept):",
        "                    parameter.copy_(value)",
    ]
    late = " and step >= warmup" if needs.warmup else ""
    return [
        f"        if on and step % {every} == 0{late}:",
        *(before if averages else []),
        "            model.eval()",
        "            with torch.no_grad():",
        f"                schedule.step(float({metrics}[on].double()))",
        "            model.train()",
        *(after if averages else []),
    ]


def init_source(spec: InitSpec) -> list[str]:
    """The arguments of `initialise` after the model and the seed, as `skipped` is not known here."""
    given = []
    if spec.weights:
        given.append(f"weights={fill_source(spec.weights, spec.arguments)}")
    if bias_of(spec):
        given.append(f"bias={fill_source(bias_of(spec), spec.bias_arguments)}")
    if spec.scale != 1.0:
        given.append(f"scale={spec.scale!r}")
    return given


def fill_source(name: str, arguments: dict[str, Any]) -> str:
    """A function of torch.nn.init with its arguments as a lambda."""
    given = [f"{key}={gain_source(key, each)}" for key, each in arguments.items()]
    return f"lambda tensor: torch.nn.init.{name}_({', '.join(['tensor', *given])})"


def gain_source(key: str, given: Any) -> str:
    """A gain by the name of a nonlinearity as the call that looks it up."""
    named = key == "gain" and given in NONLINEARITIES
    return f"torch.nn.init.calculate_gain({given!r})" if named else repr(given)
