"""`python -m benchmarks.frame`: what a frame of a live race costs, painted and encoded, at 200×60 with four panels.

The app runs in this process on a driver that counts instead of writing. Between two frames 8 lanes get new rows, so that
all four panels change. A whole frame draws all four of them anew, as it does when a lane is chosen; a frame of the clock
the chosen panel and one of the others in turn. Its cost is the thread's CPU time from reading the record to the encoded
bytes. The same four charts are shown by textual-plotext where that is installed, in the same driver.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path as FilePath
from statistics import median
from typing import Any

import numpy as np

from benchmarks.counting import Counting
from benchmarks.four_charts import TITLE, foreign
from benchmarks.shared import show, within
from opttui.control.way import Here
from opttui.record.layout import Row
from opttui.record.manifest import LaneInfo
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.names import lane_names
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.specs import ProblemSpec, Scenario
from opttui.tui.app import OpttuiApp
from opttui.tui.chart import Chart
from opttui.tui.screens.race import RaceScreen
from opttui.tui.window import Window

LANES, FRAMES, PORTION, WARM = 8, 150, 60, 20
WHOLE, LIMIT = 12.0, 15.0


Frame = tuple[float, float, float, float]
"""Milliseconds of CPU, rows repainted, bytes, and milliseconds of CPU of a loop beside it."""
LOOP = 20_000
"""Additions in it: how fast the machine is while the frame is drawn, which on shared ones changes by a factor of two."""


async def play(app: OpttuiApp, screen: RaceScreen, writer: RunWriter) -> tuple[list[Frame], list[Frame]]:
    """Whole frames, then frames of the clock."""
    while not screen.is_current:
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)
    assert screen._timer is not None
    screen._timer.pause()
    rng = np.random.default_rng(0)
    places = rng.normal(0, 0.5, (LANES, 2))
    found = []
    for frame in range(2 * FRAMES):
        for lane in range(LANES):
            writer.rows(lane, rows(rng, lane, frame, places))
        writer.flush()
        before, charts = Counting.written, list(screen.query(Chart))
        repainted = sum(chart.repainted for chart in charts)
        began = time.thread_time()
        if frame < FRAMES:
            screen.look(time.monotonic())
            screen.draw()
        else:
            screen._frame._next = 0.0
            screen.tick()
        while Counting.written == before:
            await asyncio.sleep(0.004)
        cost = time.thread_time() - began
        done = sum(chart.repainted for chart in charts) - repainted
        found.append((cost * 1e3, float(done), float(Counting.written - before), beside()))
        # As far apart as frames are: what holds still for a while is not made for each of them.
        await asyncio.sleep(0.02)
    app.exit()
    return found[WARM:FRAMES], found[FRAMES + WARM :]


def beside() -> float:
    """Milliseconds of CPU of a loop of additions."""
    began, total = time.thread_time(), 0
    for number in range(LOOP):
        total += number * number
    return (time.thread_time() - began) * 1e3


def rows(rng: Any, lane: int, frame: int, places: Any) -> list[Row]:
    """New rows of a lane: a noisy, falling loss, a walk, a cosine of a learning rate."""
    steps = np.arange(frame * PORTION, (frame + 1) * PORTION, dtype=float)
    walk = places[lane] + rng.normal(0.0004, 0.004, (PORTION, 2)).cumsum(axis=0)
    places[lane] = walk[-1]
    loss = 25 * np.exp(-steps * (lane + 1) / 9000 + rng.normal(0, 0.15, PORTION))
    rate = 0.01 * (lane + 1) * (1.001 + np.cos(steps / (2 * FRAMES * PORTION) * np.pi))
    columns = (steps, steps + 1, steps * 1e-3, loss, rate, loss, loss / 10, walk[:, 0], walk[:, 1])
    return list(map(tuple, np.stack(columns, axis=1).tolist()))


def main() -> None:
    """Print a frame's cost."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with tempfile.TemporaryDirectory() as name:
        specs = tuple(parse_lane(f"Adam:lr={0.01 * (lane + 1):.2f}") for lane in range(LANES))
        scenario = Scenario(ProblemSpec("rosenbrock"), specs, steps=2 * FRAMES * PORTION)
        infos = tuple(
            LaneInfo(id=k, name=n, phrase=phrase_of(s), hypers={"lr": 0.01 * (k + 1)})
            for k, (n, s) in enumerate(zip(lane_names(specs), specs, strict=True))
        )
        path = create_run(scenario, infos, FilePath(name))
        announce(path)
        writer = RunWriter(path, LANES)
        window = Window(Here(path), None, False)
        # No process holds this run: looked at, it would count as crashed, and be drawn whole as what stands still is.
        window.lookout.look = lambda: None  # type: ignore[method-assign]
        app = OpttuiApp(RaceScreen(window.view, window.client, window.lookout))
        app.driver_class = Counting
        whole, clocked = asyncio.run(raced(app, writer))
        window.close()
        writer.close()
    costs, repainted, written, loops = zip(*whole, strict=True)
    within("a whole frame of 8 lanes, 200×60, four panels, median CPU", median(costs), WHOLE, "ms")
    within("its fastest tenth", tenth(costs), WHOLE, "ms")
    show(f"{LOOP:,} additions in a loop beside it, median CPU", f"{median(loops):.2f} ms")
    show("rows repainted in it, of 63", f"{median(repainted):.0f}")
    show("bytes written for it", f"{median(written) / 1e3:.1f} kB")
    theirs = tenth(foreign())
    ratio = theirs / tenth(costs)
    show(f"fastest tenth beside {TITLE}'s", f"{theirs:.1f} ms", "≥ 10 × as much", ratio, ratio >= 10)
    costs, _, written, _ = zip(*clocked, strict=True)
    within("a frame of the clock, median CPU", median(costs), LIMIT, "ms")
    within("its fastest tenth", tenth(costs), LIMIT, "ms")
    show("bytes written for it", f"{median(written) / 1e3:.1f} kB")


def tenth(costs: Sequence[float]) -> float:
    """The fastest tenth of all are faster: on a shared machine what a frame costs when nobody disturbs it."""
    return sorted(costs)[len(costs) // 10]


def announce(path: FilePath) -> None:
    """Say in the manifest what the race process says when it begins."""
    import msgspec

    from opttui.record.manifest import ProblemInfo
    from opttui.surfaces import SURFACES

    valley = SURFACES["rosenbrock"]
    problem = ProblemInfo(
        title=valley.title,
        parameters=2,
        surface=valley.name,
        minima=((1.0, 1.0),),
        view=valley.view,
        start=(-1.2, 1.0),
    )
    write_manifest(path, msgspec.structs.replace(read_manifest(path), state="running", problem=problem))


async def raced(app: OpttuiApp, writer: RunWriter) -> tuple[list[Frame], list[Frame]]:
    """Run the app and play the race in it."""
    screen = app._first
    assert isinstance(screen, RaceScreen)
    playing = asyncio.create_task(play(app, screen, writer))
    await app.run_async(headless=False, size=(200, 60))
    return await playing


if __name__ == "__main__":
    main()
