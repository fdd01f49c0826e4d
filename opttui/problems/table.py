"""The problems by name, each in a module of its own that is imported when a race of it is built.

Together they load scikit-learn and SciPy, which takes a second or two that most races need not wait.
"""

import importlib
from collections.abc import Callable
from functools import partial

from opttui.problems.problem import Problem, Setting

NAMES = (
    "rosenbrock",
    "linear",
    "digits-mlp",
    "digits-cnn",
    "digits-autoencoder",
    "digits-factors",
    "deep-linear",
    "diabetes",
    "breast-cancer",
    "image-factors",
    "text-transformer",
    "text-skipgram",
    "poisson-pinn",
    "noisy-quadratic",
)


def _make(name: str, setting: Setting) -> Problem:
    module = importlib.import_module(f"opttui.problems.{name.replace('-', '_')}")
    problem: Problem = module.make(setting)
    return problem


PROBLEMS: dict[str, Callable[[Setting], Problem]] = {name: partial(_make, name) for name in NAMES}
