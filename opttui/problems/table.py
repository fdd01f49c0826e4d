"""The problems by name: one line each."""

from collections.abc import Callable

from opttui.problems import digits_mlp, linear, rosenbrock
from opttui.problems.problem import Problem, Setting

PROBLEMS: dict[str, Callable[[Setting], Problem]] = {
    "rosenbrock": rosenbrock.make,
    "linear": linear.make,
    "digits-mlp": digits_mlp.make,
}
