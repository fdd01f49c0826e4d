"""A run of another tool as a window sees a lane's rows: the points of one metric, with the learning rate and the gradient's
norm beside it, each at its own steps. Knows no file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from opttui.record.blocks import WIDTH, Array
from opttui.record.layout import EVALUATIONS, LOSS, SECONDS, STEP
from opttui.record.overview import Curve
from opttui.record.series import HIGH, LAST, LOW, Series
from opttui.record.series import SECONDS as WHEN
from opttui.record.series import STEP as AT

LONG_AGO = 1e8
"""Times below this are seconds since a run's begin, not since the epoch: 1973 had no such logs."""


@dataclass(frozen=True)
class WatchedRows:
    """Rows whose loss is one metric; what is logged at other steps lies at its own."""

    main: Series | None
    beside: Mapping[int, Series] = field(default_factory=dict)
    """By number of `layout`: learning rate, norm of the gradient."""
    start: float = math.nan
    """When the run began."""
    _curves: dict[tuple[int, int], Curve] = field(default_factory=dict, compare=False)

    @property
    def stride(self) -> int:
        """Points in an entry."""
        return 1 if self.main is None else self.main.stride

    @property
    def rows(self) -> int:
        """Points of the metric."""
        return 0 if self.main is None else self.main.rows

    @property
    def coarse(self) -> "WatchedRows":
        """Itself: it has few entries."""
        return self

    def curve(self, x: int, y: int) -> Curve:
        """Column `y` against column `x`; NaN where a column is not known."""
        found = self._curves.get((x, y))
        if found is None:
            found = self._curves[x, y] = self._drawn(x, y)
        return found

    def row(self, bucket: int) -> Array:
        """The last row of an entry, with what was the newest of all else by then."""
        row = np.full(WIDTH, np.nan)
        if self.main is None:
            return row
        points = self.main.buckets()[:, bucket]
        row[STEP], row[SECONDS], row[LOSS] = points[AT], points[WHEN] - since(self.start), points[LAST]
        for number, series in self.beside.items():
            row[number] = _or_nan(series.at(points[AT]))
        return row

    def newest(self) -> Array:
        """The last row of all."""
        row = np.full(WIDTH, np.nan)
        if self.main is None or not self.main.rows:
            return row
        points = self.main.newest()
        row[STEP], row[SECONDS], row[LOSS] = points[AT], points[WHEN] - since(self.start), points[LAST]
        for number, series in self.beside.items():
            row[number] = _or_nan(series.at(math.inf))
        return row

    def _drawn(self, x: int, y: int) -> Curve:
        series = self.beside.get(y, None if y > LOSS else self.main)
        if series is None:
            # As long as the others, and nowhere.
            nothing = np.full(0 if self.main is None else self.main.buckets().shape[1], np.nan)
            return Curve(self._place(self.main, x), nothing, nothing, nothing)
        points = series.buckets()
        place = self._place(series, x)
        if y in (STEP, SECONDS, EVALUATIONS):
            values = self._place(series, y)
            return Curve(place, values, values, values)
        return Curve(place, points[LOW], points[HIGH], points[LAST])

    def _place(self, series: Series | None, x: int) -> Array:
        if series is None:
            return np.empty(0)
        points = series.buckets()
        if x == STEP:
            steps: Array = points[AT]
            return steps
        seconds: Array = points[WHEN] - since(self.start)
        return seconds if x == SECONDS else np.full(points.shape[1], np.nan)


def since(start: float) -> float:
    """What times are counted from: a run's first one, or 0 where they are counted already."""
    return start if start >= LONG_AGO else 0.0


def _or_nan(value: float | None) -> float:
    return math.nan if value is None else value
