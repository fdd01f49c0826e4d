"""What a window shows of a run, and how: the record and the viewer's choices. Knows no widget."""

import math
from dataclasses import dataclass
from typing import Literal

from opttui.plots.marker import Name
from opttui.plots.scales import Kind
from opttui.record.reader import RunReader

Axis = Literal["steps", "evaluations", "seconds"]
AXES: tuple[Axis, ...] = ("steps", "evaluations", "seconds")
SMOOTHINGS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Reach of the moving average, as a share of the whole race."""
NOISY = 2
"""Which of them a problem with batches begins with."""
MARKERS: tuple[Name, ...] = ("braille", "block", "ascii")


@dataclass
class RaceView:
    """Changed by the screen alone; panels read it."""

    reader: RunReader
    focus: int = 0
    """Id of the focused lane."""
    hyper: int = 0
    """Which of the focused lane's hypers the keys turn."""
    axis: Axis = "steps"
    scale: Kind | None = None
    """How the loss is drawn; None while nobody has chosen."""
    smoothing: int | None = None
    """Which of `SMOOTHINGS` the loss is drawn with; None while nobody has chosen."""
    marker: Name = "braille"
    state: str = "starting"
    """starting, running, paused, ended, crashed or hung."""
    reason: str = ""
    """Why, or what is being waited for."""
    steps_per_second: float | None = None
    pace: float | None = None
    readonly: bool = False

    def choices(self) -> tuple[object, ...]:
        """All that the viewer chose: with it a picture changes though the record does not."""
        return self.focus, self.hyper, self.axis, self.scale, self.smoothing, self.marker

    def loss_scale(self) -> Kind:
        """What was chosen, else log; with losses below zero symlog, which has room for them."""
        if self.scale is not None:
            return self.scale
        return "symlog" if self._least_loss() < 0 else "log"

    def scales(self) -> tuple[Kind, ...]:
        """The scales that say something of these losses."""
        return ("log", "symlog", "linear") if self._least_loss() <= 0 else ("log", "linear")

    def smoothing_level(self) -> int:
        """Place in `SMOOTHINGS`: what was chosen, else a little for losses of batches and none for all others."""
        if self.smoothing is not None:
            return self.smoothing
        problem = self.reader.manifest.problem
        return NOISY if problem is not None and problem.batch_size is not None else 0

    def hypers_now(self, lane: int) -> dict[str, float]:
        """A lane's hypers with what was turned so far; `lr` is that of its newest row. Empty while unknown."""
        infos = [info for info in self.reader.manifest.lanes if info.id == lane]
        values = dict(infos[0].hypers) if infos else {}
        for reader in self.reader.lanes:
            if reader.id == lane and reader.last is not None and "lr" in values:
                values["lr"] = reader.last[4]
        for event in self.reader.events:
            if event.kind == "set" and event.lane == lane and event.data.get("hyper") in values:
                newer = event.data["hyper"] != "lr" or self._after_last_row(lane, event.step)
                if newer:
                    values[event.data["hyper"]] = float(event.data["new"])
        return values

    def chosen_hyper(self) -> tuple[str, float] | None:
        """Name and value of the hyper that the keys turn."""
        values = list(self.hypers_now(self.focus).items())
        return values[min(self.hyper, len(values) - 1)] if values else None

    def lanes(self) -> list[int]:
        """Ids of all lanes."""
        return [info.id for info in self.reader.manifest.lanes]

    def _least_loss(self) -> float:
        """The smallest finite loss so far; 1 before there is any."""
        best = [lane.best_loss for lane in self.reader.lanes if lane.best_loss is not None]
        return min((loss for loss in best if math.isfinite(loss)), default=1.0)

    def _after_last_row(self, lane: int, step: int | None) -> bool:
        """Whether a turn at a step is not yet seen in the lane's rows."""
        last = next((reader.last for reader in self.reader.lanes if reader.id == lane), None)
        return last is None or step is None or step > last[0]
