"""Which lane of a run leads, by its rows: as the tables rank them. Asks no process."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

from opttui.errors import RunError
from opttui.record.fair import best_of, by_held_out
from opttui.record.manifest import Best
from opttui.record.reader import RunReader
from opttui.record.results import results

if TYPE_CHECKING:
    from collections.abc import Iterator


def leader(path: Path) -> Best | None:
    """Name and least loss of the lane that leads; None where none has come through, or the run cannot be read."""
    try:
        reader = RunReader(path)
        reader.poll()
        return leading(reader)
    except (RunError, OSError):
        return None


def leading(reader: RunReader) -> Best | None:
    """The same of a run that is open."""
    return min(_ranked(reader), key=lambda best: best.loss, default=None)


def _ranked(reader: RunReader) -> "Iterator[Best]":
    held_out = by_held_out(reader)
    lanes = {lane.id: lane for lane in reader.lanes}
    for result in results(reader, alive=True):
        loss = best_of(lanes[result.id], held_out)
        if result.outcome not in ("diverged", "failed") and loss is not None and math.isfinite(loss):
            yield Best(result.name, loss, result.by_hand)
