"""What to ask for a lane that has diverged: a fork from where it did well, at half the rate. Knows no key."""

from opttui.control.commands import Fork
from opttui.record.good import last_good
from opttui.record.layout import LOSS, STEP
from opttui.tui.panels.standings import Standing, standings
from opttui.tui.panels.then import hypers_at, reader_of
from opttui.tui.view import RaceView


def standing(view: RaceView) -> Standing:
    """How the focused lane stands."""
    lanes = standings(view)
    return next((lane for lane in lanes if lane.id == view.focus), lanes[0])


def lost(view: RaceView) -> Standing | None:
    """The lane to rescue: the focused one if it has diverged, else the one that did so last."""
    focused = standing(view)
    if focused.outcome == "diverged":
        return focused
    diverged = [lane for lane in standings(view) if lane.outcome == "diverged"]
    return max(diverged, key=lambda lane: lane.end_step or 0, default=None)


def rescue(view: RaceView) -> Fork | str:
    """The fork to ask for, or why there is none, as a sentence."""
    lane = lost(view)
    if lane is None:
        return "No lane has diverged: there is nothing to rescue."
    reader = reader_of(view, lane.id)
    curve = reader.overview.curve(STEP, LOSS) if reader is not None else None
    step = last_good(curve.x.tolist(), curve.last.tolist()) if curve is not None else None
    if step is None:
        return f"{lane.name} has no finite loss to go back to."
    rate = hypers_at(view, lane.id, step).get("lr")
    if not rate:
        return f"{lane.name} has no learning rate to halve; f forks it with other numbers."
    return Fork(str(lane.id), step, {"lr": rate / 2}, name=f"{lane.name} rescued")
