"""The rows that an export takes of a run, portion by portion. Knows no format."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.record.blocks import Array
from opttui.record.layout import COLUMNS, EVALUATIONS, STEP
from opttui.record.manifest import LaneInfo
from opttui.record.seen import SeenLane, SeenRun

HEADER = ("lane", "name", *COLUMNS)
COUNTERS = (STEP, EVALUATIONS)
"""Columns of whole numbers."""
LARGEST = 2.0**63
"""Float64 has no number between this and the largest that a counter can hold."""

Told = Callable[[int], None]
"""Told how many more rows are done."""


def untold(rows: int) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Choice:
    """What is taken of a run, and who is told how far it is."""

    lanes: tuple[int, ...]
    """Ids."""
    every: int = 1
    """Rows of steps that are multiples of it."""
    told: Told = untold


def everything(reader: SeenRun) -> Choice:
    """All rows of all lanes."""
    return Choice(tuple(info.id for info in reader.manifest.lanes))


def lanes_of(reader: SeenRun, lanes: Sequence[int]) -> list[tuple[LaneInfo, SeenLane]]:
    """The lanes chosen, in the run's order."""
    readers = {lane.id: lane for lane in reader.lanes}
    return [(info, readers[info.id]) for info in reader.manifest.lanes if info.id in lanes]


def portions(reader: SeenRun, choice: Choice) -> Iterator[tuple[LaneInfo, Array]]:
    """Each lane's rows on disk now, lane after lane, as tables (n, 9) of some thousand rows."""
    for info, lane in lanes_of(reader, choice.lanes):
        for table in tables(lane, choice.every):
            yield info, table
            choice.told(len(table) * choice.every)


def metric_rows(lane: SeenLane) -> int:
    """About how many rows of other numbers a lane has."""
    found = (lane.metric(name) for name in lane.metric_names)
    return max((rows.rows for rows in found if rows is not None), default=0)


def tables(lane: SeenLane, every: int = 1) -> Iterator[Array]:
    """A lane's rows of steps that are multiples of a number, as tables (n, 9) of some thousand rows."""
    for table in lane.read():
        kept = table if every == 1 else table[table[:, STEP] % every == 0]
        if len(kept):
            yield kept


def whole(value: float) -> int | float:
    """A counter as the whole number that it is."""
    return int(value) if math.isfinite(value) else value


def counted(column: Array) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A counter as int64, and where it is none."""
    wrong = ~(np.abs(column) < LARGEST)
    return np.where(wrong, 0.0, column).astype(np.int64), wrong
