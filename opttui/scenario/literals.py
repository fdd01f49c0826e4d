"""One value of a lane, to and from text: numbers, strings, flags, None, lists of them. Evaluates nothing."""

import ast
import re
import warnings
from typing import Any

from opttui.errors import InputError

BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""A string that needs no quotes: `line_search_fn=strong_wolfe`."""
NOT_BARE = {
    "True": "",
    "False": "",
    "None": "",
    "true": "write True",
    "false": "write False",
    "none": "write None",
    "null": "write None",
    "inf": "numbers must be finite",
    "nan": "numbers must be finite",
}
"""Words that are not strings without quotes, and what to say about those that are nothing else either."""


def read_literal(text: str) -> Any:
    """The value that a text stands for. Sequences become lists, as in TOML and JSON.

    Raises InputError with the rest of a sentence for what is no Python literal of these kinds.
    """
    text = text.strip()
    if BARE.fullmatch(text):
        if advice := NOT_BARE.get(text):
            raise InputError(f"{text} is no value; {advice}")
        if text not in NOT_BARE:
            return text
    try:
        with warnings.catch_warnings():
            # Python warns of odd escapes and of `1if`; what is wrong with them is said below.
            warnings.simplefilter("ignore")
            value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        raise InputError(
            f"{_short(text)} is neither a number, a word, a quoted string nor a list of them"
        ) from None
    return _plain(value, text)


def write_literal(value: Any, as_pair: bool = False) -> str:
    """A text that `read_literal` reads back, without spaces; a tuple, or anything `as_pair`, in round brackets."""
    if isinstance(value, str) and BARE.fullmatch(value) and value not in NOT_BARE:
        return value
    return _python(value, as_pair)


def _python(value: Any, as_pair: bool) -> str:
    """The value as Python writes it, less the spaces; inside a list every string has its quotes."""
    if not isinstance(value, list | tuple):
        return repr(value)
    inside = ",".join(_python(part, as_pair) for part in value)
    if value and (as_pair or isinstance(value, tuple)):
        return f"({inside}{',' if len(value) == 1 else ''})"
    return f"[{inside}]"


def _plain(value: Any, text: str) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(part, text) for part in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise InputError(
        f"{_short(text)} is a {type(value).__name__}, and values are numbers, words, flags or lists of them"
    )


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
