"""JSON as the record writes and reads it: non-finite numbers survive, text comes back printable. Knows no
file.

JSON has no NaN and no infinity; they are written as `{"$float": "nan"}`, `"inf"` or `"-inf"`, never as bare
words.
"""

import math
from typing import Any, TypeVar

import msgspec

from opttui.printable import printable

T = TypeVar("T")

_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}


class DamagedTextError(ValueError):
    """Not JSON, or not of the expected shape; the message says where, printable."""


def encode(value: Any) -> bytes:
    """JSON on one line. Objects that JSON does not have become their `str`."""
    return msgspec.json.encode(_plain(msgspec.to_builtins(value, str_keys=True, enc_hook=str)))


def decode(data: bytes | memoryview, kind: type[T]) -> T:
    """The value in `data` as a `kind`, every text in it printable. DamagedTextError when it is not one."""
    try:
        return msgspec.convert(_revived(msgspec.json.decode(data)), kind)
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise DamagedTextError(printable(str(error), 200)) from None


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": repr(value)}
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8") if not value.isascii() else value
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    return value


def _revived(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(word := value.get("$float"), str) and word in _FLOATS:
            return _FLOATS[word]
        return {printable(key): _revived(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_revived(item) for item in value]
    return value
