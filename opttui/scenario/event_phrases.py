"""The optimizers that an event's command names: `add PHRASE`, `fork LANE with PHRASE`. Reads no more of a command.

Whatever the race process would take for an optimizer is among them, since foreign code is asked about before it runs.
"""

import contextlib
import shlex
from collections.abc import Callable, Iterator

from opttui.errors import InputError
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.specs import LaneSpec


def lanes_in(do: str) -> Iterator[LaneSpec]:
    """The lanes that a command's phrases stand for; a phrase that cannot be read is none."""
    for _, phrase in _phrases(_words(do)):
        with contextlib.suppress(InputError):
            yield parse_lane(phrase)


def with_lanes(do: str, change: Callable[[LaneSpec], LaneSpec]) -> str:
    """The command with its lanes changed; as it is where nothing is."""
    words = _words(do)
    changed = False
    for (begin, end), phrase in reversed(list(_phrases(words))):
        with contextlib.suppress(InputError):
            lane = parse_lane(phrase)
            other = change(lane)
            if other != lane:
                words[begin:end] = [phrase_of(other)]
                changed = True
    return " ".join(map(shlex.quote, words)) if changed else do


def _words(do: str) -> list[str]:
    try:
        return shlex.split(do)
    except ValueError:
        return []


def _phrases(words: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    """Where a phrase stands among the words, and the phrase."""
    verb = words[:1]
    if verb == ["add"] and len(words) > 1:
        yield (1, len(words)), " ".join(words[1:])
    if verb != ["fork"]:
        return
    end = words.index("as", 2) if "as" in words[2:] else len(words)
    place = words.index("with", 2) + 1 if "with" in words[2:end] else 0
    if 0 < place < end:
        yield (place, end), " ".join(words[place:end])
        return
    for at in range(2, end):
        if ":" in words[at] and not words[at].startswith("@"):
            yield (at, at + 1), words[at]
