"""Lanes as a person names them: by number or by name. Knows no verb."""

from collections.abc import Sequence

from opttui.errors import InputError
from opttui.record.manifest import LaneInfo
from opttui.scenario.nearest import meant


def chosen_lanes(lanes: Sequence[LaneInfo], names: Sequence[str]) -> list[int]:
    """Ids in the run's order; all when none are named. InputError for a name that is no lane's."""
    if not names:
        return [lane.id for lane in lanes]
    chosen = {_lane(lanes, name).id for name in names}
    return [lane.id for lane in lanes if lane.id in chosen]


def _lane(lanes: Sequence[LaneInfo], name: str) -> LaneInfo:
    for lane in lanes:
        if name in (str(lane.id), lane.name):
            return lane
    raise InputError(f"The run has no lane {name!r}: {meant(name, [lane.name for lane in lanes])}")
