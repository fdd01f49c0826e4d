"""A log of lines, read while it grows or is written anew. Knows no format and no run."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from opttui.printable import printable
from opttui.sources.growing import SourceError
from opttui.sources.lines import Lines
from opttui.sources.metrics import Metrics, add_rows

Rows = dict[str, list[tuple[float, float, dict[str, float]]]]
"""By run: step, seconds and numbers of each row."""


class TextLog(ABC):
    """One file, which may hold several runs."""

    as_of = ""

    def __init__(
        self,
        path: Path,
        make: Callable[[], Metrics] = Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = path
        self.runs: dict[str, Metrics] = {}
        self._make = make
        self._lines = Lines(path, clock)
        self._wrong: dict[str, str] = {}
        self._counted: dict[str, int] = {}

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read, and where."""
        return list(self._wrong.values())

    @property
    def modified(self) -> float:
        """When it was last written."""
        return self._lines.file.modified

    def poll(self, most: int | None = None) -> bool:
        """Read what is new; all of it when the file is another one than before."""
        try:
            anew, lines = self._lines.read(most)
            self._wrong.pop("file", None)
        except SourceError as error:
            self._wrong["file"] = str(error)
            return False
        if anew:
            self._clear()
            return self.poll(most) or True
        if self._lines.too_long:
            self._say("long", self._lines.too_long, "is longer than 1 MiB and was left out")
        rows: Rows = {}
        for number, line in lines:
            self._take(number, line, rows)
        for run, each in rows.items():
            add_rows(self.runs[run], each)
        return bool(rows)

    @abstractmethod
    def _take(self, number: int, line: bytes, rows: Rows) -> None:
        """Add what a line holds; its run is among `runs` then."""

    def _clear(self) -> None:
        """Forget what was read."""
        self._wrong.clear()
        self._counted.clear()
        for metrics in self.runs.values():
            metrics.clear()

    def _count(self, run: str) -> int:
        """How many lines of a run came before this one, which counts for the next."""
        self._counted[run] = self._counted.get(run, -1) + 1
        return self._counted[run]

    def _say(self, what: str, number: int, words: str) -> None:
        """Of each kind of trouble the first line is named."""
        self._wrong.setdefault(what, f"{printable(self.path.name, 80)}, line {number:,} {words}.")
