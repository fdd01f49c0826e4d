"""Momentum, or the first of the betas, where a schedule moves it: below the learning rates. A view in, a picture out."""

import numpy as np

from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.picture import Picture
from opttui.record.layout import STEP
from opttui.record.manifest import LaneInfo, Plan
from opttui.tui.panels.kin import ink_of
from opttui.tui.view import RaceView

LEAST = 15
"""Rows of a panel below which all of them are the learning rates'."""


def rows_for(view: RaceView, height: int) -> int:
    """Rows of a panel that the momentum takes; 0 where no schedule moves it, and on other axes than steps."""
    return height // 3 if _moved(view) and view.axis == "steps" and height >= LEAST else 0


def draw(view: RaceView, width: int, height: int, x_range: tuple[float, float], now: float | None) -> Picture:
    """Past solid, future dotted, as planned: nothing but a schedule moves it. The focused lane is painted last."""
    order = sorted(_moved(view), key=lambda lane: (lane[0].id == view.focus, -lane[0].id))
    last = {lane.id: lane.last[STEP] if lane.last else -1.0 for lane in view.reader.lanes}
    lines = [
        line
        for info, plan in order
        for line in _parts(
            plan, last.get(info.id, -1.0), ahead=now is not None, ink=ink_of(view.reader, info.id)
        )
    ]
    frame = Frame(
        width, height, "linear", view.axis, _word(order), now=now, marker=view.marker, x_range=x_range
    )
    return draw_curves(lines, frame)


def _word(lanes: list[tuple[LaneInfo, Plan]]) -> str:
    """What is moved; short, since it stands in the gutter."""
    return "beta1" if all("beta1" in info.hypers for info, _ in lanes) else "mom."


def _moved(view: RaceView) -> list[tuple[LaneInfo, Plan]]:
    """The lanes shown whose schedules move it, and their plans."""
    lanes = [(info, info.plan) for info in view.reader.manifest.lanes if view.shows(info.id)]
    return [(info, plan) for info, plan in lanes if plan is not None and plan.momentum]


def _parts(plan: Plan, step: float, ahead: bool, ink: str) -> list[Line]:
    """What was up to a step, and what is to come."""
    steps, values = np.asarray(plan.steps, np.float64), np.asarray(plan.momentum, np.float64)
    if steps.size != values.size or not steps.size:
        return []
    now = np.interp(step, steps, values)
    past, future = steps < step, steps > step
    found = []
    if step >= 0:
        x, y = np.append(steps[past], step), np.append(values[past], now)
        found.append(Line(x, y, y, ink))
    if ahead and future.any():
        x, y = np.append(max(step, 0.0), steps[future]), np.append(now, values[future])
        found.insert(0, Line(x, y, y, ink, dotted=True))
    return found
