"""Opening a long log by its index instead of its rows. Trusts nothing: None where index and log do not
agree."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from opttui.record.blocks import FIELDS, LAST, Array
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Kind
from opttui.record.index import (
    BEST_LOSS,
    BEST_STEP,
    BLOCK,
    FIRST_LOSS,
    OFFSET,
    USED,
    Place,
    ends_with,
    read_entries,
)
from opttui.record.layout import STEP
from opttui.record.overview import CAPACITY, Overview
from opttui.record.rows import decode_rows, decode_schema

_ROW_BYTES = 72


@dataclass
class Opened:
    """What the index told: everything up to the row `used` of the frame at `offset`."""

    overview: Overview
    first_loss: float = np.nan
    best_loss: float = np.inf
    best_step: float = np.nan
    places: list[int] = field(default_factory=list)
    """Offsets of frames without rows."""
    rows: list[tuple[float, int]] = field(default_factory=list)
    """Steps at which blocks end, and the offsets of the frames in which they do."""
    offset: int = 0
    used: int = 0
    last: Array = field(default_factory=lambda: np.empty(0))
    """The last row that the index covers, as it lies in the log."""


def open_by_index(log: FrameReader, index: Path, capacity: int = CAPACITY) -> Opened | None:
    """What an intact index tells about its log; None: read the log.

    Up to `capacity` * 128 rows (2.1 million, 0.2 s to read) an overview has finer buckets than the index.
    """
    shortest = capacity * BLOCK // 2
    if log.size() <= shortest * _ROW_BYTES:
        return None
    first = log.frame_at(0)
    schema = decode_schema(first) if first is not None and first.kind == Kind.SCHEMA else None
    if first is None or schema is None:
        return None
    opened = Opened(Overview(BLOCK, capacity))
    entry: Array | None = None
    try:
        for entries, places in read_entries(index, schema.log):
            if any(place.kind == Kind.REWIND for place in places):
                raise ValueError("it has every row, also those that were undone")
            opened.places += [place.offset for place in places if _wanted(place)]
            _take(opened, entries)
            entry = entries[:, -1]
    except ValueError:
        return None
    if entry is None or opened.overview.rows <= shortest:
        return None
    opened.offset, opened.used = int(entry[OFFSET]), int(entry[USED])
    frame = log.frame_at(opened.offset)
    columns = decode_rows(frame, schema) if frame is not None and frame.kind == Kind.ROWS else None
    if columns is None or columns.shape[1] < opened.used or not ends_with(entry, columns[:, opened.used - 1]):
        return None
    opened.last = columns[:, opened.used - 1]
    opened.places = [offset for offset in opened.places if offset < opened.offset]
    return opened


def _wanted(place: Place) -> bool:
    return place.kind in (Kind.SCHEMA, Kind.VALIDATION, Kind.POINTER, Kind.PAST)


def _take(opened: Opened, entries: Array) -> None:
    if opened.overview.rows == 0:
        opened.first_loss = float(entries[FIRST_LOSS, 0])
    best = int(entries[BEST_LOSS].argmin())
    if entries[BEST_LOSS, best] < opened.best_loss:
        opened.best_loss = float(entries[BEST_LOSS, best])
        opened.best_step = float(entries[BEST_STEP, best])
    # The block's last row lies in that frame, so whatever comes after it lies there or later.
    opened.rows += zip(entries[LAST.start + STEP].tolist(), entries[OFFSET].astype(int).tolist(), strict=True)
    opened.overview.feed_blocks(entries[:FIELDS], BLOCK)
