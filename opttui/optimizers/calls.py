"""From a lane's spec to the call that builds its optimizer: arguments checked, inner optimizers settled. Builds nothing."""

import functools
import inspect
import sys
from typing import Any

import msgspec

from opttui.errors import InputError
from opttui.optimizers.kinds import Kind, Shape, check_required, is_torchs, kind_of, path_of, shape_of
from opttui.record.manifest import Call
from opttui.scenario.catalogue import OPTIMIZERS
from opttui.scenario.foreign import REST, inner_lanes, is_inner, short_name
from opttui.scenario.nearest import meant
from opttui.scenario.specs import LaneSpec


def call_of(spec: LaneSpec, steps: int = 1000) -> Call:
    """The call of a lane's optimizer. Imports what it names.

    Args:
        spec: The lane's; its arguments may hold optimizers as phrases.
        steps: Of the race, for advice.

    Raises:
        InputError: An argument that the class does not take, or one that it needs; without a place.
    """
    inner = dict(inner_lanes(spec))
    rest = inner.pop(REST, None)
    given = {key: value for key, value in spec.arguments.items() if key not in inner and key != REST}
    torchs = is_torchs(spec.optimizer)
    call = Call(spec.optimizer, given) if torchs else _foreign_call(spec.optimizer, given, inner, steps)
    return call if rest is None else msgspec.structs.replace(call, rest=call_of(rest, steps))


def _foreign_call(name: str, given: dict[str, Any], inner: dict[str, LaneSpec], steps: int) -> Call:
    kind = kind_of(name)
    shape = shape_of(kind)
    check_required(name, shape, [*given, *inner], steps)
    own = {key: value for key, value in given.items() if key in shape.arguments}
    other = {key: value for key, value in given.items() if key not in own}
    calls: dict[str, Call] = {}
    for key, lane in inner.items():
        if key not in shape.arguments and key not in shape.leading:
            raise InputError(_not_taken(name, shape, key))
        mine, other = _split(lane, other)
        calls[key] = _inner_call(key, mine, shape, own, steps)
    for key, value in other.items():
        if not (shape.open and not inner and mentions(kind, key)):
            raise InputError(_not_taken(name, shape, key))
        own[key] = value
    return Call(path_of(name), own, shape.leading, inner=calls)


def _split(lane: LaneSpec, other: dict[str, Any]) -> tuple[LaneSpec, dict[str, Any]]:
    """Arguments that the outer optimizer does not name go to the inner one, when it takes them."""
    taken = {key: value for key, value in other.items() if _takes(lane.optimizer, key)}
    for key in taken:
        if key in lane.arguments:
            raise InputError(f"{key} is given twice, outside and inside of {short_name(lane.optimizer)}")
    left = {key: value for key, value in other.items() if key not in taken}
    return LaneSpec(lane.optimizer, lane.arguments | taken), left


def _inner_call(key: str, lane: LaneSpec, shape: Shape, own: dict[str, Any], steps: int) -> Call:
    """The inner optimizer, as an object; as a class where the outer one takes parameters and passes arguments on.

    Then its arguments join the outer one's.
    """
    call = call_of(lane, steps)
    by_class = "parameters" in shape.leading and key not in shape.leading
    if not by_class or call.inner or call.rest is not None:
        return call
    if shape.open:
        own |= call.arguments
    elif call.arguments:
        return call
    return Call(call.kind, as_class=True)


def _takes(name: str, key: str) -> bool:
    if is_torchs(name):
        return any(argument.name == key for argument in OPTIMIZERS[name].arguments)
    kind = kind_of(name)
    shape = shape_of(kind)
    return key in shape.arguments or (shape.open and mentions(kind, key))


def _not_taken(name: str, shape: Shape, key: str) -> str:
    known = [*shape.arguments, *(each for each in shape.leading if is_inner(each))]
    return f"{short_name(name)} takes no argument {key!r}; {meant(key, known)}"


def mentions(kind: Kind, key: str) -> bool:
    """Whether the source of a class speaks of an argument that its signature does not name.

    Many classes end in `**kwargs` and swallow every misspelling; what they do read from there stands in quotes
    or before a `=` in their own source or in that of a class that they are made from.
    """
    text = _source(kind)
    return not text or any(form in text for form in (f"'{key}'", f'"{key}"', f"{key}:", f"{key}="))


@functools.cache
def _source(kind: Kind) -> str:
    """The source of the modules of a class and of those that it is made from, torch's own left out."""
    texts = []
    for each in getattr(kind, "__mro__", (kind,)):
        module = sys.modules.get(getattr(each, "__module__", ""))
        if module is None or module.__name__.split(".")[0] in ("torch", "builtins", "typing", "abc"):
            continue
        try:
            texts.append(inspect.getsource(module))
        except (OSError, TypeError):
            return ""
    return "\n".join(texts)
