"""Code that is not opttui's and that a scenario names. Imports none of it and opens no file.

A foreign name is an import path (`pytorch_optimizer.Lion`) or a name in a file (`my_opt.py::MyOpt`).
"""

import contextlib
import functools
import keyword
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from opttui.errors import InputError
from opttui.scenario.event_phrases import lanes_in, with_lanes
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

GROUP = "opttui.optimizers"
"""Entry points by which an installed package announces its optimizers under names of their own."""
REST = "rest"
"""Argument of a lane: the optimizer of all parameters that are no matrices."""
PROBLEM = "the problem"
NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Foreign(msgspec.Struct, frozen=True):
    """One piece of foreign code."""

    name: str
    """As it is named, files with their whole path."""
    where: str
    """What names it: "the problem", "lane 2", "event 1"."""


def is_foreign(name: object) -> bool:
    """Whether a name stands for code that would have to be imported."""
    return isinstance(name, str) and ("::" in name or "." in name)


def halves(name: str) -> tuple[str, str]:
    """Module or file, and the name in it: `("pytorch_optimizer", "Lion")`, `("my_opt.py", "MyOpt")`."""
    left, mark, right = name.rpartition("::")
    if not mark:
        left, _, right = name.rpartition(".")
    return left, right


def is_file(name: str) -> bool:
    """Whether the name is one in a file."""
    return "::" in name


def short_name(name: str) -> str:
    """What a person calls it: the last part."""
    return halves(name)[1] if is_foreign(name) else name


def shown_name(name: str) -> str:
    """A name in a file without the way there: `task.py::make`."""
    return name.rsplit("/", 1)[-1] if is_file(name) else name


def named(text: str) -> str:
    """A name as it is; InputError for one of a manifest that Python cannot have, since scripts paste it."""
    if not NAME.fullmatch(text) or any(keyword.iskeyword(part) for part in text.split(".")):
        raise InputError(f"{text[:60]!r} is no name that Python has; the run's manifest is damaged.")
    return text


def form_complaint(name: str) -> str:
    """What is wrong with how a foreign name is written, to follow the name; empty when nothing is."""
    left, right = halves(name)
    if is_file(name):
        if not left.endswith(".py"):
            return "names no Python file; write it like my_opt.py::MyOpt"
    elif not all(part.isidentifier() for part in left.split(".")):
        return "is no import path; write it like package.module.MyOpt, or my_opt.py::MyOpt for a file"
    return "" if right.isidentifier() else "ends in no name; write it like my_opt.py::MyOpt"


@functools.cache
def announced() -> dict[str, str]:
    """Optimizers that installed packages announce: name to import path. Reads metadata, imports nothing.

    Packages are installed on purpose, so their names are never asked about.
    """
    if not any(GROUP in _text(file) for place in sys.path for file in _entry_points(Path(place))):
        return {}
    from importlib.metadata import entry_points  # noqa: PLC0415 (100 ms, only where a package announces something)

    return {
        point.name: point.value.replace(":", ".")
        for point in entry_points(group=GROUP)
        if point.name.isidentifier()
    }


def _entry_points(place: Path) -> Iterator[Path]:
    """What the packages that are installed in a place announce."""
    with contextlib.suppress(OSError):
        for pattern in ("*.dist-info/entry_points.txt", "*.egg-info/entry_points.txt"):
            yield from place.glob(pattern)


def _text(file: Path) -> str:
    with contextlib.suppress(OSError):
        return file.read_text(encoding="utf-8", errors="replace")
    return ""


def foreign_code(scenario: Scenario) -> tuple[Foreign, ...]:
    """All foreign code that the scenario names, each name once, in the order in which it stands there."""
    found: dict[str, Foreign] = {}
    for name, where in _names(scenario):
        if is_foreign(name):
            found.setdefault(name, Foreign(name, where))
    return tuple(found.values())


def inner_lanes(spec: LaneSpec) -> Iterator[tuple[str, LaneSpec]]:
    """Optimizers among a lane's arguments, by argument: those that it wraps, and that of the rest.

    They are written as phrases (`base_optimizer='AdamW:lr=0.01'`). InputError for one that cannot be read.
    """
    for key, value in spec.arguments.items():
        if is_inner(key) and isinstance(value, str):
            yield key, parse_lane(value, key)


def is_inner(key: str) -> bool:
    """Whether an argument of this name holds an optimizer."""
    return key == REST or "optimizer" in key.lower()


def anchored(scenario: Scenario, directory: Path) -> Scenario:
    """The scenario with the whole path of every file that it names, since a race works elsewhere."""
    problem = scenario.problem
    if is_foreign(problem.name):
        problem = msgspec.structs.replace(problem, name=_anchored_name(problem.name, directory))
    lanes = tuple(anchored_lane(lane, directory) for lane in scenario.lanes)
    events = tuple(
        msgspec.structs.replace(event, do=with_lanes(event.do, lambda lane: anchored_lane(lane, directory)))
        for event in scenario.events
    )
    if (problem, lanes, events) == (scenario.problem, scenario.lanes, scenario.events):
        return scenario
    return msgspec.structs.replace(scenario, problem=problem, lanes=lanes, events=events)


def _names(scenario: Scenario) -> Iterator[tuple[str, str]]:
    problem: ProblemSpec = scenario.problem
    yield problem.name, PROBLEM
    for number, lane in enumerate(scenario.lanes, start=1):
        yield from ((name, f"lane {number}") for name in _names_of_lane(lane))
    for number, event in enumerate(scenario.events, start=1):
        for lane in lanes_in(event.do):
            yield from ((name, f"event {number}") for name in _names_of_lane(lane))


def _names_of_lane(lane: LaneSpec) -> Iterator[str]:
    yield lane.optimizer
    for _, inner in inner_lanes(lane):
        yield from _names_of_lane(inner)


def anchored_lane(lane: LaneSpec, directory: Path) -> LaneSpec:
    """The lane with the whole path of every file that it names."""
    name = _anchored_name(lane.optimizer, directory)
    arguments: dict[str, Any] = dict(lane.arguments)
    for key, inner in inner_lanes(lane):
        whole = anchored_lane(inner, directory)
        if whole != inner:
            arguments[key] = phrase_of(whole)
    if name == lane.optimizer and arguments == lane.arguments:
        return lane
    return msgspec.structs.replace(lane, optimizer=name, arguments=arguments)


def _anchored_name(name: str, directory: Path) -> str:
    if not is_file(name):
        return name
    file, inside = halves(name)
    try:
        path = Path(file).expanduser()
    except RuntimeError:
        raise InputError(f"{file!r}: there is no such home directory") from None
    return f"{_tidied(directory.absolute() / path)}::{inside}"


def _tidied(path: Path) -> Path:
    """Without `.` and `..`, links left as they are."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            if len(parts) > 1:
                parts.pop()
        else:
            parts.append(part)
    return Path(*parts)
