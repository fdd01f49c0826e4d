"""What a list says of each run, from its manifest alone: two thousand of them in a tenth of a second. Knows no process.

Of a manifest only the parts below are decoded, in one call of msgspec's: `read_manifest`, which makes every text
printable and checks the whole, takes 0.4 ms each. What the short look does not understand is left to it.
"""

import math
import os
from pathlib import Path
from typing import Any

import msgspec

from opttui.printable import printable
from opttui.record.disorder import LATEST
from opttui.record.layout import MANIFEST
from opttui.record.manifest import FORMAT, Best, ProcessInfo
from opttui.record.private import open_to_read

LARGEST = 16 * 2**20
"""Bytes of a manifest."""


class Problem(msgspec.Struct, frozen=True):
    """Of the problem its name."""

    name: str


class Asked(msgspec.Struct, frozen=True):
    """Of the scenario what a list shows."""

    problem: Problem
    title: str = ""
    steps: int = 1000


class Lane(msgspec.Struct, frozen=True):
    """Of a lane who it is."""

    id: int
    name: str


class Result(msgspec.Struct, frozen=True):
    """Of how a lane did what a list shows."""

    name: str
    outcome: str
    steps: int
    best_loss: Any = None
    """A number, None, or `{"$float": "inf"}`."""


class Card(msgspec.Struct, frozen=True):
    """A run in a list, its texts as they lie in the file."""

    created: float
    scenario: Asked
    lanes: tuple[Lane, ...]
    format: int
    state: str
    results: tuple[Result, ...] = ()
    best: Best | None = None
    process: ProcessInfo | None = None
    kind: str = "race"
    open_ended: bool = False

    @property
    def steps(self) -> int | None:
        """Steps that each lane takes; None where nobody knows."""
        return None if self.open_ended else self.scenario.steps

    @property
    def sound(self) -> bool:
        """Whether its numbers can be."""
        return (
            0 <= self.format <= FORMAT and 0 <= self.created <= LATEST and 1 <= self.scenario.steps <= 2**53
        )


Stamp = tuple[int, int, int]
"""Inode, size and time of change of a manifest: another one has another."""


class Cards:
    """The cards of one directory; asked again, it reads those that have changed."""

    def __init__(self) -> None:
        self.read = 0
        """Manifests opened so far."""
        self._known: dict[str, tuple[Stamp, Card | None]] = {}

    def all(self, directory: Path) -> list[tuple[Path, Card | None]]:
        """Every run there, the newest first; None for a manifest that needs a closer look. OSError without a way in."""
        found: list[tuple[float, str, Card | None]] = []
        known, self._known = self._known, {}
        with os.scandir(directory) as entries:
            for entry in entries:
                if entry.name.startswith(".") or not entry.is_dir(follow_symlinks=False):
                    continue
                file = f"{entry.path}/{MANIFEST}"
                try:
                    status = os.stat(file)  # noqa: PTH116 (a Path costs as much as the call)
                except (OSError, ValueError):
                    continue
                stamp = status.st_ino, status.st_size, status.st_mtime_ns
                old = known.get(entry.name)
                card = old[1] if old is not None and old[0] == stamp else self._look(file)
                self._known[entry.name] = stamp, card
                found.append((_moment(entry.path, card), entry.name, card))
        found.sort(key=lambda run: run[:2], reverse=True)
        return [(directory / name, card) for _, name, card in found]

    def one(self, run: Path) -> Card | None:
        """The card of one run."""
        return self._look(f"{run}/{MANIFEST}")

    def _look(self, file: str) -> Card | None:
        self.read += 1
        try:
            descriptor = open_to_read(file)
        except (OSError, ValueError):
            return None
        try:
            data = os.read(descriptor, min(os.fstat(descriptor).st_size, LARGEST))
            card = msgspec.json.decode(data, type=Card)
        except (OSError, msgspec.MsgspecError, ValueError, RecursionError):
            return None
        finally:
            os.close(descriptor)
        return card if card.sound else None


def _moment(run: str, card: Card | None) -> float:
    """When it was made, as it says; of a run that cannot say, when its directory changed."""
    if card is not None:
        return card.created
    try:
        return os.lstat(run).st_mtime
    except OSError:
        return 0.0


def best_of(card: Card) -> Best | None:
    """The lane that did best: as the race process found at its end, else by the least loss of a step."""
    if card.best is not None:
        return card.best
    came = [
        (result.best_loss, result.name)
        for result in card.results
        if result.outcome not in ("diverged", "failed")
        and isinstance(result.best_loss, int | float)
        and math.isfinite(result.best_loss)
    ]
    loss, name = min(came, default=(math.nan, ""))
    return Best(printable(name), float(loss)) if came else None
