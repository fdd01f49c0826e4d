"""The learning-rate panel: past solid, future dotted, what a change has undone faint. A view in, a picture out."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.picture import Picture
from opttui.plots.ranges import bounds_of, ends_of
from opttui.plots.scales import Kind, fitted
from opttui.record.layout import LR, STEP
from opttui.record.manifest import LaneInfo, Plan
from opttui.record.seen import SeenLane
from opttui.tui.panels import beside, momentum
from opttui.tui.panels.axis import curve_in_sight, word
from opttui.tui.panels.crosshair import with_cursor
from opttui.tui.panels.facts import LaneFacts, ledger
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.loss_lines import undone
from opttui.tui.panels.marks import marks_of
from opttui.tui.panels.memo import once
from opttui.tui.panels.reach import LIVE, furthest, x_range
from opttui.tui.panels.waiting import is_waiting, quiet
from opttui.tui.view import RaceView

FAR_APART = 30.0
"""Peaks of two lanes further apart than this need a log axis to be seen together."""

DEPTH = 1e-3
"""On a log axis, lowest rate shown over the lowest peak: a cosine's last step is 1e-6 of its first, or 0."""

HEADROOM = 1.08
"""Room above the highest rate: most lie at a round number, and a line on the frame cannot be seen."""

Ends = tuple[float, float]
"""Lowest positive and highest learning rate of a lane."""


def title(view: RaceView) -> str:
    """What is on the axes."""
    zoomed = " · zoomed" if view.x_window else ""
    return f"learning rate · {'log' if is_log(view) else 'linear'} · by {word(view)}{zoomed}"


def draw(view: RaceView, width: int, height: int) -> Picture:
    """Each lane's learning rate, the focused one painted last; on the axis of steps also what is to come."""
    if is_waiting(view):
        return quiet("the learning rates will be drawn here", width, height)
    key = ("rate", width, height, view.drawn())
    picture = once(view.reader, key, lambda: _curves(view, width, height))
    return with_cursor(view, picture, rate_range(view), width)


def _curves(view: RaceView, width: int, height: int) -> Picture:
    ahead = view.axis == "steps" and view.state in LIVE
    ends, scale = y_range(view)
    below = momentum.rows_for(view, height)
    frame = Frame(
        width=width,
        height=height - below,
        y_scale=scale,
        x_label=word(view),
        y_label="lr",
        now=furthest(view) if ahead and any(lane.rows for lane in view.reader.lanes) else None,
        marker=view.marker,
        x_range=rate_range(view),
        y_range=ends,
    )
    picture: Picture = draw_curves(_lines(view, ahead), frame)
    if below and frame.x_range is not None:
        picture = *picture, *momentum.draw(view, width, below, frame.x_range, frame.now)
    return picture


def rate_range(view: RaceView) -> tuple[float, float]:
    """The part of the axis that the viewer chose; else all that was and, on steps, all that is to come."""
    steps = view.reader.manifest.steps
    if view.x_window is None and view.axis == "steps" and view.state in LIVE and steps is not None:
        return 0.0, max(1.0, steps - 1.0)
    return x_range(view)


def y_range(view: RaceView) -> tuple[Ends | None, Kind]:
    """The rates that are shown, and their scale."""
    ends = _ends(view)
    log = _far_apart(ends)
    return _y_range(ends, log), "log" if log else "linear"


def is_log(view: RaceView) -> bool:
    """Whether the lanes' rates are so far apart that the axis is logarithmic."""
    return _far_apart(_ends(view))


def _lines(view: RaceView, ahead: bool) -> list[Line]:
    """Futures first, so that no past is hidden by one; in each the focused lane last."""
    facts = ledger(view.reader)
    readers = {lane.id: lane for lane in view.reader.lanes}
    shown = [lane for lane in view.reader.manifest.lanes if view.shows(lane.id)]
    order = sorted(shown, key=lambda lane: (lane.id == view.focus, -lane.id))
    futures = (
        [_future(view, lane, readers.get(lane.id), facts.lane(lane.id)) for lane in order] if ahead else []
    )
    pasts = [_past(view, readers[lane.id], facts.lane(lane.id)) for lane in order if lane.id in readers]
    ghosts = [_ghost(view, lane, facts.lane(lane.id)) for lane in order] if ahead else []
    for lane in order:
        if lane.id in readers:
            ghosts += undone(view, readers[lane.id], LR, ink_of(view.reader, lane.id))
    return [*beside.lines(view, LR), *(line for line in (*ghosts, *futures, *pasts) if line is not None)]


def _past(view: RaceView, lane: SeenLane, facts: LaneFacts) -> Line | None:
    if not lane.rows:
        return None
    curve = curve_in_sight(view, lane, LR)
    ink = ink_of(view.reader, lane.id)
    marks = marks_of(lane, facts, view.axis, view.reader.manifest.problem, ink)
    return Line(curve.x, curve.low, curve.high, ink, marks=marks, ends=curve.ends)


def _future(view: RaceView, info: LaneInfo, lane: SeenLane | None, facts: LaneFacts) -> Line | None:
    """What is to come from the lane's newest row on; None for a lane that has ended or whose rate nobody knows."""
    plan = facts.plan or info.plan
    if plan is None or facts.outcome:
        return None
    steps, rates = to_come(plan, lane.last[STEP] if lane is not None and lane.last else -1.0)
    if not len(steps):
        return None
    return Line(x=steps, low=rates, high=rates, ink=ink_of(view.reader, info.id), dotted=True)


def _ghost(view: RaceView, info: LaneInfo, facts: LaneFacts) -> Line | None:
    """What would have come without the last change, from its step on; None where nothing has changed."""
    plan = facts.before or info.plan
    if facts.changed is None or plan is None:
        return None
    steps, rates = to_come(plan, float(facts.changed))
    if not len(steps):
        return None
    return Line(
        x=steps, low=rates, high=rates, ink=f"{ink_of(view.reader, info.id)}old", dotted=True, behind=True
    )


def to_come(plan: Plan, step: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Steps and rates of a plan after a step, beginning at it."""
    steps, rates = np.asarray(plan.steps, dtype=np.float64), np.asarray(plan.lr, dtype=np.float64)
    known = np.isfinite(rates)
    steps, rates = steps[known], rates[known]
    if not len(steps) or steps[-1] <= step:
        return steps[:0], rates[:0]
    if step < steps[0]:
        return steps, rates
    later = steps > step
    now = np.interp(step, steps, rates)
    return np.concatenate(([step], steps[later])), np.concatenate(([now], rates[later]))


def _ends(view: RaceView) -> list[Ends]:
    """Lowest positive and highest rate of each lane, past and planned."""
    versions = tuple(run.version for run in view.beside)
    return once(view.reader, ("ends of rates", versions), lambda: _worked_out(view))


def _worked_out(view: RaceView) -> list[Ends]:
    facts = ledger(view.reader)
    readers = {lane.id: lane for lane in view.reader.lanes}
    found = []
    for info in view.reader.manifest.lanes:
        plan = facts.lane(info.id).plan or info.plan
        rates = np.asarray(plan.lr if plan is not None else (), dtype=np.float64)
        ends = [ends_of(rates, rates, positive=True)] if rates.size else []
        lane = readers.get(info.id)
        if lane is not None and lane.rows:
            curve = lane.overview.coarse.curve(STEP, LR)
            ends.append(ends_of(curve.low, curve.high, positive=True, known=curve.ends))
        found.append(
            (min((low for low, _ in ends), default=np.inf), max((high for _, high in ends), default=-np.inf))
        )
    found += [bounds_of([(line.low, line.high)], positive=True) for line in beside.lines(view, LR)]
    return [(low, high) for low, high in found if low <= high]


def _far_apart(ends: Iterable[Ends]) -> bool:
    peaks = [high for _, high in ends]
    return bool(peaks) and max(peaks) > FAR_APART * min(peaks)


def _y_range(ends: list[Ends], log: bool) -> tuple[float, float] | None:
    """From 0 on a linear axis; round ends, so that the axis seldom moves."""
    if not ends:
        return None
    top = max(high for _, high in ends)
    if not log:
        scale = fitted(0.0, top * HEADROOM, "linear")
        return 0.0, scale.high
    peak = min(high for _, high in ends)
    low = max(min(low for low, _ in ends), peak * DEPTH)
    scale = fitted(low / HEADROOM, top * HEADROOM, "log")
    return scale.low, scale.high
