"""What can be named: optimizers, schedules, initialisers, problems, and the shape of their arguments. Knows no torch."""

from opttui.scenario.arguments import REQUIRED, Argument
from opttui.scenario.init_table import INITIALISERS, InitEntry
from opttui.scenario.optimizer_table import OPTIMIZERS, REFUSED_OPTIMIZERS, OptimizerEntry
from opttui.scenario.problem_entry import ProblemEntry
from opttui.scenario.problem_table import PROBLEMS
from opttui.scenario.schedule_table import REFUSED_SCHEDULES, SCHEDULES, ScheduleEntry

__all__ = [
    "INITIALISERS",
    "OPTIMIZERS",
    "PROBLEMS",
    "REFUSED_OPTIMIZERS",
    "REFUSED_SCHEDULES",
    "REQUIRED",
    "SCHEDULES",
    "Argument",
    "InitEntry",
    "OptimizerEntry",
    "ProblemEntry",
    "ScheduleEntry",
    "argument_of",
    "is_pair",
]


def argument_of(name: str, key: str) -> Argument | None:
    """The argument `key` of the optimizer or schedule `name`; None when either is unknown."""
    entry = OPTIMIZERS.get(name) or SCHEDULES.get(name)
    arguments = entry.arguments if entry is not None else ()
    return next((argument for argument in arguments if argument.name == key), None)


def is_pair(name: str, key: str) -> bool:
    """Whether the argument is a pair, which torch and people write in round brackets."""
    argument = argument_of(name, key)
    return argument is not None and argument.kind == "pair"
