"""`opttui list`: what can be named on a command line or in a scenario. Reads tables, imports no torch."""

import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click

from opttui.cli.columns import columns
from opttui.cli.jsontext import print_object
from opttui.cli.list_problems import problem_table, problems
from opttui.cli.options import one_of
from opttui.cli.stdio import width_of
from opttui.printable import printable
from opttui.scenario.arguments import Argument
from opttui.scenario.catalogue import (
    INITIALISERS,
    OPTIMIZERS,
    SCHEDULES,
    InitEntry,
    OptimizerEntry,
    ScheduleEntry,
)
from opttui.scenario.foreign import announced
from opttui.scenario.literals import write_literal
from opttui.scenario.phrase import phrase_of
from opttui.scenario.shipped import shipped_scenarios

WIDTH = 100
Entry = OptimizerEntry | ScheduleEntry | InitEntry
SPARE = ("lanes", "problem", "steps")
"""What a narrow terminal leaves out, first to last; `opttui list --json` has it."""


def optimizers() -> Iterator[dict[str, Any]]:
    """Every optimizer with its arguments; after them those that installed packages announce, without any."""
    yield from map(described, OPTIMIZERS.values())
    for name, path in sorted(announced().items()):
        if name not in OPTIMIZERS:
            about = f"{path}, announced by an installed package; opttui describe {name} tells its arguments."
            yield {"name": name, "about": about, "arguments": []}


def schedules() -> Iterator[dict[str, Any]]:
    """Every schedule with its arguments."""
    return map(described, SCHEDULES.values())


def initialisers() -> Iterator[dict[str, Any]]:
    """Every initialiser with its arguments."""
    return map(described, INITIALISERS.values())


def scenarios() -> Iterator[dict[str, Any]]:
    """The scenarios that come with opttui."""
    for entry in shipped_scenarios():
        scenario = entry.scenario
        yield {
            "name": entry.name,
            "title": entry.title,
            "problem": scenario.problem.name,
            "lanes": [phrase_of(lane) for lane in scenario.lanes],
            "steps": scenario.steps,
        }


KINDS: dict[str, Callable[[], Iterator[dict[str, Any]]]] = {
    "problems": problems,
    "optimizers": optimizers,
    "schedules": schedules,
    "initialisers": initialisers,
    "scenarios": scenarios,
}


CALLED: dict[str, Mapping[str, Entry]] = {
    "optimizers": OPTIMIZERS,
    "schedules": SCHEDULES,
    "initialisers": INITIALISERS,
}
"""What is called with arguments."""
ALL_TAKE = {
    "schedules": "All take every=N (steps between two of theirs) or every=epoch, and warmup=N; ReduceLROnPlateau takes\n"
    "on=validation or the name of a metric.",
    "initialisers": "All take bias=NAME and scale=X; default leaves the matrices as the problem has them.",
}


@click.command("list")
@click.argument("what", metavar="|".join(KINDS), callback=one_of(tuple(KINDS)))
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
def command(what: str, as_json: bool) -> int:
    """List problems, optimizers, schedules, initialisers or scenarios.

    \b
      opttui list problems
      opttui list optimizers
      opttui list schedules --json
    """
    entries = list(KINDS[what]())
    if as_json:
        print_object(entries)
    elif what in CALLED:
        known = CALLED[what]
        print("\n\n".join(brief(entry, known.get(entry["name"])) for entry in entries))
        if what in ALL_TAKE:
            print(f"\n{ALL_TAKE[what]}")
    elif what == "problems":
        print(problem_table())
    else:
        print(table(entries))
    return 0


def described(entry: Entry) -> dict[str, Any]:
    """An optimizer, a schedule or an initialiser as JSON has it."""
    arguments = [
        {
            "name": argument.name,
            "required": argument.required,
            "default": None if argument.required else argument.default,
            "kind": argument.kind,
        }
        for argument in entry.arguments
    ]
    return {"name": entry.name, "about": entry.about, "arguments": arguments}


def brief(shown: Mapping[str, Any], entry: Entry | None) -> str:
    """A paragraph of what a table has, a line of what none has."""
    return paragraph(entry) if entry is not None else printable(f"{shown['name']}: {shown['about']}")


def paragraph(entry: Entry) -> str:
    """Name, what it does, and the arguments that can be given with their defaults."""
    arguments = ", ".join(written(argument) for argument in entry.arguments if not argument.why_not)
    indented = textwrap.fill(arguments, WIDTH, initial_indent="    ", subsequent_indent="    ")
    return f"{entry.name}: {entry.about}" + (f"\n{indented}" if arguments else "")


def written(argument: Argument) -> str:
    """`lr=0.001`, or the bare name of an argument that must be given."""
    return argument.name if argument.required else f"{argument.name}={write_literal(argument.default)}"


def table(entries: list[dict[str, Any]]) -> str:
    """One line an entry, a list as its length."""
    if not entries:
        return "There are none."
    heading = list(entries[0])
    rows = [[cell(entry[key]) for key in heading] for entry in entries]
    sides = "".join("r" if isinstance(entries[0][key], int | list) else "l" for key in heading)
    words = [key.replace("_", " ") for key in heading]
    spare = [word for word in SPARE if word in words]
    return columns(words, rows, sides, width_of(sys.stdout), ("title",), spare)


def cell(value: object) -> str:
    """A value in a table."""
    if value is None:
        return "-"
    return str(len(value)) if isinstance(value, list) else printable(str(value))
