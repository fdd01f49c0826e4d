"""What is marked on a lane's curve, and where on the chosen axis. Knows no panel's size."""

import numpy as np
from numpy.typing import NDArray

from opttui.plots.curves import Mark
from opttui.record.layout import STEP
from opttui.record.manifest import ProblemInfo
from opttui.record.seen import SeenLane
from opttui.tui.panels.axis import AXIS_COLUMNS, samples
from opttui.tui.panels.facts import NO_FACTS, LaneFacts
from opttui.tui.panels.inks import ALARM, CROSS, FORK, STAR, TURN
from opttui.tui.panels.standings import LOST

MOST = 256
"""Marks of turns on a lane's curve: more than one a cell cannot be seen on a panel of 200."""


def along(
    lane: SeenLane, axis: str, steps: list[int], problem: ProblemInfo | None = None
) -> NDArray[np.float64]:
    """Where some steps of a lane lie on the axis, between the overview's buckets in proportion."""
    at = np.asarray(steps, dtype=np.float64)
    if axis == "steps" or not at.size:
        return at
    if axis == "samples":
        return samples(problem, at)
    curve = lane.overview.curve(STEP, AXIS_COLUMNS[axis])
    known = np.isfinite(curve.x) & np.isfinite(curve.last)
    if not known.any():
        return at[:0]
    return np.interp(at, curve.x[known], curve.last[known])


def marks_of(
    lane: SeenLane, facts: LaneFacts, axis: str, problem: ProblemInfo | None = None, ink: str = "text"
) -> tuple[Mark, ...]:
    """Turns of hypers, forks, alarms, then how the lane ended."""
    if facts is NO_FACTS or facts == NO_FACTS:
        return ()
    turns = facts.turns[-MOST:]
    found = [Mark(float(x), TURN, ink) for x in along(lane, axis, turns, problem)]
    forks = [step for step in facts.forks if lane.last is not None and step <= lane.last[STEP] + 1][-MOST:]
    found += [Mark(float(x), FORK, ink) for x in along(lane, axis, forks, problem)]
    alarms = facts.alarms[-MOST:]
    found += [Mark(float(x), ALARM, "mark") for x in along(lane, axis, alarms, problem)]
    if facts.end_step is not None and facts.outcome in LOST:
        found += [Mark(float(x), CROSS, "bad") for x in along(lane, axis, [facts.end_step], problem)]
    if facts.target_step is not None:
        found += [Mark(float(x), STAR, "good") for x in along(lane, axis, [facts.target_step], problem)]
    return tuple(found)
