"""Rows as they lie in a log: columns of little-endian float64, and the schema that names them. Knows no
file."""

import itertools
import os
import struct
from collections.abc import Sequence

import msgspec
import numpy as np

from opttui.record.blocks import WIDTH, Array
from opttui.record.frames import Frame, Kind, encode_frame
from opttui.record.jsontext import DamagedTextError, decode
from opttui.record.layout import COLUMNS, Row
from opttui.record.manifest import FORMAT

_MOST_COLUMNS = 1024


class Schema(msgspec.Struct, frozen=True):
    """What the rows after it hold; the first frame of a log."""

    format: int = FORMAT
    log: str = ""
    """A random word by which an index names the log that it was made from."""
    columns: tuple[str, ...] = COLUMNS

    @property
    def order(self) -> list[int] | None:
        """For each of our columns its place in the log's rows, -1 where it is missing; None when they are
        ours."""
        if self.columns == COLUMNS:
            return None
        return [self.columns.index(name) if name in self.columns else -1 for name in COLUMNS]


def new_schema() -> Schema:
    """Our columns, for a log that begins now."""
    return Schema(log=os.urandom(8).hex())


def decode_schema(frame: Frame) -> Schema | None:
    """The schema in a frame, or None when it makes no sense."""
    try:
        schema = decode(frame.payload, Schema)
    except DamagedTextError:
        return None
    return schema if 0 < len(schema.columns) <= _MOST_COLUMNS else None


def encode_rows(rows: Sequence[Row]) -> tuple[bytes, Array]:
    """A frame of rows, and the same rows as columns (WIDTH, n)."""
    # struct.pack of the flattened tuples: 0.14 us a row against 0.24 for np.array.
    flat = struct.pack(f"<{len(rows) * WIDTH}d", *itertools.chain.from_iterable(rows))
    columns = np.ascontiguousarray(np.frombuffer(flat, "<f8").reshape(len(rows), WIDTH).T)
    first = columns[0, 0]
    step0 = int(first) if abs(first) < 2**63 else 0
    return encode_frame(Kind.ROWS, columns.tobytes(), len(rows), step0), columns.astype(
        np.float64, copy=False
    )


def decode_rows(frame: Frame, schema: Schema) -> Array | None:
    """Our columns (WIDTH, n) of a rows frame, NaN for those it lacks; None when its length does not fit."""
    wide = len(schema.columns)
    if frame.n == 0 or frame.n * wide * 8 != len(frame.payload):
        return None
    table = np.frombuffer(frame.payload, "<f8").reshape(wide, frame.n).astype(np.float64, copy=False)
    order = schema.order
    if order is None:
        return table
    ours = np.full((WIDTH, frame.n), np.nan)
    for place, source in enumerate(order):
        if source >= 0:
            ours[place] = table[source]
    return ours
