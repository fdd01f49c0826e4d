"""Alarms as they are asked for: what there is, a table or a phrase to its struct and back, what is wrong with one."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from opttui.errors import InputError
from opttui.scenario.arguments import is_number, is_whole, shown
from opttui.scenario.literals import read_literal
from opttui.scenario.nearest import meant
from opttui.scenario.specs import AlarmSpec

ALARMS: dict[str, Any] = {"divergence": True, "spike": 8.0, "stall": 200, "zigzag": -0.7}
"""By name, what each is asked with where only its name is given."""
KEYS = (*ALARMS, "quiet", "pause")
EVERY = "all"
"""Stands for all of them in a phrase."""
WORDS = {"true": True, "false": False}
FORM = "write it like spike,stall=200,pause"


def alarms_from(given: Mapping[str, Any]) -> AlarmSpec:
    """The alarms of a table whose keys are right, whatever its values are; `true` asks for an alarm as it usually is."""
    values: dict[str, Any] = {
        key: ALARMS[key] if value is True and key in ALARMS else None if value is False else value
        for key, value in given.items()
        if not (value is False and key in ("divergence", "pause"))
    }
    for key in ("spike", "zigzag"):
        if is_number(values.get(key)):
            values[key] = float(values[key])
    return AlarmSpec(**values)


def read_alarms(text: str, where: str = "") -> AlarmSpec:
    """The alarms of a phrase: `spike`, `spike=10,stall=200,pause`, `all`. InputError for anything else."""
    begin = f"{where}: " if where else ""
    given: dict[str, Any] = {}
    for part in text.split(","):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if key == EVERY and not equals:
            given = {**dict.fromkeys(ALARMS, True), **given}
            continue
        if not key or (equals and not value):
            raise InputError(f"{begin}{text!r} is no list of alarms; {FORM}")
        if key not in KEYS:
            raise InputError(f"{begin}there is no alarm {key!r}; {meant(key, (*KEYS, EVERY))}")
        if key in given and given[key] is not True:
            raise InputError(f"{begin}{key} is given twice")
        try:
            given[key] = WORDS[value] if value in WORDS else read_literal(value) if equals else True
        except InputError as error:
            raise InputError(f"{begin}{key}: {error.message}") from None
    spec = alarms_from(given)
    for key, complaint in alarm_complaints(spec):
        raise InputError(f"{begin}{complaint}" if key else f"{begin}{text!r}: {complaint}")
    return spec


def write_alarms(spec: AlarmSpec) -> str:
    """The phrase; `read_alarms` gives the alarms back."""
    return ",".join(key if value is True else f"{key}={value!r}" for key, value in table_of(spec).items())


def table_of(spec: AlarmSpec) -> dict[str, Any]:
    """The keys of its table, those left out that are as they are anyway."""
    defaults = msgspec.structs.asdict(AlarmSpec())
    return {key: value for key, value in msgspec.structs.asdict(spec).items() if value != defaults[key]}


def alarm_complaints(spec: AlarmSpec) -> Iterator[tuple[str, str]]:
    """Key and sentence of everything that cannot be right; the key is empty where all of it is meant."""
    for key in ("divergence", "pause"):
        if not isinstance(getattr(spec, key), bool):
            yield key, f"{key} must be true or false, not {shown(getattr(spec, key))}"
    if spec.spike is not None and not (is_number(spec.spike) and spec.spike > 0):
        yield (
            "spike",
            f"spike must be a number above 0, of usual deviations from the median, not {shown(spec.spike)}",
        )
    if spec.stall is not None and not is_whole(spec.stall, 1):
        yield "stall", f"stall must be a whole number of steps from 1 on, not {shown(spec.stall)}"
    if spec.zigzag is not None and not (is_number(spec.zigzag) and -1 < spec.zigzag < 1):
        yield "zigzag", f"zigzag must be a cosine between -1 and 1, not {shown(spec.zigzag)}"
    if not is_whole(spec.quiet, 1):
        yield "quiet", f"quiet must be a whole number of steps from 1 on, not {shown(spec.quiet)}"
    if not (spec.divergence or any(each is not None for each in (spec.spike, spec.stall, spec.zigzag))):
        yield "", f"no alarm is asked for: there are {', '.join(ALARMS)}"
