"""Every optimizer class of the libraries that people use, raced on real digits: how it is stepped and what came of it.

Each class runs twice, for a few steps of float32, as a lane runs. A class that demands an argument gets it in its
phrase. What cannot run is told with its reason. bitsandbytes is left out: its classes are torch's with less memory.

    python -m benchmarks.third_party [LIBRARY ...]
"""

import importlib
import inspect
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import torch

from opttui.errors import InputError
from opttui.race.build import build_race
from opttui.record.layout import LOSS
from opttui.record.manifest import Stepping
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import ProblemSpec, Scenario

STEPS = 12
LIBRARIES = {"pytorch_optimizer": 132, "torch_optimizer": 30, "schedulefree": 9, "heavyball": 37}
"""Module, and how many of its classes must run (pytorch_optimizer 4.1.0, torch_optimizer 0.3.0, schedulefree 1.4.1,
heavyball 3.2.1)."""
ARGUMENTS = {
    "pytorch_optimizer.SAM": "base_optimizer=AdamW,lr=0.01",
    "pytorch_optimizer.FriendlySAM": "base_optimizer=AdamW,lr=0.01",
    "pytorch_optimizer.LookSAM": "base_optimizer=AdamW,lr=0.01",
    "pytorch_optimizer.WSAM": "base_optimizer=AdamW,lr=0.01",
    "pytorch_optimizer.GSAM": "base_optimizer=AdamW",
    "pytorch_optimizer.Lookahead": "optimizer='Adam:lr=0.01'",
    "pytorch_optimizer.OrthoGrad": "optimizer='Adam:lr=0.01'",
    "pytorch_optimizer.ScheduleFreeWrapper": "optimizer='SGD:lr=0.1'",
    "pytorch_optimizer.TRAC": "optimizer='Adam:lr=0.01'",
    "pytorch_optimizer.Magma": "optimizer='Adam:lr=0.01'",
    "pytorch_optimizer.PCGrad": "optimizer=Adam",
    "pytorch_optimizer.SafeFP16Optimizer": "optimizer=Adam",
    "pytorch_optimizer.Ranger21": f"num_iterations={STEPS}",
    "pytorch_optimizer.BSAM": "num_data=1437",
    "pytorch_optimizer.SpectralSphere": "rest=AdamW",
    "torch_optimizer.Lookahead": "optimizer='Adam:lr=0.01'",
}
"""What a class demands, and the matrices' one a rest."""


@dataclass(frozen=True)
class Found:
    """What came of one class."""

    phrase: str
    stepping: Stepping | None
    outcome: str
    losses: tuple[float, ...] = ()
    repeats: bool = False
    reason: str = ""

    @property
    def runs(self) -> bool:
        """Whether it took every step; diverging is a result too."""
        return self.outcome in ("finished", "diverged")


def phrases(library: str) -> Iterator[str]:
    """A lane phrase for every optimizer class that a library shows."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = importlib.import_module(library)
    for name, kind in sorted(vars(module).items()):
        optimizer = torch.optim.Optimizer
        if inspect.isclass(kind) and issubclass(kind, optimizer) and kind is not optimizer:
            path = f"{library}.{name}"
            yield f"{path}:{ARGUMENTS[path]}" if path in ARGUMENTS else path


def tried(phrase: str, problem: str = "digits-mlp", steps: int = STEPS) -> Found:
    """Race a phrase alone, twice."""
    spec = parse_lane(phrase)
    asked = Scenario(ProblemSpec(problem), (spec,), steps=steps)
    losses: list[tuple[float, ...]] = []
    for _ in range(2):
        try:
            race = build_race(asked)
        except InputError as error:
            return Found(phrase, None, "refused", reason=str(error))
        while race.round():
            pass
        race.hand_back()
        lane = race.lanes[0]
        losses.append(tuple(row[LOSS] for row in race.drain(wait=True).rows.get(0, [])))
    repeats = repr(losses[0]) == repr(losses[1])
    return Found(phrase, lane.recipe.stepping, lane.outcome, losses[0], repeats, lane.reason)


def line(found: Found) -> str:
    """One row of the table."""
    way = found.stepping
    mode = "-" if way is None else way.mode + (", averages" if way.averages else "")
    rate = "-" if way is None else {"": "yes"}.get(way.rate, way.rate)
    loss = f"{found.losses[0]:.3f} → {found.losses[-1]:.3f}" if found.losses else "-"
    repeats = "yes" if found.repeats else "no" if found.losses else "-"
    evaluations = "-" if way is None else f"{way.evaluations:g}"
    row = f"{found.phrase:<62.62} {mode:<24} {evaluations:>5} {found.outcome:<9} {loss:<15} {rate:<10} {repeats:<8}"
    return row + ("" if found.runs and found.outcome == "finished" else f" {found.reason}")


def main(wanted: list[str]) -> int:
    """Print the table; 1 when fewer classes of a library run than must."""
    torch.set_num_threads(1)
    short = []
    print(
        f"{'phrase':<62} {'step mode':<24} {'evals':>5} {'outcome':<9} {'loss':<15} {'lr counts':<10} repeats"
    )
    for library in wanted or LIBRARIES:
        found = []
        for phrase in phrases(library):
            found.append(tried(phrase))
            print(line(found[-1]), flush=True)
        count, lower = sum(each.runs for each in found), sum(_is_lower(each) for each in found)
        print(f"{library}: {count} of {len(found)} run, {lower} with a lower loss after {STEPS} steps\n")
        if count < LIBRARIES.get(library, 0):
            short.append(library)
    return int(bool(short))


def _is_lower(found: Found) -> bool:
    return bool(found.losses) and found.losses[-1] < found.losses[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
