"""`python -m benchmarks.length`: opening runs of ten thousand and of ten million rows, and drawing a frame of each.

Both have one lane and are written by the record's own writer, with its index; the larger takes 720 MB in a temporary
folder. Each is opened in turns, by bytes that the system has in memory; a frame is four panels at 200×60, drawn from a
view on whose record everything is new.
"""

import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import msgspec
import numpy as np

from benchmarks.shared import show, within
from opttui.record.layout import COLUMNS, EVALUATIONS, LOSS, LR, SECONDS, STEP, X, Y
from opttui.record.manifest import LaneInfo, ProblemInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.tui import frames
from opttui.tui.layout import places
from opttui.tui.view import RaceView

FEW, MANY = 10_000, 10_000_000
CHUNK = 8192
SIZE = (200, 60)
OPENED, FRAMES = 5, 21


def written(runs: Path, rows: int) -> Path:
    """A finished run of so many rows."""
    scenario = Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam", {"lr": 0.01}),), steps=rows)
    path = create_run(scenario, (LaneInfo(0, "Adam", "Adam:lr=0.01", hypers={"lr": 0.01}),), runs)
    problem = ProblemInfo("Rosenbrock", 2, surface="rosenbrock", view=(-2.0, 2.0, -1.0, 3.0))
    manifest = msgspec.structs.replace(read_manifest(path), state="running", problem=problem)
    write_manifest(path, manifest)
    writer, generator = RunWriter(path, 1), np.random.default_rng(0)
    table = np.empty((CHUNK, len(COLUMNS)))
    for begin in range(0, rows, CHUNK):
        count = min(CHUNK, rows - begin)
        step = np.arange(begin, begin + count)
        share = step / rows
        table[:] = 0.01
        part = table[:count]
        part[:, STEP], part[:, EVALUATIONS], part[:, SECONDS] = step, step + 1, step * 1e-5
        part[:, LOSS] = np.exp(-8 * share + 0.3 * generator.standard_normal(count))
        part[:, LR] = 0.01 * (1 - share)
        part[:, X], part[:, Y] = -1.2 + 2.2 * share, 1 - np.cos(9 * share)
        writer.rows(0, list(map(tuple, part.tolist())))
        writer.flush()
    writer.end()
    writer.close()
    return path


def opened(path: Path) -> tuple[RunReader, float]:
    """The run as a window has it, and the seconds until all of it is known."""
    began = time.perf_counter()
    reader = RunReader(path)
    while reader.poll():
        pass
    return reader, time.perf_counter() - began


def frame(reader: RunReader) -> float:
    """CPU milliseconds of a frame of four panels, all drawn anew."""
    view = RaceView(reader, state="running", steps_per_second=1000.0)
    above, below = frames.room(view, SIZE[1])
    found = places(SIZE[0], SIZE[1] - above - below, 1, "loss", False, view.sight())
    # What is remembered of a run is forgotten when it has grown.
    reader.version += 1
    for lane in reader.lanes:
        lane.overview.feed(np.empty((len(COLUMNS), 0)))
    began = time.thread_time()
    for key, place in found.items():
        frames.framed(view, key, place, key == "loss")
    return 1000 * (time.thread_time() - began)


def main() -> None:
    """Print opening and frames of both."""
    runs = Path(tempfile.mkdtemp(prefix="opttui-length-"))
    try:
        found = {}
        for rows in (FEW, MANY):
            path = written(runs, rows)
            seconds = [opened(path)[1] for _ in range(OPENED)]
            reader, _ = opened(path)
            assert reader.lanes[0].rows == rows
            found[rows] = reader, seconds
        costs: dict[int, list[float]] = {FEW: [], MANY: []}
        for _ in range(FRAMES):
            for rows, (reader, _) in found.items():
                costs[rows].append(frame(reader))
        few, many = median(costs[FEW]), median(costs[MANY])
        size = (found[MANY][0].path / "lane-00.rec").stat().st_size / 1e6
        show(f"opening {FEW:,} rows", f"{1000 * median(found[FEW][1]):.1f} ms")
        within(f"opening {MANY:,} rows ({size:,.0f} MB)", median(found[MANY][1]), 0.5, "s", 3)
        show(f"frame over {FEW:,} rows, 200×60", f"{few:.2f} ms")
        show(
            *(f"frame over {MANY:,} rows", f"{many:.2f} ms", "within 20 % of it"),
            *(many / few, 1 / 1.2 <= many / few <= 1.2),
        )
    finally:
        shutil.rmtree(runs)


if __name__ == "__main__":
    main()
