"""Tables of comma-separated values, read while they grow or are written anew. Knows no run.

Lightning's CSVLogger appends, and writes the whole file again with another header when a metric comes that it has no
column for; older ones write it again at each save.
"""

import csv
import math
import time
from collections.abc import Callable
from pathlib import Path

from opttui.sources.growing import Growing
from opttui.sources.jsonl import moment
from opttui.sources.metrics import Metrics
from opttui.sources.names import STEPS, TIMES, usual
from opttui.sources.text_log import Rows, TextLog

DELIMITERS = ",;\t"
MOST_COLUMNS = 2000
_LONGEST_NUMBER = 400
"""Characters of a number: float() takes a second for a million digits."""


class CsvLog(TextLog):
    """One file. With the columns `lane` and `name`, as our own export has them, it holds a run for each lane."""

    kind = "CSV"

    def __init__(
        self,
        path: Path,
        make: Callable[[], Metrics] = Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(path, make, clock)
        self._header: list[str] = []
        self._delimiter = ","
        self._step: int | None = None
        self._time: int | None = None
        self._lane: tuple[int, int] | None = None

    def _clear(self) -> None:
        super()._clear()
        self._header = []

    def _take(self, number: int, line: bytes, rows: Rows) -> None:
        if not line.strip():
            return
        if not self._header:
            self._begin(line)
            return
        if line.startswith(b"#"):
            return
        cells = split(line, self._delimiter)
        columns = len(self._header)
        if cells is None or len(cells) > columns:
            self._say("cells", number, f"does not fit the header of {columns} columns and was left out")
            return
        if len(cells) < columns:
            self._say("cells", number, f"has {len(cells)} of {columns} columns and was left out")
            return
        if (
            self._delimiter == ";" and b"," in line
        ):  # as spreadsheets write decimals where a comma is the point
            cells = [cell.replace(",", ".") for cell in cells]
        run, row = self._row(cells)
        if run not in self.runs:
            self.runs[run] = self._make()
        rows.setdefault(run, []).append(row)

    def _begin(self, line: bytes) -> None:
        text = line.removeprefix(b"\xef\xbb\xbf")
        self._delimiter = max(DELIMITERS, key=lambda each: text.count(each.encode()))
        names = split(text, self._delimiter) or []
        self._header = [name.strip() for name in names[:MOST_COLUMNS]] or ["(no name)"]
        step, when = usual(self._header, STEPS), usual(self._header, TIMES)
        self._step = None if step is None else self._header.index(step)
        self._time = None if when is None else self._header.index(when)
        lanes = "lane" in self._header and "name" in self._header
        self._lane = (self._header.index("lane"), self._header.index("name")) if lanes else None
        if not self.runs and not lanes:
            self.runs[""] = self._make()

    def _row(self, cells: list[str]) -> tuple[str, tuple[float, float, dict[str, float]]]:
        """The run a row is of, its step, its time and its numbers."""
        run = "" if self._lane is None else f"{cells[self._lane[0]]}:{cells[self._lane[1]]}"
        count = self._count(run)
        step = math.nan if self._step is None else number_in(cells[self._step])
        seconds = math.nan
        if self._time is not None:
            seconds = number_in(cells[self._time])
            seconds = moment(cells[self._time].strip()) if math.isnan(seconds) else seconds
        passed = (self._step, self._time, *(self._lane or ()))
        values = {}
        for place, (name, cell) in enumerate(zip(self._header, cells, strict=True)):
            if cell and place not in passed:
                value = number_in(cell)
                if not math.isnan(value) or cell.strip().lower().lstrip("+-") == "nan":
                    values[name] = value
        return run, (step if math.isfinite(step) else float(count), seconds, values)


def split(line: bytes, delimiter: str) -> list[str] | None:
    """The cells of a line; None for what is no line of a table."""
    text = line.decode("utf-8", "replace").rstrip("\r")
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True), None)
    except csv.Error:
        return None


def number_in(cell: str) -> float:
    """The number in a cell; NaN where there is none."""
    if len(cell) > _LONGEST_NUMBER:
        return math.nan
    try:
        return float(cell)
    except ValueError:
        return math.nan


def header_of(path: Path) -> list[str]:
    """The first line's cells, for a look at what a file is; SourceError when it cannot be read."""
    data = Growing(path).read(1 << 16).data
    line = next((line for line in data.split(b"\n") if line.strip()), b"").removeprefix(b"\xef\xbb\xbf")
    delimiter = max(DELIMITERS, key=lambda each: line.count(each.encode()))
    return [cell.strip() for cell in split(line, delimiter) or []]
