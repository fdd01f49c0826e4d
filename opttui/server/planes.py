"""The plane that was chosen for the paths, on disk: a resumed race draws in the same one. Knows no race."""

import os
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from opttui.race.plane import Plane
from opttui.record.layout import CHECKPOINTS
from opttui.record.private import make_directories, open_to_read, write_whole


def write_plane(run: Path, number: int, plane: Plane) -> int:
    """Its directions, under its number; bytes. OSError as the disk gives it."""
    data = save({str(at): both.cpu().contiguous() for at, both in enumerate(plane.directions)})
    file = _file(run, number)
    if not file.parent.is_dir():
        make_directories(file.parent)
    write_whole(file, data)
    return len(data)


def read_plane(run: Path, number: int, like: Plane) -> Plane | None:
    """The plane of a number, through the start of another; None where it is missing or is no plane of this model."""
    try:
        with os.fdopen(open_to_read(_file(run, number)), "rb") as file:
            tensors = load(file.read())
        directions = tuple(_like(tensors[str(at)], both) for at, both in enumerate(like.directions))
    except (OSError, SafetensorError, KeyError, ValueError):
        return None
    return Plane(like.start, directions)


def _like(tensor: Tensor, other: Tensor) -> Tensor:
    if tensor.shape != other.shape or tensor.dtype != other.dtype or not torch.isfinite(tensor).all():
        raise ValueError
    return tensor.to(other.device)


def _file(run: Path, number: int) -> Path:
    return run / CHECKPOINTS / f"plane-{number}.safetensors"
