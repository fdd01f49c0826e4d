"""The names that lanes go by. Knows no race."""

from collections.abc import Sequence

from opttui.printable import printable
from opttui.scenario.foreign import short_name
from opttui.scenario.specs import LaneSpec

LONGEST = 80
"""Characters of a name."""


def lane_names(lanes: Sequence[LaneSpec]) -> tuple[str, ...]:
    """Every lane's own name: the one it was given, else its optimizer's, with ` 2`, ` 3` if that is taken."""
    taken = {lane.name for lane in lanes if lane.name}
    names = []
    for lane in lanes:
        name = lane.name or free_name(short_name(lane.optimizer), taken)
        taken.add(name)
        names.append(name)
    return tuple(names)


def text_complaint(text: str, what: str, longest: int = LONGEST) -> str:
    """What is wrong with a name or a title, as a sentence without a place; empty when nothing is."""
    if len(text) > longest:
        return f"{what} has at most {longest} characters, and this one has {len(text)}"
    if printable(text) != text:
        return f"{what} is text that can be printed, and {text!r} holds a character that cannot"
    if text != text.strip():
        return f"{what} does not begin or end with a space, and {text!r} does"
    return ""


def number_complaint(name: str) -> str:
    """What is wrong with a lane's name that is a number; empty for others."""
    if not name.isdecimal():
        return ""
    return f"a lane's name is not a number, since numbers are the lanes' ids, and {name!r} is one"


def free_name(name: str, taken: set[str]) -> str:
    """The name, with ` 2`, ` 3` if that is taken."""
    number = 1
    candidate = name
    while candidate in taken:
        number += 1
        candidate = f"{name} {number}"
    return candidate
