"""The problems by name: title, size, and what a race of them begins with. Knows no torch."""

from opttui.scenario.data_problems import DATA_PROBLEMS
from opttui.scenario.problem_entry import ProblemEntry
from opttui.surfaces import SURFACES

PROBLEMS: dict[str, ProblemEntry] = {
    entry.name: entry
    for entry in (
        ProblemEntry(
            name="rosenbrock",
            title=SURFACES["rosenbrock"].title,
            parameters=2,
            lanes=(
                "SGD:lr=0.001,momentum=0.9",
                "Adam:lr=0.05",
                "NAdam:lr=0.05",
                "RMSprop:lr=0.01",
                "Adagrad:lr=0.5",
                "Rprop:lr=0.01",
            ),
            steps=2000,
            dtype="float64",
            start=2,
        ),
        *DATA_PROBLEMS,
    )
}
"""By name."""
