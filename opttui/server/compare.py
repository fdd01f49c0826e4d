"""What was walked again, beside what the record has of it. Knows no command: rows in, a sentence out."""

import math
from collections.abc import Sequence
from pathlib import Path

from opttui.record.events import Event
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import COLUMNS, EVALUATIONS, GRAD_NORM, LOSS, LR, STEP, UPDATE_NORM, Row

COMPARED = (STEP, EVALUATIONS, LOSS, LR, GRAD_NORM, UPDATE_NORM)
"""Seconds differ, and the point drawn may lie in another plane by now."""


def compared(path: Path, lane: int, name: str, rows: Sequence[Row]) -> Event | None:
    """A note when a lane, walked again, did not repeat what is on disk of it; None when it did, bit for bit."""
    if not rows:
        return None
    wanted = {int(row[STEP]): row for row in rows}
    first, last = int(rows[0][STEP]), int(rows[-1][STEP])
    for block in LaneReader(path, lane).read():
        if block[-1, STEP] < first:
            continue
        for there in block.tolist():
            again = wanted.get(int(there[STEP]))
            if again is not None and (column := _other(there, again)):
                text = (
                    f"{name}: walked again, step {int(there[STEP])} has {COLUMNS[column]} {again[column]!r}, "
                    f"and the record has {there[column]!r}: it does not repeat itself"
                )
                return Event("note", text, lane=lane, step=int(there[STEP]), data={"differs": True})
        if block[-1, STEP] >= last:
            break
    return None


def _other(there: Sequence[float], again: Sequence[float]) -> int:
    """The first column in which two rows differ; 0 where they do not."""
    for column in COMPARED:
        one, other = there[column], again[column]
        if one != other and not (math.isnan(one) and math.isnan(other)):
            return column
    return 0
