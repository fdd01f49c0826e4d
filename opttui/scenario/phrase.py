"""The lane phrase, to and from its struct. Knows no optimizer by name but the shape of some arguments.

    [name=]Optimizer[:key=value,...][@Schedule[:key=value,...]]

Values are Python literals; a plain word needs no quotes. A name needs quotes when it holds = : @ quotes or
brackets, or a space at its ends. `phrase_of` writes without spaces, and numbers as Python prints them: `1e-3`
comes back as `0.001`, `0.01` as it is.
"""

from typing import Any

from opttui.errors import InputError
from opttui.scenario.catalogue import is_pair
from opttui.scenario.literals import read_literal, write_literal
from opttui.scenario.specs import LaneSpec, ScheduleSpec
from opttui.scenario.words import OPENING, UnbalancedError, positions, split

FORM = "write it like Adam:lr=0.01 or SGD:lr=0.1,momentum=0.9@StepLR:step_size=500"
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
    schedule = lane.schedule
    after = "" if schedule is None else "@" + _written(schedule.name, schedule.arguments)
    return name + _written(lane.optimizer, lane.arguments) + after


def _lane(text: str) -> LaneSpec:
    halves = split(text, "@")
    if len(halves) > 2:
        raise InputError("a lane has one schedule, and here is a second @")
    name, walker = _name(halves[0])
    optimizer, arguments = _call(walker, "an optimizer")
    schedule = ScheduleSpec(*_call(halves[1], "a schedule")) if len(halves) == 2 else None
    return LaneSpec(optimizer, arguments, schedule, name)


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


def _call(text: str, what: str) -> tuple[str, dict[str, Any]]:
    """`Name:key=value,...` as name and arguments."""
    colons = [at for at in positions(text, ":") if text[at - 1 : at] != ":" and text[at + 1 : at + 2] != ":"]
    cut = colons[0] if colons else len(text)
    name = text[:cut].strip()
    if name[:1] in ("'", '"'):
        return _quoted(name, what), read_arguments(text[cut + 1 :], name) if colons else {}
    if not name:
        raise InputError(f"the name of {what} is missing; {FORM}")
    if name[0] in "+-0123456789":
        raise InputError(f"{name!r} is not the name of {what}; arguments come after a colon, like SGD:lr=0.1")
    if any(char in "'\"=," + OPENING or char.isspace() for char in name) or not name.isprintable():
        raise InputError(f"{name!r} is not the name of {what}; {FORM}")
    if len(colons) > 1:
        raise InputError(f"there is a second : after {name}; arguments are separated by commas")
    if not colons:
        return name, {}
    return name, read_arguments(text[cut + 1 :], name)


def _quoted(text: str, what: str) -> str:
    """A name in quotes: the path of a file that holds spaces or marks."""
    name = read_literal(text)
    if not isinstance(name, str) or "::" not in name or not name.isprintable():
        raise InputError(f"{text} is not the name of {what}; {FORM}")
    return name


def read_arguments(text: str, name: str, like: str = "lr=0.01") -> dict[str, Any]:
    """`key=value,...` after a name and its colon. InputError, or UnbalancedError, when it is not that."""
    arguments: dict[str, Any] = {}
    for part in split(text, ","):
        halves = split(part, "=", most=1)
        key = halves[0].strip()
        if len(halves) == 1 or not key.isidentifier():
            wrong = f"{part.strip()!r} is not key=value" if part.strip() else "an argument is missing"
            raise InputError(f"{wrong}; after {name}: come arguments like {like}, separated by commas")
        if key in arguments:
            raise InputError(f"{key} is given twice")
        try:
            arguments[key] = read_literal(halves[1])
        except InputError as error:
            raise InputError(f"{key}: {error.message}") from None
    return arguments


def _written(name: str, arguments: dict[str, Any]) -> str:
    written = ",".join(
        f"{key}={write_literal(value, is_pair(name, key))}" for key, value in arguments.items()
    )
    name = _written_path(name)
    return f"{name}:{written}" if written else name


def _written_path(name: str) -> str:
    """The name of an optimizer or a schedule; one that could be misread in quotes."""
    odd = any(char.isspace() or char in "=,@'\"" + OPENING + ")]}" for char in name)
    colons = name.replace("::", "")
    return repr(name) if "::" in name and (odd or ":" in colons or name[0] in "+-0123456789") else name


def _written_name(name: str) -> str:
    plain = name == name.strip() and name.isprintable() and not SPECIAL.intersection(name)
    return name if plain else repr(name)
