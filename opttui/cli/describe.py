"""`opttui describe`: what one name stands for. Tables answer without torch; anyone's optimizer is imported and tried."""

import textwrap
from typing import Any

import click
import msgspec

from opttui.cli.jsontext import print_object
from opttui.cli.list import CALLED, KINDS
from opttui.cli.ways import MODES
from opttui.errors import InputError
from opttui.printable import printable
from opttui.scenario.check_lane import check_lane
from opttui.scenario.code_files import check_there
from opttui.scenario.foreign import announced, foreign_code, is_foreign
from opttui.scenario.literals import write_literal
from opttui.scenario.nearest import meant, nearest
from opttui.scenario.phrase import parse_lane
from opttui.scenario.resolve import scenario_from

WIDTH = 100
ONE = {
    "optimizers": "optimizer",
    "schedules": "schedule",
    "initialisers": "initialiser",
    "problems": "problem",
}
RATES = {
    "none": "it has no lr",
    "no effect": "turning lr while it runs changed nothing",
    "counts": "lr counts",
}
TAKES = {"parameters": "the parameters", "model": "the model"}


@click.command("describe")
@click.argument("name", metavar="NAME")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def command(name: str, as_json: bool) -> int:
    """Tell what a name stands for, and how it runs.

    NAME is an optimizer, schedule, initialiser, problem or scenario. An import
    path or a name in a file is imported, and tried on a small network; give
    the arguments that it needs, as in a lane.

    \b
      opttui describe Adam
      opttui describe CosineAnnealingLR --json
      opttui describe pytorch_optimizer.SAM:base_optimizer=AdamW
      opttui describe my_opt.py::MyOpt
    """
    found = known(name) or foreign(name)
    if as_json:
        print_object(found)
    else:
        print("\n".join(map(printable, text_of(found))))
    return 0


def known(name: str) -> dict[str, Any] | None:
    """What the tables have of a name; None where it is in none."""
    for kind, entries in KINDS.items():
        for entry in entries():
            if entry["name"] == name and not (kind == "optimizers" and name not in CALLED[kind]):
                return {"kind": ONE.get(kind, kind.removesuffix("s")), **entry}
    return None


def foreign(phrase: str) -> dict[str, Any]:
    """What can be found out about code that is not opttui's. InputError for a name that stands for nothing."""
    head = phrase.partition(":")[0]
    if not is_foreign(phrase) and head not in announced():
        names = [entry["name"] for entries in KINDS.values() for entry in entries()]
        if head in names:
            raise InputError(f"{head} is described without arguments: opttui describe {head}")
        near = nearest(head, names)
        hint = meant(head, names) if near else "`opttui list optimizers` and its like have all names"
        raise InputError(f"there is nothing called {head!r}; {hint}")
    parse_lane(phrase)
    scenario = scenario_from("digits-mlp", [phrase])
    spec = scenario.lanes[0]
    check_lane(spec, (), lambda _: repr(phrase), scenario.steps)
    for code in foreign_code(scenario):
        # There is one lane, so its number tells nothing.
        check_there([msgspec.structs.replace(code, where=repr(code.name))])
    import torch

    from opttui.optimizers.look import look_at
    from opttui.race.streams import Streams
    from opttui.race.voice import Voice

    torch.set_num_threads(1)
    with Voice():
        found = look_at(spec, Streams(torch.device("cpu"), 0).apart)
    return {"kind": "optimizer", **found, "phrase": phrase}


def text_of(found: dict[str, Any]) -> list[str]:
    """A page of it."""
    about = found.get("about") or found.get("title") or ""
    lines = [f"{found['name']}, {_a(found['kind'])}" + (f": {about}" if about else "")]
    lines += _arguments(found)
    if "stepping" in found:
        lines += _stepping(found)
    for key in ("details", "shows", "data"):
        if found.get(key):
            lines += ["", *textwrap.wrap(found[key], WIDTH)]
    lines += [
        f"  {_words(key)}: {_value(found[key])}" for key in FACTS if found.get(key) not in (None, [], "")
    ]
    documentation = found.get("documentation") or []
    return lines + (["", *(f"  | {line}" for line in documentation)] if len(documentation) > 1 else [])


FACTS = ("problem", "parameters", "batch_size", "dtype", "steps", "goal", "metrics", "lanes")
"""Of problems and scenarios, in this order."""


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _arguments(found: dict[str, Any]) -> list[str]:
    arguments = found.get("arguments") or []
    entry = next((table[found["name"]] for table in CALLED.values() if found["name"] in table), None)
    known_here = {} if entry is None or "stepping" in found else {each.name: each for each in entry.arguments}
    lines = []
    for each in arguments:
        argument = known_here.get(each["name"])
        shown = each["name"] if each["required"] else f"{each['name']}={write_literal(each['default'])}"
        wanted = "" if argument is None else argument.why_not or argument.wanted()
        needed = "must be given" if each["required"] else ""
        words = "; ".join(filter(None, [needed, wanted]))
        lines.append(f"  {shown:<32}{words}".rstrip())
    return ["", "Arguments:", *lines] if lines else []


def _stepping(found: dict[str, Any]) -> list[str]:
    way = found["stepping"]
    takes = " and ".join(TAKES.get(each, f"an optimizer as {each}") for each in found["takes"])
    lines = ["", "How it runs:", f"  takes {takes}"]
    if way is None:
        return [*lines, f"  not tried: {found['untried']}"]
    if way["fault"]:
        return [*lines, f"  it does not: {way['fault']}"]
    lines += [f"  {MODES[way['mode']]}", f"  gradient evaluations a step: {way['evaluations']:g}"]
    lines.append(f"  {RATES[way['rate']]}")
    if way["averages"]:
        lines.append("  it has train() and eval(): it is measured at an average of where it walks")
    if way["parameters"] == "use_muon":
        lines.append(
            "  parameters in two groups with the flag use_muon: those of two dimensions or more, and the rest"
        )
    if way["draws"]:
        lines.append(f"  draws random numbers: {', '.join(way['draws'])}")
    if not way["repeatable"]:
        lines.append("  does not repeat itself bit for bit")
    return lines


def _words(key: str) -> str:
    return key.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
