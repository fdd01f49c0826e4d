"""Curves printed once, for a pipe or a pager, drawn by plotext. The only importer of plotext.

plotext 5.3.2 raises on infinite values and on a log axis's values that are not positive, prints unreadable log ticks and
takes 9 µs a point. So what it gets is finite, its logarithm taken and its ticks written here, and thinned.
"""

from collections.abc import Sequence

import numpy as np
import plotext

from opttui.plots.curves import Line
from opttui.plots.scales import Array, Kind, fitted
from opttui.plots.ticks import labels, ticks

COLOURS = ("blue+", "orange+", "green+", "red+", "magenta+", "cyan+", "yellow+", "white")
MARKERS = ("braille", "dot", "sd", "hd")
GLYPHS = ("•", "+", "x", "o", "*", "#", "@", "%", "&", "=", "~", "^")
"""Without colour each curve has a character of its own."""


def print_curves(
    lines: Sequence[Line], names: Sequence[str], width: int, height: int, y_scale: str, colour: bool = False
) -> str:
    """A chart with a legend as plain text, or with ANSI colours; empty where nothing is finite.

    Args:
        lines: Curves; each is thinned to its lowest and highest value of every column.
        names: One a curve, printable.
        width: Characters of a row.
        height: Rows.
        y_scale: linear or log; on a log axis what is not positive is left out.
        colour: Whether curves are told apart by colour rather than by character.
    """
    kind: Kind = "log" if y_scale == "log" else "linear"
    shown = [(thinned(line, 2 * width, kind), name) for line, name in zip(lines, names, strict=True)]
    filled = [y for (_, y), _ in shown if y.size]
    if not filled:
        return ""
    low, high = min(float(y.min()) for y in filled), max(float(y.max()) for y in filled)
    scale = fitted(low, high, kind)
    plotext.clear_figure()
    try:
        plotext.theme("clear")
        plotext.plotsize(width, height)
        for index, ((x, y), name) in enumerate(shown):
            marker = "braille" if colour else GLYPHS[index % len(GLYPHS)]
            ink = COLOURS[index % len(COLOURS)] if colour else "default"
            drawn = np.log10(y) if kind == "log" else y
            plotext.plot(x.tolist(), drawn.tolist(), label=name, marker=marker, color=ink)
        at = [value for value in ticks(scale, max(2, height // 4)) if scale.low <= value <= scale.high]
        places = np.log10(at).tolist() if kind == "log" else at
        plotext.yticks(places, labels(at)[0])
        ends = (np.log10(scale.low), np.log10(scale.high)) if kind == "log" else (scale.low, scale.high)
        plotext.ylim(float(ends[0]), float(ends[1]))
        text: str = plotext.build()
    finally:
        plotext.clear_figure()
    return text if colour else plotext.uncolorize(text)


def thinned(line: Line, columns: int, kind: Kind) -> tuple[Array, Array]:
    """At most two points a column: its lowest and its highest, each where it is."""
    fine = np.isfinite(line.low) & np.isfinite(line.high) & np.isfinite(line.x)
    if kind == "log":
        fine &= line.low > 0
    x, low, high = line.x[fine], line.low[fine], line.high[fine]
    if x.size <= columns:
        return x.astype(np.float64), ((low + high) / 2).astype(np.float64)
    starts = np.unique(np.arange(columns) * x.size // columns)
    ends = np.append(starts[1:], x.size)
    middle = x[(starts + ends - 1) // 2]
    both = np.stack([np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)], axis=1)
    return np.repeat(middle, 2).astype(np.float64), both.ravel().astype(np.float64)
