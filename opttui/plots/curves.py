"""Curves in a frame: numbers in, a picture out. Knows neither lanes nor steps."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opttui.plots.axes import Area, area_of, draw_axes
from opttui.plots.canvas import Canvas
from opttui.plots.marker import MARKERS, Marker, Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.ranges import Ends, at_most_zero, bounds_of, ends_among, ends_of, infinities, near_zero
from opttui.plots.raster import Codes, Spans, Window, between, cells, fill, spans, window
from opttui.plots.scales import Array, Kind, Scale, fitted, scale_of

DASHES: tuple[tuple[int, int], ...] = ((1, 1), (5, 7), (2, 4), (8, 9), (3, 6))
"""Dot columns drawn of so many, by the number of a dash: the second channel beside colour."""
BEYOND = 4
"""One dot column of so many where a curve lies beyond the edge."""
NOTHING = "no data yet"


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
    behind: bool = False
    """Whether it gives way: none of its dots stand in a cell through which another line runs."""
    ends: tuple[float, float] | None = None
    """Smallest `low` and largest `high` as `ranges.ends_among` has them, where they are known."""


@dataclass(frozen=True, eq=False)
class Band:
    """An area between two curves, straight between their points; NaN is a gap. It covers lines that are behind."""

    x: Array
    low: Array
    high: Array
    ink: str


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
    y_linear: float | None = None
    """Of a symlog scale: size of the values about zero that are drawn linearly; None: fitted."""


def draw_curves(lines: Sequence[Line], frame: Frame, bands: Sequence[Band] = ()) -> Picture:
    """The picture, exactly `frame.height` rows of `frame.width` cells. Later lines are painted over earlier ones.

    Bands are every other dot of an area; they do not widen a scale that is fitted.

    Where a curve lies beyond the scale it runs in dots along the nearest edge; what a log axis cannot hold (not
    positive) and what is infinite does so too, and is counted in the lower right corner.
    """
    width, height = max(frame.width, 0), max(frame.height, 0)
    area = area_of(width, height)
    if area.width < 1 or area.height < 1:
        return Canvas(width, height).picture()
    marker = MARKERS[frame.marker]
    ends = [line.ends or ends_among(line.low, line.high) for line in lines]
    x_scale, y_scale = x_scale_of(lines, frame), y_scale_of(lines, ends, frame)
    canvas = bare_axes(width, height, x_scale, y_scale, (frame.x_label, frame.y_label), frame.marker).copy()
    draw_now(canvas, area, x_scale, frame.now, marker)
    view = window(x_scale, y_scale, area.width * marker.columns, area.height * marker.rows)
    drawn = spans([(line.x, line.low, line.high) for line in lines], view)
    codes = codes_of(lines, drawn, view, marker)
    for behind in (True, False):
        chosen = [number for number, line in enumerate(lines) if line.behind is behind]
        if chosen:
            own = codes if len(chosen) == len(lines) else codes[chosen]
            paint(canvas, area, marker, own, [lines[number].ink for number in chosen])
        if behind:
            draw_bands(canvas, area, marker, bands, view)
    for line, columns in zip(lines, drawn, strict=True):
        draw_marks(canvas, area, marker, line, columns, x_scale)
    say(
        canvas,
        area,
        marker,
        (lines, ends),
        frame,
        any((columns.top <= columns.bottom).any() for columns in drawn),
    )
    return canvas.picture()


@functools.lru_cache(maxsize=16)
def bare_axes(width: int, height: int, x: Scale, y: Scale, words: tuple[str, str], marker: Name) -> Canvas:
    """Axes without curves, kept from frame to frame: they seldom move."""
    canvas = Canvas(width, height)
    draw_axes(canvas, area_of(width, height), x, y, words, MARKERS[marker])
    return canvas


def draw_now(canvas: Canvas, area: Area, scale: Scale, now: float | None, marker: Marker) -> None:
    """A vertical line."""
    place = float(scale.place(np.nan if now is None else now))
    if 0 <= place <= 1:
        column = area.left + min(area.width - 1, int(place * area.width))
        canvas.upright(area.top, column, area.height, marker.glyph("╎"), Ink("axis"))


def draw_bands(canvas: Canvas, area: Area, marker: Marker, bands: Sequence[Band], view: Window) -> None:
    """Areas in a chequer of dots; in plain ASCII, whose one dot is a curve's, in points."""
    if not bands:
        return
    dots = fill(between([(band.x, band.low, band.high) for band in bands], view), view)
    inks = [band.ink for band in bands]
    if marker.plain:
        where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
        for own, ink in zip(dots, inks, strict=True):
            canvas.points[where][own], canvas.inks[where][own] = ord("."), canvas.number(Ink(ink))
        return
    dots &= (np.arange(view.height)[:, np.newaxis] + np.arange(view.width)) % 2 == 0
    paint(canvas, area, marker, marker.codes(dots), inks)


def codes_of(lines: Sequence[Line], drawn: Sequence[Spans], view: Window, marker: Marker) -> Codes:
    """What is in each cell of each curve, without the holes of its dash and of what lies beyond the edges."""
    beyond: list[bool] = np.any([columns.beyond for columns in drawn], axis=1).tolist() if drawn else []
    holed = [
        columns if not over and (line.dotted or not line.dash) else with_holes(line, columns)
        for line, columns, over in zip(lines, drawn, beyond, strict=True)
    ]
    codes = cells(holed, view, marker.rows, marker.columns)
    dotted = [number for number, line in enumerate(lines) if line.dotted]
    if dotted:
        dots = fill([holed[number] for number in dotted], view)
        for number, own in zip(dotted, dots, strict=True):
            # Every other dot along the curve: by rows where it is steep, by columns where it is flat.
            steep = drawn[number].bottom - drawn[number].top > 1
            own[:, 1::2] &= steep[1::2]
            own[1::2] &= ~steep
        codes[dotted] = marker.codes(dots)
    return codes


def with_holes(line: Line, columns: Spans) -> Spans:
    """A curve without the dot columns in which nothing of it is drawn."""
    width, beyond = columns.top.size, columns.beyond.any()
    kept = np.ones(width, bool)
    if line.dash and not line.dotted:
        drawn, of = DASHES[line.dash % len(DASHES)]
        kept = np.arange(width) % of < drawn
    if beyond:
        kept &= ~columns.beyond | (np.arange(width) % BEYOND == 0)
    return Spans(np.where(kept, columns.top, 0), np.where(kept, columns.bottom, -1), columns.beyond)


def paint(canvas: Canvas, area: Area, marker: Marker, codes: Codes, inks: Sequence[str]) -> None:
    """Put curves over what is there. A cell has the dots of all of them and the ink of the last."""
    where = slice(area.top, area.top + area.height), slice(area.left, area.left + area.width)
    for own, ink in zip(codes, inks, strict=True):
        np.copyto(canvas.inks[where], canvas.number(Ink(ink)), where=own > 0)
    every = np.bitwise_or.reduce(codes, axis=0)
    np.copyto(canvas.points[where], marker.points[every], where=every > 0)


def draw_marks(canvas: Canvas, area: Area, marker: Marker, line: Line, columns: Spans, x: Scale) -> None:
    """Put the marks on the curve's nearest column, inside the frame; on its upper edge where there is no curve."""
    if not line.marks:
        return
    drawn = np.flatnonzero(columns.top <= columns.bottom)
    for mark, place in zip(line.marks, x.place([mark.x for mark in line.marks]).tolist(), strict=True):
        if not -0.01 <= place <= 1.01 or not mark.glyph:
            continue
        column, row = min(int(max(place, 0) * columns.top.size), columns.top.size - 1), 0
        if drawn.size:
            column = int(drawn[np.abs(drawn - column).argmin()])
            row = (int(columns.top[column]) + int(columns.bottom[column])) // 2
        cell = area.top + row // marker.rows, area.left + column // marker.columns
        canvas.write(*cell, marker.glyph(mark.glyph), Ink(mark.ink, bold=True))


def say(
    canvas: Canvas,
    area: Area,
    marker: Marker,
    known: tuple[Sequence[Line], Sequence[Ends]],
    frame: Frame,
    anything: bool,
) -> None:
    """What the curves cannot show: that there are none yet, and how many values lie on no scale."""
    if not anything:
        text = NOTHING
        if area.width >= len(text):
            middle = area.top + (area.height - 1) // 2
            canvas.write(middle, area.left + (area.width - len(text)) // 2, text, Ink("faint"))
        return
    parts = []
    odd = [line for line, (least, most) in zip(*known, strict=True) if not (least > 0 and most < np.inf)]
    low = sum(at_most_zero(line.low) for line in odd) if frame.y_scale == "log" else 0
    infinite = sum(infinities(line.low, line.high) for line in odd)
    if low:
        parts.append(f"{low} {'<=' if marker.plain else '≤'} 0")
    if infinite:
        parts.append(f"{infinite} {'inf' if marker.plain else '∞'}")
    text = f" {', '.join(parts)} "
    if parts and area.width >= len(text):
        canvas.write(area.top + area.height - 1, area.left + area.width - len(text), text, Ink("mark"))


def x_scale_of(lines: Sequence[Line], frame: Frame) -> Scale:
    """The horizontal scale: just the data's, or the range given."""
    low, high = frame.x_range or bounds_of([(line.x[:1], line.x[-1:]) for line in lines])
    if not (np.isfinite(low) and np.isfinite(high)) or low > high:
        low, high = bounds_of([(line.x, line.x) for line in lines])
    if not (np.isfinite(low) and np.isfinite(high)) or low > high:
        low, high = 0.0, 1.0
    if not low + (high - low) / 1000 > low:
        high = low + max(1.0, abs(low) * 1e-9)
    return Scale(low, high, "linear") if np.isfinite(high) else Scale(0.0, 1.0, "linear")


def y_scale_of(lines: Sequence[Line], ends: Sequence[Ends], frame: Frame) -> Scale:
    """The vertical scale: fitted to the data, or the range given."""
    pairs = [(line.low, line.high) for line in lines]
    linear = frame.y_linear
    if linear is None and frame.y_scale == "symlog":
        linear = near_zero(pairs)
    if frame.y_range is not None:
        return scale_of(*frame.y_range, frame.y_scale, linear)
    log = frame.y_scale == "log"
    found = [ends_of(line.low, line.high, log, known) for line, known in zip(lines, ends, strict=True)]
    low, high = (
        min((low for low, _ in found), default=np.inf),
        max((high for _, high in found), default=-np.inf),
    )
    return fitted(low, high, frame.y_scale, linear)
