"""What to do for a lane that has diverged: a fork from where it did well, at half the rate. Reads the record, changes no
lane."""

from collections.abc import Sequence
from pathlib import Path

from opttui.control.commands import Fork
from opttui.errors import InputError
from opttui.race.lane import Lane
from opttui.race.snapshot import at_large
from opttui.record.good import last_good
from opttui.record.lane_reader import LaneReader

RESCUED = " rescued"


def rescue(path: Path, lanes: Sequence[Lane], lane: Lane | None) -> Fork:
    """The fork of a lane, or without one of that which has diverged last. InputError where there is nothing to rescue.

    All rows must be on disk.
    """
    diverged = [each for each in lanes if at_large(each)[0] == "diverged"]
    if lane is None and not diverged:
        raise InputError("no lane has diverged: there is nothing to rescue.")
    lane = lane or max(diverged, key=lambda each: each.step)
    if lane not in diverged:
        raise InputError(
            f"lane '{lane.name}' has not diverged: there is nothing to rescue.",
            f"To fork it: fork {lane.id}.",
        )
    reader = LaneReader(path, lane.id)
    reader.poll()
    good = last_good(reader)
    if good is None:
        raise InputError(f"lane '{lane.name}' has no finite loss to go back to.")
    if not good.rate:
        raise InputError(
            f"lane '{lane.name}' has no learning rate to halve.",
            f"With other numbers: fork {lane.id} at {good.step} KEY=VALUE.",
        )
    return Fork(
        str(lane.id), good.step, {"lr": good.rate / 2}, name=lane.name.removesuffix(RESCUED) + RESCUED
    )
