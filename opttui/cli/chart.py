"""A run's chart as text, its best losses as bars. Introduces the record to the plots; knows no verb."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from opttui.cli.numbers import number
from opttui.cli.table import folded
from opttui.exports.draw import refuse_beside
from opttui.exports.series import chart_named, curves_of
from opttui.plots.bars import Bar, draw_bars
from opttui.plots.curves import Line
from opttui.plots.picture import text_of
from opttui.plots.printed import print_curves
from opttui.plots.scales import Kind, Scale
from opttui.printable import printable
from opttui.record.manifest import LaneResult
from opttui.record.seen import SeenRun
from opttui.tui.panels.beside import FIRST_ID

ROWS = 20
WIDEST = 100
"""Characters of a row of bars at most."""
INKS = 12
"""Lanes' inks are lane0 to lane11."""


def chart(
    reader: SeenRun,
    width: int,
    colour: bool = False,
    name: str = "loss",
    axis: str = "steps",
    beside: Sequence[SeenRun] = (),
) -> str:
    """The chart of a name, or an empty text while there is nothing finite to draw. InputError for a name that is none's."""
    name = chart_named(reader, name)
    lanes = [info.id for info in reader.manifest.lanes]
    if name == "path":
        refuse_beside(beside)
        return path_text(reader, width)
    curves = curves_of(reader, name, lanes, axis, smooth=False, beside=beside)
    lines = [within(curve.line, curves.up) for curve in curves.lanes]
    names = [
        printable(curve.name, longest_name(width)) + (" (beside)" if curve.lane <= FIRST_ID else "")
        for curve in curves.lanes
    ]
    word = {"steps": "step"}.get(axis, axis)
    text = print_curves(lines, names, width, ROWS, curves.up.kind, colour, word)
    return f"{curves.title}:\n{text}" if text and name != "loss" else text


def within(line: Line, scale: Scale) -> Line:
    """A curve that runs along the edge where it lies beyond: a lane on its way to infinity would press all others flat."""
    with np.errstate(invalid="ignore"):
        low, high = (np.clip(values, scale.low, scale.high) for values in (line.low, line.high))
    if scale.kind == "log":
        low = np.where(line.low > 0, low, np.nan)
    return replace(line, low=low, high=high)


def longest_name(width: int) -> int:
    """Characters of a name in a legend or beside a bar."""
    return max(8, min(30, width // 3))


def path_text(reader: SeenRun, width: int) -> str:
    """The lanes' paths as a character each on the plane; empty where no lane has walked."""
    from opttui.cli.path_chart import print_paths

    return print_paths(reader, width, ROWS + 4)


def bars(lanes: Sequence[LaneResult], width: int, held_out: Mapping[int, float | None] | None = None) -> str:
    """The best losses beside each other, best first; an empty text where there are not two to compare.

    `held_out`: each lane's least held-out loss, where lanes are ranked by it.
    """
    losses = [(lane.best_loss if held_out is None else held_out.get(lane.id), lane) for lane in lanes]
    best = sorted(
        (loss, printable(lane.name, longest_name(width)))
        for loss, lane in losses
        if loss is not None and np.isfinite(loss)
    )
    if len(best) < 2:
        return ""
    kind: Kind = "log" if best[0][0] > 0 else "linear"
    shown = [Bar(name, loss, number(loss), "text") for loss, name in best]
    picture = text_of(draw_bars(shown, min(width, WIDEST), len(shown), kind))
    how = ", by its logarithm" if kind == "log" else ""
    what = "best loss" if held_out is None else "best held-out loss"
    return "\n".join([folded(f"{what}{how}:", width), *(row.rstrip() for row in picture.splitlines())])
