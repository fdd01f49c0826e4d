"""Whether what a problem's table or phrase changes can be: start, dimensions, noise. Knows no lane."""

from collections.abc import Iterator
from typing import Any

from opttui.scenario.arguments import is_number, is_whole, shown
from opttui.scenario.catalogue import PROBLEMS, ProblemEntry
from opttui.scenario.nearest import meant
from opttui.scenario.places import Path
from opttui.scenario.specs import ProblemSpec

MOST_DIMENSIONS = 10_000

Complaint = tuple[Path, str]
"""Where, and what is wrong there."""


def of_surface_keys(problem: ProblemSpec, entry: ProblemEntry) -> Iterator[Complaint]:
    """What is wrong with them, each with its place. The values may be anything that a file can hold."""
    if problem.dim is not None:
        for complaint in _of_dim(problem.dim, entry):
            yield ("problem", "dim"), complaint
    if problem.start is not None:
        for complaint in _of_start(problem.start, entry, problem.dim):
            yield ("problem", "start"), complaint
    if problem.noise is not None:
        for complaint in _of_noise(problem.noise, entry):
            yield ("problem", "noise"), complaint


def _of_dim(dim: Any, entry: ProblemEntry) -> Iterator[str]:
    if not is_whole(dim, 2) or dim > MOST_DIMENSIONS:
        yield f"dim must be a whole number from 2 to {MOST_DIMENSIONS:,}, not {shown(dim)}"
    elif not entry.any_dim and dim != entry.start:
        others = ", ".join(name for name, other in PROBLEMS.items() if other.any_dim)
        yield f"{entry.name} has {entry.parameters:,} parameters and no other number; any have {others}"


def _of_start(start: Any, entry: ProblemEntry, dim: int | None) -> Iterator[str]:
    if entry.start is None:
        yield f"{entry.name} takes no start: its network begins as the seed decides"
    elif isinstance(start, str):
        if start not in entry.starts:
            yield f"{entry.name} has no start {shown(start)}; {meant(start, entry.starts)}"
    else:
        count = dim or entry.start
        right = isinstance(start, list | tuple) and len(start) == count and all(map(is_number, start))
        if not right:
            like = ", like [-1.2, 1.0]" if count == 2 else ""
            written = list(start) if isinstance(start, tuple) else start
            *others, last = entry.starts
            names = f"{', '.join(others)} or {last}" if others else last
            yield f"start must be {count} finite numbers{like}, not {shown(written)}; or write {names}"


def _of_noise(noise: Any, entry: ProblemEntry) -> Iterator[str]:
    if not entry.noise:
        yield f"{entry.name} takes no noise, as only surfaces do"
    elif not is_number(noise, 0):
        yield f"noise must be a finite number of at least 0, not {shown(noise)}"
