"""Learning rates for the lanes that a problem begins with: a grid for each optimizer, a few steps, a few seeds.

A rate's score is the median over the seeds of the mean loss over the last tenth of the steps, infinite for a lane that
diverged. A grid grows until its best rate does not lie at its end. Seeds begin at 100, so that no rate is tuned on the
seed of a race that shows it.

    python -m benchmarks.tune digits-cnn diabetes --steps 200 --seeds 3
"""

import argparse
import math
import statistics
import time

import torch

from opttui.race.build import build_race
from opttui.record.layout import LOSS
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.problem_table import PROBLEMS
from opttui.scenario.specs import ProblemSpec, Scenario

FIRST_SEED = 100
SHARE = 0.1
"""Of the steps, at their end, over which a loss is averaged."""
RATES = [round(mantissa * 10.0**power, 10) for power in range(-6, 4) for mantissa in (1, 3)]
"""Half decades."""
MIDDLES = {
    "SGD": 0.1,
    "SGD:momentum=0.9": 0.03,
    "Adam": 0.01,
    "AdamW": 0.01,
    "NAdam": 0.01,
    "RMSprop": 0.003,
    "Adagrad": 0.1,
    "SparseAdam": 0.01,
    "LBFGS": 1.0,
}
"""Phrases without a rate, and where their grids begin: there and one half decade to either side."""


class Grid:
    """The rates of one phrase with their scores; longer on the side where the best one lies, until it lies inside."""

    def __init__(self, problem: str, phrase: str, steps: int, seeds: int) -> None:
        self.problem, self.phrase, self.steps, self.seeds = problem, phrase, steps, seeds
        self.scores: dict[float, float] = {}
        middle = RATES.index(MIDDLES[phrase])
        self.add(RATES[middle - 1 : middle + 2])
        while (end := self.at_end()) is not None and (more := RATES[max(0, end) : end + 1]):
            self.add(more)

    @property
    def best(self) -> float:
        """The rate of the least score."""
        return min(self.scores, key=lambda rate: self.scores[rate])

    def at_end(self) -> int | None:
        """The place in `RATES` beyond the end at which the best rate lies; None where it lies inside."""
        tried = [RATES.index(rate) for rate in self.scores]
        best = RATES.index(self.best)
        nothing = math.isinf(self.scores[self.best])
        if best == min(tried) or nothing:
            return min(tried) - 1
        return best + 1 if best == max(tried) else None

    def add(self, rates: list[float]) -> None:
        """Race the rates side by side, once for each seed."""
        lanes = tuple(parse_lane(self.written(rate)) for rate in rates)
        found: list[list[float]] = [[] for _ in rates]
        for seed in range(FIRST_SEED, FIRST_SEED + self.seeds):
            asked = Scenario(ProblemSpec(self.problem), lanes, steps=self.steps, seed=seed)
            for each, score in zip(found, raced(asked), strict=True):
                each.append(score)
        self.scores |= {rate: statistics.median(each) for rate, each in zip(rates, found, strict=True)}

    def written(self, rate: float) -> str:
        """The phrase with a rate."""
        name, _, rest = self.phrase.partition(":")
        return phrase_of(parse_lane(f"{name}:lr={rate!r}" + (f",{rest}" if rest else "")))


def raced(asked: Scenario) -> list[float]:
    """A score for each lane."""
    race = build_race(asked)
    while race.round():
        pass
    rows = race.drain(wait=True).rows
    race.hand_back()
    last = max(1, round(SHARE * asked.steps))
    return [
        statistics.fmean(row[LOSS] for row in rows[lane.id][-last:])
        if lane.outcome == "finished"
        else math.inf
        for lane in race.lanes
    ]


def tune(problem: str, steps: int, seeds: int, phrases: list[str]) -> None:
    """Print a table of scores, and the phrases to paste."""
    print(f"── {problem}: {steps} steps, {seeds} seeds ──", flush=True)
    grids = []
    for phrase in phrases:
        grid = Grid(problem, phrase, steps, seeds)
        table = "  ".join(f"{rate:g}: {score:.4g}" for rate, score in sorted(grid.scores.items()))
        print(f"  {phrase:18} {table}", flush=True)
        grids.append(grid)
    for grid in sorted(grids, key=lambda grid: grid.scores[grid.best]):
        print(f"  {grid.scores[grid.best]:10.4g}  {grid.written(grid.best)}", flush=True)


def main() -> None:
    """Tune what is named."""
    parser = argparse.ArgumentParser(description="Tune the learning rates of problems' own lanes.")
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help=", ".join(PROBLEMS))
    parser.add_argument("--steps", type=int, help="of each lane; a fifth of the problem's by default")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", nargs="*", metavar="OPTIMIZER", help="phrases without a rate")
    asked = parser.parse_args()
    if not asked.problems:
        print(f"Name problems to tune: {', '.join(PROBLEMS)}.")
    torch.set_num_threads(1)
    for problem in asked.problems:
        begin = time.perf_counter()
        steps = asked.steps or max(100, PROBLEMS[problem].steps // 5)
        tune(problem, steps, asked.seeds, asked.only or list(MIDDLES))
        print(f"  {time.perf_counter() - begin:.0f} s", flush=True)


if __name__ == "__main__":
    main()
