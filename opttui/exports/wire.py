"""Protocol Buffers' wire format and TFRecord's framing, as far as TensorBoard's event files need them. Knows no event.

Formats: protobuf.dev/programming-guides/encoding; tensorflow/core/lib/io/record_writer.h.
"""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]

_POLYNOMIAL = 0x82F63B78
"""CRC-32C (Castagnoli), bits reversed."""
_MASK = 0xA282EAD8
FRAME = 16
"""Bytes of a record beside its data: 8 of length, 4 of its checksum, 4 of the data's."""


def _table() -> NDArray[np.uint32]:
    crc = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        crc = np.where(crc & 1, (crc >> 1) ^ np.uint32(_POLYNOMIAL), crc >> 1).astype(np.uint32)
    return crc


_TABLE = _table()


def masked_crcs(columns: Bytes) -> NDArray[np.uint32]:
    """The masked CRC-32C of many messages of one length, given as (bytes, messages): one look-up a byte for all."""
    crc = np.full(columns.shape[1], 0xFFFFFFFF, np.uint32)
    for byte in columns:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    np.invert(crc, out=crc)
    return np.asarray(((crc >> 15) | (crc << 17)) + np.uint32(_MASK), np.uint32)


def framed(messages: Bytes) -> bytes:
    """Messages of one length, given as (bytes, messages), as records one after the other."""
    size, count = messages.shape
    records = np.empty((size + FRAME, count), np.uint8)
    head = np.frombuffer(struct.pack("<Q", size), np.uint8)
    records[:8] = head[:, np.newaxis]
    records[8:12] = _little(masked_crcs(head[:, np.newaxis]))
    records[12:-4] = messages
    records[-4:] = _little(masked_crcs(messages))
    return records.T.tobytes()


def record(message: bytes) -> bytes:
    """One message as a record."""
    return framed(np.frombuffer(message, np.uint8)[:, np.newaxis])


def records(messages: Sequence[bytes]) -> bytes:
    """Messages as records one after the other: those of one length are checked side by side, 100 times as fast."""
    places: dict[int, list[int]] = {}
    for place, message in enumerate(messages):
        places.setdefault(len(message), []).append(place)
    found = [b""] * len(messages)
    for size, those in places.items():
        data = np.frombuffer(b"".join([messages[place] for place in those]), np.uint8)
        framed_ones = framed(data.reshape(len(those), size).T)
        for number, place in enumerate(those):
            begin = number * (size + FRAME)
            found[place] = framed_ones[begin : begin + size + FRAME]
    return b"".join(found)


def varint(value: int) -> bytes:
    """A number by sevens of bits; negative ones as 64 bits."""
    value &= 2**64 - 1
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def message(number: int, *parts: bytes) -> bytes:
    """A field that holds a message, or bytes."""
    body = b"".join(parts)
    return varint(number << 3 | 2) + varint(len(body)) + body


def text(number: int, value: str) -> bytes:
    """A field of text."""
    return message(number, value.encode("utf-8", "replace"))


def whole(number: int, value: int) -> bytes:
    """A field of a whole number."""
    return varint(number << 3) + varint(value)


def double(number: int, value: float) -> bytes:
    """A field of a float64."""
    return varint(number << 3 | 1) + struct.pack("<d", value)


def single(number: int, value: float) -> bytes:
    """A field of a float32."""
    return varint(number << 3 | 5) + np.float32(value).tobytes()


def varints(values: NDArray[np.int64], size: int) -> Bytes:
    """Numbers of `size` sevens of bits each, as (bytes, numbers)."""
    sevens = np.array([(values >> (7 * at)) & 0x7F for at in range(size)], np.uint8)
    sevens[:-1] |= 0x80
    return sevens


def _little(values: NDArray[np.uint32]) -> Bytes:
    return values.astype("<u4").view(np.uint8).reshape(-1, 4).T
