"""Pixels as a PNG file, by the standard library. Knows no chart.

Format: W3C, Portable Network Graphics (Third Edition).
"""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray


def png_of(strengths: NDArray[np.uint8], colour: str) -> bytes:
    """Pixels of one colour (#rrggbb) in many opacities, shape (rows, columns), as an indexed image: a byte a pixel."""
    levels, indices = np.unique(strengths, return_inverse=True)
    rows, columns = strengths.shape
    rgb = bytes.fromhex(colour.removeprefix("#"))
    # A row begins with its filter: 0 is none.
    body = np.zeros((rows, columns + 1), np.uint8)
    body[:, 1:] = indices.reshape(rows, columns)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", rgb * len(levels)),
            _chunk(b"tRNS", levels.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(body.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
