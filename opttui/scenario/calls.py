"""`Name:key=value,...`, to and from a name and its arguments. Knows what a name stands for only to read expressions."""

from typing import Any

from opttui.errors import InputError
from opttui.scenario.catalogue import argument_of, is_pair
from opttui.scenario.literals import read_literal, write_literal
from opttui.scenario.words import OPENING, positions, split

FORM = "write it like Adam:lr=0.01 or SGD:lr=0.1,momentum=0.9@StepLR:step_size=500"


def read_call(text: str, what: str, form: str = FORM) -> tuple[str, dict[str, Any]]:
    """Name and arguments. InputError, without a place, for what is none; UnbalancedError.

    Args:
        text: The call.
        what: What the name names, with its article.
        form: The end of a sentence: how to write it.
    """
    colons = [at for at in positions(text, ":") if text[at - 1 : at] != ":" and text[at + 1 : at + 2] != ":"]
    cut = colons[0] if colons else len(text)
    name = text[:cut].strip()
    if name[:1] in ("'", '"'):
        return _quoted(name, what, form), read_arguments(text[cut + 1 :], name) if colons else {}
    if not name:
        raise InputError(f"the name of {what} is missing; {form}")
    if name[0] in "+-0123456789":
        raise InputError(f"{name!r} is not the name of {what}; arguments come after a colon, like SGD:lr=0.1")
    if any(char in "'\"=," + OPENING or char.isspace() for char in name) or not name.isprintable():
        raise InputError(f"{name!r} is not the name of {what}; {form}")
    if len(colons) > 1:
        raise InputError(f"there is a second : after {name}; arguments are separated by commas")
    if not colons:
        return name, {}
    return name, read_arguments(text[cut + 1 :], name)


def _quoted(text: str, what: str, form: str) -> str:
    """A name in quotes: the path of a file that holds spaces or marks."""
    name = read_literal(text)
    if not isinstance(name, str) or "::" not in name or not name.isprintable():
        raise InputError(f"{text} is not the name of {what}; {form}")
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
            arguments[key] = _value(name, key, halves[1])
        except InputError as error:
            raise InputError(f"{key}: {error.message}") from None
    return arguments


def _value(name: str, key: str, text: str) -> Any:
    """One value; an expression needs no quotes of its own."""
    argument = argument_of(name, key)
    bare = text.strip()
    if argument is not None and argument.kind == "expression" and bare[:1] not in ("", "'", '"'):
        return None if bare == "None" else bare
    return read_literal(text)


def write_call(name: str, arguments: dict[str, Any]) -> str:
    """The call; `read_call` gives name and arguments back."""
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
