"""What a lane's model made of its problem at some step, as something to look at: a frame of the race's log. Knows no
problem."""

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

TRUTH = -1
"""The lane of what a perfect model would show."""
KINDS = ("image", "points", "curve")

_HEAD = struct.Struct("<iHHII")


@dataclass(frozen=True, eq=False)
class Look:
    """An image, points or a curve."""

    lane: int
    """`TRUTH` for what a perfect model would show."""
    step: int
    """The lane's next step."""
    kind: str
    """image, points or curve."""
    values: NDArray[np.float32]
    """image: (rows, columns) in 0…1, row 0 at the top; points and curve: (n, 2)."""
    labels: NDArray[np.uint8] | None = None
    """points: a class for each."""


def encode_look(look: Look) -> bytes:
    """A payload: 8 bits a pixel, 32 a coordinate. ValueError for a shape that is none."""
    kind = KINDS.index(look.kind)
    values = np.asarray(look.values)
    if values.ndim != 2 or (kind and values.shape[1] != 2):
        raise ValueError(f"{look.kind} of shape {values.shape}")
    # A model on its way to infinity shows black, or coordinates that are none.
    with np.errstate(all="ignore"):
        body = values.astype("<f4") if kind else np.rint(np.nan_to_num(values).clip(0, 1) * 255).astype("u1")
    labels = b"" if look.labels is None else np.asarray(look.labels).astype("u1").tobytes()
    return _HEAD.pack(look.lane, kind, bool(labels), *values.shape) + body.tobytes() + labels


def decode_look(payload: memoryview, step: int) -> Look | None:
    """The look in a payload, or None when its sizes do not fit."""
    if len(payload) < _HEAD.size:
        return None
    lane, kind, labelled, rows, columns = _HEAD.unpack_from(payload)
    size = rows * columns * (4 if kind else 1)
    # Texts are filled up with spaces to a multiple of 8.
    if kind >= len(KINDS) or not 0 <= len(payload) - _HEAD.size - size - labelled * rows < 8:
        return None
    shape: Any = (rows, columns)
    raw = np.frombuffer(payload, "<f4" if kind else "u1", rows * columns, _HEAD.size).reshape(shape)
    values = raw.astype(np.float32)
    if not kind:
        values /= np.float32(255)
    labels = np.frombuffer(payload, "u1", rows, _HEAD.size + size).copy() if labelled else None
    return Look(lane, step, KINDS[kind], values, labels)
