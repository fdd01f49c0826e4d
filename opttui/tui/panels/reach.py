"""How far the x axis of a panel reaches. Knows no curve's shape: only how far the lanes are.

While a race runs the axis ends at a round number and grows by steps, so that old parts of the curves stay where they
are and are not sent to the terminal again at every frame.
"""

import math

from opttui.tui.panels.axis import place_of
from opttui.tui.panels.memo import once
from opttui.tui.view import RaceView

ROUND = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Leading digits at which an axis may end: at most a third of it is empty after growing."""

LIVE = ("starting", "running", "paused", "hung", "lost", "watching")


def furthest(view: RaceView) -> float:
    """The furthest lane on the chosen axis; 0 before the first row."""
    return once(
        view.reader,
        ("furthest", view.axis),
        lambda: max((place_of(view, lane.last) for lane in view.reader.lanes), default=0.0),
    )


def x_range(view: RaceView) -> tuple[float, float]:
    """The part that the viewer chose, which stays put; else all of it."""
    return view.x_window or whole_range(view)


def whole_range(view: RaceView) -> tuple[float, float]:
    """From 0 to a round number that no lane has passed; on a race that is over, to its last row."""
    end = furthest(view)
    if view.state not in LIVE:
        return 0.0, end or 1.0
    steps = view.reader.manifest.steps
    whole = float(steps) if view.axis == "steps" and steps is not None else math.inf
    return 0.0, max(end, min(round_up(end), whole - 1), 1e-6)


def round_up(value: float) -> float:
    """The next round number above; 10 at least for whole axes would hide the start, so 0 becomes 1."""
    if value <= 0:
        return 1.0
    size = 10.0 ** math.floor(math.log10(value))
    return next(size * digit for digit in (*ROUND, 15.0) if size * digit >= value)
