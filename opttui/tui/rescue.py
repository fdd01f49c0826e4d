"""Which lane to ask a rescue for: one that has diverged. Knows no key."""

from opttui.control.commands import Rescue
from opttui.tui.panels.standings import Standing, standings
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


def rescue(view: RaceView) -> Rescue | str:
    """What to ask for, or why nothing, as a sentence. The race finds the step and the rate."""
    lane = lost(view)
    return Rescue(str(lane.id)) if lane is not None else "No lane has diverged: there is nothing to rescue."
