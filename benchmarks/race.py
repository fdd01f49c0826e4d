"""Steps a second of one recorded lane over the plain PyTorch loop that reads `loss.item()` at each step.

Both run in this process, in turn; each figure is the best of several. The recorded lane is the race process's own loop
with its writer; the plain loop gathers its batches as a user's script does.

    python -m benchmarks.race
"""

import gc
import tempfile
import time
from pathlib import Path

import torch

from opttui.problems.batches import take_batch
from opttui.problems.digits import training_digits
from opttui.race.build import DTYPES, build_race, make_problem
from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run
from opttui.record.writer import RunWriter
from opttui.scenario.problem_table import PROBLEMS
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.server.commands import Mode
from opttui.server.inbox import Inbox
from opttui.server.loop import Loop
from opttui.server.recorder import Recorder

CPU = torch.device("cpu")
ROUNDS = 8
NEEDED = {"rosenbrock": 0.85, "digits-mlp": 0.95}


def scenario(problem: str, steps: int) -> Scenario:
    """One lane of Adam."""
    return Scenario(ProblemSpec(problem), (LaneSpec("Adam", {"lr": 0.01}),), steps=steps)


def plain(problem: str, steps: int) -> float:
    """Seconds of the plain loop."""
    asked = scenario(problem, steps)
    made = make_problem(asked, CPU, DTYPES[PROBLEMS[problem].dtype])
    model, loss_of = made.model, made.loss
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    data = training_digits(torch.float32, CPU) if problem == "digits-mlp" else None
    begin = time.perf_counter()
    for step in range(steps):
        batch = take_batch(data, 64, 0, step) if data else None
        optimizer.zero_grad()
        loss = loss_of(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        loss.item()
        optimizer.step()
    return time.perf_counter() - begin


def recorded(problem: str, steps: int, runs: Path) -> float:
    """Seconds of the race process's loop, its record included."""
    asked = scenario(problem, steps)
    race = build_race(asked)
    path = create_run(asked, (LaneInfo(0, "Adam", "Adam:lr=0.01"),), runs)
    writer = RunWriter(path, 1)
    loop = Loop(race, 1, Recorder(race, writer, time.time), Inbox(), Mode(pace=None))
    begin = time.perf_counter()
    loop.run()
    seconds = time.perf_counter() - begin
    race.hand_back()
    writer.close()
    return seconds


def main() -> None:
    """Print the ratios."""
    torch.set_num_threads(1)
    gc.freeze()
    with tempfile.TemporaryDirectory() as runs:
        for problem, steps in (("rosenbrock", 3000), ("digits-mlp", 2000)):
            pairs = [(plain(problem, steps), recorded(problem, steps, Path(runs))) for _ in range(ROUNDS)]
            best_plain, best_recorded = min(a for a, _ in pairs), min(b for _, b in pairs)
            print(
                f"race: {problem}: recorded {steps / best_recorded:,.0f} steps/s, plain {steps / best_plain:,.0f}"
                f" steps/s, ratio {best_plain / best_recorded:.3f} (needed ≥ {NEEDED[problem]})"
            )


if __name__ == "__main__":
    main()
