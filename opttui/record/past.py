"""Where a lane has been, as points of a plane that was chosen later: a frame of its log. Knows no parameters."""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_HEAD = struct.Struct("<QII")


@dataclass(frozen=True)
class Past:
    """Rows after it carry their points in its plane; those before are known by these points alone."""

    plane: int
    """Number of the plane; that in which a race begins is 0."""
    step: int
    """The lane's next step."""
    rows: int
    """Rows of the log before it."""
    steps: NDArray[np.float64]
    """Of the points, ascending."""
    x: NDArray[np.float64]
    y: NDArray[np.float64]

    def until(self, step: float, rows: int) -> "Past":
        """The same of a lane that has gone back to a step, and has so many rows from before the plane was chosen."""
        kept = self.steps < step
        return Past(self.plane, self.step, rows, self.steps[kept], self.x[kept], self.y[kept])


def nowhere(plane: int, step: int) -> Past:
    """Of a lane that has not been anywhere before a step."""
    none = np.empty(0)
    return Past(plane, step, 0, none, none, none)


def encode_past(past: Past, rows: int) -> bytes:
    """The payload of a frame, for a log with so many rows before it; the step is the frame's own."""
    table = np.array([past.steps, past.x, past.y], "<f8")
    return _HEAD.pack(rows, past.plane, table.shape[1]) + table.tobytes()


def decode_past(payload: memoryview, step: int) -> Past | None:
    """The points in a payload, or None when its sizes do not fit."""
    if len(payload) < _HEAD.size:
        return None
    rows, plane, count = _HEAD.unpack_from(payload)
    if len(payload) != _HEAD.size + 24 * count:
        return None
    table = np.frombuffer(payload, "<f8", offset=_HEAD.size).reshape(3, count).astype(np.float64)
    table.flags.writeable = False
    return Past(plane, step, rows, table[0], table[1], table[2])
