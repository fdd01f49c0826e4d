"""Checkpoints on disk: a lane's snapshot as one safetensors file, its JSON in the header. Knows no race and no clock.

One file, renamed into place when it is whole, so that there is never half of one; sums over both of its parts tell of one
that was damaged later. Nothing in it is a pickle, and reading runs no code.
"""

import json
import os
import zlib
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from opttui.race.packing import Packed, packed
from opttui.race.snapshot import Snapshot
from opttui.race.unpacking import DamagedSnapshotError, unpacked
from opttui.record.private import make_directories, open_to_read, write_whole

TEXT, TEXT_SUM, SUM = "snapshot", "snapshot crc32", "tensors crc32"
LARGEST_HEADER = 100_000_000
"""Bytes: what safetensors itself allows."""


def write_checkpoint(path: Path, snapshot: Snapshot) -> int:
    """Write a file, whole or not at all; its bytes. OSError as the disk gives it, NotDataError for what is no data."""
    kept = packed(snapshot)
    metadata = {
        TEXT: kept.text,
        TEXT_SUM: str(zlib.crc32(kept.text.encode())),
        SUM: str(sum_of(kept.tensors)),
    }
    data = save(kept.tensors, metadata)
    if not path.parent.is_dir():
        make_directories(path.parent)
    write_whole(path, data)
    return len(data)


def read_checkpoint(path: Path, device: torch.device) -> Snapshot:
    """The snapshot in a file. OSError when there is none, DamagedSnapshotError when it is not what was written."""
    descriptor = open_to_read(path)
    with os.fdopen(descriptor, "rb") as file:
        data = file.read()
    try:
        metadata = header_of(data)
        tensors = load(data)
    except (SafetensorError, ValueError) as error:
        raise DamagedSnapshotError(f"it is no safetensors file: {error}") from error
    text = metadata.get(TEXT, "")
    if str(zlib.crc32(text.encode())) != metadata.get(TEXT_SUM) or str(sum_of(tensors)) != metadata.get(SUM):
        raise DamagedSnapshotError("its sums do not agree")
    return unpacked(Packed(tensors, text), device)


def sum_of(tensors: dict[str, Tensor]) -> int:
    """A checksum over all memory, in the order of its numbers."""
    total = 0
    for _, tensor in sorted(tensors.items(), key=lambda item: int(item[0])):
        total = zlib.crc32(tensor.numpy().data, total)
    return total


def header_of(data: bytes) -> dict[str, str]:
    """What is told beside the tensors. ValueError for what is no safetensors file.

    The format: eight bytes of length, little-endian, then so much JSON (https://github.com/huggingface/safetensors).
    """
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(LARGEST_HEADER, len(data) - 8):
        raise ValueError("its header is longer than the file")
    metadata = json.loads(data[8 : 8 + length]).get("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise ValueError("its metadata are not text")
    return metadata
