"""The race's own log: how a grid is written, and the newest grid and all looks read. Knows no surface."""

import struct
from pathlib import Path

import numpy as np

from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Frame, Kind, encode_frame
from opttui.record.grid import Grid
from opttui.record.layout import GRIDS
from opttui.record.look import Look, decode_look

_HEAD = struct.Struct("<4dII")


def encode_grid(grid: Grid) -> bytes:
    """A frame: box, number of rows and columns, values row by row. ValueError when it is no grid or too
    large."""
    values = np.ascontiguousarray(grid.values, "<f8")
    if values.ndim != 2:
        raise ValueError("a grid has rows and columns")
    rows, columns = values.shape
    return encode_frame(Kind.GRID, _HEAD.pack(*grid.box, rows, columns) + values.tobytes(), rows, grid.plane)


def decode_grid(frame: Frame) -> Grid | None:
    """The grid in a frame, or None when its sizes do not fit."""
    if len(frame.payload) < _HEAD.size:
        return None
    *box, rows, columns = _HEAD.unpack_from(frame.payload)
    if rows * columns == 0 or _HEAD.size + rows * columns * 8 != len(frame.payload):
        return None
    values = np.frombuffer(frame.payload, "<f8", offset=_HEAD.size).reshape(rows, columns).astype(np.float64)
    values.flags.writeable = False
    return Grid((box[0], box[1], box[2], box[3]), values, frame.step0)


class GridReader:
    """The newest grid of a run, and what its lanes' models showed."""

    def __init__(self, run: Path) -> None:
        self.newest: Grid | None = None
        self.looks: dict[int, list[Look]] = {}
        """By lane, in the order of steps; their writer bounds how many there are."""
        self._log = FrameReader(run / GRIDS)

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read."""
        return self._log.damage

    def poll(self) -> bool:
        """True when there is a newer grid or look."""
        before, offset = self.newest, self._log.offset
        for frame in self._log.frames():
            if frame.kind == Kind.GRID:
                self.newest = decode_grid(frame) or self.newest
            elif frame.kind == Kind.LOOK and (look := decode_look(frame.payload, frame.step0)) is not None:
                self.looks.setdefault(look.lane, []).append(look)
        return self.newest is not before or self._log.offset != offset
