"""A lane's snapshot as numbers and text that can be written to a disk. Knows no file; `unpacking` reads it.

Memory goes out as plain bytes, one tensor a storage, so that every dtype and every view of shared memory comes back bit
for bit; all else is JSON in which everything that JSON does not have is an object of one key, its kind.
"""

import base64
import json
import math
import random
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from opttui.optimizers.tree import Named, NotDataError, Stream, View
from opttui.race.settings import Settings
from opttui.race.snapshot import Snapshot
from opttui.record.manifest import Plan
from opttui.scenario.specs import LaneSpec

VERSION = 1
FACTORIES: dict[str, Any] = {"": None, "dict": dict, "list": list, "int": int, "float": float, "set": set}
BIT_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")


@dataclass
class Packed:
    """What goes to a disk."""

    tensors: dict[str, Tensor] = field(default_factory=dict)
    """Memory as uint8, on the CPU, by number."""
    text: str = ""
    """The rest, as JSON."""


def packed(snapshot: Snapshot) -> Packed:
    """A snapshot as bytes and text. NotDataError when something in it is more than data."""
    packer = _Packer()
    document = {
        "version": VERSION,
        "step": snapshot.step,
        "bytes": snapshot.bytes,
        "done": snapshot.done,
        "tree": packer(snapshot.tree),
    }
    try:
        text = json.dumps(document, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise NotDataError(f"something that cannot be written ({error})") from error
    return Packed(packer.tensors, text)


class _Packer:
    """Turns a tree into JSON and memory."""

    def __init__(self) -> None:
        self.tensors: dict[str, Tensor] = {}
        self._numbers: dict[int, str] = {}
        self._alive: list[Any] = []

    def __call__(self, value: Any) -> Any:
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return value
        if kind is list:
            return [self(part) for part in value]
        writer = WRITERS.get(kind)
        if writer is not None:
            return writer(self, value)
        if isinstance(value, Tensor):
            return self.tensor(value)
        raise NotDataError(f"a {kind.__name__}")

    def tensor(self, value: Tensor) -> Any:
        """Where a tensor lies in which memory."""
        if value.layout is not torch.strided:
            return self._sparse(value)
        about: dict[str, Any] = {
            "memory": self.memory(value.detach()) if value.numel() else None,
            "dtype": str(value.dtype).removeprefix("torch."),
            "size": list(value.shape),
            "stride": list(value.stride()),
            "offset": int(value.storage_offset()),
            "cpu": value.device.type == "cpu",
        }
        if value.requires_grad and value.is_leaf:
            about["grad"] = True
        return {"tensor": about}

    def memory(self, value: Tensor) -> str:
        """The number of a tensor's memory."""
        storage = value.untyped_storage()
        place = storage.data_ptr()
        number = self._numbers.get(place)
        if number is None:
            number = self._numbers[place] = str(len(self.tensors))
            whole = torch.empty(0, dtype=torch.uint8, device=value.device).set_(storage)
            self.tensors[number] = whole.cpu()
            self._alive.append(storage)
        return number

    def _sparse(self, value: Tensor) -> Any:
        if value.layout is not torch.sparse_coo:
            raise NotDataError(f"a tensor laid out as {value.layout}")
        parts = {"indices": self(value._indices()), "values": self(value._values())}
        return {"sparse": {**parts, "size": list(value.shape), "coalesced": value.is_coalesced()}}


def _float(packer: _Packer, value: float) -> Any:
    return value if math.isfinite(value) else {"float": repr(value)}


def _defaulting(packer: _Packer, value: Any) -> Any:
    factory = value.default_factory
    name = "" if factory is None else getattr(factory, "__name__", "?")
    if FACTORIES.get(name, packer) is not factory:
        raise NotDataError("a defaultdict with a function of its own")
    return {"defaultdict": [name, _pairs(packer, value)]}


def _pairs(packer: _Packer, value: Any) -> list[Any]:
    return [[packer(key), packer(part)] for key, part in value.items()]


def _numpy_stream(packer: _Packer, value: Any) -> Any:
    bits = value.bit_generator if isinstance(value, np.random.Generator) else value._bit_generator
    if type(bits).__name__ not in BIT_GENERATORS:
        raise NotDataError(f"a random stream of {type(bits).__name__}")
    return {type(value).__name__: [type(bits).__name__, packer(bits.state)]}


def _array(packer: _Packer, value: Any) -> Any:
    """An array, or one of NumPy's numbers, as memory."""
    array = np.asarray(value)
    if array.dtype.hasobject or array.dtype.names:
        raise NotDataError("an array of objects")
    plain = torch.from_numpy(np.frombuffer(array.tobytes(), np.uint8).copy())
    about = [packer.memory(plain) if plain.numel() else None, array.dtype.str, list(array.shape)]
    return {"number" if isinstance(value, np.generic) else "array": about}


def _struct(packer: _Packer, value: Any) -> Any:
    return {type(value).__name__: packer(msgspec.to_builtins(value))}


def _sequence(name: str) -> Callable[[_Packer, Any], Any]:
    return lambda packer, value: {name: [packer(part) for part in value]}


WRITERS: dict[type, Callable[[_Packer, Any], Any]] = {
    float: _float,
    complex: lambda packer, value: {"complex": [packer(value.real), packer(value.imag)]},
    bytes: lambda packer, value: {"bytes": base64.b64encode(value).decode()},
    torch.dtype: lambda packer, value: {"dtype": str(value).removeprefix("torch.")},
    torch.device: lambda packer, value: {"device": str(value)},
    torch.Size: _sequence("size"),
    dict: lambda packer, value: {"dict": _pairs(packer, value)},
    Counter: lambda packer, value: {"counter": _pairs(packer, value)},
    OrderedDict: lambda packer, value: {"ordered": _pairs(packer, value)},
    defaultdict: _defaulting,
    tuple: _sequence("tuple"),
    set: _sequence("set"),
    frozenset: _sequence("frozenset"),
    deque: lambda packer, value: {"deque": [value.maxlen, [packer(part) for part in value]]},
    np.ndarray: _array,
    np.float64: _array,
    np.float32: _array,
    np.int64: _array,
    np.bool_: _array,
    Named: lambda packer, value: {"named": [value.kind, value.name]},
    View: lambda packer, value: {
        "view": [[value.of.kind, value.of.name], list(value.size), list(value.stride), int(value.offset)]
    },
    Stream: lambda packer, value: {"stream": [packer(value.state), value.device]},
    random.Random: lambda packer, value: {"Random": packer(value.getstate())},
    np.random.RandomState: _numpy_stream,
    np.random.Generator: _numpy_stream,
    Settings: lambda packer, value: {"settings": [packer(part) for part in value]},
    LaneSpec: _struct,
    Plan: _struct,
}
"""How each kind is written. What is not listed is not data."""
