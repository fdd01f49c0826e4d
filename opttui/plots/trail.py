"""Paths over a ground: dots that fade towards their begin, and arrows that say which way they went. Knows no surface."""

import functools
import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from opttui.plots.growing import Path, walked
from opttui.plots.marker import Marker
from opttui.plots.polyline import Ints, joined
from opttui.plots.raster import Window

Tones = NDArray[np.int16]

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


class Arrow(NamedTuple):
    """Which way a path went, in a cell of the picture's inside."""

    row: int
    column: int
    glyph: str
    tone: int


class Trails(NamedTuple):
    """Paths in cells of the picture's inside, shape (rows, columns) each; later paths are painted over earlier ones."""

    codes: NDArray[np.uint8]
    """Bits of the marker's dots, of all paths."""
    inks: Tones
    """Which ink a cell has: four times the number of the last path there, and which of `TONES`, that of its newest dot."""
    arrows: list[list[Arrow]]
    """Of each path."""


def finite(path: Path) -> Path:
    """The points of a path that can be drawn."""
    if path.owner is not None:
        return path
    fine = np.isfinite(path.x) & np.isfinite(path.y)
    return path if fine.all() else replace(path, x=path.x[fine], y=path.y[fine])


def trails(paths: Sequence[Path], view: Window, marker: Marker) -> Trails:
    """Every path in cells; each has a point, and all are finite."""
    found = joined(*walked(paths, view), view.width, view.height)
    dots = np.zeros((view.height, view.width), bool)
    dots.ravel()[found.row * view.width + found.column] = True
    tone = np.minimum((found.age * len(TONES)).astype(np.int16), len(TONES) - 1)
    down, across = found.row // marker.rows, found.column // marker.columns
    shape = view.height // marker.rows, view.width // marker.columns
    # Dots come path by path and in order of age, so that a cell keeps the ink of the last path and the newest dot.
    inks = np.zeros(shape, np.int16)
    cell = down * shape[1] + across
    inks.ravel()[cell] = found.path * len(TONES) + tone
    ends = np.searchsorted(found.path, np.arange(len(paths) + 1))
    # Dots with which a path comes into another cell.
    new = cell[1:] != cell[:-1]
    new[ends[(ends > 0) & (ends < cell.size)] - 1] = False
    places = new.nonzero()[0] + 1
    cuts, columns, rows = np.searchsorted(places, ends).tolist(), found.column, found.row
    arrows: list[list[Arrow]] = []
    for number, (first, last) in enumerate(itertools.pairwise(ends.tolist())):
        own = []
        for at in spread(places[cuts[number] : cuts[number + 1]]):
            near = slice(max(at - AROUND, first), min(at + AROUND, last - 1) + 1)
            glyph = heading(tuple(columns[near].tolist()), tuple(rows[near].tolist()), marker)
            if glyph:
                own.append(Arrow(int(down[at]), int(across[at]), glyph, int(tone[at])))
        arrows.append(own)
    return Trails(marker.codes(dots), inks, arrows)


def spread(places: Ints) -> list[int]:
    """A few of the places where a path comes into another cell, for its arrows.

    They stand at whole distances from its begin, so that those that are there stay while the path grows.
    """
    apart = APART
    while places.size // apart > MOST:
        apart *= 2
    return [int(at) for at in places[apart - 1 :: apart]]


# Arrows stay where they are for many frames, and working out eight lanes' takes 0.5 ms.
@functools.lru_cache(maxsize=256)
def heading(columns: tuple[int, ...], rows: tuple[int, ...], marker: Marker) -> str:
    """The arrow for the way over some dots; empty where that leads nowhere or jumps, as it does past the picture's edge."""
    # Terminal cells are about twice as high as wide.
    places = [
        (column / marker.columns, -2.0 * row / marker.rows) for column, row in zip(columns, rows, strict=True)
    ]
    legs = [math.dist(*pair) for pair in itertools.pairwise(places)]
    (right, up), (to_right, to_up) = places[0], places[-1]
    way = math.hypot(to_right - right, to_up - up)
    if not way or way < STRAIGHT * math.fsum(legs) or max(legs) > 3:
        return ""
    return ARROWS[round(math.atan2(to_up - up, to_right - right) / (math.pi / 4)) % 8]
