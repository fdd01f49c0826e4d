"""The wire format of protocol buffers, as far as two kinds of logs need it. Knows no message."""

import struct
from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Value = int | float | bytes


class WireError(ValueError):
    """Bytes that are no message."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """An unsigned number and the place after it."""
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise WireError("a number is cut")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, at
        shift += 7


def signed(value: int) -> int:
    """A 64-bit number with its sign."""
    return value - (1 << 64) if value >> 63 else value


def fields(data: bytes) -> Iterator[tuple[int, int, Value]]:
    """Number, wire type and value of each field: an int, a double or float, or bytes. WireError for what is none."""
    at, end = 0, len(data)
    while at < end:
        key, at = varint(data, at)
        kind = key & 7
        if kind == VARINT:
            number, at = varint(data, at)
            yield key >> 3, kind, number
        elif kind == BYTES:
            size, at = varint(data, at)
            if size > end - at:
                raise WireError("a field is cut")
            yield key >> 3, kind, data[at : at + size]
            at += size
        elif kind in (FIXED64, FIXED32):
            size = 8 if kind == FIXED64 else 4
            if size > end - at:
                raise WireError("a number is cut")
            yield key >> 3, kind, struct.unpack_from("<d" if kind == FIXED64 else "<f", data, at)[0]
            at += size
        else:
            raise WireError("a field of no known type")
