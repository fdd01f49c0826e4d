"""The lane phrase, to and from its struct. Knows no optimizer by name but the shape of some arguments.

    [name=]Optimizer[:key=value,...][@Schedule[:key=value,...]]

Of the optimizer's keys `warmup` and `init` are the lane's own. Values are Python literals; a plain word needs no
quotes, and neither does an expression. A name needs quotes when it holds = : @ quotes or
brackets, or a space at its ends. `phrase_of` writes without spaces, and numbers as Python prints them: `1e-3`
comes back as `0.001`, `0.01` as it is.
"""

from typing import Any

from opttui.errors import InputError
from opttui.scenario.calls import FORM, read_call, write_call
from opttui.scenario.literals import read_literal
from opttui.scenario.parts import WARMUP, read_init, read_schedule, write_init, write_schedule
from opttui.scenario.specs import LaneSpec
from opttui.scenario.words import OPENING, UnbalancedError, positions, split

LONGEST = 4096
"""Characters of a phrase."""
SPECIAL = frozenset("=:@'\"" + OPENING + ")]}")


def parse_lane(text: str, where: str = "") -> LaneSpec:
    """The lane that a phrase stands for. Whether its names exist is not asked here.

    Args:
        text: The phrase.
        where: What to call its place in an error (`lane 2`); the phrase itself is always named.

    Raises:
        InputError: The phrase cannot be read, in one sentence.
    """
    short = repr(text if len(text) <= 100 else text[:97] + "...")
    place = f"{where} ({short})" if where else short
    try:
        if len(text) > LONGEST:
            raise InputError(f"a lane has at most {LONGEST} characters, and this one has {len(text)}")
        return _lane(text)
    except UnbalancedError as error:
        raise InputError(f"{place}: there is {error}") from None
    except InputError as error:
        raise InputError(f"{place}: {error.message}") from None


def phrase_of(lane: LaneSpec) -> str:
    """The phrase that stands for a lane; `parse_lane` gives the lane back."""
    name = f"{_written_name(lane.name)}=" if lane.name else ""
    after = "" if lane.schedule is None else "@" + write_schedule(lane.schedule)
    arguments = dict(lane.arguments)
    if lane.warmup != 0:
        arguments[WARMUP] = lane.warmup
    if lane.init is not None:
        arguments["init"] = write_init(lane.init)
    return name + write_call(lane.optimizer, arguments) + after


def _lane(text: str) -> LaneSpec:
    halves = split(text, "@")
    if len(halves) > 2:
        raise InputError("a lane has one schedule, and here is a second @")
    name, walker = _name(halves[0])
    optimizer, arguments = read_call(walker, "an optimizer")
    own: dict[str, Any] = {key: arguments.pop(key) for key in (WARMUP, "init") if key in arguments}
    schedule = None
    if len(halves) == 2:
        schedule, more = read_schedule(halves[1])
        if own.keys() & more.keys():
            raise InputError(f"{WARMUP} is given twice")
        own |= more
    if "init" in own:
        own["init"] = _init(own["init"])
    return LaneSpec(optimizer, arguments, schedule, name, **own)


def _init(value: Any) -> Any:
    """A start from its phrase."""
    if not isinstance(value, str):
        raise InputError(f"init must be the name of an initialiser, like xavier_uniform, not {value!r}")
    return read_init(value, "init")


def _name(text: str) -> tuple[str, str]:
    """The lane's name, empty when there is none, and the rest: a `=` before any `:` ends a name."""
    marks = positions(text, "=:")
    if not marks or text[marks[0]] != "=":
        return "", text
    name, rest = text[: marks[0]].strip(), text[marks[0] + 1 :]
    if not name:
        raise InputError(f"there is no name before the =; {FORM}")
    if name[0] not in "'\"":
        return name, rest
    value = read_literal(name)
    if not isinstance(value, str) or not value:
        raise InputError(f"{name!r} is no name")
    return value, rest


def _written_name(name: str) -> str:
    plain = name == name.strip() and name.isprintable() and not SPECIAL.intersection(name)
    return name if plain else repr(name)
