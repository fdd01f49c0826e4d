"""A curve's dots by the definition, a point and a dot at a time: what the vectorised raster is compared with."""

import itertools
import math

import numpy as np

from opttui.plots.raster import FAR, MARGIN, Window

Dots = set[tuple[int, int]]


def naive_dots(x: list[float], low: list[float], high: list[float], view: Window) -> Dots:
    """(row, column) of every dot."""
    seen = points_in_sight(x, low, high, view)
    spans: dict[int, tuple[float, float]] = {}
    for index, column in seen:
        if 0 <= column < view.width:
            top, bottom = (math.floor(down(values[index], view)) for values in (high, low))
            before = spans.get(column, (math.inf, -math.inf))
            spans[column] = (min(before[0], top), max(before[1], bottom))
    linked = set()
    for (left, from_), (right, to) in itertools.pairwise(seen):
        if right != left + 1 or from_ == to:
            continue
        linked |= set(range(from_ + 1, to + 1))
        for column in range(max(from_ + 1, 0), min(to, view.width)):
            row = math.floor(straight(x, low, high, left, right, column + 0.5, view))
            spans[column] = (row, row)
    closed = dict(spans)
    for column in linked & set(range(1, view.width)):
        top, bottom = spans[column]
        closed[column] = (min(top, spans[column - 1][1] + 1), max(bottom, spans[column - 1][0] - 1))
    return {
        (row, column)
        for column, (top, bottom) in closed.items()
        for row in range(inside(top, view), inside(bottom, view) + 1)
    }


def points_in_sight(
    x: list[float], low: list[float], high: list[float], view: Window
) -> list[tuple[int, int]]:
    """Index and column of the points with a number; column −1 and `width` for the last before and the first after."""
    found = []
    for index, place in enumerate(x):
        if place < view.edges[0]:
            column = -1
        elif place > view.edges[-1]:
            column = view.width
        else:
            column = min(view.width - 1, max(c for c in range(view.width + 1) if view.edges[c] <= place))
        following = x[index + 1] if index + 1 < len(x) else math.inf
        before = x[index - 1] if index else -math.inf
        if column == -1 and following < view.edges[0]:
            continue
        if column == view.width and before > view.edges[-1]:
            continue
        if not math.isnan(low[index]) and not math.isnan(high[index]):
            found.append((index, column))
    return found


def down(value: float, view: Window) -> float:
    """Dots from the top."""
    if math.isinf(value):
        place = value
    elif view.up.kind == "log":
        bottom, top = math.log10(view.up.low), math.log10(view.up.high)
        place = (float(np.log10(value)) - bottom) / (top - bottom) if value > 0 else -math.inf
    elif view.up.kind == "symlog":
        bottom, top, at = (
            math.asinh(end / (2 * view.up.linear)) for end in (view.up.low, view.up.high, value)
        )
        place = (at - bottom) / (top - bottom)
    else:
        place = (value - view.up.low) / (view.up.high - view.up.low)
    depth = (1 - place) * (view.height * (1 - 2 * MARGIN)) + view.height * MARGIN
    return max(-FAR, min(FAR, depth))


def straight(
    x: list[float], low: list[float], high: list[float], left: int, right: int, at: float, view: Window
) -> float:
    """Row of the line between two points at a place in dots."""
    span = view.across.high - view.across.low
    from_x, to_x = (
        max(-FAR, min(FAR, (x[point] - view.across.low) / span * view.width)) for point in (left, right)
    )
    from_y, to_y = ((down(high[point], view) + down(low[point], view)) / 2 for point in (left, right))
    share = max(0.0, min(1.0, (at - from_x) / max(to_x - from_x, 0.5)))
    return from_y + share * (to_y - from_y)


def inside(row: float, view: Window) -> int:
    """The nearest row of the picture."""
    return int(max(0, min(view.height - 1, row)))
