"""Grids of loss values in the race's own log: how one is written, and the newest one read. Knows no
surface."""

import struct
from pathlib import Path

import numpy as np

from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Frame, Kind, encode_frame
from opttui.record.grid import Grid
from opttui.record.layout import GRIDS

_HEAD = struct.Struct("<4dII")


def encode_grid(grid: Grid) -> bytes:
    """A frame: box, number of rows and columns, values row by row. ValueError when it is no grid or too
    large."""
    values = np.ascontiguousarray(grid.values, "<f8")
    if values.ndim != 2:
        raise ValueError("a grid has rows and columns")
    rows, columns = values.shape
    return encode_frame(Kind.GRID, _HEAD.pack(*grid.box, rows, columns) + values.tobytes(), rows)


def decode_grid(frame: Frame) -> Grid | None:
    """The grid in a frame, or None when its sizes do not fit."""
    if len(frame.payload) < _HEAD.size:
        return None
    *box, rows, columns = _HEAD.unpack_from(frame.payload)
    if rows * columns == 0 or _HEAD.size + rows * columns * 8 != len(frame.payload):
        return None
    values = np.frombuffer(frame.payload, "<f8", offset=_HEAD.size).reshape(rows, columns).astype(np.float64)
    values.flags.writeable = False
    return Grid((box[0], box[1], box[2], box[3]), values)


class GridReader:
    """The newest grid of a run."""

    def __init__(self, run: Path) -> None:
        self.newest: Grid | None = None
        self._log = FrameReader(run / GRIDS)

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read."""
        return self._log.damage

    def poll(self) -> bool:
        """True when there is a newer grid."""
        before = self.newest
        for frame in self._log.frames():
            if frame.kind == Kind.GRID:
                self.newest = decode_grid(frame) or self.newest
        return self.newest is not before
