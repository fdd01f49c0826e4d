"""All numbers of one run of another tool, each as a series in bounded memory. Knows no file and no format."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from opttui.printable import printable
from opttui.record.series import CAPACITY, Series

MOST = 256
"""Metrics of a run that are kept; those that come later are counted."""
LONGEST = 120
"""Characters of a name."""

Points = tuple[list[float], list[float], list[float]]
"""Steps, seconds since the epoch (NaN where nobody knows) and values, of one length."""


class Metrics:
    """The series of a run, by name; what its log is read into."""

    def __init__(self, capacity: int = CAPACITY, wanted: Callable[[str], bool] = lambda name: True) -> None:
        """`wanted`: whether a metric of some name is kept at all."""
        self.series: dict[str, Series] = {}
        """In the order in which they came."""
        self.start = math.nan
        """The least time of all points, in seconds since the epoch; NaN where no point has one."""
        self.title = ""
        """What the tool calls the run, where it says so."""
        self.steps = 0
        """How many steps it will take, where the tool says so."""
        self.ended: str | None = None
        """How it ended, in words; None while nothing says that it did. Empty: well."""
        self.surplus = 0
        """Metrics beyond `MOST`."""
        self.version = 0
        """Counts up with every change."""
        self._capacity = capacity
        self._wanted = wanted
        self._names: dict[str, str | None] = {}

    def add(self, name: str, points: Points) -> None:
        """Take points of one metric in, in the order of the log; those without a finite step are left out."""
        series = self._series(name)
        if series is None or not points[0]:
            return
        table = np.array(points, dtype=np.float64)
        table = table[:, np.isfinite(table[0])]
        if not table.size:
            return
        times = table[1][np.isfinite(table[1])]
        if times.size:
            self.start = min(float(times.min()), self.start if math.isfinite(self.start) else math.inf)
        series.add(table)
        self.version += 1

    def cut(self, step: float, name: str | None = None) -> None:
        """Take back what a metric has from a step on, or (None) every one."""
        if name is None:
            cut = list(self.series.values())
        else:
            series = self.series.get(self._names.get(name) or "")
            cut = [] if series is None else [series]
        for series in cut:
            series.cut(step)
        self.version += 1

    def clear(self) -> None:
        """Forget everything: the log is another one."""
        self.series, self.start, self.surplus, self._names = {}, math.nan, 0, {}
        self.ended = None
        self.version += 1

    def _series(self, name: str) -> Series | None:
        if name not in self._names:
            self._names[name] = self._place(name)
        shown = self._names[name]
        return None if shown is None else self.series[shown]

    def _place(self, name: str) -> str | None:
        """The name under which a metric is kept; None where it is not. A new one gets a series."""
        if len(self._names) > 16 * MOST:
            # Names made up anew at every step must not fill the memory either.
            self._names.clear()
        shown = printable(name, LONGEST).strip() or "(no name)"
        if shown in self.series:
            return shown
        if not self._wanted(shown):
            return None
        if len(self.series) >= MOST:
            self.surplus += 1
            return None
        self.series[shown] = Series(self._capacity)
        return shown


def add_rows(metrics: Metrics, rows: Sequence[tuple[float, float, dict[str, float]]]) -> None:
    """Take rows in: step, seconds since the epoch, values by name."""
    points: dict[str, Points] = {}
    for step, seconds, values in rows:
        for name, value in values.items():
            steps, times, numbers = points.setdefault(name, ([], [], []))
            steps.append(step)
            times.append(seconds)
            numbers.append(value)
    for name, each in points.items():
        metrics.add(name, each)
