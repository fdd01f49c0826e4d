"""What forks, snapshots and going back cost a race: milliseconds off its time, and their share of it."""

import statistics
import time

import torch

from benchmarks.shared import show, within
from opttui.control.commands import Fork, Rewind
from opttui.race.build import build_race
from opttui.race.race import Race
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import ProblemSpec, Scenario

FORK = 5.0
"""Milliseconds that a fork may take off the race's time."""
SHARE = 3.0
"""Per cent of the time that snapshots may take."""
BACK = 0.5
"""Seconds within which any step must be there."""
FLUSH = 0.05
"""Seconds between two looks of the race process."""


def race_of(problem: str, phrases: list[str], steps: int) -> Race:
    """A race that stands at step 0."""
    lanes = tuple(map(parse_lane, phrases))
    return build_race(Scenario(ProblemSpec(problem), lanes, steps=steps))


def walk(race: Race, seconds: float, remember: bool) -> int:
    """Rounds for some seconds, drained as the race process does; how many there were."""
    rounds, now = 0, time.perf_counter()
    end, due = now + seconds, now + FLUSH
    while now < end and race.round():
        rounds += 1
        now = time.perf_counter()
        if now >= due:
            race.drain()
            if remember:
                race.remember()
            due = time.perf_counter() + FLUSH
    return rounds


def fork_cost() -> None:
    """A fork of digits-mlp with Adam, as the race process does it: its own time, and that of the rounds until it has been
    checked, less that of as many rounds without a check."""
    race = race_of("digits-mlp", ["Adam:lr=0.01"], 100_000)
    race.checks_wait = True
    for what, values in (("nothing changed", {}), ("another rate", {"lr": 0.02})):
        at_once, all_of_it = [], []
        for _ in range(25):
            walk(race, 0.05, remember=False)  # a fork comes out of the blue, with cold caches
            begin = time.perf_counter()
            race.carry_out(Fork("0", values=values), "benchmark", race.step())
            forked = time.perf_counter()
            while race.checks:
                race.round()
            checked = time.perf_counter()
            for _ in range(race.lanes[1].step - race.lanes[1].begin):
                race.round()
            rounds = time.perf_counter() - checked
            assert race.label(1) == "exact"
            at_once.append(1000 * (forked - begin))
            all_of_it.append(1000 * (checked - begin - rounds))
            race.lanes.pop()
        within(f"fork of digits-mlp with Adam, {what}: median of 25", statistics.median(at_once), FORK, "ms")
        show("  with its check in the rounds after it", f"{statistics.median(all_of_it):.2f} ms")


def snapshot_share() -> None:
    """Snapshots of a race of digits-mlp, by their own clock and by the rounds that fit into a second."""
    race = race_of("digits-mlp", ["Adam:lr=0.01", "SGD:lr=0.1", "RMSprop:lr=0.001"], 100_000)
    walk(race, 0.5, remember=False)
    counts: dict[bool, int] = {False: 0, True: 0}
    began = time.perf_counter()
    for _ in range(6):
        for remember in (False, True):
            counts[remember] += walk(race, 0.75, remember)
    seconds = (time.perf_counter() - began) / 2
    line = race.timeline
    within("snapshots of digits-mlp, share of the time", 100 * line.spent / seconds, SHARE, "%")
    show("  rounds with them over rounds without", f"{counts[True] / counts[False]:.3f}")
    show("  snapshots, bytes", f"{line.taken}, {line.bytes / 1e6:.2f} MB")


def way_back() -> None:
    """The longest of some ways back in 100,000 steps on a surface."""
    race = race_of("rosenbrock", ["Adam:lr=0.001"], 100_000)
    while walk(race, 60, remember=True) and race.lanes[0].running:
        pass
    took = []
    for to in (99_990, 77_777, 50_001, 23_456, 9_999, 1_234):
        begin = time.perf_counter()
        race.carry_out(Fork("0", at=to), "benchmark", race.step())
        took.append(time.perf_counter() - begin)
    within("any step of 100,000 on a surface, the slowest of 6", max(took), BACK, "s")
    begin = time.perf_counter()
    race.carry_out(Rewind(50_000, "0"), "benchmark", race.step())
    show("  back to its middle", f"{time.perf_counter() - begin:.3f} s")
    show("  snapshots", f"{len(race.timeline.steps(0))} of {race.timeline.taken} taken")


if __name__ == "__main__":
    torch.set_num_threads(1)
    fork_cost()
    snapshot_share()
    way_back()
