"""The problems by name: one module for all surfaces, and for each other one its own, imported when a race is built.

Together they load scikit-learn and SciPy, which takes a second or two that most races need not wait.
"""

import importlib
from collections.abc import Callable
from functools import partial

from opttui.problems import surface
from opttui.problems.problem import Problem, Setting
from opttui.surfaces import SURFACES

NAMES = (
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


PROBLEMS: dict[str, Callable[[Setting], Problem]] = {
    **{name: partial(surface.make, name) for name in SURFACES},
    **{name: partial(_make, name) for name in NAMES},
}
