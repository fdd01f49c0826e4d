"""Real logs, written by the tools themselves (write_logs.py), and how a log is read to its end."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from opttui.record.series import Series
from opttui.sources.csv_log import CsvLog
from opttui.sources.jsonl import JsonLinesLog
from opttui.sources.log import Log
from opttui.sources.metrics import Metrics
from opttui.sources.tensorboard import TensorBoardLog
from opttui.sources.trackio import TrackioLog
from opttui.sources.trainer_state import TrainerStateLog
from opttui.sources.wandb import WandbLog

WRITTEN = Path(__file__).parent / "written"
FILES = {
    "tensorboard": next(iter(sorted((WRITTEN / "tensorboard").iterdir()))),
    "csv": WRITTEN / "lightning/version_0/metrics.csv",
    "jsonl": WRITTEN / "lines/train.jsonl",
    "wandb": next((WRITTEN / "wandb").glob("*/*.wandb")),
    "trainer": WRITTEN / "trainer/checkpoint-128/trainer_state.json",
    "trackio": WRITTEN / "trackio/demo.db",
}
"""A file of each kind, by the kind's name."""
READERS: dict[str, Callable[[Path], Log]] = {
    "tensorboard": TensorBoardLog,
    "csv": CsvLog,
    "jsonl": JsonLinesLog,
    "wandb": WandbLog,
    "trainer": TrainerStateLog,
    "trackio": TrackioLog,
}


class Clock:
    """Seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def read_whole(log: Log) -> None:
    """Poll until nothing is new."""
    for _ in range(10_000):
        if not log.poll():
            return
    raise AssertionError("the log never ends")


def grown_old(path: Path) -> None:
    """Make a file look as if nobody had written it for long."""
    os.utime(path, (1.6e9, 1.6e9))


def numbers_of(metrics: Metrics) -> dict[str, np.ndarray]:
    """All that is kept of a run."""
    return {name: series.buckets() for name, series in metrics.series.items() if series.rows}


def kept(series: Series) -> tuple[float | None, ...]:
    """What is kept of a series beside its buckets."""
    return series.first, series.best, series.best_step


def same(one: Log, other: Log) -> bool:
    """Whether two readers hold the same, to the last bit."""
    if set(one.runs) != set(other.runs):
        return False
    for run, metrics in one.runs.items():
        here, there = numbers_of(metrics), numbers_of(other.runs[run])
        if list(here) != list(there) or not np.array_equal(
            metrics.start, other.runs[run].start, equal_nan=True
        ):
            return False
        if any(not np.array_equal(here[name], there[name], equal_nan=True) for name in here):
            return False
        own, its = metrics.series, other.runs[run].series
        if any(
            (own[n].first, own[n].best, own[n].best_step) != (its[n].first, its[n].best, its[n].best_step)
            for n in here
        ):
            return False
    return True
