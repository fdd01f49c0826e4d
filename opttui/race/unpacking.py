"""Numbers and text that `packing` wrote, as a lane's snapshot again. Knows no file.

Builds only what is listed here: nothing in a file names code, and what is not as it was written is damage.
"""

import base64
import json
import math
import random
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from opttui.optimizers.tree import Named, Stream, View
from opttui.race.packing import BIT_GENERATORS, FACTORIES, VERSION, Packed
from opttui.race.settings import Settings
from opttui.race.snapshot import Snapshot
from opttui.record.manifest import Plan
from opttui.scenario.specs import LaneSpec

STRUCTS: dict[str, Any] = {"LaneSpec": LaneSpec, "Plan": Plan}


class DamagedSnapshotError(ValueError):
    """Not what `packed` writes."""


def unpacked(kept: Packed, device: torch.device) -> Snapshot:
    """The snapshot that was packed, its tensors that were on an accelerator on `device`. DamagedSnapshotError."""
    try:
        document = json.loads(kept.text)
        if document["version"] != VERSION:
            raise DamagedSnapshotError(f"it is of version {document['version']}, not {VERSION}")
        tree = _Unpacker(kept.tensors, device)(document["tree"])
        step, size, done = (int(document[key]) for key in ("step", "bytes", "done"))
        return Snapshot(step, tree, size, is_data=True, done=done)
    except DamagedSnapshotError:
        raise
    except (
        KeyError,
        TypeError,
        ValueError,
        IndexError,
        AttributeError,
        RuntimeError,
        RecursionError,
    ) as error:
        raise DamagedSnapshotError(f"{type(error).__name__}: {error}") from error
    except msgspec.MsgspecError as error:
        raise DamagedSnapshotError(str(error)) from error


class _Unpacker:
    """Turns JSON and memory into a tree."""

    def __init__(self, tensors: dict[str, Tensor], device: torch.device) -> None:
        self._tensors = tensors
        self.device = device
        self._storages: dict[tuple[str, bool], torch.UntypedStorage] = {}

    def __call__(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self(part) for part in value]
        if not isinstance(value, dict):
            return value
        if len(value) != 1:
            raise DamagedSnapshotError(f"an object of {len(value)} keys")
        ((kind, about),) = value.items()
        reader = READERS.get(kind)
        if reader is None:
            raise DamagedSnapshotError(f"a value of the unknown kind '{kind}'")
        return reader(self, about)

    def pairs(self, about: Any) -> list[tuple[Any, Any]]:
        """Keys and values."""
        return [(self(key), self(part)) for key, part in about]

    def tensor(self, about: Any) -> Tensor:
        """A tensor in memory that it shares with whatever shared it."""
        dtype = dtype_of(about["dtype"])
        device = torch.device("cpu") if about["cpu"] else self.device
        if about["memory"] is None:
            return torch.empty(about["size"], dtype=dtype, device=device)
        key = (str(about["memory"]), bool(about["cpu"]))
        if key not in self._storages:
            # A copy has memory of its own, aligned as torch aligns it.
            self._storages[key] = self._tensors[key[0]].to(device, copy=True).untyped_storage()
        size, stride, offset = about["size"], about["stride"], about["offset"]
        last = offset + sum((n - 1) * by for n, by in zip(size, stride, strict=True))
        # torch would make the memory longer instead of refusing.
        if min([offset, *size, *stride]) < 0 or (last + 1) * dtype.itemsize > self._storages[key].nbytes():
            raise DamagedSnapshotError("a tensor beyond its memory")
        made = torch.empty(0, dtype=dtype, device=device)
        made.set_(self._storages[key], offset, size, stride)
        return made.requires_grad_() if about.get("grad") else made

    def array(self, about: Any) -> Any:
        """A NumPy array."""
        memory, dtype, shape = about
        kind = np.dtype(dtype)
        if kind.hasobject:
            raise DamagedSnapshotError("an array of objects")
        data = b"" if memory is None else self._tensors[memory].numpy().tobytes()
        return np.frombuffer(data, kind).reshape(shape).copy()

    def sparse(self, about: Any) -> Tensor:
        """A sparse tensor."""
        parts = self(about["indices"]), self(about["values"])
        size, coalesced = about["size"], about["coalesced"]
        return torch.sparse_coo_tensor(*parts, size, check_invariants=True, is_coalesced=coalesced)


def dtype_of(name: str) -> torch.dtype:
    """A dtype by name. DamagedSnapshotError."""
    found = getattr(torch, name, None)
    if not isinstance(found, torch.dtype):
        raise DamagedSnapshotError(f"the unknown dtype '{name}'")
    return found


def _defaulting_of(unpacker: _Unpacker, about: Any) -> Any:
    return defaultdict(FACTORIES[about[0]], unpacker.pairs(about[1]))


def _random_of(unpacker: _Unpacker, about: Any) -> random.Random:
    made = random.Random()
    made.setstate(unpacker(about))
    return made


def _numpy_stream_of(kind: Any) -> Callable[[_Unpacker, Any], Any]:
    def read(unpacker: _Unpacker, about: Any) -> Any:
        name, state = about
        if name not in BIT_GENERATORS:
            raise DamagedSnapshotError(f"the unknown random stream '{name}'")
        bits = getattr(np.random, name)()
        bits.state = unpacker(state)
        return kind(bits)

    return read


def _struct_of(name: str) -> Callable[[_Unpacker, Any], Any]:
    return lambda unpacker, about: msgspec.convert(unpacker(about), STRUCTS[name])


def _view_of(unpacker: _Unpacker, about: Any) -> View:
    (kind, name), size, stride, offset = about
    return View(Named(kind, name), tuple(size), tuple(stride), offset)


READERS: dict[str, Callable[[_Unpacker, Any], Any]] = {
    "float": lambda unpacker, about: {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[about],
    "complex": lambda unpacker, about: complex(*unpacker(about)),
    "bytes": lambda unpacker, about: base64.b64decode(about),
    "dtype": lambda unpacker, about: dtype_of(about),
    "device": lambda unpacker, about: torch.device("cpu") if about == "cpu" else unpacker.device,
    "size": lambda unpacker, about: torch.Size(about),
    "dict": lambda unpacker, about: dict(unpacker.pairs(about)),
    "counter": lambda unpacker, about: Counter(dict(unpacker.pairs(about))),
    "ordered": lambda unpacker, about: OrderedDict(unpacker.pairs(about)),
    "defaultdict": _defaulting_of,
    "tuple": lambda unpacker, about: tuple(unpacker(about)),
    "set": lambda unpacker, about: set(unpacker(about)),
    "frozenset": lambda unpacker, about: frozenset(unpacker(about)),
    "deque": lambda unpacker, about: deque(unpacker(about[1]), about[0]),
    "array": lambda unpacker, about: unpacker.array(about),
    "number": lambda unpacker, about: unpacker.array(about)[()],
    "named": lambda unpacker, about: Named(*about),
    "view": _view_of,
    "stream": lambda unpacker, about: Stream(unpacker(about[0]), about[1]),
    "Random": _random_of,
    "RandomState": _numpy_stream_of(np.random.RandomState),
    "Generator": _numpy_stream_of(np.random.Generator),
    "settings": lambda unpacker, about: Settings(*unpacker(about)),
    "LaneSpec": _struct_of("LaneSpec"),
    "Plan": _struct_of("Plan"),
    "tensor": lambda unpacker, about: unpacker.tensor(about),
    "sparse": lambda unpacker, about: unpacker.sparse(about),
}
"""How each kind is read."""
