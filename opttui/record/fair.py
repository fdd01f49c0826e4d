"""By what the lanes of a run are ranked. A batch's loss has luck in it: the least of a thousand is that of the easiest
batch. Where batches differ and a loss is measured on fixed data too, lanes are ranked by that.
"""

import math
from bisect import bisect_right
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opttui.record.seen import SeenLane, SeenRun

METRIC = "loss"
"""The metric that is the loss on fixed data."""


class HeldOut:
    """The least loss on fixed data so far, at every step where it was measured. NaN never poisons it."""

    def __init__(self) -> None:
        self._steps: list[int] = []
        self._least: list[float] = []

    def add(self, step: int, metrics: dict[str, float]) -> None:
        """Count a validation row in."""
        value = metrics.get(METRIC, math.nan)
        if math.isfinite(value):
            self._least.append(min(value, self._least[-1]) if self._least else value)
            self._steps.append(step)

    def least(self, step: float = math.inf) -> float | None:
        """The least up to a step; None where nothing was measured by then."""
        count = bisect_right(self._steps, step)
        return self._least[count - 1] if count else None

    @property
    def begun(self) -> bool:
        """Whether it was measured at more than the start."""
        return bool(self._steps) and self._steps[-1] > 0


def by_held_out(reader: "SeenRun") -> bool:
    """Whether the lanes are ranked by their least held-out loss; else by their least loss."""
    problem = reader.manifest.problem
    if problem is None or METRIC not in problem.metrics:
        return False
    luck = problem.batch_size is not None or bool(reader.manifest.scenario.problem.noise)
    return luck and any(lane.held_out.begun for lane in reader.lanes)


def best_of(lane: "SeenLane", held_out: bool) -> float | None:
    """What a lane is ranked by."""
    return lane.held_out.least() if held_out else lane.best_loss
