"""Snapshots of lanes while they race, within a budget of memory and a share of the time: where going back begins.

Any step is had from the newest snapshot before it by walking on from there. Snapshots are taken as often as the share
allows; where they have no room, older ones become sparser, so that their distance grows with their age.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from opttui.optimizers.tree import NotDataError
from opttui.race.lane import Lane
from opttui.race.snapshot import Snapshot, at_large, taken
from opttui.race.streams import Streams

BUDGET = 256 * 2**20
"""Bytes of all snapshots."""
SHARE = 0.005
"""Of the time."""
SAVED = 0.01
"""Seconds of that share that can be saved up: a pause is not followed by a burst."""
MOST = 512
"""Snapshots of a lane: on a surface of 100,000 steps, one for each 200 of the newest."""


@dataclass
class Timeline:
    """The snapshots of a race's lanes."""

    clock: Callable[[], float]
    budget: int = BUDGET
    share: float = SHARE
    most: int = MOST
    spent: float = 0.0
    """Seconds that snapshots have taken."""
    taken: int = 0
    """Snapshots ever taken."""
    _kept: dict[int, list[Snapshot]] = field(default_factory=dict)
    _stubborn: set[int] = field(default_factory=set)
    """Lanes whose state cannot be copied."""
    _saved: float = 0.0
    _last: float | None = None

    def look(self, lanes: Iterable[Lane], streams: Streams) -> None:
        """Between two rounds: snapshots of the lanes that are furthest from their newest, as long as the share lasts."""
        now = self.clock()
        if self._last is not None:
            self._saved = min(SAVED, self._saved + self.share * (now - self._last))
        self._last = now
        waiting = [lane for lane in lanes if self._since(lane) > 0]
        waiting.sort(key=self._since, reverse=True)
        for lane in waiting:
            if self._saved <= 0:
                return
            self.keep(lane, streams)
            end = self.clock()
            self._saved -= end - now
            self.spent += end - now
            self._last = now = end

    def keep(self, lane: Lane, streams: Streams) -> None:
        """A snapshot of a lane as it is now."""
        if lane.id in self._stubborn or lane.outcome == "failed":
            return
        try:
            snapshot = taken(lane, streams)
        except NotDataError:
            self._stubborn.add(lane.id)
            return
        kept = self._kept.setdefault(lane.id, [])
        if kept and kept[-1].step >= snapshot.step:
            kept.pop()
        kept.append(snapshot)
        self.taken += 1
        self._thin(kept)

    def nearest(self, lane: Lane, step: int) -> Snapshot | None:
        """The newest snapshot of a lane as it was on its way to a step; None where there is none."""
        done = len(lane.past.before(step))
        found = [each for each in self._kept.get(lane.id, ()) if each.step <= step and each.done <= done]
        return found[-1] if found else None

    def of_now(self, lane: Lane) -> Snapshot | None:
        """A snapshot of a lane as it stands, where one was just taken."""
        kept = self._kept.get(lane.id)
        newest = kept[-1] if kept else None
        if newest is None or (newest.step, newest.done) != (lane.step, len(lane.past.changes)):
            return None
        return newest if newest.tree["counters"]["outcome"] == at_large(lane)[0] else None

    def cut(self, lane: Lane, step: int) -> None:
        """Forget what a lane was after a step to which it has gone back."""
        kept = self._kept.get(lane.id, [])
        done = len(lane.past.changes)
        kept[:] = [each for each in kept if each.step <= step and each.done <= done]

    def steps(self, lane: int) -> list[int]:
        """Of a lane's snapshots, in order."""
        return [each.step for each in self._kept.get(lane, ())]

    def all(self) -> dict[int, list[Snapshot]]:
        """By lane, in order. Any thread may ask: what is handed out is a copy."""
        return {lane: list(kept) for lane, kept in dict(self._kept).items()}

    @property
    def bytes(self) -> int:
        """Of all snapshots."""
        return sum(each.bytes for kept in self._kept.values() for each in kept)

    def _since(self, lane: Lane) -> int:
        """Steps since a lane's newest snapshot, or since its beginning, which can be had without one."""
        if lane.id in self._stubborn or lane.past.held == "dropped":
            return 0
        kept = self._kept.get(lane.id)
        return lane.step - (kept[-1].step if kept else lane.begin)

    def _thin(self, kept: list[Snapshot]) -> None:
        """Make room in a lane's snapshots: out goes the one whose gap is the smallest for its age. The newest stays."""
        room = self.budget / max(len(self._kept), 1)
        size = sum(each.bytes for each in kept)
        if len(kept) <= self.most and size <= room:
            return
        # An eighth at once, so that looking for them costs little a snapshot.
        while len(kept) > 1 and (len(kept) > self.most * 7 // 8 or size > room * 7 / 8):
            steps = [0, *(each.step for each in kept)]
            newest = steps[-1]
            gaps = [
                (steps[at + 1] - steps[at - 1]) / (newest - steps[at] + 1) for at in range(1, len(steps) - 1)
            ]
            size -= kept.pop(gaps.index(min(gaps))).bytes
