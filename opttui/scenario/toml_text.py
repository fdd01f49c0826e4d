"""A TOML text as a table, and where in the text things stand. Knows nothing of scenarios.

tomllib gives positions only in the messages about broken TOML; `lines.py` finds those of keys.
"""

import functools
import re
import tomllib
from typing import Any

from opttui.errors import InputError
from opttui.scenario.lines import line_map, line_of
from opttui.scenario.places import Path, Where, in_words

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_BARE = re.compile(r"=\s*[A-Za-z_]")
_PYTHON = re.compile(r"[=\[,]\s*(True|False|None)\b")


def read_toml(text: str, name: str) -> dict[str, Any]:
    """The text's table. InputError, in one sentence with file, line and column, when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_broken(str(error), text, name)) from None
    except (RecursionError, ValueError):
        raise InputError(
            f"{_shown(name)}: this is not TOML that a scenario could be; its values are too deep or too long"
        ) from None


def _broken(message: str, text: str, name: str) -> str:
    """tomllib's message as a sentence, with advice where the mistake is a common one."""
    place = _PLACE.search(message)
    reason = _PLACE.sub("", message).rstrip(".")
    reason = reason[:1].lower() + reason[1:]
    if place is None or place[1] is None:
        at = f"line {text.rstrip().count(chr(10)) + 1}"
        reason += ", where the file ends"
        line = ""
    else:
        at = f"line {place[1]}, column {place[2]}"
        line = (text.split("\n")[int(place[1]) - 1 :] or [""])[0]
    advice = ""
    if _PYTHON.search(line):
        advice = "; TOML writes true and false in small letters, and has no None"
    elif "overwrite" in reason:
        advice = "; a key or a table is given twice"
    elif "invalid value" in reason and _BARE.search(line):
        advice = "; strings need quotes"
    return f"{_shown(name)}, {at}: this is not TOML: {reason}{advice}"


def places_in(text: str, name: str) -> Where:
    """Places in the text in words, with their line. The lines are looked for when the first is asked for."""
    lines = functools.cache(lambda: line_map(text))

    def where(path: Path) -> str:
        line = line_of(path, lines())
        at = "" if line is None else f", line {line}"
        return f"{_shown(name)}{at} ({in_words(path)})" if path else f"{_shown(name)}{at}"

    return where


def _shown(name: str) -> str:
    return name if name.isprintable() else repr(name)
