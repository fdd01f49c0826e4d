"""Other tools' logs as one run that a window can look at: found, followed, and held in bounded memory. Writes nothing, runs
nothing."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec

from opttui.errors import InputError
from opttui.printable import printable
from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.look import Look
from opttui.record.machine import MachineReader
from opttui.record.manifest import LaneInfo, Manifest, ProblemInfo
from opttui.scenario.nearest import meant
from opttui.scenario.specs import ProblemSpec, Scenario
from opttui.sources.choice import Choice
from opttui.sources.discover import MOST, Found, newest, nothing, search
from opttui.sources.kinds import log_of
from opttui.sources.lane import WatchedLane
from opttui.sources.log import Log
from opttui.sources.metrics import Metrics
from opttui.sources.rows import since

LOOK = 2.0
"""Seconds between two looks for new logs; more where a look takes long."""
BY_PATH = ("tensorboard", "trainer")
"""Kinds of logs whose runs are called by their directories."""
COLUMNS = 12
"""Metrics that have a column of the table."""
LEAST = 1 << 16
"""Bytes of a log that are read at a time at least."""
SHARE = 0.05
"""Seconds of a screen's poll after which the other logs wait for the next one."""
EVERYTHING = 1 << 40
"""Buckets of a series that is to hold every point."""
LONGEST = 60
"""Characters of a lane's name."""


class Watched:
    """Some logs; everything is as of the last poll."""

    foreign = True
    grid: Grid | None = None

    def __init__(
        self,
        paths: Sequence[Path],
        choice: Choice | None = None,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        """InputError when there is nothing to watch; the numbers come with poll()."""
        self.paths, self.choice = tuple(paths), choice or Choice()
        self.path = self.paths[0]
        self.lanes: list[WatchedLane] = []
        self.events: list[Event] = []
        self.looks: dict[int, list[Look]] = {}
        self.version = 0
        self.machine = MachineReader()
        self._clock, self._wall = clock, wall
        self._logs: dict[tuple[str, Path], Log] = {}
        self._names: dict[tuple[str, Path], str] = {}
        self._known: dict[tuple[str, Path, str], WatchedLane] = {}
        self._notes: list[str] = []
        self._next_look = 0.0
        self.behind = False
        """Whether there is more to be read than the last poll has."""
        self._turn = 0
        """Place of the log that a screen's poll begins with."""
        self._told: list[str] = []
        self._whole: tuple[tuple[str, Path], Log] | None = None
        """The log that was read again last, with every point: what is exported of it next is there already."""
        found = search(self.paths)
        self._open(found.logs)
        if not found.logs:
            raise nothing(self.paths, found)
        self._notes = found.notes
        self._next_look = clock() + LOOK
        self.manifest = Manifest(
            id=self._title(),
            created=0.0,
            scenario=Scenario(ProblemSpec("logs of other tools"), (), steps=0),
            lanes=(),
            state="running",
            problem=ProblemInfo(title="other tools' logs", parameters=0),
            open_ended=True,
        )
        """Made up: what a window shows of a race."""

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read, and about limits."""
        found = [sentence for log in self._logs.values() for sentence in log.damage]
        for log in self._logs.values():
            surplus = sum(data.surplus for data in log.runs.values())
            if surplus:
                found.append(
                    f"{printable(log.path.name, 80)} has {surplus} more metrics; --metrics chooses among them."
                )
        return [*found, *self._notes]

    def poll(self, most: int | None = None) -> bool:
        """Read what is new, of each log about `most` bytes (all, if None), and look for new logs now and then."""
        if self._clock() >= self._next_look:
            self._look()
        changed, begin, self.behind = False, self._clock(), False
        if most is not None:
            # A screen's share is for binary rows; other tools' logs take ten times as long to read.
            most = max(most // (8 * max(len(self._logs), 1)), LEAST)
        logs = list(self._logs.items())
        for key, log in [*logs[self._turn :], *logs[: self._turn]]:
            while log.poll(most):
                changed = True
                if most is not None:
                    self.behind = True
                    break
            self._meet(key, log)
            if most is not None:
                self._turn = (self._turn + 1) % len(logs)
                # The first time every log is looked into, so that all lanes are there.
                if self.version and self._clock() - begin > SHARE:
                    self.behind = True
                    break
        for lane in self.lanes:
            changed = lane.refresh() or changed
        changed = self._tell() or changed
        self.version += changed
        return changed

    def metrics(self) -> tuple[str, ...]:
        """Names of all metrics in all lanes, in the order in which they came."""
        return tuple(dict.fromkeys(name for lane in self.lanes for name in lane.data.series))

    def check(self) -> None:
        """InputError where the metric that was asked for is in no lane, though others are."""
        names = self.metrics()
        if self.choice.metric and names and all(lane.loss is None for lane in self.lanes):
            what = f"There is no metric {self.choice.metric!r} in {printable(str(self.path), 120)}."
            raise InputError(what, meant(self.choice.metric, names).capitalize())
        if not self.lanes and self.choice.words:
            raise InputError(
                f"No run fits --filter {' '.join(self.choice.words)!r}.", "Without it all are shown."
            )

    def _make(self) -> Metrics:
        return Metrics(wanted=self.choice.takes_metric)

    def _make_whole(self) -> Metrics:
        return Metrics(EVERYTHING, self.choice.takes_metric)

    def _open(self, logs: Sequence[Found]) -> None:
        # Of these the name is known before they are read, so that the limit is for those that are wanted.
        wanted = [
            found
            for found in logs
            if (found.kind, found.path) not in self._logs
            and (found.kind not in BY_PATH or self.choice.takes_run(found.name or self.path.name))
        ]
        for found in newest(wanted, MOST - len(self._logs)):
            key = found.kind, found.path
            self._logs[key] = log_of(found.kind, found.path, self._make)
            self._names[key] = found.name

    def _look(self) -> None:
        """New logs in the directories."""
        began = self._clock()
        # What was named may be gone for a moment; what is known of it stays.
        paths = [path for path in self.paths if path.is_dir()]
        if paths:
            found = search(paths)
            self._open(found.logs)
            self._notes = found.notes
        self._next_look = self._clock() + max(LOOK, 50 * (self._clock() - began))

    def _meet(self, key: tuple[str, Path], log: Log) -> None:
        """A lane for each run of a log that has none yet."""
        for run in list(log.runs):
            if (*key, run) in self._known or len(self.lanes) >= MOST:
                continue
            name = self._name(key, log, run)
            if not self.choice.takes_run(name):
                continue
            unique, number = name, 2
            while any(lane.name == unique for lane in self.lanes):
                unique, number = f"{name} {number}", number + 1
            lane = WatchedLane(len(self.lanes), unique, log, run, self.choice, partial(self._again, key))
            self._known[*key, run] = lane
            self.lanes.append(lane)

    def _again(self, key: tuple[str, Path]) -> Log:
        """A reader of a log that keeps every point."""
        if self._whole is None or self._whole[0] != key:
            self._whole = key, log_of(*key, self._make_whole)
        return self._whole[1]

    def _name(self, key: tuple[str, Path], log: Log, run: str) -> str:
        """The tool's own word for a run, else where its log lies; both where that would not tell them apart."""
        own = log.runs[run].title or run.partition(":")[2] or run
        where = self._names[key] or self.path.name or self.path.resolve().name
        several = len(log.runs) > 1 and len(self._logs) > 1
        name = f"{where}/{own}" if own and several else own or where
        return printable(name, LONGEST).strip() or "(no name)"

    def _title(self) -> str:
        """What is watched, in a word or two."""
        if len(self.paths) > 1:
            return f"{len(self.paths)} paths"
        return printable(self.path.name or self.path.resolve().name, LONGEST) or "logs"

    def _tell(self) -> bool:
        """Write the manifest anew where it says something else than before."""
        now = self._wall()
        results = tuple(lane.result(now) for lane in self.lanes)
        lanes = tuple(
            LaneInfo(lane.id, lane.name, result.phrase)
            for lane, result in zip(self.lanes, results, strict=True)
        )
        names = dict.fromkeys(name for lane in self.lanes for name in lane.metrics)
        columns = sorted(names, key=lambda name: not _is_held_out(name))[:COLUMNS]
        kinds = dict.fromkeys(lane.log.kind for lane in self.lanes)
        problem = ProblemInfo(title=", ".join(kinds) or "logs", parameters=0, metrics=tuple(columns))
        # How many steps there will be is of use where it is known of every lane.
        totals = [lane.data.steps for lane in self.lanes]
        steps = max(totals, default=0) if all(totals) else 0
        starts = [since(lane.data.start) for lane in self.lanes]
        newer = msgspec.structs.replace(
            self.manifest,
            created=min(filter(None, starts), default=0.0),
            lanes=lanes,
            results=results,
            problem=problem,
            scenario=msgspec.structs.replace(self.manifest.scenario, steps=steps),
            open_ended=steps == 0,
        )
        damage = self.damage
        if newer == self.manifest and damage == self._told:
            return False
        self.manifest, self._told = newer, damage
        return True


def _is_held_out(name: str) -> bool:
    """Whether a metric is measured on fixed data, by its name: those say most."""
    return any(word in name.lower() for word in ("val", "eval", "test", "acc"))
