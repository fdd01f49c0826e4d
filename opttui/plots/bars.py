"""Bars side by side: a name, a bar and a number in each row. Knows no axis and no lane."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opttui.plots.axes import narrow
from opttui.plots.canvas import Canvas
from opttui.plots.marker import MARKERS, Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.scales import Kind, Scale, round_down

EIGHTHS = "▏▎▍▌▋▊▉█"
NAMES = 0.35
"""Most of a row that names take."""
SHORTEST = 4
"""Cells of the longest bar below which the numbers give way."""


@dataclass(frozen=True)
class Bar:
    """One row."""

    name: str
    value: float
    text: str
    """The number as it is to be read."""
    ink: str


def draw_bars(
    bars: Sequence[Bar], width: int, height: int, kind: Kind = "linear", marker: Name = "braille"
) -> Picture:
    """The picture, exactly `height` rows of `width` cells; bars for which there is no room are left out.

    Bars begin at zero, and run to the left of it for negative values; by logarithm they begin at a power of ten below
    the smallest, and values that are not positive have none. NaN has no bar, infinity one that fills the row.
    """
    canvas = Canvas(width, height)
    shown = bars[: canvas.height]
    plain = MARKERS[marker].plain
    names, numbers = [said(bar.name, plain) for bar in shown], [said(bar.text, plain) for bar in shown]
    left = min(max(map(len, names), default=0), int(canvas.width * NAMES))
    right = max(map(len, numbers), default=0)
    if canvas.width - left - right - 2 < SHORTEST:
        right = 0
    room = canvas.width - left - right - (left > 0) - (right > 0)
    if room < 1:
        return canvas.picture()
    begin = left + (left > 0)
    scale = scale_for([bar.value for bar in shown], kind)
    zero = 0.0 if scale.kind == "log" else float(scale.place(0.0))
    for row, (bar, name, number) in enumerate(zip(shown, names, numbers, strict=True)):
        canvas.write(row, 0, shortened(name, left, plain), Ink("label"))
        canvas.write(row, begin + room + 1, number[:right].rjust(right), Ink("text"))
        place = float(scale.place(bar.value))
        if not math.isnan(place):
            start, text = stroke(zero, min(max(place, 0.0), 1.0), room, plain)
            canvas.write(row, begin + start, text, Ink(bar.ink))
    return canvas.picture()


def said(text: str, plain: bool) -> str:
    """A text of one-cell characters."""
    text = narrow(text)
    return "".join(glyph if glyph.isascii() else "?" for glyph in text) if plain else text


def shortened(name: str, room: int, plain: bool) -> str:
    """A name that does not fit ends with a sign that it is cut."""
    return name if len(name) <= room else name[: max(room - 1, 0)] + ("~" if plain else "…")[:room]


def scale_for(values: Sequence[float], kind: Kind) -> Scale:
    """From zero, or a power of ten below the smallest value, to the largest."""
    fine = [value for value in values if math.isfinite(value) and (value > 0 or kind != "log")]
    if not fine:
        return Scale(0.1, 1.0, "log") if kind == "log" else Scale(0.0, 1.0, "linear")
    low, high = min(fine), max(fine)
    if kind == "log":
        # A bar of its own for the smallest: a fifth of a decade at least.
        bottom = max(round_down(low / 1.6), 5e-324)
        return (
            Scale(bottom, high, "log")
            if bottom < high
            else Scale(high, math.nextafter(high, math.inf), "log")
        )
    low, high = min(low, 0.0), max(high, 0.0)
    return Scale(low, high if low < high else 1.0, "linear")


def stroke(zero: float, place: float, room: int, plain: bool) -> tuple[int, str]:
    """The column where a bar begins, and its text: to eighths of a cell at its right end, whole cells in ASCII."""
    low, high = sorted((zero, place))
    start, end = round(low * room), high * room
    if low < zero or plain:
        return start, ("#" if plain else "█") * (round(end) - start)
    eighths = int(np.rint((end - start) * 8))
    whole, rest = divmod(max(eighths, 0), 8)
    return start, "█" * whole + (EIGHTHS[rest - 1] if rest else "")
