"""The problem phrase, to and from its struct: `rosenbrock:dim=10,noise=0.1,start=far`. Knows no problem by name."""

from typing import Any

import msgspec

from opttui.errors import InputError
from opttui.scenario.arguments import is_number
from opttui.scenario.calls import read_arguments
from opttui.scenario.literals import write_literal
from opttui.scenario.nearest import meant
from opttui.scenario.specs import ProblemSpec
from opttui.scenario.words import UnbalancedError

KEYS = ("start", "dim", "noise")
"""What a problem of ours takes; one of one's own takes what its function does."""
LONGEST = 100_000
"""Characters of a phrase: a start may have many coordinates."""


def head(text: str) -> str:
    """What stands before the colon: the problem's name."""
    return text.partition(":")[0].strip()


def parse_problem(text: str) -> ProblemSpec:
    """The problem that a phrase stands for. Whether it exists, and takes these values, is not asked here.

    Raises:
        InputError: The phrase cannot be read, in one sentence that begins with it.
    """
    name = head(text)
    short = repr(text if len(text) <= 100 else text[:97] + "...")
    try:
        if len(text) > LONGEST:
            raise InputError(f"a problem has at most {LONGEST:,} characters, and this one has {len(text):,}")
        _, colon, rest = text.partition(":")
        arguments = read_arguments(rest, name, "dim=10 or noise=0.1") if colon else {}
        for key in arguments:
            if key not in KEYS:
                raise InputError(f"a problem takes no argument {key!r}; {meant(key, KEYS)}")
    except UnbalancedError as error:
        raise InputError(f"{short}: there is {error}") from None
    except InputError as error:
        raise InputError(f"{short}: {error.message}") from None
    return problem_of({"name": name, **arguments})


def problem_phrase(problem: ProblemSpec) -> str:
    """The phrase that stands for a problem; `parse_problem` gives the problem back."""
    given = msgspec.structs.asdict(problem)
    name = given.pop("name")
    given |= given.pop("arguments")
    written = ",".join(
        f"{key}={write_literal(list(value) if isinstance(value, tuple) else value)}"
        for key, value in given.items()
        if value is not None
    )
    return f"{name}:{written}" if written else name


def problem_of(given: dict[str, Any]) -> ProblemSpec:
    """The problem of a table whose keys are right, whatever its values are."""
    values = dict(given)
    if isinstance(start := values.get("start"), list):
        values["start"] = tuple(map(as_float, start))
    if "noise" in values:
        values["noise"] = as_float(values["noise"])
    return ProblemSpec(**values)


def as_float(value: Any) -> Any:
    """A whole number as a float, where a field holds floats; anything else as it is, for its check."""
    return float(value) if isinstance(value, int) and is_number(value) else value
