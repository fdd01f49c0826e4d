"""A surface in shades, and paths over it. Knows neither formulas nor lanes."""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.axes import Area, area_of, draw_axes
from opttui.plots.canvas import Canvas
from opttui.plots.marker import MARKERS, Marker, Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.polyline import polyline
from opttui.plots.scales import Array, Floats, Scale

Box = tuple[float, float, float, float]
"""x_low, x_high, y_low, y_high."""

LEVELS = 10
FURTHEST = 1e6
"""Points further away than so many spans of the view do not move the box."""


@dataclass(frozen=True, eq=False)
class Path:
    """Where a lane walked; the newest point is the last."""

    x: Array
    y: Array
    ink: str
    focused: bool = False


@dataclass(frozen=True, eq=False)
class Terrain:
    """Values at the centres of equal cells. Shades are cached as long as the object lives."""

    box: Box
    values: Floats
    """Shape (rows, columns); row 0 is the lowest y."""
    minima: tuple[tuple[float, float], ...] = ()


def draw_terrain(
    terrain: Terrain | None,
    box: Box,
    paths: Sequence[Path],
    width: int,
    height: int,
    *,
    x_label: str = "x",
    y_label: str = "y",
    marker: Name = "braille",
) -> Picture:
    """The picture, exactly `height` rows of `width` cells; later paths are painted over earlier ones."""
    canvas = Canvas(width, height)
    if not canvas.width or not canvas.height:
        return canvas.picture()
    area = area_of(canvas.width, canvas.height)
    if area.width < 1 or area.height < 1:
        return canvas.picture()
    across, up = Scale(box[0], box[1], "linear"), Scale(box[2], box[3], "linear")
    draw_axes(canvas, area, across, up, x_label, y_label)
    levels = None
    if terrain is not None:
        levels = shades(terrain, box, area.width, area.height)
        paint_shades(canvas, area, levels, marker)
        for x, y in terrain.minima:
            put(canvas, area, across, up, (x, y), "+" if marker == "ascii" else "✛", "text", levels)
    for path in paths:
        draw_path(canvas, area, MARKERS[marker], path, across, up, levels)
    ends = ("o", "@") if marker == "ascii" else ("○", "●")
    for path in paths:
        fine = np.flatnonzero(np.isfinite(path.x) & np.isfinite(path.y))
        for index, glyph in zip((fine[:1], fine[-1:]), ends, strict=True):
            if index.size:
                point = float(path.x[index[0]]), float(path.y[index[0]])
                put(canvas, area, across, up, point, glyph, path.ink, levels)
    return canvas.picture()


@functools.lru_cache(maxsize=16)
def shades(terrain: Terrain, box: Box, width: int, height: int) -> NDArray[np.int8]:
    """Level of each half cell, shape (2·height, width), row 0 at the top; −1 where the terrain is unknown.

    Levels are quantiles of the values seen, so that a narrow valley and a high wall are both resolved.
    """
    rows, columns = terrain.values.shape
    left, right, low, high = terrain.box
    x = box[0] + (np.arange(width) + 0.5) / width * (box[1] - box[0])
    y = box[3] - (np.arange(2 * height) + 0.5) / (2 * height) * (box[3] - box[2])
    with np.errstate(all="ignore"):
        column = np.floor((x - left) / (right - left) * columns)
        row = np.floor((y - low) / (high - low) * rows)
    inside = ((row >= 0) & (row < rows))[:, np.newaxis] & ((column >= 0) & (column < columns))
    row, column = np.clip(row, 0, rows - 1).astype(int), np.clip(column, 0, columns - 1).astype(int)
    values = terrain.values[row[:, np.newaxis], column]
    known = inside & ~np.isnan(values)
    seen = values[known & np.isfinite(values)]
    if not seen.size:
        return np.full(values.shape, -1, np.int8)
    bounds = np.unique(np.quantile(seen, np.arange(1, LEVELS) / LEVELS))
    levels = np.searchsorted(bounds, values).astype(np.int8)
    return np.where(known, levels, np.int8(-1))


def paint_shades(canvas: Canvas, area: Area, levels: NDArray[np.int8], marker: Name) -> None:
    """Two shades a cell, the upper one as a half block; one in plain ASCII."""
    upper, lower = levels[0::2], levels[1::2] if marker != "ascii" else levels[0::2]
    where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
    pairs = upper.astype(np.int32) * 64 + lower
    for pair in np.unique(pairs).tolist():
        above, below = divmod(pair, 64) if pair % 64 != 63 else (pair // 64 + 1, -1)
        if above < 0 and below < 0:
            continue
        cells = pairs == pair
        ink = Ink(role(above) if above != below else "text", role(below))
        np.copyto(canvas.inks[where], canvas.number(ink), where=cells)
        np.copyto(canvas.points[where], ord("▀") if above != below else ord(" "), where=cells)


def role(level: int) -> str:
    """The ink of a level; the panel's own paper where the terrain is unknown."""
    return f"level{level}" if level >= 0 else ""


def draw_path(
    canvas: Canvas,
    area: Area,
    marker: Marker,
    path: Path,
    across: Scale,
    up: Scale,
    levels: NDArray[np.int8] | None,
) -> None:
    """A path in dots, its older half dim."""
    x, y = (
        across.place(path.x) * area.width * marker.columns,
        (1 - up.place(path.y)) * area.height * marker.rows,
    )
    columns, rows, age = polyline(x, y, area.width * marker.columns, area.height * marker.rows)
    for old, ink in ((True, f"{path.ink}dim"), (False, path.ink)):
        chosen = (age < 0.5) == old
        dots = np.zeros((area.height * marker.rows, area.width * marker.columns), bool)
        dots[rows[chosen], columns[chosen]] = True
        codes = marker.codes(dots)
        points = marker.points
        for row, column in zip(*(index.tolist() for index in np.nonzero(codes)), strict=True):
            canvas.points[area.top + row, area.left + column] = points[codes[row, column]]
            paper = role(int(levels[2 * row + 1, column])) if levels is not None else ""
            canvas.inks[area.top + row, area.left + column] = canvas.number(Ink(ink, paper))


def put(
    canvas: Canvas,
    area: Area,
    across: Scale,
    up: Scale,
    point: tuple[float, float],
    glyph: str,
    ink: str,
    levels: NDArray[np.int8] | None,
) -> None:
    """A glyph at a point, on the shade that is there; nothing where it lies outside."""
    x, y = float(across.place(point[0])), float(up.place(point[1]))
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return
    row, column = min(area.height - 1, int((1 - y) * area.height)), min(area.width - 1, int(x * area.width))
    paper = role(int(levels[2 * row + 1, column])) if levels is not None else ""
    canvas.write(area.top + row, area.left + column, glyph, Ink(ink, paper, bold=True))


def fitted_box(paths: Sequence[Path], view: Box | None) -> Box | None:
    """The view, doubled about its centre until every path is inside; without a view a round box about the paths.

    None where there is neither a view nor a finite point.
    """
    points = [(path.x, path.y) for path in paths]
    x = np.concatenate([x for x, _ in points]) if points else np.empty(0)
    y = np.concatenate([y for _, y in points]) if points else np.empty(0)
    fine = np.isfinite(x) & np.isfinite(y)
    x, y = x[fine], y[fine]
    if view is None:
        if not x.size:
            return None
        span = 2.0 ** math.ceil(math.log2(max(float(np.ptp(x)), float(np.ptp(y)), 1e-9)))
        view = (x[0] - span, x[0] + span, y[0] - span, y[0] + span)
    centre_x, centre_y = (view[0] + view[1]) / 2, (view[2] + view[3]) / 2
    half_x, half_y = (view[1] - view[0]) / 2, (view[3] - view[2]) / 2
    with np.errstate(over="ignore"):
        reach = np.maximum(np.abs(x - centre_x) / half_x, np.abs(y - centre_y) / half_y)
    reach = reach[reach <= FURTHEST]
    times = 2.0 ** max(0, math.ceil(math.log2(float(reach.max())))) if reach.size and reach.max() > 0 else 1.0
    return (
        float(centre_x - times * half_x),
        float(centre_x + times * half_x),
        float(centre_y - times * half_y),
        float(centre_y + times * half_y),
    )
