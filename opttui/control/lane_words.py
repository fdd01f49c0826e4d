"""Commands about single lanes as a person types them, to and from their structs. Knows no race.

A lane is named by its first word and those up to the next thing that a command takes, so a name with spaces needs no
quotes.
"""

import re
import shlex
from collections.abc import Callable, Sequence
from typing import Any

from opttui.control.commands import (
    Add,
    Command,
    Drop,
    Fork,
    Freeze,
    Rescue,
    Restore,
    Rewind,
    Schedule,
    Set,
    Thaw,
)
from opttui.control.numbers import finite, whole
from opttui.errors import InputError

FORMS = {
    "set": "set LANE lr=0.05|lr=x0.5 ... [at STEP]",
    "schedule": "schedule LANE @StepLR:step_size=100 [at STEP]",
    "fork": "fork LANE [at STEP] [lr=0.05 ...] [@SCHEDULE] [with OPTIMIZER]",
    "rescue": "rescue [LANE]",
    "rewind": "rewind [LANE] to STEP [for good]",
    "add": "add PHRASE",
    "drop": "drop LANE",
    "restore": "restore LANE",
    "freeze": "freeze LANE",
    "thaw": "thaw LANE",
}
WHOLE_LANE: dict[str, type[Drop] | type[Restore] | type[Freeze] | type[Thaw]] = {
    "drop": Drop,
    "restore": Restore,
    "freeze": Freeze,
    "thaw": Thaw,
}
NONE = "none"
"""The schedule that holds the rate."""
VALUE = re.compile(r"[A-Za-z_]\w*\*?=")


def parse(name: str, rest: Sequence[str]) -> Command:
    """The command of a name in FORMS and the words after it. InputError, in one sentence, for anything else."""
    if name in WHOLE_LANE:
        return WHOLE_LANE[name](_lane(name, rest))
    if name == "add":
        if not rest:
            raise InputError("'add' needs a lane's phrase.", "Write: add Adam:lr=0.01.")
        return Add(" ".join(rest))
    if name == "rescue":
        return Rescue(" ".join(rest) or None)
    return PARSERS[name](list(rest))


def words_of(command: Command) -> str:
    """The words that stand for a command; `parse` gives it back."""
    for name, kind in {**WHOLE_LANE, "rescue": Rescue}.items():
        if isinstance(command, kind):
            return name if command.lane is None else f"{name} {shlex.quote(command.lane)}"
    if isinstance(command, Add):
        return f"add {shlex.quote(command.phrase)}"
    if isinstance(command, Rewind):
        lane = "" if command.lane is None else f"{shlex.quote(command.lane)} "
        return f"rewind {lane}to {command.to}{' for good' * command.for_good}"
    if isinstance(command, Set):
        words_ = ["set", shlex.quote(command.lane), *_values(command.values), *_factors(command.factors)]
        return " ".join([*words_, *_at(command.at)])
    if isinstance(command, Schedule):
        words = shlex.quote("@" + command.schedule)
        return " ".join(["schedule", shlex.quote(command.lane), words, *_at(command.at)])
    assert isinstance(command, Fork)
    words_ = ["fork", shlex.quote(command.lane), *_at(command.at), *_values(command.values)]
    words_ += _factors(command.factors)
    if command.schedule is not None:
        words_.append(shlex.quote("@" + command.schedule))
    if command.optimizer is not None:
        words_ += ["with", shlex.quote(command.optimizer)]
    if command.name:
        words_ += ["as", shlex.quote(command.name)]
    return " ".join(words_)


def _values(values: dict[str, float]) -> list[str]:
    return [f"{shlex.quote(key)}={value!r}" for key, value in values.items()]


def _factors(factors: dict[str, float]) -> list[str]:
    return [f"{shlex.quote(key)}=x{value!r}" for key, value in factors.items()]


def _at(step: int | None) -> list[str]:
    return [] if step is None else ["at", str(step)]


def _lane(name: str, words: Sequence[str]) -> str:
    lane = " ".join(words)
    if not lane:
        raise InputError(f"{name!r} needs a lane.", f"Write: {FORMS[name]}.")
    return lane


def _set(rest: list[str]) -> Set:
    if not rest or not rest[0]:
        raise InputError("'set' needs a lane and a value.", "Write: set LANE lr=0.05.")
    at = _taken_step("set", rest)
    first = next((at for at, word in enumerate(rest) if at and "=" in word), len(rest))
    if first == len(rest):
        lane = " ".join(rest)
        why = f"{lane!r} has no lane before it" if "=" in lane else f"'set {lane}' has no KEY=VALUE"
        raise InputError(f"{why}.", "Write: set LANE lr=0.05.")
    values, factors = values_of(rest[first:])
    return Set(" ".join(rest[:first]), values, at, factors)


def _schedule(rest: list[str]) -> Schedule:
    at = _taken_step("schedule", rest)
    if len(rest) < 2 or not (rest[-1].startswith("@") or rest[-1] == NONE):
        raise InputError(
            "'schedule' needs a lane and a schedule that begins with @, or none.",
            f"Write: {FORMS['schedule']}.",
        )
    return Schedule(" ".join(rest[:-1]), _bare(rest[-1]), at)


def _fork(rest: list[str]) -> Fork:
    found: dict[str, Any] = {}
    values: list[str] = []
    name = _after("as", rest)
    if name is not None:
        found["name"] = name
    optimizer = _after("with", rest)
    found["at"] = _taken_step("fork", rest, anywhere=True)
    lane: list[str] = []
    taken = False
    for word in rest:
        if lane and word.startswith("@"):
            _once("fork", "schedule", found)
            found["schedule"] = _bare(word)
        elif lane and VALUE.match(word):
            values.append(word)
        elif lane and ":" in word and optimizer is None:
            optimizer = word
        elif taken:
            raise InputError(f"'fork' has no use for {word!r}.", f"Write: {FORMS['fork']}.")
        else:
            lane.append(word)
            continue
        taken = True
    found["values"], found["factors"] = values_of(values)
    return Fork(_lane("fork", lane), optimizer=optimizer, **found)


def _rewind(rest: list[str]) -> Rewind:
    for_good = rest[-2:] == ["for", "good"]
    rest = rest[:-2] if for_good else rest
    if len(rest) < 2 or rest[-2] != "to":
        raise InputError(
            "'rewind' needs the step to go back to.", "Write: rewind to 200, or rewind LANE to 200."
        )
    return Rewind(_step("rewind", rest[-1]), " ".join(rest[:-2]) or None, for_good)


PARSERS: dict[str, Callable[[list[str]], Command]] = {
    "set": _set,
    "schedule": _schedule,
    "fork": _fork,
    "rewind": _rewind,
}


def _bare(word: str) -> str:
    schedule = word.removeprefix("@")
    if not schedule:
        raise InputError("there is no schedule after the @.", "Write it like @StepLR:step_size=100.")
    return schedule


def _once(name: str, what: str, found: dict[str, Any]) -> None:
    if what in found:
        raise InputError(f"{name!r} has two of {what}.", f"Write: {FORMS[name]}.")


def _after(mark: str, rest: list[str]) -> str | None:
    """What stands after a word of ours, taken out of the words; None where that word is not there."""
    if mark not in rest[1:]:
        return None
    place = rest.index(mark, 1)
    words = rest[place + 1 :]
    if not words:
        raise InputError(f"there is nothing after {mark!r}.", f"Write: {FORMS['fork']}.")
    del rest[place:]
    return " ".join(words)


def _taken_step(name: str, rest: list[str], anywhere: bool = False) -> int | None:
    """The step of `at STEP` at the end, or anywhere, taken out of the words; None where there is none."""
    places = [place for place in range(1, len(rest)) if rest[place] == "at"]
    if not places or not (anywhere or places[-1] >= len(rest) - 2):
        return None
    place = places[-1]
    if place + 1 == len(rest):
        raise InputError("there is no step after 'at'.", f"Write: {FORMS[name]}.")
    step = _step(name, rest[place + 1])
    del rest[place : place + 2]
    return step


def _step(name: str, word: str) -> int:
    step = whole(word)
    if step is None:
        raise InputError(f"{word!r} is not a step.", f"Write: {FORMS[name]}.")
    return step


def values_of(words: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    """Keys and their numbers, keys and their factors. InputError for what is none."""
    values: dict[str, float] = {}
    factors: dict[str, float] = {}
    for word in words:
        key, equals, text = word.partition("=")
        by = key.endswith("*") or text.startswith(("x", "*"))
        key, text = key.removesuffix("*"), text.removeprefix("x").removeprefix("*")
        if not key or not equals:
            raise InputError(f"{word!r} is not KEY=VALUE.", "Write: set LANE lr=0.05.")
        if key in values or key in factors:
            raise InputError(f"{key!r} is set twice.", "Once is enough.")
        value = finite(text)
        if value is None:
            raise InputError(f"{text!r} is not a number for {key!r}.", f"Write it like {key}=0.05.")
        if by and value <= 0:
            raise InputError(
                f"{text!r} is not a factor for {key!r}.", f"It is above 0: {key}=x0.5 halves it."
            )
        (factors if by else values)[key] = value
    return values, factors
