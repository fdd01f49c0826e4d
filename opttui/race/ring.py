"""Values on their way from the device to the host, without a step ever waiting for the device.

Each step writes one short row into a block on the device; blocks are copied to pinned memory on a side stream, and are
read once their copy is done. On the CPU the same path runs with copies that are done at once (for tests; lanes on the
CPU read their values directly, which is three times cheaper there).
"""

from collections import deque
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

BLOCK = 256
"""Rows of a block: 10 KB at five columns of float64."""


class Fence(Protocol):
    """Something that tells when a copy is done, without waiting unless asked."""

    def query(self) -> bool:
        """Whether it is done."""

    def synchronize(self) -> None:
        """Wait for it."""


class DoneFence:
    """A copy that is done when it returns (CPU)."""

    def query(self) -> bool:
        """Always."""
        return True

    def synchronize(self) -> None:
        """Nothing to wait for."""


@dataclass
class Block:
    """Rows on the device and their place in host memory."""

    device: Tensor
    host: Tensor
    filled: int = 0
    shipped: int = 0
    collected: int = 0


class Ring:
    """Rows of a few values each, pushed on the device and collected on the host in order."""

    def __init__(self, columns: int, device: torch.device, dtype: torch.dtype) -> None:
        self._shape = (BLOCK, columns)
        self._where, self._dtype = device, dtype
        self._stream = torch.cuda.Stream(device) if device.type == "cuda" else None  # type: ignore[no-untyped-call]
        self._free: list[Block] = []
        self._block = self._new()
        self._under_way: deque[tuple[Block, int, int, Fence]] = deque()

    def slot(self) -> Tensor:
        """The next row on the device, shape (columns,), to be written before the next call of anything here."""
        if self._block.filled == BLOCK:
            self.ship()
            self._block = self._free.pop() if self._free else self._new()
        self._block.filled += 1
        return self._block.device[self._block.filled - 1]

    def ship(self) -> None:
        """Start copying the rows that are new."""
        block = self._block
        if block.shipped == block.filled:
            return
        first, last = block.shipped, block.filled
        block.shipped = last
        self._under_way.append(
            (block, first, last, self._copy(block.host[first:last], block.device[first:last]))
        )

    def collect(self, wait: bool = False) -> list[list[float]]:
        """Rows whose copies are done, in order; with `wait`, all that were shipped."""
        rows: list[list[float]] = []
        while self._under_way:
            block, first, last, fence = self._under_way[0]
            if wait:
                fence.synchronize()
            elif not fence.query():
                break
            self._under_way.popleft()
            rows += block.host[first:last].tolist()
            block.collected = last
            if last == BLOCK:
                block.filled = block.shipped = block.collected = 0
                if block is not self._block:  # else it is being filled anew already
                    self._free.append(block)
        return rows

    def _copy(self, target: Tensor, source: Tensor) -> Fence:
        if self._stream is None:
            target.copy_(source)
            return DoneFence()
        written = torch.cuda.Event()  # type: ignore[no-untyped-call]
        written.record(torch.cuda.current_stream(self._where))
        done = torch.cuda.Event()  # type: ignore[no-untyped-call]
        with torch.cuda.stream(self._stream):
            self._stream.wait_event(written)
            target.copy_(source, non_blocking=True)
            done.record(self._stream)
        return done

    def _new(self) -> Block:
        pinned = self._stream is not None
        return Block(
            device=torch.empty(self._shape, device=self._where, dtype=self._dtype),
            host=torch.empty(self._shape, dtype=self._dtype, pin_memory=pinned),
        )
