"""Copies of nested data: tensors, numbers and containers, whatever an optimizer keeps. Knows no optimizer.

What was one object, or one piece of memory, before is one afterwards: some optimizers write into one view and read
another. A parameter is not copied but named, so that the copy can be put under another model's parameters.
"""

import copy
import math
import random
import types
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

ATOMS = (type(None), bool, int, float, complex, str, bytes, torch.dtype, torch.device, torch.Size)
SMALL = 64
"""Bytes that a value beside tensors is taken for."""


class NotDataError(Exception):
    """Something in the tree is more than data: a function, an object of a class of its own."""


@dataclass(frozen=True)
class Named:
    """Stands for an object that belongs to whoever holds the tree: a parameter, a module, an optimizer."""

    kind: str
    name: str


@dataclass(frozen=True)
class View:
    """Stands for a part of a parameter's memory."""

    of: Named
    size: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int


@dataclass(frozen=True, eq=False)
class Stream:
    """Stands for a `torch.Generator` at a place in its stream."""

    state: Tensor
    device: str


class Copier:
    """Copies trees; one is used for all that shares memory. Not for two directions at once.

    Args:
        names: Objects that are named and not copied, with their names. They must outlive the copier.
        found: The other way: what each name stands for now.
        opaque: Whether objects of unknown classes are copied by `copy.deepcopy`; else NotDataError.
        lend: Whether tensors are handed out as they are, to be looked at only.
    """

    def __init__(
        self,
        names: Mapping[Named, Any] | None = None,
        found: Mapping[Named, Any] | None = None,
        opaque: bool = False,
        lend: bool = False,
    ) -> None:
        self._lend = lend
        self.bytes = 0
        """Size of what was copied, about."""
        self.is_data = True
        """Nothing was copied of which only its own class knows what it holds."""
        self._found = found or {}
        self._opaque = opaque
        self._memo: dict[int, Any] = {id(thing): name for name, thing in (names or {}).items()}
        self._alive: list[Any] = []
        self._owners: dict[int, Named] = {}
        self._storages: dict[int, torch.UntypedStorage] = {}
        for name, thing in (names or {}).items():
            if isinstance(thing, Tensor) and thing.layout is torch.strided and thing.numel():
                self._owners[thing.untyped_storage().data_ptr()] = name

    def __call__(self, value: Any) -> Any:
        """The copy. NotDataError for what cannot be copied."""
        kind = type(value)
        if kind in ATOMS:
            self.bytes += SMALL
            return value
        known = self._memo.get(id(value))
        if known is not None:
            return known
        made = self._made(value, kind)
        self._memo[id(value)] = made
        self._alive.append(value)
        return made

    def strictly(self, value: Any) -> Any:
        """The copy of what is nothing but data; NotDataError else."""
        opaque, self._opaque = self._opaque, False
        try:
            return self(value)
        finally:
            self._opaque = opaque

    def fresh(self, value: Tensor) -> Tensor:
        """A named tensor's own numbers."""
        self.bytes += value.nbytes
        return value.detach() if self._lend else value.detach().clone()

    def _made(self, value: Any, kind: type) -> Any:
        copying = KINDS.get(kind)
        if copying is not None:
            return copying(self, value)
        if isinstance(value, Tensor):
            return self.tensor(value)
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return kind(*(self(part) for part in value))
        if not self._opaque or kind is types.MethodType:
            raise NotDataError(f"a {kind.__name__}")
        self.is_data = False
        self.bytes += SMALL
        try:
            return copy.deepcopy(value, dict(self._memo))
        except Exception as error:
            raise NotDataError(f"a {kind.__name__}, which cannot be copied") from error

    def tensor(self, value: Tensor) -> Tensor | View:
        """A tensor with memory of its own, shared with the copies of those that shared the original's."""
        plain = value.detach()
        self.bytes += plain.nbytes if plain.layout is torch.strided else 2 * plain._nnz() * 8
        if plain.layout is not torch.strided or not plain.numel():
            return plain.clone()
        storage = plain.untyped_storage()
        place = storage.data_ptr()
        owner = self._owners.get(place)
        if owner is not None:
            return View(owner, tuple(plain.shape), plain.stride(), int(plain.storage_offset()))
        if self._lend:
            return plain
        copied = self._storages.get(place)
        if copied is None:
            if storage.nbytes() == plain.nbytes:
                made = plain.clone()
                if made.stride() == plain.stride():
                    self._storages[place] = made.untyped_storage()
                    self._alive.append(storage)
                    return made.requires_grad_() if value.requires_grad and value.is_leaf else made
            copied = self._storages[place] = storage.clone()  # type: ignore[no-untyped-call]
            self._alive.append(storage)
        made = torch.empty(0, dtype=plain.dtype, device=plain.device)
        made.set_(copied, plain.storage_offset(), plain.shape, plain.stride())
        return made

    def named(self, value: Named) -> Any:
        """What a name stands for."""
        return self._found.get(value, value)

    def view(self, value: View) -> Any:
        """A part of the memory of what a name stands for."""
        whole = self.named(value.of)
        if not isinstance(whole, Tensor):
            return value
        return whole.detach().as_strided(value.size, value.stride, value.offset)


def _dict(copier: Copier, value: Any) -> dict[Any, Any]:
    return {copier(key): copier(part) for key, part in value.items()}


def _ordered(copier: Copier, value: Any) -> Any:
    return OrderedDict((copier(key), copier(part)) for key, part in value.items())


def _defaulting(copier: Copier, value: Any) -> Any:
    return defaultdict(value.default_factory, _dict(copier, value))


def _generator(copier: Copier, value: torch.Generator) -> Stream:
    return Stream(value.get_state(), str(value.device))


def _stream(copier: Copier, value: Stream) -> torch.Generator:
    made = torch.Generator(value.device)
    made.set_state(value.state)
    return made


def _array(copier: Copier, value: Any) -> Any:
    copier.bytes += value.nbytes
    return value.copy()


KINDS: dict[type, Callable[[Copier, Any], Any]] = {
    Tensor: Copier.tensor,
    torch.nn.Parameter: Copier.tensor,
    dict: _dict,
    OrderedDict: _ordered,
    Counter: lambda copier, value: Counter(_dict(copier, value)),
    defaultdict: _defaulting,
    list: lambda copier, value: [copier(part) for part in value],
    tuple: lambda copier, value: tuple([copier(part) for part in value]),
    set: lambda copier, value: {copier(part) for part in value},
    frozenset: lambda copier, value: frozenset(copier(part) for part in value),
    deque: lambda copier, value: deque((copier(part) for part in value), value.maxlen),
    np.ndarray: _array,
    torch.Generator: _generator,
    Stream: _stream,
    Named: Copier.named,
    View: Copier.view,
    random.Random: lambda copier, value: copy.deepcopy(value),
    np.random.RandomState: lambda copier, value: copy.deepcopy(value),
    np.random.Generator: lambda copier, value: copy.deepcopy(value),
}


def same(some: Any, other: Any) -> bool:
    """Whether two trees are equal bit for bit; NaN equals itself. Random streams by what can be told of them."""
    if some is other:
        return True
    if type(some) is not type(other):
        return False
    for kind, alike in ALIKE:
        if isinstance(some, kind):
            return alike(some, other)
    return bool(some == other)


def _maps(some: Any, other: Any) -> bool:
    return some.keys() == other.keys() and all(same(some[key], other[key]) for key in some)


def _rows(some: Any, other: Any) -> bool:
    return len(some) == len(other) and all(map(same, some, other))


def _arrays(some: Any, other: Any) -> bool:
    return bool(some.dtype == other.dtype and some.shape == other.shape and some.tobytes() == other.tobytes())


def _floats(some: float, other: float) -> bool:
    return some == other or (math.isnan(some) and math.isnan(other))


def equal(some: Tensor, other: Tensor) -> bool:
    """Whether two tensors hold the same numbers in the same type; NaN equals itself."""
    if some.dtype != other.dtype or some.shape != other.shape or some.layout != other.layout:
        return False
    if some.layout is not torch.strided:
        return torch.equal(some.to_dense(), other.to_dense())
    if torch.equal(some, other):
        return True
    if not (some.is_floating_point() or some.is_complex()):
        return False
    return torch.equal(torch.nan_to_num(some), torch.nan_to_num(other)) and torch.equal(
        torch.isnan(some), torch.isnan(other)
    )


ALIKE: tuple[tuple[Any, Callable[[Any, Any], bool]], ...] = (
    (Tensor, equal),
    (Mapping, _maps),
    (list | tuple | deque, _rows),
    (np.ndarray, _arrays),
    (float, _floats),
    (Stream, lambda some, other: torch.equal(some.state, other.state)),
    (random.Random, lambda some, other: some.getstate() == other.getstate()),
    (np.random.RandomState | np.random.Generator, lambda some, other: str(some) == str(other)),
)
"""How kinds that `==` does not settle are compared."""
