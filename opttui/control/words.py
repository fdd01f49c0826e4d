"""A command as a person types it, to and from its struct. Knows no race: whether the lane exists is not asked
here."""

import difflib
import shlex
from collections.abc import Sequence
from typing import Literal

from opttui.control import lane_words
from opttui.control.commands import AnyCommand, Pace, Pause, Plane, Resume, Step, Stop
from opttui.control.numbers import finite, whole
from opttui.errors import InputError

FORMS = {
    "pause": "pause",
    "resume": "resume",
    "step": "step [N]",
    **lane_words.FORMS,
    "pace": "pace N|max",
    "plane": "plane pca|random",
    "stop": "stop",
}
"""The commands and how each is written."""

PLAIN: dict[str, type[Pause] | type[Resume] | type[Stop]] = {"pause": Pause, "resume": Resume, "stop": Stop}


def parse_command(words: str | Sequence[str]) -> AnyCommand:
    """The command that some words stand for: a line with shell quoting, or words split already.

    Raises InputError, in one sentence, for anything else.
    """
    split = _split(words) if isinstance(words, str) else list(words)
    if not split:
        raise InputError("There is no command.", f"One of: {', '.join(FORMS.values())}.")
    name, rest = split[0], split[1:]
    if name in PLAIN:
        _no_more(name, rest)
        return PLAIN[name]()
    if name == "step":
        return Step(_count(rest))
    if name == "pace":
        return Pace(_pace(rest))
    if name == "plane":
        return Plane(_plane(rest))
    if name in lane_words.FORMS:
        return lane_words.parse(name, rest)  # type: ignore[return-value]
    raise _unknown(name)


def words_of(command: AnyCommand) -> str:
    """The words that stand for a command; `parse_command` gives it back."""
    if isinstance(command, Step):
        return "step" if command.count == 1 else f"step {command.count}"
    if isinstance(command, Pace):
        return "pace max" if command.steps_per_second is None else f"pace {command.steps_per_second!r}"
    if isinstance(command, Plane):
        return f"plane {command.kind}"
    plain = next((name for name, kind in PLAIN.items() if isinstance(command, kind)), None)
    return lane_words.words_of(command) if plain is None else plain


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        raise InputError(f"The command {line!r} has a quote that is not closed.") from None


def _unknown(name: str) -> InputError:
    near = difflib.get_close_matches(name.lower(), [*FORMS], n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"One of: {', '.join(FORMS.values())}."
    return InputError(f"There is no command {name!r}.", hint)


def _no_more(name: str, rest: Sequence[str]) -> None:
    if rest:
        raise InputError(
            f"{name!r} takes nothing after it, but there is {rest[0]!r}.", f"Write: {FORMS[name]}."
        )


def _count(rest: Sequence[str]) -> int:
    if not rest:
        return 1
    _no_more("step", rest[1:])
    count = whole(rest[0])
    if not count:
        raise InputError(f"{rest[0]!r} is not a number of steps.", "Write a whole number from 1 on: step 10.")
    return count


def _pace(rest: Sequence[str]) -> float | None:
    if not rest:
        raise InputError("'pace' needs a number of steps a second, or max.", "Write: pace 20.")
    _no_more("pace", rest[1:])
    if rest[0] == "max":
        return None
    pace = finite(rest[0])
    if pace is None or pace <= 0:
        raise InputError(f"{rest[0]!r} is not a pace.", "Write steps a second above 0, or max: pace 20.")
    return pace


def _plane(rest: Sequence[str]) -> Literal["pca", "random"]:
    kinds: tuple[Literal["pca", "random"], ...] = ("pca", "random")
    if not rest:
        raise InputError("'plane' needs a kind.", f"Write: {FORMS['plane']}.")
    _no_more("plane", rest[1:])
    for kind in kinds:
        if rest[0].lower() == kind:
            return kind
    near = difflib.get_close_matches(rest[0].lower(), kinds, n=1)
    raise InputError(
        f"There is no plane {rest[0]!r}.",
        f"Did you mean {near[0]!r}?" if near else f"Write: {FORMS['plane']}.",
    )
