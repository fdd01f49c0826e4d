"""A run as JSON lines: the run, then rows, validation and events, one object each. Knows no file name.

JSON has no NaN and no infinity: they are the texts "NaN", "Infinity" and "-Infinity", as in Protocol Buffers' JSON.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import msgspec
import numpy as np

import opttui
from opttui.exports.manifest import shared
from opttui.exports.rows import COUNTERS, Choice, lanes_of, portions, whole
from opttui.record.layout import COLUMNS
from opttui.record.seen import SeenRun

OFTEN = 1000
"""Rows of other numbers between two words on how far it is."""

Cell = float | int | str


class Line(msgspec.Struct):
    """A row of a lane; `kind` first, so that a line can be told by its begin."""

    kind: str
    lane: int
    name: str
    step: Cell
    evaluations: Cell
    seconds: Cell
    loss: Cell
    lr: Cell
    grad_norm: Cell
    update_norm: Cell
    x: Cell
    y: Cell


def write_jsonl(reader: SeenRun, choice: Choice, file: BinaryIO) -> None:
    """One object a line, told apart by `kind`: run, row, validation, event."""
    encoder = msgspec.json.Encoder()
    head = {
        "kind": "run",
        "opttui": opttui.__version__,
        "columns": COLUMNS,
        "manifest": shared(reader.manifest),
    }
    file.write(encoder.encode(plain(head)) + b"\n")
    for info, table in portions(reader, choice):
        # msgspec writes the shortest digits that read back as the same float, and null for what is not finite.
        rows: Sequence[Sequence[Any]] = table.tolist()
        if not np.isfinite(table).all():
            rows = [[cell(value) for value in row] for row in rows]
        lines = [Line("row", info.id, info.name, *_counted(row)) for row in rows]
        file.write(encoder.encode_lines(lines))
    for fact in _facts(reader, choice):
        file.write(encoder.encode(plain(fact)) + b"\n")


def _facts(reader: SeenRun, choice: Choice) -> Iterator[dict[str, Any]]:
    """Validation rows of the lanes, then the events of the race and of those lanes."""
    for info, lane in lanes_of(reader, choice.lanes):
        for count, (step, metrics) in enumerate(lane.read_metrics(), 1):
            if count % OFTEN == 0:
                choice.told(OFTEN)
            yield {"kind": "validation", "lane": info.id, "name": info.name, "step": step, "metrics": metrics}
    for event in reader.events:
        if event.lane is None or event.lane in choice.lanes:
            told = msgspec.to_builtins(event)
            yield {"kind": "event", "event": told.pop("kind"), **told}


def _counted(row: Sequence[Any]) -> list[Any]:
    """The row with its counters as whole numbers."""
    cells = list(row)
    for column in COUNTERS:
        if isinstance(cells[column], float):
            cells[column] = whole(cells[column])
    return cells


def cell(value: float) -> Cell:
    """A float, or the text that stands for it."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def plain(value: Any) -> Any:
    """The same with texts for what JSON does not have."""
    if isinstance(value, float):
        return cell(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value
