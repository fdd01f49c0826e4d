"""What a race holds to go back and to go on with, as its windows are told: snapshots in memory, checkpoints on disk."""

from collections.abc import Callable

from opttui.control.commands import Kept, KeptLane
from opttui.race.timeline import Timeline
from opttui.server.keeping import BUDGET, Keeper

PLACES = 1024
"""Steps of snapshots that are told, of all lanes: more than one a cell nobody sees."""
FRESH = 0.5
"""Seconds for which an answer holds: each window asks once a second."""


class KeptTeller:
    """Called by the control thread, which only reads: lists and dicts are copied whole before they are looked at."""

    def __init__(self, timeline: Timeline, keeper: Keeper, clock: Callable[[], float]) -> None:
        self._timeline, self._keeper, self._clock = timeline, keeper, clock
        self._began = clock()
        self._told: tuple[float, Kept] | None = None

    def __call__(self) -> Kept:
        now = self._clock()
        if self._told is None or now - self._told[0] > FRESH:
            self._told = now, self._look(now - self._began)
        return self._told[1]

    def _look(self, seconds: float) -> Kept:
        snapshots, keeper = self._timeline.all(), self._keeper
        most = PLACES // max(len(snapshots), 1)
        return Kept(
            {
                lane: KeptLane(
                    len(kept),
                    sum(each.bytes for each in kept),
                    [each.step for each in kept[:: max(1, -(-len(kept) // most))]] if most else [],
                )
                for lane, kept in snapshots.items()
            },
            self._timeline.budget,
            self._timeline.spent / max(seconds, 1e-9),
            keeper.on_disk,
            BUDGET,
            keeper.seconds / max(seconds, 1e-9),
        )
