"""A scenario as a TOML text that reads back as the same scenario. Knows no file."""

from typing import Any

import msgspec

from opttui.scenario.alarms import table_of
from opttui.scenario.parts import write_init
from opttui.scenario.phrase import phrase_of
from opttui.scenario.specs import LaneSpec, Scenario, ScheduleSpec

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def toml_of(scenario: Scenario) -> str:
    """The text. Settings at their defaults are left out, except steps and seed."""
    settings = {
        "title": scenario.title or None,
        "steps": None if scenario.own_steps else scenario.steps,
        "seed": scenario.seed,
        "device": scenario.device if scenario.device != "auto" else None,
        "dtype": scenario.dtype,
        "batch_size": scenario.batch_size,
        "init": write_init(scenario.init) if scenario.init is not None else None,
        "target": scenario.target,
        "axis": scenario.axis if scenario.axis != "steps" else None,
        "pace": scenario.pace,
    }
    problem = msgspec.structs.asdict(scenario.problem)
    problem |= problem.pop("arguments")
    blocks = [_pairs(settings), "[problem]\n" + _pairs(problem)]
    if scenario.alarms is not None:
        blocks.append("[alarms]\n" + _pairs(table_of(scenario.alarms)))
    blocks += ["[[lane]]\n" + _pairs(_lane(lane)) for lane in scenario.lanes]
    blocks += ["[[event]]\n" + _pairs({"at": event.at, "do": event.do}) for event in scenario.events]
    return "\n\n".join(blocks) + "\n"


def _lane(lane: LaneSpec) -> dict[str, Any]:
    """The keys of a lane; a phrase where a value is None, which TOML cannot say."""
    schedule = _schedule(lane.schedule) if lane.schedule is not None else None
    if _holds_none(lane.arguments) or (schedule is not None and _holds_none(schedule)):
        return {"phrase": phrase_of(lane)}
    return {
        "name": lane.name or None,
        "optimizer": lane.optimizer,
        **lane.arguments,
        "warmup": lane.warmup or None,
        "init": write_init(lane.init) if lane.init is not None else None,
        "schedule": schedule,
    }


def _schedule(spec: ScheduleSpec) -> dict[str, Any]:
    """The keys of a schedule's table."""
    keys: dict[str, Any] = {"name": spec.name, **spec.arguments}
    if spec.schedules:
        keys["schedules"] = [_schedule(part) for part in spec.schedules]
    if spec.every != 1:
        keys["every"] = spec.every
    if spec.on != "loss":
        keys["on"] = spec.on
    return keys


def _holds_none(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_none, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_holds_none, value))
    return value is None


def _pairs(table: dict[str, Any]) -> str:
    return "\n".join(f"{key} = {_value(value)}" for key, value in table.items() if value is not None)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + "".join(map(_escaped, value)) + '"'
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_value(inner)}" for key, inner in value.items()) + " }"
    return repr(value)


def _escaped(char: str) -> str:
    if char in _SHORT:
        return _SHORT[char]
    return f"\\u{ord(char):04X}" if ord(char) < 32 or ord(char) == 127 else char
