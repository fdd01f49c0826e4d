"""Batches of one's own as a function of the step: the same for every lane, and for every race of the same seed.

Code that makes them may draw from the process's random streams. It does so aside: from streams seeded by the race's
seed and the epoch or the step, so that it moves no lane's stream and gives the same again.

Plain scripts paste what they need of it, so those functions stand on torch alone.
"""

import contextlib
import copy
import functools
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset

from opttui.own import kind
from opttui.problems.batches import epoch_order
from opttui.problems.problem import Batch
from opttui.record.manifest import Form

DEFAULT_SIZE = 32
WORDS = (
    "a DataLoader, a Dataset, a tensor or a tuple of tensors, a list of batches, or a function of the step"
)


@dataclass(frozen=True)
class Source:
    """Where the batches of a problem come from."""

    lane: Callable[[], Callable[[int], Batch]]
    """Makes a lane's batches: from the step to its batch."""
    form: Form
    """What they are made of."""
    size: int | None = None
    """Samples in a batch, where that is known."""
    epoch: int | None = None
    """Steps of one pass through the data; None where there is no end, or nobody knows it."""
    samples: int | None = None
    """Samples of one pass, where that is known."""


class WrongBatchesError(Exception):
    """What was given as batches is none; the rest of a sentence about it."""


@contextlib.contextmanager
def seeded_aside(*numbers: int) -> Iterator[None]:
    """All process-wide random streams seeded by some numbers, and put back at the end."""
    mixed = functools.reduce(lambda seed, number: (seed * 1_000_003 + number + 1) % 2**63, numbers, 0)
    before = torch.get_rng_state(), random.getstate(), np.random.get_state()
    torch.default_generator.manual_seed(mixed)
    random.seed(mixed)
    np.random.seed(mixed % 2**32)
    try:
        yield
    finally:
        torch.set_rng_state(before[0])
        random.setstate(before[1])
        np.random.set_state(before[2])


def batches_of(given: Any, size: int | None, seed: int, put: Callable[[Any], Any]) -> Source:
    """Where a lane's batches come from.

    Args:
        given: As `opttui.Problem.batches`.
        size: Samples in a batch, where batches are cut here.
        seed: Of the race.
        put: Copies a batch to where and as the race wants it; called for each lane.

    Raises:
        WrongBatchesError: It cannot be batches.
    """
    if given is None:
        return Source(lambda: lambda step: None, "none")
    if isinstance(given, Dataset):
        return _loader(loader_of(given, size or DEFAULT_SIZE), "dataset", seed, put)
    if isinstance(given, DataLoader):
        if size is not None and size != given.batch_size:
            raise WrongBatchesError(
                f"its DataLoader makes batches of {given.batch_size or 'one'}, "
                f"and a batch size of {size} was asked for; give a Dataset or tensors instead"
            )
        return _loader(given, "loader", seed, put)
    if isinstance(given, Tensor) or (isinstance(given, tuple) and _all_tensors(given)):
        return _tensors(given, size, seed, put)
    if size is not None:
        raise WrongBatchesError(
            "a batch size is for tensors and Datasets; this problem makes its own batches"
        )
    if isinstance(given, list) and given:
        at = shared(lambda step: given[step % len(given)], put)
        return Source(lambda: at, "list", epoch=len(given))
    if callable(given):
        at = shared(lambda step: called(given, step, seed), put)
        return Source(lambda: at, "function")
    raise WrongBatchesError(f"its batches are {'an empty list' if given == [] else kind(given)}, not {WORDS}")


def _tensors(given: Any, size: int | None, seed: int, put: Callable[[Any], Any]) -> Source:
    if size is None:

        def whole() -> Callable[[int], Batch]:
            own = put(given)
            return lambda step: own

        return Source(whole, "whole")
    parts = given if isinstance(given, tuple) else (given,)
    count = len(parts[0]) if parts[0].ndim else 0
    if not count or any(part.ndim == 0 or len(part) != count for part in parts):
        lengths = ", ".join(str(len(part)) if part.ndim else "no" for part in parts)
        raise WrongBatchesError(f"its tensors have {lengths} rows, and batches need as many of each")
    at = shared(cut(given, size, seed), put)
    return Source(lambda: at, "tensors", size, math.ceil(count / size), count)


def _loader(loader: "DataLoader[Any]", form: Form, seed: int, put: Callable[[Any], Any]) -> Source:
    size = loader.batch_size
    if isinstance(loader.dataset, IterableDataset):
        turns: Form = "dataset in turn" if form == "dataset" else "loader in turn"
        return Source(lambda: InTurn(loader, seed, put), turns, size)
    at = shared(fetched(loader, seed), put)
    epoch = samples = None
    with contextlib.suppress(Exception):  # a sampler of one's own need not know its length
        epoch = len(loader) or None
        samples = len(loader.sampler) if not loader.drop_last else len(loader) * (size or 1)  # type: ignore[arg-type]
    return Source(lambda: at, form, size, epoch, (samples or None) if size else None)


def shared(make: Callable[[int], Any], put: Callable[[Any], Any]) -> Callable[[int], Any]:
    """Batches made once for all lanes that are near each other; each lane gets copies."""
    made = functools.lru_cache(maxsize=4)(make)
    return lambda step: put(made(step))


def cut(given: Any, size: int, seed: int) -> Callable[[int], Any]:
    """Batches cut from tensors, in a new order every epoch."""
    parts = given if isinstance(given, tuple) else (given,)
    per_epoch = math.ceil(len(parts[0]) / size)

    def at(step: int) -> Any:
        epoch, position = divmod(step, per_epoch)
        order = epoch_order(len(parts[0]), seed, epoch, torch.device("cpu"))
        chosen = order[position * size : (position + 1) * size]
        taken = tuple(part[chosen.to(part.device)] for part in parts)
        return taken if isinstance(given, tuple) else taken[0]

    return at


def loader_of(given: "Dataset[Any]", size: int) -> "DataLoader[Any]":
    """A Dataset as a loader that shuffles, unless it can only be read in turn."""
    return DataLoader(given, size, shuffle=None if isinstance(given, IterableDataset) else True)


def fetched(loader: "DataLoader[Any]", seed: int) -> Callable[[int], Any]:
    """Batches of a loader, fetched by index, here and without workers."""
    sampler = loader.batch_sampler if loader.batch_sampler is not None else loader.sampler

    @functools.lru_cache(maxsize=8)
    def order(epoch: int) -> list[Any]:
        for holder in (loader, loader.sampler, sampler):
            own = getattr(holder, "generator", None)
            if isinstance(own, torch.Generator):
                own.manual_seed((seed * 1_000_003 + epoch) % 2**63)
        if hasattr(loader.sampler, "set_epoch"):
            loader.sampler.set_epoch(epoch)
        with seeded_aside(seed, epoch):
            return list(sampler)

    def at(step: int) -> Any:
        first = order(0)
        if not first:
            raise ValueError("the DataLoader has no batches")
        epoch, position = divmod(step, len(first))
        now = order(epoch)
        with seeded_aside(seed, epoch, position):
            return fetch(loader, now[position % len(now)])

    return at


def fetch(loader: "DataLoader[Any]", chosen: Any) -> Any:
    """The samples of some indices as a batch, as the loader itself puts them together."""
    data: Any = loader.dataset
    if loader.batch_sampler is None:
        return loader.collate_fn(data[chosen])
    whole = getattr(data, "__getitems__", None)
    samples: Sequence[Any] = whole(chosen) if whole else [data[index] for index in chosen]
    return loader.collate_fn(samples)  # type: ignore[arg-type]


class InTurn:
    """A lane's batches of data that can only be read in turn. Going back begins again."""

    def __init__(self, loader: "DataLoader[Any]", seed: int, put: Callable[[Any], Any]) -> None:
        # Each lane reads for itself; workers of their own would be as many processes as lanes.
        self._loader = copy.copy(loader)
        self._loader.num_workers = 0
        self._loader.prefetch_factor = None
        self._seed, self._put = seed, put
        self._next = 0
        self._epoch = -1
        self._reading: Iterator[Any] | None = None

    def __call__(self, step: int) -> Any:
        if step < self._next:
            self._next, self._epoch, self._reading = 0, -1, None
        while True:
            batch = self._read()
            if self._next > step:
                return self._put(batch)

    def _read(self) -> Any:
        with seeded_aside(self._seed, self._next):
            for _ in range(2):
                if self._reading is not None:
                    with contextlib.suppress(StopIteration):
                        batch = next(self._reading)
                        self._next += 1
                        return batch
                self._epoch += 1
                self._reading = iter(self._loader)
        raise ValueError("the DataLoader has no batches")


def copied(batch: Any, device: torch.device, dtype: torch.dtype | None) -> Any:
    """A copy of a batch on the device; its floating-point tensors in the dtype, unless that is None."""
    if isinstance(batch, Tensor):
        wanted = dtype if dtype is not None and batch.is_floating_point() else batch.dtype
        return batch.detach().to(device, wanted, copy=True)
    if isinstance(batch, tuple) and hasattr(batch, "_fields"):
        return type(batch)(*(copied(part, device, dtype) for part in batch))
    if isinstance(batch, list | tuple):
        return type(batch)(copied(part, device, dtype) for part in batch)
    if isinstance(batch, dict):
        return {key: copied(part, device, dtype) for key, part in batch.items()}
    return batch


def called(function: Callable[[int], Any], step: int, seed: int) -> Any:
    """The batch of a step by a function of one's own."""
    with seeded_aside(seed, step):
        return function(step)


def _all_tensors(given: tuple[Any, ...]) -> bool:
    return bool(given) and all(isinstance(part, Tensor) for part in given)
