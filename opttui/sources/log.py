"""What every kind of log is to a run that is watched: something to poll, with runs in it and sentences about damage."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from opttui.sources.metrics import Metrics


class Log(Protocol):
    """A log of another tool: a file, or the files of one directory. Everything is as of the last poll."""

    @property
    def path(self) -> Path:
        """Where it lies."""

    @property
    def kind(self) -> str:
        """What wrote it, in a word or two."""

    @property
    def runs(self) -> Mapping[str, Metrics]:
        """The runs in it; of a log of one run the key is empty."""

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read, and where."""

    @property
    def as_of(self) -> str:
        """What is behind the times in it, and since when; empty where every row is written at once."""

    @property
    def modified(self) -> float:
        """When it was last written, in seconds since the epoch; 0 while nobody has looked."""

    def poll(self, most: int | None = None) -> bool:
        """Read what is new, about `most` bytes of it (all, if None); True when the runs have changed. Raises nothing."""
