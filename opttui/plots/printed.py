"""Curves printed once, for a pipe or a pager, drawn by plotext. The only importer of plotext.

plotext 5.3.2 raises on infinite values and on a log axis's values that are not positive, prints unreadable log ticks and
takes 9 µs a point. So what it gets is finite, placed between 0 and 1 and ticked here, and thinned.
"""

from collections.abc import Sequence

import numpy as np
import plotext

from opttui.plots.curves import Line
from opttui.plots.ranges import bounds_of, near_zero
from opttui.plots.scales import Array, Kind, Scale, fitted
from opttui.plots.ticks import labels, ticks

GUTTER = 10
"""Columns to the left of the curves, at most."""
COLOURS = ("blue+", "orange+", "green+", "red+", "magenta+", "cyan+", "yellow+", "white")
SMALLEST = (12, 5)
"""Columns and rows below which plotext has no room for axes."""
GLYPHS = ("•", "+", "x", "o", "*", "#", "@", "%", "&", "=", "~", "^")
"""Without colour each curve has a character of its own."""


def print_curves(
    lines: Sequence[Line],
    names: Sequence[str],
    width: int,
    height: int,
    kind: Kind,
    colour: bool = False,
    x_label: str = "",
) -> str:
    """A chart with a legend as plain text, or with ANSI colours; empty where nothing is finite or there is no room.

    Args:
        lines: Curves; each is thinned to its lowest and highest value of every column, without colour to their middle.
        names: One a curve, printable.
        width: Characters of a row.
        height: Rows.
        kind: linear, log or symlog; on a log axis what is not positive is left out.
        colour: Whether curves are told apart by colour rather than by character.
        x_label: What x is; takes a row where there is one.
    """
    shown = [(thinned(line, width, kind), name) for line, name in zip(lines, names, strict=True)]
    filled = [y for (_, y), _ in shown if y.size]
    if not filled or width < SMALLEST[0] or height < SMALLEST[1]:
        return ""
    low, high = min(float(y.min()) for y in filled), max(float(y.max()) for y in filled)
    linear = near_zero([(y, y) for y in filled]) if kind == "symlog" else None
    scale = fitted(low, high, kind, linear)
    left, right = bounds_of([(line.x, line.x) for line in lines])
    across = Scale(left, right if right > left else left + max(1.0, abs(left) / 2), "linear")
    plotext.clear_figure()
    try:
        plotext.theme("clear")
        plotext.limit_size(False, False)
        plotext.plotsize(width, height)
        for index, ((x, y), name) in enumerate(shown):
            if not y.size:
                continue
            marker = "braille" if colour else GLYPHS[index % len(GLYPHS)]
            ink = COLOURS[index % len(COLOURS)] if colour else "default"
            up = np.clip(scale.place(y), 0, 1)
            left_to_right, up = (x, up) if colour else middle(x, up)
            # Without colour the names stand below, where they hide no curve.
            label = name if colour else None
            plotext.plot(
                across.place(left_to_right).tolist(), up.tolist(), label=label, marker=marker, color=ink
            )
        set_axes(across, scale, width, height)
        if x_label and height > SMALLEST[1]:
            plotext.xlabel(x_label)
        text: str = plotext.build()
    finally:
        plotext.clear_figure()
    if colour:
        return text
    drawn = [(GLYPHS[index % len(GLYPHS)], name) for index, ((_, y), name) in enumerate(shown) if y.size]
    return f"{plotext.uncolorize(text).rstrip()}\n{legend(drawn, width)}\n"


def legend(drawn: Sequence[tuple[str, str]], width: int) -> str:
    """Each curve's character and name, as many a row as fit."""
    rows: list[str] = []
    for entry in (f"{glyph}{glyph} {name}" for glyph, name in drawn):
        if rows and len(rows[-1]) + len(entry) + 3 <= width:
            rows[-1] += f"   {entry}"
        else:
            rows.append(f"  {entry}")
    return "\n".join(rows)


def set_axes(across: Scale, up: Scale, width: int, height: int) -> None:
    """Our own ticks; plotext sees places from 0 to 1, in which nothing overflows."""
    rows = ticks(up, max(2, height // 4))
    written, base = labels(rows, 7)
    plotext.yticks(up.place(rows).tolist(), [f"{base}{text}" for text in written])
    columns, named = with_end(across, ticks(across, max(2, width // 16)), width)
    plotext.xticks(across.place(columns).tolist(), named)
    plotext.ylim(0, 1)
    plotext.xlim(0, 1)


def with_end(across: Scale, columns: Sequence[float], width: int) -> tuple[list[float], list[str]]:
    """The ticks with their names, and the end of the curves in place of those that its name would touch."""
    named = list(zip(columns, labels(columns)[0], strict=True))
    end = labels([across.high])[0][0]
    while named:
        away = (1 - float(across.place(named[-1][0]))) * (width - GUTTER)
        if away >= len(end) + len(named[-1][1]) / 2 + 1:
            break
        named.pop()
    named.append((across.high, end))
    return [value for value, _ in named], [text for _, text in named]


def middle(x: Array, up: Array) -> tuple[Array, Array]:
    """One point between the lowest and the highest of a column: in characters a band of noise hides every other."""
    if x.size < 2 or x.size % 2 or not np.array_equal(x[::2], x[1::2]):
        return x, up
    return x[::2], (up[::2] + up[1::2]) / 2


def thinned(line: Line, columns: int, kind: Kind) -> tuple[Array, Array]:
    """At most two points a column: its lowest and its highest, each where it is."""
    fine = np.isfinite(line.low) & np.isfinite(line.high) & np.isfinite(line.x)
    if kind == "log":
        fine &= line.low > 0
    x, low, high = line.x[fine], line.low[fine], line.high[fine]
    if x.size <= 2 * columns:
        return x.astype(np.float64), (low / 2 + high / 2).astype(np.float64)
    starts = np.unique(np.arange(columns) * x.size // columns)
    ends = np.append(starts[1:], x.size)
    middle = x[(starts + ends - 1) // 2]
    both = np.stack([np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)], axis=1)
    return np.repeat(middle, 2).astype(np.float64), both.ravel().astype(np.float64)
