"""A problem of one's own as it is written: `task.py::make:depth=3`, `task.py::f:start=[-1.2,1.0]`. Runs no file."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import is_number, shown
from opttui.scenario.calls import read_arguments
from opttui.scenario.foreign import form_complaint, is_file
from opttui.scenario.nearest import meant
from opttui.scenario.problem_entry import ProblemEntry
from opttui.scenario.specs import ProblemSpec
from opttui.scenario.words import UnbalancedError

FORM = "write it like task.py::make"
WRITTEN = re.compile(r"(.*\.py::[^:=,]*)(?::(.*))?", re.DOTALL)
ONE_COLON = re.compile(r"(.*\.py):([A-Za-z_]\w*)(:.*)?")
FUNCTION = re.compile(r"^(?:def\s+(\w+)|(\w+)\s*(?::[^=]*)?=(?!=))", re.MULTILINE)
LANES = (
    "SGD:lr=0.01",
    "SGD:lr=0.01,momentum=0.9",
    "Adam:lr=0.01",
    "AdamW:lr=0.01",
    "RMSprop:lr=0.001",
    "Adagrad:lr=0.1",
)
"""What races where nobody names a lane: rates that often work, since nothing is known of the problem."""


def own_spec(text: str) -> ProblemSpec:
    """The problem that a phrase with a `::` stands for. InputError when it cannot be read."""
    match = WRITTEN.fullmatch(text)
    if match is None:
        name = text.partition("::")[0] + "::" + text.partition("::")[2].partition(":")[0]
        raise InputError(f"{text!r} {form_complaint(name) or 'is no problem; ' + FORM}")
    name, rest = match.groups()
    if complaint := form_complaint(name):
        raise InputError(f"{name!r} {complaint}")
    if rest is None:
        return ProblemSpec(name)
    short = name.rsplit("/", 1)[-1]
    try:
        arguments = read_arguments(rest, short, "depth=3")
    except UnbalancedError as error:
        raise InputError(f"{short}: there is {error}") from None
    except InputError as error:
        raise InputError(f"{short}: {error.message}") from None
    return with_start(name, arguments)


def with_start(name: Any, arguments: dict[str, Any]) -> ProblemSpec:
    """The problem of a name and everything that is given with it; `start` may hold anything, for its check."""
    arguments = dict(arguments)
    start = arguments.pop("start", None)
    if is_number(start):
        start = [start]
    if isinstance(start, list):
        start = tuple(float(part) if is_number(part) else part for part in start)
    return ProblemSpec(name, start=start, arguments=arguments)


def own_complaints(problem: ProblemSpec) -> Iterator[tuple[str, str]]:
    """What is wrong with it, as key and sentence."""
    if complaint := form_complaint(problem.name):
        yield "name", f"{problem.name!r} {complaint}"
    start: Any = problem.start
    if start is not None and not (isinstance(start, tuple) and start and all(map(is_number, start))):
        written = list(start) if isinstance(start, tuple) else start
        yield "start", f"start must be finite numbers, like [-1.2, 1.0], not {shown(written)}"
    for key, value in problem.arguments.items():
        if not key.isidentifier():
            yield key, f"{key!r} is no argument's name"
        elif not _is_value(value):
            yield key, f"{key} must be a finite number, a word, a flag or a list of them, not {shown(value)}"


def own_entry(name: str) -> ProblemEntry:
    """What is known of a problem of one's own before its file has run."""
    return ProblemEntry(name=name, title="", parameters=0, lanes=LANES, steps=1000, start=None)


def not_quite(what: str) -> str:
    """What to say of a Python file that is named without the name in it; empty when it is none."""
    if match := ONE_COLON.fullmatch(what):
        return f"{what!r} has one colon too few; did you mean {match[1]}::{match[2]}{match[3] or ''}?"
    if not what.endswith(".py"):
        return ""
    names = names_in(Path(what))
    if names is None:
        return f"there is no file {what!r}"
    near = f"; it has {', '.join(names[:8])}" if names else ""
    like = "make" if "make" in names or not names else names[0]
    return f"{what!r} is a Python file: name what makes the problem in it, like {what}::{like}{near}"


def unknown_name(path: Path, name: str) -> str:
    """`; did you mean make?`, from the file's text; empty when it does not say."""
    names = names_in(path)
    return f"; {meant(name, names)}" if names else ""


def names_in(path: Path) -> list[str] | None:
    """Functions and values of a file, read from its text; None when it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")[:1_000_000]
    except OSError:
        return None
    found = dict.fromkeys(first or second for first, second in FUNCTION.findall(text))
    return [name for name in found if not name.startswith("_")]


def is_own(name: object) -> bool:
    """Whether a problem's name stands for one in a file."""
    return isinstance(name, str) and is_file(name)


def _is_value(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_value, value))
    return value is None or isinstance(value, bool | str) or is_number(value)
