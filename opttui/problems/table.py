"""The problems by name: one module for all surfaces, and for each other one its own, imported when a race is built.

Together they load scikit-learn and SciPy, which takes a second or two that most races need not wait.
"""

import importlib
from collections.abc import Callable
from functools import partial

from opttui.problems import surface
from opttui.problems.problem import Problem, Setting
from opttui.scenario.data_problems import DATA_PROBLEMS
from opttui.surfaces import SURFACES


def _make(name: str, setting: Setting) -> Problem:
    module = importlib.import_module(f"opttui.problems.{name.replace('-', '_')}")
    problem: Problem = module.make(setting)
    return problem


PROBLEMS: dict[str, Callable[[Setting], Problem]] = {
    **{name: partial(surface.make, name) for name in SURFACES},
    **{entry.name: partial(_make, entry.name) for entry in DATA_PROBLEMS},
}
