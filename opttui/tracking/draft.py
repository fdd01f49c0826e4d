"""A row in the making: some of its numbers are still on a device, and its loss may be logged after the step. Knows no
optimizer.
"""

import math

from opttui.record.layout import Row


class Cell:
    """A number that comes; None until it has."""

    __slots__ = ("value",)

    def __init__(self, value: float | None = None) -> None:
        self.value = value

    def put(self, value: float) -> None:
        """It has come."""
        self.value = value


class Draft:
    """The row of one step."""

    __slots__ = (
        "calls",
        "closed",
        "evaluations",
        "gradient",
        "logs",
        "losses",
        "rate",
        "returned",
        "seconds",
        "step",
        "update",
    )

    def __init__(self, step: int) -> None:
        self.step = step
        self.evaluations = 0
        """All of the lane's so far; known when the draft is closed."""
        self.seconds = math.nan
        self.rate = Cell(math.nan)
        self.gradient = Cell(math.nan)
        self.update = Cell(math.nan)
        self.losses: list[Cell] = []
        """What was logged for it."""
        self.logs = 0
        self.returned: Cell | None = None
        """What the closure returned at its first call."""
        self.calls = 0
        """Of the closure."""
        self.closed = False
        """Nothing more belongs to it."""

    def ready(self) -> bool:
        """Whether all its numbers are there."""
        return self.closed and None not in (
            self.rate.value,
            self.gradient.value,
            self.update.value,
            *(cell.value for cell in self.parts()),
        )

    def parts(self) -> list[Cell]:
        """The losses of which the row's is the mean: those logged, else the closure's."""
        return self.losses or ([self.returned] if self.returned is not None else [])

    def loss(self) -> float:
        """NaN where none was told."""
        found = [cell.value for cell in self.parts() if cell.value is not None]
        return sum(found) / len(found) if found else math.nan

    def row(self) -> Row:
        """As it is recorded; a script has no plane, so that there is no point drawn."""
        return (
            self.step,
            self.evaluations,
            self.seconds,
            self.loss(),
            *(
                cell.value if cell.value is not None else math.nan
                for cell in (self.rate, self.gradient, self.update)
            ),
            math.nan,
            math.nan,
        )  # type: ignore[return-value]
