"""`opttui list problems`: by families, with what can be asked of each. Reads tables, imports no torch."""

import itertools
import sys
from collections.abc import Iterator
from typing import Any

from opttui.cli.columns import columns
from opttui.cli.stdio import width_of
from opttui.scenario.catalogue import PROBLEMS, ProblemEntry
from opttui.surfaces import CLASSIC, SURFACES

HEADING = ("name", "title", "steps", "parameters", "batch", "goal", "other starts")
SIDES = "llrrrrl"
CUT = ("title", "other starts")
SPARE = ("parameters", "other starts", "batch", "goal", "steps")
"""What a narrow terminal cuts and leaves out, first to last; `opttui list problems --json` has it."""


def problems() -> Iterator[dict[str, Any]]:
    """Every problem with what a race of it begins with; of a surface also what is known about it."""
    for entry in PROBLEMS.values():
        surface = SURFACES.get(entry.name)
        yield {
            "name": entry.name,
            "title": entry.title,
            "family": entry.family,
            "parameters": entry.parameters,
            "any_dim": entry.any_dim,
            "noise": entry.noise,
            "batch_size": entry.batch_size,
            "dtype": entry.dtype,
            "steps": entry.steps,
            "goal": entry.goal,
            "target": entry.target,
            "metrics": list(entry.metrics),
            "lanes": list(entry.lanes),
            "starts": {name: list(point) for name, point in entry.starts.items()},
            "minima": [list(point) for point in surface.minima] if surface else None,
            "least": surface.least if surface else None,
            "curvature": list(surface.curvature) if surface and surface.curvature else None,
            "view": list(surface.view) if surface else None,
            "source": surface.source if surface else None,
            "shows": entry.shows,
            "data": entry.data,
        }


def problem_table() -> str:
    """A block for each family, their columns below each other; at the end, what the sign means."""
    entries = list(PROBLEMS.values())
    rows = [row(entry) for entry in entries]
    heading, *lines = columns(HEADING, rows, SIDES, width_of(sys.stdout), CUT, SPARE).split("\n")
    for named_by_family in HEADING[:2]:
        heading = heading.replace(named_by_family, " " * len(named_by_family), 1)
    blocks = []
    for family, some in itertools.groupby(zip(entries, lines, strict=True), lambda pair: pair[0].family):
        blocks.append("\n".join([family + heading[len(family) :], *(line for _, line in some)]))
    return "\n\n".join([*blocks, "n: any number of dimensions, as in opttui race rosenbrock:dim=10"])


def row(entry: ProblemEntry) -> list[str]:
    """A line of the table."""
    return [
        entry.name,
        entry.title,
        str(entry.steps),
        f"{entry.parameters}, n" if entry.any_dim else str(entry.parameters),
        str(entry.batch_size or "-"),
        "-" if entry.goal is None else str(entry.goal),
        " ".join(name for name in entry.starts if name != CLASSIC) or "-",
    ]
