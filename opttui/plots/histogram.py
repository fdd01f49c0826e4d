"""How often values occur: a column of cells for each of many equal bins. Knows no lane."""

from dataclasses import dataclass

import numpy as np

from opttui.plots.axes import Area, area_of, draw_axes
from opttui.plots.canvas import Canvas
from opttui.plots.marker import MARKERS, Marker, Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.scales import Array, Floats, Kind, Scale, fitted, scale_of
from opttui.plots.spark import BLOCKS

CELLS = 2
"""Cells that a bin is wide: single ones look like a comb."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """Values, and how they are drawn."""

    values: Array
    """Any shape. What the axis cannot hold is counted in the upper right corner."""
    ink: str = "lane0"
    kind: Kind = "linear"
    """How the values lie on their axis."""
    label: str = ""


def draw_histogram(histogram: Histogram, width: int, height: int, marker: Name = "braille") -> Picture:
    """The picture, exactly `height` rows of `width` cells; each column is exact to an eighth of a cell."""
    canvas, form = Canvas(width, height), MARKERS[marker]
    area = area_of(canvas.width, canvas.height)
    if area.width < 1 or area.height < 1:
        return canvas.picture()
    across, counts, left_out = counted(histogram, max(1, area.width // CELLS))
    up = Scale(0.0, max(1.0, fitted(0.0, float(counts.max()), "linear").high), "linear")
    draw_axes(canvas, area, across, up, (histogram.label, ""), form)
    columns = np.arange(area.width) * counts.size // area.width
    lay(canvas, area, form, up.place(counts)[columns] * area.height, histogram.ink)
    said = f" {left_out} not shown "
    if left_out and area.width >= len(said):
        canvas.write(area.top, area.left + area.width - len(said), said, Ink("mark"))
    return canvas.picture()


def counted(histogram: Histogram, bins: int) -> tuple[Scale, Floats, int]:
    """The scale of the values, how many fall into each of its equal bins, and how many lie on no bin."""
    values = np.asarray(histogram.values, np.float64).ravel()
    fine = values[np.isfinite(values) & ((values > 0) | (histogram.kind != "log"))]
    ends = (float(fine.min()), float(fine.max())) if fine.size else (np.nan, np.nan)
    across = scale_of(*ends, histogram.kind)
    # The largest value belongs to the last bin.
    numbers = np.clip((across.place(fine) * bins).astype(np.int64), 0, bins - 1)
    return across, np.bincount(numbers, minlength=bins).astype(np.float64), values.size - fine.size


def lay(canvas: Canvas, area: Area, marker: Marker, heights: Floats, ink: str) -> None:
    """Columns of so many cells into the canvas."""
    eighths = np.rint(heights * 8).astype(np.int64)
    # Whatever occurs at all is seen.
    eighths = np.where((heights > 0) & (eighths == 0), 1, eighths)
    above = 8 * np.arange(area.height - 1, -1, -1)[:, np.newaxis]
    filled = np.clip(eighths - above, 0, 8)
    glyphs = " ..::||##" if marker.plain else " " + BLOCKS
    points = np.array([ord(glyph) for glyph in glyphs], np.uint32)
    where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
    np.copyto(canvas.points[where], points[filled], where=filled > 0)
    np.copyto(canvas.inks[where], canvas.number(Ink(ink)), where=filled > 0)
