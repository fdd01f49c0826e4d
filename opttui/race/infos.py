"""What a window needs to know of a lane."""

from opttui.optimizers import hypers
from opttui.race.lane import Lane
from opttui.race.plans import to_come
from opttui.record.manifest import LaneInfo


def info_of(lane: Lane) -> LaneInfo:
    """A lane as it is now, for a lane that begins now."""
    places = hypers.places(lane.optimizer)
    descent = lane.past.descent
    return LaneInfo(
        id=lane.id,
        name=lane.name,
        phrase=lane.recipe.phrase,
        hypers={name: hypers.read(lane.optimizer, place) for name, place in places.items()},
        plan=lane.plan if lane.step == 0 else to_come(lane),
        stepping=lane.recipe.stepping,
        start=lane.start,
        parent=None if descent is None else descent.parent,
        forked_at=None if descent is None else descent.step,
        exact="" if descent is None else descent.exact,
        changes="" if descent is None else descent.changes,
        by_hand=lane.past.by_hand,
    )
