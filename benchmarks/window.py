"""`python -m benchmarks.window`: steps a second of a race with a window on it over the same race without one.

One race process runs throughout; a window in a real pseudo-terminal is opened on it and closed in turns. Bytes to the
terminal are counted meanwhile, beside what as many full repaints would take; then the race is paused, and counted again.
"""

import os
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil  # type: ignore[import-untyped]

from benchmarks.shared import OPTTUI, Terminal, detached, full_frame, show
from opttui.record.reader import RunReader

TURNS = 3
SECONDS = 4.0
FRAMES = 10.0
"""A second, for full repaints."""
QUIET = 3.0
SETTLING = 20.0
RACE = ("digits-mlp", "SGD:lr=0.1", "SGD:lr=0.2,momentum=0.9", "Adam:lr=0.003", "AdamW:lr=0.01",
        "Adagrad:lr=0.02", "hot=Adam:lr=0.1", "--steps", "1000000")  # fmt: skip


def pace(path: Path, seconds: float = SECONDS) -> tuple[float, float]:
    """Steps of all lanes a second of wall time, and a second of the race process's CPU time."""
    reader = RunReader(path)
    assert reader.manifest.process is not None
    process = psutil.Process(reader.manifest.process.pid)
    reader.poll()
    began, used, rows = (
        time.perf_counter(),
        sum(process.cpu_times()[:2]),
        sum(lane.rows for lane in reader.lanes),
    )
    time.sleep(seconds)
    reader.poll()
    wall, cpu = time.perf_counter() - began, sum(process.cpu_times()[:2]) - used
    taken = sum(lane.rows for lane in reader.lanes) - rows
    return taken / wall, taken / cpu


def main() -> None:
    """Print the ratios."""
    with tempfile.TemporaryDirectory() as runs:
        environment = {**os.environ, "OPTTUI_RUNS": runs}
        with detached(RACE, environment) as name:
            watch(Path(runs) / name, environment)


def watch(path: Path, environment: dict[str, str]) -> None:
    """Open and close windows on the race."""
    alone, watched, rates, first = [], [], [], 0
    for turn in range(TURNS):
        alone.append(pace(path))
        terminal = Terminal([*OPTTUI, "attach", path.name], environment)
        shown = terminal.wait_for(full_frame) or 0.0
        first = sum(len(data) for seconds, data in terminal.chunks if seconds <= shown)
        time.sleep(1.0)
        before, began = terminal.written, time.perf_counter()
        watched.append(pace(path))
        rates.append((terminal.written - before) / (time.perf_counter() - began))
        if turn == TURNS - 1:
            still = quiet(terminal, path.name, environment)
        terminal.close()
    for place, kind in ((0, "wall"), (1, "CPU of the race")):
        with_window, without = (median(pair[place] for pair in pairs) for pairs in (watched, alone))
        ratio = median(a[place] / b[place] for a, b in zip(watched, alone, strict=True))
        show(
            f"6 lanes of digits-mlp with a window over without, {kind}",
            f"{with_window:,.0f} over {without:,.0f} /s",
            "≥ 0.95 × speed",
            ratio,
            ratio >= 0.95,
        )
    repaints = first * FRAMES
    rate = median(rates)
    show(
        f"bytes to a terminal of 120×40, over {FRAMES:.0f} full repaints a second",
        f"{rate / 1e3:,.1f} kB/s",
        f"< {repaints / 1e3:,.0f} kB/s",
        rate / repaints,
        rate < repaints,
    )
    show(f"bytes in {QUIET:.0f} s of a paused race", f"{still}", "0", None, still == 0)


def quiet(terminal: Terminal, name: str, environment: dict[str, str]) -> int:
    """Bytes written while nothing changes: once the surface, which a paused race goes on computing, is done."""
    subprocess.run([*OPTTUI, "tell", name, "pause"], env=environment, capture_output=True, check=True)
    deadline = time.perf_counter() + SETTLING
    while time.perf_counter() - terminal.began - terminal.chunks[-1][0] < 5.0:
        if time.perf_counter() > deadline:
            break
        time.sleep(0.1)
    before = terminal.written
    time.sleep(QUIET)
    return terminal.written - before


if __name__ == "__main__":
    main()
