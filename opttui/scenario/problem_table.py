"""The problems by name: title, size, and what a race of them begins with. Knows no torch."""

from typing import Literal

import msgspec

from opttui.surfaces import SURFACES


class ProblemEntry(msgspec.Struct, frozen=True):
    """A problem that can be named."""

    name: str
    title: str
    """What is minimised, in a few words."""
    parameters: int
    """Number of parameters."""
    lanes: tuple[str, ...]
    """Phrases of the lanes that race when none are named."""
    steps: int
    """Steps when none are named."""
    dtype: Literal["float32", "float64"] = "float32"
    batch_size: int | None = None
    """Samples in a batch; None where every step sees the whole problem, and no size can be given."""
    start: int | None = None
    """Coordinates of a start point; None where the seed alone decides the start."""


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
        ProblemEntry(
            name="linear",
            title="Line through 100 noisy points",
            parameters=2,
            lanes=("SGD:lr=0.1", "SGD:lr=0.1,momentum=0.9", "Adam:lr=0.1", "Adagrad:lr=0.5"),
            steps=300,
        ),
        ProblemEntry(
            name="digits-mlp",
            title="Handwritten digits, MLP 64–64–10",
            parameters=4810,
            lanes=(
                "SGD:lr=0.1",
                "SGD:lr=0.05,momentum=0.9",
                "Adam:lr=0.003",
                "AdamW:lr=0.01",
                "RMSprop:lr=0.01",
                "Adagrad:lr=0.02",
            ),
            steps=1000,
            batch_size=64,
        ),
    )
}
"""By name."""
