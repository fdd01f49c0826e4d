"""Paths over a ground: dots that fade towards their begin, and arrows that say which way they went. Knows no surface."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from opttui.plots.marker import Marker
from opttui.plots.polyline import Ints, polyline
from opttui.plots.raster import Window
from opttui.plots.scales import Array

TONES = ("old", "dim", "soft", "")
"""What is appended to a path's ink, from its oldest quarter of points to its newest."""
APART = 14
"""Cells of path between two arrows, doubled until a path has at most `MOST`."""
MOST = 3
AROUND = 10
"""Dots to either side over which an arrow takes its direction."""
STRAIGHT = 0.6
"""Share of the way over those dots that must lead somewhere: a path that jitters on the spot has no direction."""
ARROWS = "→↗↑↖←↙↓↘"
"""Anticlockwise from the right."""


@dataclass(frozen=True, eq=False)
class Path:
    """Where a lane walked; the newest point is the last."""

    x: Array
    y: Array
    ink: str
    focused: bool = False


class Arrow(NamedTuple):
    """Which way a path went, in a cell of the picture's inside."""

    row: int
    column: int
    glyph: str
    tone: int


class Trail(NamedTuple):
    """One path in cells of the picture's inside."""

    codes: Ints
    """Bits of the marker's dots, shape (rows, columns)."""
    tones: Ints
    """Which of `TONES` a cell has: that of the newest dot in it."""
    arrows: list[Arrow]


def finite(path: Path) -> tuple[Array, Array]:
    """The points of a path that can be drawn."""
    fine = np.isfinite(path.x) & np.isfinite(path.y)
    return (path.x, path.y) if fine.all() else (path.x[fine], path.y[fine])


def trails(paths: Sequence[Path], view: Window, marker: Marker) -> list[Trail]:
    """Every path in cells."""
    dots = np.zeros((len(paths), view.height, view.width), bool)
    tones = np.zeros((len(paths), view.height // marker.rows, view.width // marker.columns), np.int64)
    arrows = []
    for number, path in enumerate(paths):
        columns, rows, ages = polyline(*view.dots(*finite(path)), view.width, view.height)
        dots[number, rows, columns] = True
        tone = np.minimum((ages * len(TONES)).astype(np.int64), len(TONES) - 1)
        # Dots come in order of age, so that a cell keeps the tone of its newest one.
        tones[number, rows // marker.rows, columns // marker.columns] = tone
        arrows.append(arrows_of(columns, rows, tone, marker))
    codes = marker.codes(dots)
    return [Trail(*parts) for parts in zip(codes, tones, arrows, strict=True)]


def arrows_of(columns: Ints, rows: Ints, tone: Ints, marker: Marker) -> list[Arrow]:
    """A few arrows on a path given as successive dots.

    They stand at whole distances from its begin, so that those that are there stay while the path grows.
    """
    across, down = columns // marker.columns, rows // marker.rows
    new = np.flatnonzero((np.diff(across) != 0) | (np.diff(down) != 0)) + 1
    apart = APART
    while new.size // apart > MOST:
        apart *= 2
    found = []
    for at in new[apart - 1 :: apart].tolist():
        glyph = heading(columns, rows, at, marker)
        if glyph:
            found.append(Arrow(int(down[at]), int(across[at]), glyph, int(tone[at])))
    return found


def heading(columns: Ints, rows: Ints, at: int, marker: Marker) -> str:
    """The arrow for the way about a dot; empty where that leads nowhere or jumps, as it does past the picture's edge."""
    begin, end = max(at - AROUND, 0), min(at + AROUND, columns.size - 1)
    # Terminal cells are about twice as high as wide.
    right = (columns[begin : end + 1] / marker.columns).astype(float)
    up = -2.0 * rows[begin : end + 1] / marker.rows
    legs = np.hypot(np.diff(right), np.diff(up))
    way = math.hypot(right[-1] - right[0], up[-1] - up[0])
    if not way or way < STRAIGHT * legs.sum() or legs.max() > 3:
        return ""
    return ARROWS[round(math.atan2(up[-1] - up[0], right[-1] - right[0]) / (math.pi / 4)) % 8]
