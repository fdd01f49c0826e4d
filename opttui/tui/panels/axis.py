"""Where rows lie on the chosen axis. Knows no panel."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from opttui.record.layout import EVALUATIONS, LOSS, SECONDS, STEP, Row
from opttui.record.manifest import ProblemInfo
from opttui.record.overview import Curve
from opttui.record.seen import SeenLane
from opttui.tui.panels.numbers import count, seconds_text
from opttui.tui.view import RaceView

Floats = NDArray[np.float64]

AXIS_COLUMNS = {"steps": STEP, "evaluations": EVALUATIONS, "samples": STEP, "seconds": SECONDS}
"""The column of each axis; samples are counted from steps."""


def curve_along(view: RaceView, lane: SeenLane, column: int) -> Curve:
    """One column of a lane against the chosen axis."""
    curve = lane.overview.curve(AXIS_COLUMNS[view.axis], column)
    return replace(curve, x=on_axis(view, curve.x)) if view.axis == "samples" else curve


def curve_in_sight(view: RaceView, lane: SeenLane, column: int) -> Curve:
    """The same in as many buckets as the part of the axis that is shown needs."""
    if view.x_window is not None:
        return curve_along(view, lane, column)
    curve = lane.overview.coarse.curve(AXIS_COLUMNS[view.axis], column)
    return replace(curve, x=on_axis(view, curve.x)) if view.axis == "samples" else curve


def shown_in_sight(view: RaceView, lane: SeenLane) -> Curve | None:
    """What the loss panel shows of a lane, in as many buckets as the part of the axis needs; None: nothing."""
    rows = view.rows_of(lane)
    if rows is None or not rows.rows:
        return None
    rows = rows if view.x_window is not None else rows.coarse
    curve = rows.curve(AXIS_COLUMNS[view.axis], LOSS)
    return replace(curve, x=on_axis(view, curve.x)) if view.axis == "samples" else curve


def on_axis(view: RaceView, values: Floats) -> Floats:
    """Places on the axis from values of its column."""
    return samples(view.reader.manifest.problem, values) if view.axis == "samples" else values


def place_of(view: RaceView, row: Row | None) -> float:
    """Where a row lies; 0 where there is none."""
    value = row[AXIS_COLUMNS[view.axis]] if row else math.nan
    if not math.isfinite(value):
        return 0.0
    return float(on_axis(view, np.array(value))) if view.axis == "samples" else value


def samples(problem: ProblemInfo | None, steps: Floats) -> Floats:
    """Samples seen with each step's batch: whole epochs, and what has been seen of the present one.

    Without an epoch every batch is a full one.
    """
    size = (problem.batch_size if problem is not None else None) or 1
    taken = np.asarray(steps, dtype=np.float64) + 1
    whole = problem.samples if problem is not None else None
    if not whole:
        return taken * size
    per_epoch = math.ceil(whole / size)
    epochs = np.floor(taken / per_epoch)
    seen: Floats = epochs * whole + (taken - epochs * per_epoch) * size
    return seen


def word(view: RaceView) -> str:
    """What the axis counts; with a sign where it is a guess."""
    problem = view.reader.manifest.problem
    guess = view.axis == "samples" and (problem is None or problem.samples is None)
    return f"≈ {view.axis}" if guess else view.axis


def place_text(view: RaceView, place: float) -> str:
    """A place in words: `step 312`, `1,234 samples`, `1.204 s`."""
    if view.axis == "steps":
        return f"step {count(place)}"
    if view.axis == "seconds":
        text = seconds_text(place)
        return f"{text} s" if text[-1].isdigit() else text
    return f"{count(place)} {word(view)}"


def short_place(view: RaceView, place: float) -> str:
    """The same in few cells."""
    return seconds_text(place) if view.axis == "seconds" else count(place)
