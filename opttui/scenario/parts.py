"""Schedules and starts from their keys, as a phrase or a table gives them, and back. Checks no name and no bound."""

from collections.abc import Callable, Mapping
from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import is_number
from opttui.scenario.calls import read_call, write_call
from opttui.scenario.init_table import KEEP
from opttui.scenario.specs import InitSpec, ScheduleSpec
from opttui.scenario.words import UnbalancedError

WARMUP = "warmup"
LIST_OF_SCHEDULES = (
    "schedules is a list of schedules in quotes, like ['StepLR:step_size=200','ExponentialLR:gamma=0.999']"
)
INIT_FORM = "write it like xavier_uniform or kaiming_normal:nonlinearity=relu,bias=zeros,scale=10"


def schedule_from(
    name: Any, keys: Mapping[str, Any], part: Callable[[int, Any], ScheduleSpec]
) -> ScheduleSpec:
    """The schedule that some keys stand for. InputError, without a place.

    Args:
        name: Its name.
        keys: All others; `warmup` is no longer among them, since it is the lane's.
        part: Makes a schedule of the index and the value of one of those that this one is made of.
    """
    arguments = dict(keys)
    parts = arguments.pop("schedules", ())
    if "schedules" in keys and (not isinstance(parts, list) or not parts):
        raise InputError(LIST_OF_SCHEDULES)
    own = {key: arguments.pop(key) for key in ("every", "on") if key in arguments}
    return ScheduleSpec(name, arguments, tuple(part(index, each) for index, each in enumerate(parts)), **own)


def read_schedule(text: str) -> tuple[ScheduleSpec, dict[str, Any]]:
    """The schedule of a phrase, and what it holds for the lane: nothing, or its warm-up. InputError without a place."""
    name, keys = read_call(text, "a schedule")
    for_lane = {key: keys.pop(key) for key in (WARMUP,) if key in keys}
    return schedule_from(name, keys, _read_part), for_lane


def _read_part(index: int, text: Any) -> ScheduleSpec:
    if not isinstance(text, str):
        raise InputError(LIST_OF_SCHEDULES)
    try:
        name, keys = read_call(text, "a schedule")
        return schedule_from(name, keys, _read_part)
    except UnbalancedError as error:
        raise InputError(f"schedules {index + 1}: there is {error}") from None
    except InputError as error:
        raise InputError(f"schedules {index + 1}: {error.message}") from None


def write_schedule(spec: ScheduleSpec) -> str:
    """The phrase; `read_schedule` gives the schedule back."""
    arguments = dict(spec.arguments)
    if spec.schedules:
        arguments["schedules"] = [write_schedule(part) for part in spec.schedules]
    if spec.every != 1:
        arguments["every"] = spec.every
    if spec.on != "loss":
        arguments["on"] = spec.on
    return write_call(spec.name, arguments)


def read_init(text: str, place: str = "") -> InitSpec:
    """The start of a phrase like `kaiming_normal:nonlinearity=relu,bias=zeros,scale=10`. InputError at the place."""
    before = f"{place}: " if place else ""
    try:
        name, keys = read_call(text, "an initialiser", INIT_FORM)
        return init_from({"weights": name, **keys})
    except UnbalancedError as error:
        raise InputError(f"{before}there is {error}") from None
    except InputError as error:
        raise InputError(f"{before}{error.message}") from None


def init_from(keys: Mapping[str, Any]) -> InitSpec:
    """The start that a table's keys stand for. InputError, without a place."""
    arguments = dict(keys)
    weights, bias = arguments.pop("weights", KEEP), arguments.pop("bias", "")
    scale = arguments.pop("scale", 1.0)
    bias_arguments: dict[str, Any] = {}
    if isinstance(bias, str) and ":" in bias:
        bias, bias_arguments = read_call(bias, "an initialiser", INIT_FORM)
    return InitSpec(
        weights="" if weights == KEEP else weights,
        arguments=arguments,
        bias=bias,
        bias_arguments=bias_arguments,
        scale=float(scale) if is_number(scale) else scale,
    )


def write_init(spec: InitSpec) -> str:
    """The phrase; `read_init` gives the start back."""
    arguments = dict(spec.arguments)
    if spec.bias:
        arguments["bias"] = write_call(spec.bias, spec.bias_arguments)
    if spec.scale != 1.0:
        whole = isinstance(spec.scale, float) and spec.scale.is_integer() and abs(spec.scale) < 1e15
        arguments["scale"] = int(spec.scale) if whole else spec.scale
    return write_call(spec.weights or KEEP, arguments)
