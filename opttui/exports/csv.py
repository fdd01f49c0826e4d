"""Rows as CSV, exact. Knows no file name."""

import csv
import io
from typing import TextIO

from opttui.exports.rows import COUNTERS, HEADER, Choice, counted, portions, whole
from opttui.record.blocks import Array
from opttui.record.seen import SeenRun


def write_csv(reader: SeenRun, choice: Choice, file: TextIO) -> None:
    """The header and the rows, one lane after the other.

    Floats are written as `repr` gives them, so that they read back exactly; nan, inf and -inf as these words.
    """
    file.write(_line(HEADER))
    for info, table in portions(reader, choice):
        file.write(_lines(_line((info.id, info.name)).rstrip("\n"), table))


def _lines(begin: str, table: Array) -> str:
    """Rows behind what all of them begin with. Nothing in a row has to be quoted: twice as fast as csv's own writer."""
    if any(counted(table[:, column])[1].any() for column in COUNTERS):
        return "".join(f"{begin},{','.join(map(repr, _exact(row)))}\n" for row in table.tolist())
    return "".join(
        [
            f"{begin},{step:.0f},{evaluations:.0f},{a!r},{b!r},{c!r},{d!r},{e!r},{x!r},{y!r}\n"
            for step, evaluations, a, b, c, d, e, x, y in table.tolist()
        ]
    )


def _exact(row: list[float]) -> list[float]:
    """The row with its counters as whole numbers."""
    for column in COUNTERS:
        row[column] = whole(row[column])
    return row


def _line(cells: tuple[object, ...]) -> str:
    """A line as csv's writer has it, names quoted where they must be."""
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerow(cells)
    return held.getvalue()
