"""Rows as CSV, exact. Knows no file name."""

import csv
from typing import TextIO

from opttui.exports.rows import COUNTERS, HEADER, Choice, portions, whole
from opttui.record.seen import SeenRun


def write_csv(reader: SeenRun, choice: Choice, file: TextIO) -> None:
    """The header and the rows, one lane after the other.

    Floats are written as `repr` gives them, so that they read back exactly; nan, inf and -inf as these words.
    """
    out = csv.writer(file, lineterminator="\n")
    out.writerow(HEADER)
    for info, table in portions(reader, choice):
        out.writerows([info.id, info.name, *_exact(row)] for row in table.tolist())


def _exact(row: list[float]) -> list[float]:
    """The row with its counters as whole numbers."""
    for column in COUNTERS:
        row[column] = whole(row[column])
    return row
