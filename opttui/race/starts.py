"""A problem that begins elsewhere than by itself. Knows no lane and no optimizer."""

import copy
from dataclasses import replace

import msgspec

from opttui.optimizers.initialise import start
from opttui.problems.problem import Problem
from opttui.scenario.specs import InitSpec


def begun(problem: Problem, spec: InitSpec | None, seed: int, place: str) -> tuple[Problem, str]:
    """The problem with the start that is asked for, and what was done for it, in words; the same problem for None.

    InputError, at the place, when it cannot be done.
    """
    if spec is None:
        return problem, ""
    model = copy.deepcopy(problem.model)
    told = start(model, spec, seed, place)
    info = problem.info
    if info.start is not None and info.parameters == 2:
        x, y = (float(value) for parameter in model.parameters() for value in parameter.detach().flatten())
        info = msgspec.structs.replace(info, start=(x, y))
    return replace(problem, model=model, info=info), told
