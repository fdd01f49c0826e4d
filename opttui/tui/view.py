"""What a window shows of a run, and how: the record and the viewer's choices. Knows no widget."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np

from opttui.control.commands import Kept
from opttui.plots.marker import Name
from opttui.plots.scales import Kind
from opttui.plots.steady import Paced, Steady
from opttui.record.history import present
from opttui.record.layout import LOSS, LR, SECONDS, STEP, X
from opttui.record.seen import SeenLane, SeenRows, SeenRun
from opttui.tui.layout import KEYS, USUAL, Shape

Axis = Literal["steps", "evaluations", "samples", "seconds"]
AXES: tuple[Axis, ...] = ("steps", "evaluations", "samples", "seconds")
Ends = tuple[float, float]
Box = tuple[float, float, float, float]
SMOOTHINGS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Reach of the moving average, as a share of the whole race."""
NOISY = 2
"""Which of them a problem with batches begins with."""
GOING = ("starting", "running", "paused", "hung")
"""States of a race that may still have something to tell."""
MARKERS: tuple[Name, ...] = ("braille", "block", "ascii")


class Marked(NamedTuple):
    """Cells of a panel's picture between two corners."""

    panel: str
    first: tuple[int, int]
    """Column and row, the title's row left out."""
    last: tuple[int, int]


@dataclass
class RaceView:
    """Changed by the screen alone; panels read it."""

    reader: SeenRun
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
    """starting, running, paused, ended, crashed, hung, or lost: on another machine that is out of reach."""
    reason: str = ""
    """Why, or what is being waited for."""
    cursor: float | None = None
    """Where values are read, on the chosen axis; None: at the newest rows."""
    back: bool = False
    """Whether the viewer is back in time: keys move the cursor from step to step of the focused lane."""
    typed: str = ""
    """The step that is being typed there."""
    x_window: Ends | None = None
    """Part of the axis that the curves show; None: all of it, and it follows the lanes."""
    y_window: Ends | None = None
    """Part of the losses that is shown; None: what the curves in sight need."""
    box: Box | None = None
    """Part of the plane that the path panel shows; None: it follows the lanes."""
    plane: int = 0
    """Number of the plane in which that part lies."""
    clip: bool = False
    """Whether rare losses may lie beyond the edges."""
    baseline: int | None = None
    """Id of the lane against which losses are drawn."""
    ratio: bool = False
    """Against it as a quotient; else as a difference."""
    picked: tuple[int, ...] = ()
    """Ids of the lanes that are marked to be compared, in the order in which they were."""
    comparing: bool = False
    """Whether they are shown beside each other, in place of all panels."""
    words: str = ""
    """Lanes that these words do not fit are hidden."""
    sort: str = "best"
    """Key of the table's column by which it is sorted."""
    backwards: bool = False
    """Whether it is sorted the other way round."""
    chosen: str = "loss"
    """The panel that keys zoom and move, and that a small terminal shows."""
    alone: bool = False
    """Whether it is shown alone."""
    shape: Shape = USUAL
    """Which panels are hidden, and how their borders were moved."""
    measures: bool = False
    """Whether the line of measures stands above the keys."""
    marked: Marked | None = None
    """What the mouse is marking."""
    metric: str = ""
    """What the loss panel shows in place of the loss: another number that was measured; empty: the loss."""
    beside: tuple[SeenRun, ...] = ()
    """Other runs and other tools' logs whose curves stand beside the race's."""
    now: float | None = None
    """Seconds at this frame, on a clock that only goes on; None where there are no frames: ranges just fit."""
    losses: Steady = field(default_factory=Steady)
    """The range of the losses, from frame to frame."""
    sparks: Paced = field(default_factory=lambda: Paced(1.0))
    """The table's curves while the race runs."""
    steps_per_second: float | None = None
    pace: float | None = None
    kept: Kept | None = None
    """What the race says that it holds to go back to; None where no process does."""
    readonly: bool = False
    host: str = ""
    """The machine of the race; empty for this one."""
    behind: int = 0
    """Bytes of its record that are still to come from there."""
    to_type: Callable[[str], str] | None = None
    """The command line for a verb on this run; None: by its name."""

    def choices(self) -> tuple[object, ...]:
        """All that the viewer chose: with it a picture changes though the record does not."""
        return (
            *(*self.drawn(), self.hyper, self.cursor, self.back, self.typed, self.sort, self.backwards),
            *(self.chosen, self.alone, self.shape, self.measures, self.marked, self.picked, self.comparing),
        )

    def drawn(self) -> tuple[object, ...]:
        """Those on which curves and paths depend: a moving cursor draws none of them anew."""
        return (
            *(self.state, self.focus, self.axis, self.scale, self.smoothing, self.marker, self.words),
            *(self.x_window, self.y_window, self.box, self.clip, self.baseline, self.ratio, self.metric),
            *(run.version for run in self.beside),
        )

    def metrics(self) -> tuple[str, ...]:
        """Names of the numbers that the loss panel can show in place of the loss."""
        return tuple(dict.fromkeys(name for lane in self.reader.lanes for name in lane.metric_names))

    def rows_of(self, lane: SeenLane) -> SeenRows | None:
        """What the loss panel shows of a lane: its loss, or rows of the chosen metric; None where it has none."""
        return lane.metric(self.metric) if self.metric else lane.overview

    def loss_scale(self) -> Kind:
        """What was chosen, else log; with losses below zero symlog, which has room for them."""
        kinds = self.scales()
        if self.scale is None and self.metric and "loss" not in self.metric.lower():
            # Accuracies and the like lie between two numbers, not between two orders of magnitude.
            return "linear"
        if self.scale is not None:
            return self.scale if self.scale in kinds or self.baseline is None else kinds[0]
        return "symlog" if self._least_loss() < 0 else kinds[0]

    def scales(self) -> tuple[Kind, ...]:
        """The scales that say something of these losses, or of what a baseline makes of them."""
        if self.baseline is not None and not self.ratio:
            return "symlog", "linear"
        return ("log", "symlog", "linear") if self._least_loss() <= 0 else ("log", "linear")

    def axes(self) -> tuple[Axis, ...]:
        """Axes that mean something for this problem: without batches there are no samples to count."""
        problem = self.reader.manifest.problem
        batches = problem is not None and problem.batch_size is not None
        found = tuple(axis for axis in AXES if axis != "samples" or batches)
        if not self.reader.foreign:
            return found
        # Evaluations are not known of another tool's runs, and the time not always.
        timed = any(lane.last and math.isfinite(lane.last[SECONDS]) for lane in self.reader.lanes)
        return ("steps", "seconds") if timed else ("steps",)

    def panels(self) -> tuple[str, ...]:
        """Panels that mean something for this run: not every problem has something to look at, nor a machine that is
        read."""
        problem = self.reader.manifest.problem
        absent = {"look"} if problem is None or not problem.look else set()
        if not self.reader.machine.count and (self.reader.foreign or self.state not in GOING):
            absent.add("machine")
        if problem is not None and not (
            problem.plane or problem.start or problem.surface or problem.view or self._has(X)
        ):
            absent.add("path")
        if self.reader.foreign and not self._has(LR):
            absent.add("rate")
        return tuple(key for key in KEYS if key not in absent)

    def _has(self, column: int) -> bool:
        """Whether any lane's newest row has a number in a column."""
        return any(lane.last is not None and math.isfinite(lane.last[column]) for lane in self.reader.lanes)

    def sight(self) -> Shape:
        """The viewer's shape of the layout, with what this problem has not hidden."""
        return replace(self.shape, hidden=self.shape.hidden | (set(KEYS) - set(self.panels())))

    def zoomed(self) -> bool:
        """Whether anything shows a part that the viewer chose and does not follow the lanes."""
        return (self.x_window, self.y_window, self.box) != (None, None, None)

    def shows(self, lane: int) -> bool:
        """Whether a lane is not filtered out."""
        return not self.words or any(
            info.id == lane and fits(self.words, info.name, info.phrase)
            for info in self.reader.manifest.lanes
        )

    def shown_lanes(self) -> list[int]:
        """Ids of the lanes that are not filtered out."""
        return [lane for lane in self.lanes() if self.shows(lane)]

    def lines_wanted(self) -> int:
        """Rows of the table that would show everything: lanes in sight, and those that stand beside the race."""
        return len(self.shown_lanes()) + sum(len(run.lanes) for run in self.beside)

    def smoothing_level(self) -> int:
        """Place in `SMOOTHINGS`: what was chosen, else a little for losses of batches and none for all others."""
        if self.smoothing is not None:
            return self.smoothing
        problem = self.reader.manifest.problem
        batches = problem is not None and problem.batch_size is not None
        told = self.reader.foreign or self.reader.manifest.kind == "tracked"
        return NOISY if batches or told else 0

    def hypers_now(self, lane: int) -> dict[str, float]:
        """A lane's hypers with what was turned so far; `lr` is that of its newest row. Empty while unknown."""
        infos = [info for info in self.reader.manifest.lanes if info.id == lane]
        values = dict(infos[0].hypers) if infos else {}
        for reader in self.reader.lanes:
            if reader.id == lane and reader.last is not None and "lr" in values:
                values["lr"] = reader.last[4]
        for event in present(self.reader.events, lane):
            if event.kind == "set" and event.data.get("hyper") in values:
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
        """The smallest finite loss so far, or that of the chosen metric; 1 before there is any."""
        if self.metric:
            return self._least_metric()
        best = [lane.best_loss for lane in self.reader.lanes if lane.best_loss is not None]
        return min((loss for loss in best if math.isfinite(loss)), default=1.0)

    def _least_metric(self) -> float:
        curves = [rows.coarse.curve(STEP, LOSS) for lane in self.reader.lanes if (rows := self.rows_of(lane))]
        least = [low.min() for curve in curves if (low := curve.low[np.isfinite(curve.low)]).size]
        return float(min(least, default=1.0))

    def _after_last_row(self, lane: int, step: int | None) -> bool:
        """Whether a turn at a step is not yet seen in the lane's rows."""
        last = next((reader.last for reader in self.reader.lanes if reader.id == lane), None)
        return last is None or step is None or step > last[0]


def fits(words: str, name: str, phrase: str) -> bool:
    """Whether a lane's name or phrase holds every word, and none of those after an exclamation mark; case is alike."""
    text = f"{name} {phrase}".lower()
    asked = words.lower().split()
    return all((word[1:] not in text) if word[:1] == "!" and word[1:] else (word in text) for word in asked)
