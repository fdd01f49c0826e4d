"""The framing of a log: how a chunk is wrapped so that it can be found, measured and checked. Knows no file.

`docs/record.md` has the header byte by byte.
"""

import struct
import zlib
from enum import IntEnum
from typing import NamedTuple

MAGIC = b"\x89OPTREC\n"
"""JSON payloads escape the newline and so never hold it."""
HEADER_SIZE = 40
LONGEST_HEADER = 256
"""A later format may add fields before the header's checksum; a longer header is a damaged one."""
LONGEST_PAYLOAD = 64 * 2**20
"""Checked before anything is allocated."""

_FIELDS = struct.Struct("<8sHHIqIII")
_CRC = struct.Struct("<I")


class Kind(IntEnum):
    """What a payload is. A reader skips a kind that it does not know, by its length."""

    SCHEMA = 1
    ROWS = 2
    VALIDATION = 3
    EVENT = 4
    GRID = 5
    POINTER = 6
    END = 7
    PAST = 8
    LOOK = 9
    REWIND = 10
    BLOCKS = 16
    COMPUTER = 20
    READINGS = 21
    PROCESSES = 22


class Header(NamedTuple):
    """A header whose checksum is right."""

    kind: int
    size: int
    """Bytes of the header itself."""
    n: int
    """Rows in the payload; 1 for a payload that is no table."""
    step0: int
    """Step of the first row."""
    length: int
    """Bytes of the payload."""
    crc: int
    """CRC-32 of the payload."""


class Frame(NamedTuple):
    """A whole frame whose checksums are right."""

    kind: int
    n: int
    step0: int
    payload: memoryview
    offset: int
    """Where it begins in the file."""
    end: int
    """Where the next one begins."""


def encode_frame(kind: Kind, payload: bytes, n: int = 1, step0: int = 0) -> bytes:
    """Header and payload. ValueError for a payload above `LONGEST_PAYLOAD`."""
    if len(payload) > LONGEST_PAYLOAD:
        raise ValueError(f"a frame holds at most {LONGEST_PAYLOAD} bytes, not {len(payload)}")
    fields = _FIELDS.pack(MAGIC, kind, HEADER_SIZE, n, step0, len(payload), zlib.crc32(payload), 0)
    return b"".join((fields, _CRC.pack(zlib.crc32(fields)), payload))


def encode_text(kind: Kind, text: bytes, step0: int = 0) -> bytes:
    """A frame of JSON, filled up with spaces to a multiple of 8 so that columns of float64 stay aligned."""
    return encode_frame(kind, text + b" " * (-len(text) % 8), 1, step0)


def read_header(data: memoryview) -> Header | None:
    """The header at the beginning of `data`, or None where there is no whole and sound one."""
    if len(data) < HEADER_SIZE or data[:8] != MAGIC:
        return None
    _, kind, size, n, step0, length, crc, _ = _FIELDS.unpack_from(data)
    if not HEADER_SIZE <= size <= LONGEST_HEADER or len(data) < size or length > LONGEST_PAYLOAD:
        return None
    (own,) = _CRC.unpack_from(data, size - _CRC.size)
    if zlib.crc32(data[: size - _CRC.size]) != own:
        return None
    return Header(kind, size, n, step0, length, crc)
