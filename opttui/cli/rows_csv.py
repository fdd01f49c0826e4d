"""Rows as CSV, exact and in bounded memory. Knows no file name."""

import csv
import math
import sys
from collections.abc import Iterator, Sequence
from typing import TextIO

from opttui.record.lane_reader import LaneReader
from opttui.record.layout import COLUMNS, EVALUATIONS, STEP
from opttui.record.reader import RunReader

HEADER = ("lane", "name", *COLUMNS)
PORTION = 50_000
"""Rows between two words about progress: a fifth of a second."""


def write_rows(reader: RunReader, lanes: Sequence[int], file: TextIO, progress: bool = False) -> int:
    """The header and every row of the lanes, one lane after the other; the number of rows.

    Floats are written as `repr` gives them, so that they read back exactly; nan, inf and -inf as these words.
    """
    names = {lane.id: lane.name for lane in reader.manifest.lanes}
    out = csv.writer(file, lineterminator="\n")
    out.writerow(HEADER)
    written = told = 0
    for lane in (lane for lane in reader.lanes if lane.id in lanes):
        for rows in _rows(lane, names[lane.id]):
            out.writerows(rows)
            written += len(rows)
            if progress and written - told >= PORTION:
                told = written
                print(f"\r{written:,} rows", end="", file=sys.stderr, flush=True)
    if told:
        print(f"\r{written:,} rows", file=sys.stderr)
    return written


def _rows(lane: LaneReader, name: str) -> Iterator[list[list[object]]]:
    for table in lane.read():
        yield [[lane.id, name, *_exact(row)] for row in table.tolist()]


def _exact(row: list[float]) -> list[float]:
    """The row with its counters as whole numbers."""
    for column in (STEP, EVALUATIONS):
        if math.isfinite(row[column]):
            row[column] = int(row[column])
    return row
