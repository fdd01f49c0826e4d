"""Where in a scenario something stands, in words for an error. Knows no file; `lines.py` adds the line."""

from collections.abc import Callable, Sequence

from opttui.scenario.phrase import phrase_of
from opttui.scenario.specs import LaneSpec

Path = tuple[str | int, ...]
"""Keys and indices from the top of a scenario file: `("lane", 1, "schedule", "gamma")`."""

Where = Callable[[Path], str]
"""Says where a path is: the first words of an error's sentence."""


def in_words(path: Path) -> str:
    """A path as a person says it: `lane 2, schedule, 'gamma'`. Indices count from 1."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int):
            words[-1] = f"{words[-1]} {part + 1}"
        else:
            words.append(part)
    if words and isinstance(path[-1], str):
        words[-1] = repr(path[-1])
    return ", ".join(words)


def on_command_line(lanes: Sequence[LaneSpec]) -> Where:
    """Places of what was typed: a lane by its number and phrase, everything else by its option."""

    def where(path: Path) -> str:
        if path and path[0] == "lane" and len(path) > 1 and isinstance(path[1], int):
            lane = lanes[path[1]]
            phrase = phrase_of(lane) if isinstance(lane.optimizer, str) else ""
            return f"lane {path[1] + 1} ({_short(phrase)!r})"
        if path == ("lane",):
            return "the lanes"
        if path and path[0] == "alarms":
            return "--alarm"
        if path and path[0] in ("problem", "event", "title"):
            return in_words(path)
        return "--" + str(path[0]).replace("_", "-") if path else "the race"

    return where


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "..."
