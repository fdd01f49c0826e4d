"""What stands beside a race: lanes of other runs and of other tools' logs, drawn dim, never ranked and
never commanded. Knows no panel."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opttui.plots.curves import Line
from opttui.plots.smoothing import smoothed
from opttui.record.fair import best_of, by_held_out
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS, STEP, Row
from opttui.record.manifest import LaneInfo
from opttui.record.overview import Curve
from opttui.record.seen import SeenLane, SeenRun
from opttui.tui.panels.axis import AXIS_COLUMNS
from opttui.tui.panels.cells import tame
from opttui.tui.panels.standings import Standing, taken
from opttui.tui.view import RaceView

MOST = 16
"""Lanes that are drawn beside a race."""
FIRST_ID = -1000
"""Their ids count down from here: no lane of a race has such a one."""
INK = "label"
POINTS = 4096


@dataclass(frozen=True)
class Ghost:
    """A lane of another run."""

    run: SeenRun
    info: LaneInfo
    id: int
    name: str
    """Printable."""
    lane: SeenLane
    dash: int
    """By which it is told from the others, since all have one ink."""


def ghosts(runs: Sequence[SeenRun]) -> list[Ghost]:
    """Every lane of runs that stand beside a race that has rows, in the order of their runs."""
    found: list[Ghost] = []
    for run in runs:
        infos = {info.id: info for info in run.manifest.lanes}
        for lane in run.lanes:
            info = infos.get(lane.id)
            if info is None or not lane.rows or len(found) >= MOST:
                continue
            number = len(found)
            name = named(run, info.name)
            found.append(Ghost(run, info, FIRST_ID - number, tame(name), lane, 1 + number % 4))
    return found


def named(run: SeenRun, lane: str) -> str:
    """A lane of another run: of one of ours with the name of the run, since the race may have a lane of the same."""
    where = run.manifest.id
    return lane if run.foreign or lane == where else f"{lane} of {where}"


def lines(view: RaceView, column: int, reach: float = 0.0) -> list[Line]:
    """Their curves of a column, dashed; smoothed where the race's are. Those that lie nowhere on the axis are left out."""
    found = []
    for ghost in ghosts(view.beside):
        curve = _curve(view, ghost.lane, column)
        if not np.isfinite(curve.x).any():
            continue
        x, low, high = curve.x, curve.low, curve.high
        if reach > 0 and column == LOSS:
            every = -(-x.size // POINTS) or 1
            x = x[every - 1 :: every]
            low = high = smoothed(x, curve.last[every - 1 :: every], reach)
        found.append(Line(x=x, low=low, high=high, ink=INK, dash=ghost.dash))
    return found


def _curve(view: RaceView, lane: SeenLane, column: int) -> Curve:
    rows = lane.overview
    if view.metric and column == LOSS:
        found = lane.metric(view.metric)
        if found is None:
            nothing = np.empty(0)
            return Curve(nothing, nothing, nothing, nothing)
        rows = found
    return rows.coarse.curve(AXIS_COLUMNS[view.axis], column)


def standings_beside(view: RaceView) -> list[Standing]:
    """The same as rows of the table, at the cursor or now."""
    return [_standing(view, ghost) for ghost in ghosts(view.beside)]


def _standing(view: RaceView, ghost: Ghost) -> Standing:
    row: Sequence[float] | Row | None = ghost.lane.last
    if view.cursor is not None:
        places = ghost.lane.overview.curve(AXIS_COLUMNS[view.axis], STEP).x
        place = int(np.searchsorted(places, view.cursor * (1 + 1e-12), side="right")) - 1
        row = ghost.lane.overview.row(place).tolist() if place >= 0 else None
    known = row if row is not None else [float("nan")] * 9
    return Standing(
        id=ghost.id,
        name=ghost.name,
        phrase=tame(ghost.info.phrase),
        loss=known[LOSS],
        best=best_of(ghost.lane, by_held_out(view.reader)),
        lr=known[LR],
        steps=taken(ghost.lane.last),
        evaluations=int(known[EVALUATIONS]) if np.isfinite(known[EVALUATIONS]) else None,
        seconds=known[SECONDS],
        outcome="beside",
        reason="",
        end_step=None,
        metrics=dict(ghost.lane.metrics),
        descent=(ghost.id,),
    )
