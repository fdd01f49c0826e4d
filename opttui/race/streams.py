"""Random streams and ambient settings: each lane has its own, and only one lane's are in place at a time.

The process has one torch generator, one `random`, one NumPy generator, one set of torch's settings. A lane that draws from
them inside its step must draw what it would draw alone. Swapping is lazy: a lane that steps twice in a row pays nothing.
"""

import ctypes
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from opttui.race import settings
from opttui.race.settings import Settings


@dataclass
class Ambient:
    """What a lane finds around it: the states of all process-wide random streams, and torch's settings."""

    torch_state: Tensor
    python_state: Any
    numpy_state: Any
    cuda_state: Tensor | None
    settings: Settings


def here(device: torch.device) -> Ambient:
    """The ambient as it is in the process now."""
    return Ambient(
        torch_state=torch.get_rng_state(),
        python_state=random.getstate(),
        numpy_state=np.random.get_state(),
        cuda_state=cuda_generator(device).get_state() if device.type == "cuda" else None,
        settings=settings.here(),
    )


def seeded(seed: int, device: torch.device) -> Ambient:
    """The ambient after `torch.manual_seed(seed)`, `random.seed(seed)` and `numpy.random.seed(seed % 2**32)`."""
    outside = here(device)
    torch.manual_seed(seed)
    random.seed(seed)
    np.random.seed(seed % 2**32)
    fresh = here(device)
    put(outside, device)
    return fresh


def put(ambient: Ambient, device: torch.device) -> None:
    """Put an ambient in place."""
    torch.set_rng_state(ambient.torch_state)
    random.setstate(ambient.python_state)
    np.random.set_state(ambient.numpy_state)
    if ambient.cuda_state is not None:
        cuda_generator(device).set_state(ambient.cuda_state)
    settings.put(ambient.settings, settings.here())


def cuda_generator(device: torch.device) -> torch.Generator:
    """The default generator of a CUDA device."""
    return torch.cuda.default_generators[device.index or 0]


class NumpyWatch:
    """Tells for 0.2 µs whether NumPy's global generator was used since the last look; a full swap costs 70 µs.

    It reads the position in the Mersenne Twister's state (`mt19937_state`: 624 words of key, then `int pos`) and the
    key's first word. A draw moves the position; 624 draws make a new key.
    """

    def __init__(self) -> None:
        address = np.random.mtrand.get_bit_generator().ctypes.state_address
        self._words = (ctypes.c_uint32 * 625).from_address(address)
        self._seen = self.mark()

    def mark(self) -> tuple[int, int]:
        """Something that differs after any draw."""
        return self._words[624], self._words[0]

    def reset(self) -> None:
        """Take the present state as unused."""
        self._seen = self.mark()

    @property
    def used(self) -> bool:
        """Whether anything was drawn since the last reset."""
        return self.mark() != self._seen


@dataclass
class Streams:
    """Whose ambient is in place. `enter` before a lane's code runs, `leave` when the race is over or hands back."""

    device: torch.device
    seed: int
    _outside: Ambient | None = None
    _owner: Ambient | None = None
    _aside: Ambient | None = None
    _seeds: Ambient | None = None
    _numpy_alike: bool = True
    """No lane has drawn from NumPy yet: all lanes' NumPy states are the seeded one, and swapping it can be skipped."""
    _watch: NumpyWatch = field(default_factory=NumpyWatch)

    def fresh(self) -> Ambient:
        """A new lane's ambient."""
        return replace(self.seeds)

    def present(self) -> Ambient:
        """A copy of the ambient of the lane whose is in place; what no lane has drawn from is the same for all."""
        owner = self._owner
        assert owner is not None
        self._store(owner)
        seeds = self.seeds
        found = replace(owner, torch_state=owner.torch_state.clone())
        if owner.cuda_state is not None:
            found.cuda_state = owner.cuda_state.clone()
        if found.python_state == seeds.python_state:
            # 20 kB as Python holds it, and hardly an optimizer draws from it.
            found.python_state = seeds.python_state
        return found

    def replace(self, ambient: Ambient, other: Ambient) -> None:
        """Give a lane another's ambient, history and all."""
        if self._owner is ambient:
            # It is put in place whole when the lane is entered next.
            self.enter(self._apart())
        for field_ in fields(Ambient):
            setattr(ambient, field_.name, getattr(other, field_.name))
        mine, seeded_ = ambient.numpy_state, self.seeds.numpy_state
        if self._numpy_alike and (mine[2] != seeded_[2] or not np.array_equal(mine[1], seeded_[1])):
            self._numpy_alike = False

    @property
    def seeds(self) -> Ambient:
        """What a new lane's ambient is made of: seeding costs 4 ms. Not to be entered, which would change it."""
        if self._seeds is None:
            self._seeds = seeded(self.seed, self.device)
        return self._seeds

    def enter(self, ambient: Ambient) -> None:
        """Put a lane's ambient in place, keeping the one that was there."""
        if self._owner is ambient:
            return
        if self._owner is None:
            self._outside = here(self.device)
            put(ambient, self.device)
            self._watch.reset()
        else:
            self._store(self._owner)
            torch.set_rng_state(ambient.torch_state)
            random.setstate(ambient.python_state)
            if not self._numpy_alike:
                np.random.set_state(ambient.numpy_state)
            if ambient.cuda_state is not None:
                cuda_generator(self.device).set_state(ambient.cuda_state)
            settings.put(ambient.settings, self._owner.settings)
        self._owner = ambient

    @contextmanager
    def aside(self) -> Iterator[None]:
        """For work that is no lane's (validation, grids): what it draws or sets reaches no lane."""
        owner = self._owner
        self.enter(self._apart())
        try:
            yield
        finally:
            if owner is not None:
                self.enter(owner)
            else:
                self.leave()

    @contextmanager
    def apart(self) -> Iterator[None]:
        """For a rehearsal of a lane: everything as a new lane finds it, and nothing kept of what becomes of it."""
        owner = self._owner
        self.enter(self.fresh())
        try:
            yield
        finally:
            if owner is not None:
                self.enter(owner)
            else:
                self.leave()

    def leave(self) -> None:
        """Give the process back what it had before the first `enter`."""
        if self._owner is not None and self._outside is not None:
            self._store(self._owner)
            put(self._outside, self.device)
        self._owner = self._outside = None

    def _apart(self) -> Ambient:
        """That of work that is no lane's."""
        if self._aside is None:
            self._aside = self.fresh()
        return self._aside

    def _store(self, owner: Ambient) -> None:
        owner.torch_state = torch.get_rng_state()
        owner.python_state = random.getstate()
        if self._numpy_alike and self._watch.used:
            self._numpy_alike = False
        if not self._numpy_alike:
            owner.numpy_state = np.random.get_state()
        owner.settings = settings.here()
        if owner.cuda_state is not None:
            owner.cuda_state = cuda_generator(self.device).get_state()
