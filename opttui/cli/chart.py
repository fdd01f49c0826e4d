"""A run's loss curves as one printed chart, its best losses as bars. Introduces the record to the plots; knows no verb."""

from collections.abc import Mapping, Sequence

import numpy as np

from opttui.cli.numbers import number
from opttui.plots.bars import Bar, draw_bars
from opttui.plots.curves import Line
from opttui.plots.picture import text_of
from opttui.plots.printed import print_curves
from opttui.plots.scales import Kind
from opttui.printable import printable
from opttui.record.layout import LOSS, STEP
from opttui.record.manifest import LaneResult
from opttui.record.seen import SeenRun

ROWS = 20
WIDEST = 100
"""Characters of a row of bars at most."""
INKS = 12
"""Lanes' inks are lane0 to lane11."""


def chart(reader: SeenRun, width: int, colour: bool = False) -> str:
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


def bars(lanes: Sequence[LaneResult], width: int, held_out: Mapping[int, float | None] | None = None) -> str:
    """The best losses beside each other, best first; an empty text where there are not two to compare.

    `held_out`: each lane's least held-out loss, where lanes are ranked by it.
    """
    losses = [(lane.best_loss if held_out is None else held_out.get(lane.id), lane) for lane in lanes]
    best = sorted(
        (loss, printable(lane.name, 30)) for loss, lane in losses if loss is not None and np.isfinite(loss)
    )
    if len(best) < 2:
        return ""
    kind: Kind = "log" if best[0][0] > 0 else "linear"
    shown = [Bar(name, loss, number(loss), "text") for loss, name in best]
    picture = text_of(draw_bars(shown, min(width, WIDEST), len(shown), kind))
    how = ", by its logarithm" if kind == "log" else ""
    what = "best loss" if held_out is None else "best held-out loss"
    return "\n".join([f"{what}{how}:", *(row.rstrip() for row in picture.splitlines())])


def scale_of(lows: Sequence[np.ndarray]) -> Kind:
    """Logarithmic, on both sides of zero where losses are there too."""
    return "log" if all(low.min() > 0 for low in lows if low.size) else "symlog"
