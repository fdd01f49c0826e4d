"""`python -m benchmarks.scrub`: from a key to any step of a 100,000-step lane on all panels of a real screen, 120×40.

The run is on disk, its loss oscillates, two lanes walk on a surface. The window is a process in a pseudo-terminal; what
counts is the time from the key until the step stands in the table's title, below the loss curve and in the line of time.
"""

import os
import tempfile
import time
from functools import partial
from pathlib import Path

import msgspec
import numpy as np

from benchmarks.shared import OPTTUI, Terminal, full_frame, show, within
from opttui.race.build import build_race
from opttui.record.events import Event
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import ProblemSpec, Scenario

STEPS, LIMIT = 100_000, 0.5
ASKED = (50_001, 1, 99_998, 77_777, 123, 31_415)


def recorded(runs: Path) -> Path:
    """A run that has ended."""
    lanes = tuple(map(parse_lane, ("Adam:lr=0.001", "SGD:lr=0.0005")))
    scenario = Scenario(ProblemSpec("rosenbrock"), lanes, steps=STEPS)
    race = build_race(scenario)
    problem, infos = race.info()
    race.hand_back()
    path = create_run(scenario, infos, runs)
    writer = RunWriter(path, len(infos))
    writer.event(Event("ready", step=0))
    steps = np.arange(STEPS, dtype=float)
    for lane in range(len(infos)):
        x = 1 - 2.2 * np.exp(-steps / 20_000 * (lane + 1))
        y = x**2 + 0.1 * np.sin(steps / 300)
        loss, flat = (1 - x) ** 2 + 100 * (y - x**2) ** 2, np.full(STEPS, 1e-3)
        rows = np.stack([steps, steps + 1, steps * 1e-4, loss, flat, np.sqrt(loss), flat, x, y], axis=1)
        for begin in range(0, STEPS, 8000):
            writer.rows(lane, list(map(tuple, rows[begin : begin + 8000].tolist())))
            writer.flush()
    writer.event(Event("ended", step=STEPS))
    writer.end()
    writer.close()
    told = msgspec.structs.replace(
        read_manifest(path), state="ended", problem=problem, device="cpu", dtype="float64", ended=time.time()
    )
    write_manifest(path, told)
    return path


def shows(step: int, text: str) -> bool:
    """Whether all panels stand at a step: the table's title, the mark below the curve, the line of time."""
    return (
        text.count(f"{step:,}") >= 3 and f"at step {step:,}" in text and f"back at step {step:,} of" in text
    )


def main() -> None:
    """Print how long it takes."""
    with tempfile.TemporaryDirectory() as name:
        path = recorded(Path(name))
        environment = {**os.environ, "OPTTUI_RUNS": name}
        window = Terminal([*OPTTUI, "attach", str(path)], environment)
        try:
            assert window.wait_for(full_frame, 60) is not None
            time.sleep(0.5)
            window.type("b")
            assert window.wait_for(lambda text: f"back at step {STEPS - 1:,}" in text) is not None
            took = []
            for step in ASKED:
                window.type("\x7f" * 6)
                time.sleep(0.5)
                window.type(str(step)[:-1])
                time.sleep(0.5)
                before = time.perf_counter() - window.began
                window.type(str(step)[-1])
                after = window.wait_for(partial(shows, step))
                assert after is not None, step
                took.append(after - before)
            within("any step of 100,000 on the screen, the slowest of 6", max(took), LIMIT, "s", 3)
            show("  the fastest", f"{min(took):.3f} s")
            began, written = time.perf_counter() - window.began, window.written
            window.type("\x1b[D")
            first = window.wait_for(lambda text: shows(ASKED[-1] - 1, text))
            assert first is not None
            within("one step back by a key", first - began, LIMIT, "s", 3)
            show("  bytes written for it", f"{(window.written - written) / 1e3:.1f} kB")
        finally:
            window.close()


if __name__ == "__main__":
    main()
