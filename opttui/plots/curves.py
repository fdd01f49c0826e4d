"""Curves in a frame: numbers in, a picture out. Knows neither lanes nor steps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.axes import Area, area_of, draw_axes
from opttui.plots.canvas import Canvas
from opttui.plots.marker import MARKERS, Marker, Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.raster import Spans, fill, spans
from opttui.plots.scales import Array, Kind, Scale, fitted

DASHES: tuple[tuple[int, int], ...] = ((1, 1), (5, 7), (2, 4), (8, 9), (3, 6))
"""Dot columns drawn of so many, by the number of a dash: the second channel beside colour."""
DOTTED = (1, 3)


@dataclass(frozen=True)
class Mark:
    """Something worth seeing on a curve."""

    x: float
    glyph: str
    """One character of one cell."""
    ink: str


@dataclass(frozen=True, eq=False)
class Line:
    """A curve by buckets: x ascending, and the smallest and largest value of each; NaN is a gap."""

    x: Array
    low: Array
    high: Array
    ink: str
    dash: int = 0
    dotted: bool = False
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What the curves are drawn in."""

    width: int
    height: int
    y_scale: Kind = "linear"
    x_label: str = ""
    y_label: str = ""
    now: float | None = None
    """Where a vertical line stands."""
    marker: Name = "braille"
    x_range: tuple[float, float] | None = None
    """None: from the first to the last finite x."""
    y_range: tuple[float, float] | None = None
    """None: fitted, with head-room."""


def draw_curves(lines: Sequence[Line], frame: Frame) -> Picture:
    """The picture, exactly `frame.height` rows of `frame.width` cells. Later lines are painted over earlier ones.

    What is not positive lies on the lower edge of a log axis, and is counted there.
    """
    canvas = Canvas(frame.width, frame.height)
    if not canvas.width or not canvas.height:
        return canvas.picture()
    area = area_of(canvas.width, canvas.height)
    if area.width < 1 or area.height < 1:
        return canvas.picture()
    x_scale, y_scale = x_scale_of(lines, frame), y_scale_of(lines, frame)
    draw_axes(canvas, area, x_scale, y_scale, frame.x_label, frame.y_label)
    draw_now(canvas, area, x_scale, frame.now)
    marker = MARKERS[frame.marker]
    drawn = [draw_line(canvas, area, marker, line, x_scale, y_scale) for line in lines]
    for line, columns in zip(lines, drawn, strict=True):
        draw_marks(canvas, area, marker, line, columns, x_scale)
    say(canvas, area, lines, frame, any(drawn_anything(columns) for columns in drawn))
    return canvas.picture()


def x_scale_of(lines: Sequence[Line], frame: Frame) -> Scale:
    """The horizontal scale."""
    if frame.x_range is not None:
        low, high = frame.x_range
    else:
        bounds = [bounds_of(line.x) for line in lines]
        low = min((low for low, _ in bounds), default=0.0)
        high = max((high for _, high in bounds), default=1.0)
        low, high = (low, high) if low <= high else (0.0, 1.0)
    return Scale(low, high if high > low else low + max(1.0, abs(low) * 1e-9), "linear")


def y_scale_of(lines: Sequence[Line], frame: Frame) -> Scale:
    """The vertical scale."""
    if frame.y_range is not None:
        low, high = frame.y_range
        if high > low and np.isfinite([low, high]).all() and (frame.y_scale == "linear" or low > 0):
            return Scale(low, high, frame.y_scale)
        return fitted(low, high, frame.y_scale)
    positive = frame.y_scale == "log"
    bounds = [bounds_of(values, positive) for line in lines for values in (line.low, line.high)]
    low = min((low for low, _ in bounds), default=0.0)
    high = max((high for _, high in bounds), default=1.0)
    if low > high:
        low, high = (0.1, 1.0) if positive else (0.0, 1.0)
    return fitted(low, high, frame.y_scale)


def bounds_of(values: Array, positive: bool = False) -> tuple[float, float]:
    """Smallest and largest finite value; (inf, −inf) where there is none."""
    if not values.size:
        return np.inf, -np.inf
    low, high = float(values.min()), float(values.max())
    if np.isfinite(low) and np.isfinite(high) and (low > 0 or not positive):
        return low, high
    kept = values[np.isfinite(values) & (values > 0)] if positive else values[np.isfinite(values)]
    return (float(kept.min()), float(kept.max())) if kept.size else (np.inf, -np.inf)


def draw_now(canvas: Canvas, area: Area, scale: Scale, now: float | None) -> None:
    """A vertical line."""
    if now is None:
        return
    place = float(scale.place(now))
    if 0 <= place <= 1:
        column = area.left + min(area.width - 1, int(place * area.width))
        for row in range(area.height):
            canvas.write(area.top + row, column, "╎", Ink("axis"))


def draw_line(canvas: Canvas, area: Area, marker: Marker, line: Line, x: Scale, y: Scale) -> Spans:
    """Paint one curve; returns its dot columns."""
    width, height = area.width * marker.columns, area.height * marker.rows
    columns = spans(line.x, line.low, line.high, x, y, width, height)
    shown = columns
    if line.dotted or line.dash:
        drawn, of = DOTTED if line.dotted else DASHES[line.dash % len(DASHES)]
        off = np.arange(width) % of >= drawn
        shown = Spans(np.where(off, height, columns.top), np.where(off, -1, columns.bottom))
    codes = marker.codes(fill(shown, height))
    paint(canvas, area, marker, codes, Ink(line.ink))
    return columns


def paint(canvas: Canvas, area: Area, marker: Marker, codes: NDArray[np.uint8], ink: Ink) -> None:
    """Put a curve's cells over what is there, keeping the dots of the curves beneath."""
    where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
    if marker.columns == 2 and marker.rows == 4:
        beneath = canvas.points[where]
        dots = np.where((beneath > 0x2800) & (beneath < 0x2900), beneath - 0x2800, 0).astype(np.uint8)
        points = (codes | dots).astype(np.uint32) + 0x2800
    else:
        points = marker.points[codes]
    canvas.stamp(area.top, area.left, codes > 0, points, ink)


def draw_marks(canvas: Canvas, area: Area, marker: Marker, line: Line, columns: Spans, x: Scale) -> None:
    """Put the marks on the curve's nearest column, inside the frame."""
    drawn = np.flatnonzero(columns.top <= columns.bottom)
    for mark in line.marks:
        place = float(x.place(mark.x))
        if not drawn.size or not -0.01 <= place <= 1.01:
            continue
        column = int(drawn[np.abs(drawn - place * area.width * marker.columns).argmin()])
        row = (int(columns.top[column]) + int(columns.bottom[column])) // 2 // marker.rows
        canvas.write(
            area.top + row, area.left + column // marker.columns, mark.glyph[:1], Ink(mark.ink, bold=True)
        )


def drawn_anything(columns: Spans) -> bool:
    """Whether a curve has any dot."""
    return bool((columns.top <= columns.bottom).any())


def say(canvas: Canvas, area: Area, lines: Sequence[Line], frame: Frame, anything: bool) -> None:
    """What the curves cannot show: that there are none yet, and how many values a log axis cannot hold."""
    if not anything:
        text = "no data yet"
        if area.width >= len(text):
            canvas.write(
                area.top + area.height // 2, area.left + (area.width - len(text)) // 2, text, Ink("faint")
            )
        return
    if frame.y_scale == "log":
        count = sum(int(np.count_nonzero(line.low <= 0)) for line in lines if line.low.size)
        text = f" {count} ≤ 0 "
        if count and area.width >= len(text):
            canvas.write(area.top + area.height - 1, area.left + area.width - len(text), text, Ink("mark"))
