"""A surface in shades, and paths over it. Knows neither formulas nor lanes."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.axes import Area, area_of, draw_axes
from opttui.plots.boxes import fitted_box
from opttui.plots.canvas import Canvas
from opttui.plots.growing import Path
from opttui.plots.marker import MARKERS, Marker, Name
from opttui.plots.picture import Ink
from opttui.plots.raster import window
from opttui.plots.scales import Scale
from opttui.plots.shades import CONTOUR, LEVELS, Box, Levels, Shades, Terrain, shades_of
from opttui.plots.sheet import INKS, Sheet
from opttui.plots.trail import TONES, finite, trails

__all__ = ["Box", "Path", "Terrain", "draw_terrain", "fitted_box"]


GHOST = "ghost"
"""What is appended to the ink of a path that was undone."""


@dataclass(frozen=True)
class Ground:
    """What the paths are drawn on; kept from frame to frame."""

    canvas: Canvas
    area: Area
    across: Scale
    up: Scale
    levels: Levels
    marker: Marker


@functools.lru_cache(maxsize=64)
def numbers(ink: str, ghost: bool = False) -> NDArray[np.int32]:
    """Numbers of a path's inks by tone and level; the last level is the panel's own paper."""
    papers = [role(level) for level in (*range(LEVELS), -1)]
    inks = [ink + (GHOST if ghost else tone) for tone in TONES]
    return np.array([[INKS.number(Ink(tone, paper)) for paper in papers] for tone in inks], np.int32)


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
) -> Sheet:
    """The picture, exactly `height` rows of `width` cells; later paths are painted over earlier ones.

    A path fades towards its begin (the inks of `trail.TONES`) and has arrows that say which way it went. It begins at ○
    and ends at ●, or at an arrow on the edge where its end is out of sight.
    """
    kept = ground(terrain, box, max(width, 0), max(height, 0), (x_label, y_label), marker)
    if kept.area.width < 1 or kept.area.height < 1:
        return kept.canvas.picture()
    canvas = kept.canvas.copy()
    paths = [path for path in map(finite, paths) if path.x.size]
    draw_paths(canvas, kept, paths)
    minima = terrain.minima if terrain is not None else ()
    signs = [("✛", "text", point) for point in minima]
    walked = [path for path in paths if not path.ghost]
    signs += [("○", path.ink, (path.x[0], path.y[0])) for path in walked]
    signs += [("●", path.ink, (path.x[-1], path.y[-1])) for path in walked]
    if signs:
        # One pass through the scales for all: their cost is in the calls.
        at = np.array([point for _, _, point in signs], np.float64)
        places = zip(kept.across.place(at[:, 0]).tolist(), kept.up.place(at[:, 1]).tolist(), strict=True)
        for (glyph, ink, _), place in zip(signs, places, strict=True):
            put(canvas, kept, place, glyph, ink)
    return canvas.picture()


@functools.lru_cache(maxsize=8)
def ground(
    terrain: Terrain | None, box: Box, width: int, height: int, words: tuple[str, str], marker: Name
) -> Ground:
    """Axes and shades."""
    canvas, form = Canvas(width, height), MARKERS[marker]
    area = area_of(canvas.width, canvas.height)
    across, up = range_of(box[0], box[1]), range_of(box[2], box[3])
    shape = max(area.height, 0), max(area.width, 0)
    levels = np.full(shape, -1, np.int8)
    if min(shape) > 0:
        draw_axes(canvas, area, across, up, words, form)
        if terrain is not None:
            shades = shades_of(terrain, box, area.width, area.height, marker)
            levels = shades.levels
            lay(canvas, area, form, shades)
    return Ground(canvas, area, across, up, levels, form)


def range_of(low: float, high: float) -> Scale:
    """A side of the box; 0 to 1 where it is none."""
    fine = np.isfinite(low) and np.isfinite(high) and low < high
    return Scale(float(low), float(high), "linear") if fine else Scale(0.0, 1.0, "linear")


def lay(canvas: Canvas, area: Area, marker: Marker, shades: Shades) -> None:
    """Shades and contours into the canvas: a stroke, else two halves where they differ, else a blank."""
    where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
    points, inks = canvas.points[where], canvas.inks[where]
    known = [level for level in range(-1, LEVELS) if (shades.lower == level).any()]
    for lower in known:
        for upper in np.unique(shades.upper[shades.lower == lower]).tolist():
            cells = (shades.lower == lower) & (shades.upper == upper)
            if max(lower, upper) >= 0:
                # The ink of equal halves is that of a blank cell: its text is never seen. An unknown half is paper.
                edge = upper < 0
                ink, paper = (lower, upper) if edge else (upper, lower)
                inks[cells] = canvas.number(Ink(role(ink) if upper != lower else "text", role(paper)))
                points[cells] = ord("▄" if edge else "▀" if upper != lower else " ")
    for level in range(LEVELS):
        cells = (shades.levels == level) & (shades.contours > 0)
        inks[cells] = canvas.number(Ink(role(min(level + CONTOUR, LEVELS - 1)), role(level)))
        points[cells] = ord(".") if marker.plain else marker.points[shades.contours[cells]]


def role(level: int) -> str:
    """The ink of a level; the panel's own paper where the terrain is unknown."""
    return f"level{level}" if level >= 0 else ""


def draw_paths(canvas: Canvas, kept: Ground, paths: Sequence[Path]) -> None:
    """All paths in dots, then their arrows; a cell has the dots of all of them and the ink of the last."""
    if not paths:
        return
    area, marker = kept.area, kept.marker
    view = window(kept.across, kept.up, area.width * marker.columns, area.height * marker.rows)
    where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
    found = trails(paths, view, marker)
    # Few cells are walked through.
    cells = found.codes > 0
    inks = np.concatenate([numbers(path.ink, path.ghost) for path in paths])
    canvas.inks[where][cells] = inks[found.inks[cells], kept.levels[cells]]
    canvas.points[where][cells] = marker.points[found.codes[cells]]
    for path, arrows in zip(paths, found.arrows, strict=True):
        for row, column, glyph, tone in () if path.ghost else arrows:
            ink = Ink(path.ink + TONES[tone], role(int(kept.levels[row, column])), bold=True)
            canvas.write(area.top + row, area.left + column, marker.glyph(glyph), ink)


def put(canvas: Canvas, kept: Ground, place: tuple[float, float], glyph: str, ink: str) -> None:
    """A glyph on the shade that is there; out of sight an arrow on the nearest edge for the end of a path, else nothing."""
    x, y = place
    if not (0 <= x <= 1 and 0 <= y <= 1):
        if glyph != "●":
            return
        outward = {"◂": -x, "▸": x - 1, "▾": -y, "▴": y - 1}
        glyph = max(outward, key=lambda way: outward[way])
        x, y = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)
    area = kept.area
    row, column = min(area.height - 1, int((1 - y) * area.height)), min(area.width - 1, int(x * area.width))
    paper = role(int(kept.levels[row, column]))
    canvas.write(area.top + row, area.left + column, kept.marker.glyph(glyph), Ink(ink, paper, bold=True))
