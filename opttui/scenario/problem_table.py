"""The problems by name: title, size, and what a race of them begins with. Knows no torch."""

from opttui.scenario.data_problems import DATA_PROBLEMS
from opttui.scenario.problem_entry import ProblemEntry
from opttui.scenario.specs import ProblemSpec
from opttui.surfaces import FAMILIES, Surface


def of_surface(surface: Surface, family: str) -> ProblemEntry:
    """A surface as a problem."""
    return ProblemEntry(
        name=surface.name,
        title=surface.title,
        parameters=2,
        lanes=surface.lanes,
        steps=surface.steps,
        dtype="float64",
        start=2,
        shows=surface.about,
        family=family,
        starts=surface.starts,
        any_dim=surface.general is not None,
        noise=True,
        only_float64=surface.only_float64,
        target=surface.target,
    )


PROBLEMS: dict[str, ProblemEntry] = {
    entry.name: entry
    for entry in (
        *(of_surface(surface, family) for family, surfaces in FAMILIES.items() for surface in surfaces),
        *DATA_PROBLEMS,
    )
}
"""By name; the surfaces first, by families."""


def title_of(problem: ProblemSpec) -> str:
    """What is minimised, in a few words: the problem's title, and what was asked for beside it.

    Empty for one of one's own, which only its file can tell.
    """
    if "::" in problem.name:
        return ""
    title = PROBLEMS[problem.name].title
    if problem.dim is not None and problem.dim != 2:
        title += f" in {problem.dim:,} dimensions"
    if problem.noise:
        title += f", slopes with noise {problem.noise:g}"
    return title


def parameters_of(problem: ProblemSpec) -> int:
    """Number of parameters."""
    return problem.dim or PROBLEMS[problem.name].parameters
