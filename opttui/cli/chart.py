"""A run's loss curves as one printed chart. Introduces the record to the plots; knows no verb."""

from collections.abc import Sequence

import numpy as np

from opttui.plots.curves import Line
from opttui.plots.printed import print_curves
from opttui.printable import printable
from opttui.record.layout import LOSS, STEP
from opttui.record.reader import RunReader

ROWS = 20
INKS = 12
"""Lanes' inks are lane0 to lane11."""


def chart(reader: RunReader, width: int, colour: bool = False) -> str:
    """The chart, or an empty text while there is no finite loss."""
    lanes = [
        (lane, info) for lane, info in zip(reader.lanes, reader.manifest.lanes, strict=True) if lane.rows
    ]
    curves = [(lane.overview.curve(STEP, LOSS), info) for lane, info in lanes]
    lines = [Line(curve.x, curve.low, curve.high, f"lane{info.id % INKS}") for curve, info in curves]
    lows = [line.low[np.isfinite(line.low)] for line in lines]
    if not any(low.size for low in lows):
        return ""
    names = [printable(info.name, 30) for _, info in curves]
    return print_curves(lines, names, width, ROWS, scale_of(lows), colour, "step")


def scale_of(lows: Sequence[np.ndarray]) -> str:
    """Logarithmic where every loss allows it."""
    return "log" if all(low.min() > 0 for low in lows if low.size) else "linear"
