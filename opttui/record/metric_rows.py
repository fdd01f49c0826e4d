"""A metric's points in the form in which a window sees a lane's rows. Knows no lane and no file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from opttui.record.blocks import WIDTH, Array
from opttui.record.layout import LOSS
from opttui.record.overview import Curve


@dataclass(frozen=True)
class MetricRows:
    """Rows whose loss is some number; arrays of one length, one entry for `stride` successive points."""

    columns: Mapping[int, Array]
    """By number of `layout`, the last value of each entry; columns that are missing are not known."""
    low: Array
    high: Array
    last: Array
    stride: int = 1
    rows: int = 0
    """Points in all."""
    _curves: dict[tuple[int, int], Curve] = field(default_factory=dict, compare=False)

    @property
    def coarse(self) -> "MetricRows":
        """Itself: it has few entries."""
        return self

    def curve(self, x: int, y: int) -> Curve:
        """Column `y` against column `x`; NaN where a column is not known."""
        found = self._curves.get((x, y))
        if found is None:
            place = self._column(x)
            last = self._column(y)
            low, high = (self.low, self.high) if y == LOSS else (last, last)
            found = self._curves[x, y] = Curve(place, low, high, last)
        return found

    def row(self, bucket: int) -> Array:
        """The last row of an entry."""
        return np.array([self._column(number)[bucket] for number in range(WIDTH)])

    def path(self, since: int = 0) -> Array:
        """No points."""
        return np.empty((3, 0))

    def _column(self, number: int) -> Array:
        if number == LOSS:
            return self.last
        values = self.columns.get(number)
        return np.full(self.last.size, np.nan) if values is None else values
