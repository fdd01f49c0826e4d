"""`python -m benchmarks.race`: steps a second of one recorded lane over the plain PyTorch loop that reads `loss.item()`.

The lane runs as in its race process: the loop with its inbox, the recorder, rows flushed to disk every 50 ms, a thread that
syncs them. Every few steps the plain loop takes as many, so that both meet the same caches and the same neighbours; the
ratio is the median over all such pairs, in CPU time of this thread and in wall time. The lane's validation metrics, which
the plain loop does not compute, are counted against it.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

BLOCK = 32
"""Steps between two turns: some 20 ms."""
STEPS = {"rosenbrock": 6_000, "digits-mlp": 5_000}
WANTED = {"rosenbrock": 0.85, "digits-mlp": 0.95}


class Turns:
    """A race that lets the plain loop take a turn after every block of its rounds, off the race's clock."""

    def __init__(self, race: Any, plain: Callable[[int], None]) -> None:
        self._race, self._plain = race, plain
        self.step, self.drain, self.remember = race.step, race.drain, race.remember
        self.pairs: list[tuple[float, ...]] = []
        """Seconds of a block: the plain loop's CPU and wall time, then the lane's."""
        self._away = 0.0
        self._taken = 0
        self._began = times()

    def clock(self) -> float:
        """Wall time without the plain loop's turns."""
        return time.perf_counter() - self._away

    def round(self) -> bool:
        """A step of the lane."""
        if self._taken == BLOCK:
            middle = times()
            self._plain(BLOCK)
            end = times()
            lane = [b - a for a, b in zip(self._began, middle, strict=True)]
            self.pairs.append((*(b - a for a, b in zip(middle, end, strict=True)), *lane))
            self._away += end[1] - middle[1]
            self._taken, self._began = 0, end
        self._taken += 1
        return bool(self._race.round())


def times() -> tuple[float, float]:
    """CPU time of this thread and wall time."""
    return time.thread_time(), time.perf_counter()


def measure(problem: str, runs: Path) -> None:
    """Print how a recorded lane of Adam compares on a problem."""
    from benchmarks.shared import plain_loop, show
    from opttui.race.build import build_race
    from opttui.record.manifest import LaneInfo
    from opttui.record.rundir import create_run
    from opttui.record.sync import Syncer
    from opttui.record.writer import RunWriter
    from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
    from opttui.server.commands import Mode
    from opttui.server.inbox import Inbox
    from opttui.server.loop import Loop
    from opttui.server.recorder import Recorder

    asked = Scenario(ProblemSpec(problem), (LaneSpec("Adam", {"lr": 0.01}),), steps=STEPS[problem])
    race = build_race(asked)
    path = create_run(asked, (LaneInfo(0, "Adam", "Adam:lr=0.01"),), runs)
    writer, syncer = RunWriter(path, 1), Syncer(path)
    turns: Any = Turns(race, plain_loop(asked))
    Loop(turns, 1, Recorder(turns, writer, time.time), Inbox(), Mode(pace=None), clock=turns.clock).run()
    race.hand_back()
    writer.close()
    syncer.close()
    pairs = turns.pairs[len(turns.pairs) // 20 :]
    plain_cpu, plain_wall, cpu, wall = (median(column) / BLOCK for column in zip(*pairs, strict=True))
    by_cpu, by_wall = median(a / c for a, _, c, _ in pairs), median(b / d for _, b, _, d in pairs)
    wanted = WANTED[problem]
    name = f"{problem}, a recorded step over a plain one"
    show(
        f"{name}, CPU",
        f"{cpu * 1e6:.0f} over {plain_cpu * 1e6:.0f} µs",
        f"≥ {wanted} × speed",
        by_cpu,
        by_cpu >= wanted,
    )
    show(
        f"{name}, wall",
        f"{wall * 1e6:.0f} over {plain_wall * 1e6:.0f} µs",
        f"≥ {wanted} × speed",
        by_wall,
        by_wall >= wanted,
    )


def main() -> None:
    """Print the ratios."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as for a race process, before NumPy is loaded
    import torch

    torch.set_num_threads(1)
    gc.freeze()
    with tempfile.TemporaryDirectory() as runs:
        for problem in WANTED:
            measure(problem, Path(runs))


if __name__ == "__main__":
    main()
