"""What the record costs: a row written, an idle look, a long run opened. `python -m benchmarks.record`.

CPU time of this process throughout; ratios are taken within one run, best of several, interleaved.
"""

import json
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

from opttui.printable import printable
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import LOSS, STEP, Row
from opttui.record.manifest import LaneInfo
from opttui.record.overview import Overview
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run
from opttui.record.writer import RunWriter
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

FLUSH = 750
"""Rows a flush: 15,000 steps a second, flushed every 50 ms."""


def cpu(work: Callable[[], object]) -> float:
    """Seconds of CPU."""
    start = time.process_time()
    work()
    return time.process_time() - start


def best(*works: Callable[[], object], rounds: int = 5) -> list[float]:
    """The least of several interleaved rounds for each work."""
    times = [[cpu(work) for work in works] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]


def made_rows(count: int) -> list[Row]:
    return [
        (float(k), float(k), k * 1e-4, 1 / (k + 1), 0.1, 0.5 / (k + 1), 1e-3, k * 1e-6, -k * 1e-6)
        for k in range(count)
    ]


def new_run(runs: Path, lanes: int) -> Path:
    names = tuple(LaneInfo(number, f"lane {number}", "Adam") for number in range(lanes))
    return create_run(Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam"),) * lanes), names, runs)


def writing(runs: Path) -> None:
    rows = made_rows(150_000)
    portions = [rows[begin : begin + FLUSH] for begin in range(0, len(rows), FLUSH)]

    def ours() -> None:
        writer = RunWriter(new_run(runs, 1), 1)
        for portion in portions:
            writer.rows(0, portion)
            writer.flush()
        writer.close()

    def lines() -> None:
        with (runs / "rows.jsonl").open("w", encoding="utf-8") as file:
            for portion in portions:
                file.writelines(json.dumps(row) + "\n" for row in portion)
                file.flush()

    record, jsonl = (seconds / len(rows) * 1e6 for seconds in best(ours, lines))
    print(
        f"a row written, flushed every {FLUSH}   {record:8.2f} us   JSON lines {jsonl:.2f} us   ratio {record / jsonl:.3f}"
    )
    print(f"one lane at 15,000 rows/s            {record * 1.5:8.2f} % of a core")


def reading(runs: Path) -> None:
    run = new_run(runs, 6)
    writer = RunWriter(run, 6)
    reader = RunReader(run)
    rows = made_rows(FLUSH)
    idle: list[float] = []
    busy: list[float] = []
    for _ in range(200):
        for lane in range(6):
            writer.rows(lane, rows)
        writer.flush()
        busy.append(cpu(reader.poll))
        idle.append(cpu(reader.poll))
    writer.close()
    print(f"a look without news, 6 lanes         {np.median(idle) * 1e6:8.1f} us")
    look = float(np.median(busy)) * 1e6
    print(f"a look at {FLUSH} new rows in each lane  {look:8.1f} us   {look / FLUSH / 6:.3f} us a row")


def overview() -> None:
    columns = np.random.default_rng(0).normal(size=(9, FLUSH))

    def feed() -> None:
        fed = Overview()
        for _ in range(1_000_000 // FLUSH):
            fed.feed(columns)

    (seconds,) = best(feed, rounds=3)
    fed = Overview()
    tracemalloc.start()
    for _ in range(5_000_000 // FLUSH):
        fed.feed(columns)
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    def draw() -> None:
        fed.feed(columns[:, :1])  # a new row: the curve of the last picture is no longer the newest
        fed.curve(STEP, LOSS)

    (drawn,) = best(draw)
    print(
        f"1,000,000 rows into an overview      {seconds * 1e3:8.1f} ms   after 5,000,000 it holds {kept / 2**20:.2f} MB"
    )
    print(f"a curve out of it                    {drawn * 1e6:8.1f} us")


def opening(runs: Path, count: int, lanes: int) -> None:
    run = new_run(runs, lanes)
    writer = RunWriter(run, lanes)
    rows = made_rows(50_000)
    for _ in range(count // len(rows)):
        for lane in range(lanes):
            writer.rows(lane, rows)
        writer.flush()
    writer.end()
    writer.close()

    def opened() -> None:
        for lane in range(lanes):
            LaneReader(run, lane).poll()

    def read() -> None:
        for lane in range(lanes):
            reader = LaneReader(run, lane)
            reader._opened = True  # as without an index
            reader.poll()

    index, log = best(opened, read, rounds=3)
    size = sum(path.stat().st_size for path in run.glob("*.idx")) / sum(
        path.stat().st_size for path in run.glob("*.rec")
    )
    print(
        f"{lanes} lanes of {count:,} rows opened     {index * 1e3:8.1f} ms   from the log {log * 1e3:.0f} ms"
        f"   ratio {index / log:.3f}   index {size:.1%} of the log"
    )


def text() -> None:
    plain, foreign = (
        "a line of a log, as most of them are, without anything odd in it",
        "\x1b[31ma line\x1b[0m of \u202e a log" * 2,
    )
    works = [
        lambda: [printable(plain) for _ in range(10_000)],
        lambda: [printable(foreign) for _ in range(10_000)],
    ]
    fast, slow = (seconds * 100 for seconds in best(*works))
    print(f"a line made printable                {fast:8.2f} us   with escapes in it {slow:.2f} us")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        writing(runs)
        reading(runs)
        overview()
        opening(runs, 1_000_000, 4)
        opening(runs, 2_500_000, 4)
        text()


if __name__ == "__main__":
    main()
