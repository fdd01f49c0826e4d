"""One argument of an optimizer or a schedule: its default and what its values look like. Knows no torch."""

import math
from typing import Any, Literal

import msgspec

from opttui.errors import InputError
from opttui.scenario.expressions import read_expression

Kind = Literal[
    "number",
    "whole",
    "flag",
    "pair",
    "word",
    "wholes",
    "number or list",
    "number or word",
    "expression",
    "schedules",
    "other",
]


class Required(msgspec.Struct, frozen=True):
    """Stands where an argument has no default."""


REQUIRED = Required()


class Argument(msgspec.Struct, frozen=True):
    """One argument; made by the functions below."""

    name: str
    default: Any
    """As torch has it; REQUIRED when it has none. None is a value only where it is the default."""
    kind: Kind
    low: float | None = None
    """The least value, where there is one."""
    words: tuple[str, ...] = ()
    """The values of a word; the names that an expression may give its number."""
    why_not: str = ""
    """Why any value but the default is refused, after the argument's name."""
    high: float | None = None
    """The greatest value of a number, where there is one."""

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED

    def complaint(self, value: Any) -> str:
        """What is wrong with a value, to follow the argument's name (`must be …`); empty when nothing is."""
        if value is None and self.default is None:
            return ""
        if self.why_not:
            return "" if type(value) is type(self.default) and value == self.default else self.why_not
        if self.kind == "expression":
            return self._of_expression(value)
        return "" if self.fits(value) else f"must be {self.wanted()}, not {shown(value)}"

    def _of_expression(self, value: Any) -> str:
        try:
            read_expression(value, self.words)
        except InputError as error:
            return error.message
        return ""

    def fits(self, value: Any) -> bool:
        """Whether the value is of the argument's kind."""
        if self.kind == "flag":
            return isinstance(value, bool)
        if self.kind == "word" or (self.kind == "number or word" and isinstance(value, str)):
            return isinstance(value, str) and value in self.words
        if self.kind == "whole":
            return is_whole(value, self.low)
        if self.kind == "wholes":
            return is_sequence(value) and len(value) > 0 and all(is_whole(part, self.low) for part in value)
        if self.kind == "pair":
            alike = is_sequence(value) and len(value) == len(self.default)
            return alike and all(map(self._fits_part, value, self.default))
        parts = value if self.kind == "number or list" and is_sequence(value) else [value]
        return len(parts) == 1 and is_number(parts[0], self.low, self.high)

    def _fits_part(self, value: Any, default: Any) -> bool:
        return (value is None and default is None) or is_number(value, self.low)

    def _how_many(self) -> str:
        count = len(self.default) if is_sequence(self.default) else 2
        return "a pair of" if count == 2 else str(count)

    def wanted(self) -> str:
        """What a value must be, in words."""
        bound = "" if self.low is None else f" of at least {self.low:g}"
        if self.low is not None and self.high is not None:
            bound = f" from {self.low:g} to {self.high:g}"
        return {
            "number": f"a finite number{bound}",
            "number or list": f"a finite number{bound}",
            "number or word": f"a finite number{bound} or one of {', '.join(self.words)}",
            "whole": f"a whole number{bound}",
            "wholes": f"a list of whole numbers{bound}, like [500, 800]",
            "flag": "True or False",
            "word": "one of " + ", ".join(self.words),
            "pair": f"{self._how_many()} finite numbers{bound}, like {shown(self.default)}",
        }.get(self.kind, "left alone")


def number(
    name: str, default: Any = REQUIRED, low: float | None = None, high: float | None = None
) -> Argument:
    """A finite number."""
    return Argument(name, default, "number", low, high=high)


def whole(name: str, default: Any = REQUIRED, low: float | None = 1) -> Argument:
    """A whole number, by default from 1 on."""
    return Argument(name, default, "whole", low)


def flag(name: str, default: bool | None = False, why_not: str = "") -> Argument:
    """True or False."""
    return Argument(name, default, "flag", why_not=why_not)


def pair(name: str, default: tuple[Any, ...], low: float | None = None) -> Argument:
    """Two numbers, or as many as the default has."""
    return Argument(name, default, "pair", low)


def word(name: str, default: str | None, *words: str) -> Argument:
    """One of some words."""
    return Argument(name, default, "word", words=words)


def expression(name: str, *variables: str, default: Any = REQUIRED) -> Argument:
    """A function of one number, as `expressions` reads it."""
    return Argument(name, default, "expression", words=variables)


def is_number(value: Any, low: float | None = None, high: float | None = None) -> bool:
    """Whether it is a finite number in float64, from `low` to `high`. True and False are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        within = (low is None or value >= low) and (high is None or value <= high)
        return math.isfinite(value) and within
    except OverflowError:
        return False


def is_whole(value: Any, low: float | None = None) -> bool:
    """Whether it is an int of 64 bits, and not below `low`."""
    return isinstance(value, int) and is_number(value, low) and -(2**63) <= value < 2**63


def is_sequence(value: Any) -> bool:
    """Whether it is a list or a tuple."""
    return isinstance(value, list | tuple)


def shown(value: Any) -> str:
    """A value in an error's sentence: short whatever it is."""
    if isinstance(value, int) and abs(value) >= 10**40:
        return "a number of more than 40 digits"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
