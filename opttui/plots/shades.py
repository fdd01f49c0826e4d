"""A surface as shaded levels with contour lines. Knows neither paths nor axes."""

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from opttui.plots.marker import MARKERS, Name
from opttui.plots.scales import Floats

Box = tuple[float, float, float, float]
"""x_low, x_high, y_low, y_high."""
Levels = NDArray[np.int8]

LEVELS = 10
CONTOUR = 2
"""A contour's stroke is in the ink of so many levels above its cell's: seen, and fainter than any path."""
EVERY = 3
"""A stroke at every third bound of the levels: the shades show the others, and paths stay easy to follow."""
KEPT = 8
"""Shades that are kept: those of a few panels, before and after a change of size."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """Values at the centres of equal cells. Shades are kept for the object: another one means other values."""

    box: Box
    values: Floats
    """Shape (rows, columns); row 0 is the lowest y."""
    minima: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, eq=False)
class Shades:
    """What a terrain looks like, a cell each; row 0 at the top."""

    levels: Levels
    """−1 where the terrain is unknown."""
    upper: Levels
    """Of each cell's upper half; plain ASCII has no halves, and both are the whole cell's."""
    lower: Levels
    contours: NDArray[np.uint8]
    """Bits of the marker's dots through which a contour runs."""


@functools.lru_cache(maxsize=KEPT)
def shades_of(terrain: Terrain, box: Box, width: int, height: int, marker: Name) -> Shades:
    """The part of a terrain in a box, over so many cells."""
    form = MARKERS[marker]
    dots = levels_of(sampled(terrain, box, width * form.columns, height * form.rows))
    whole = middle(dots, form.rows, form.columns)
    halves = middle(dots, form.rows // 2, form.columns) if form.rows > 1 else np.repeat(whole, 2, axis=0)
    bands = np.where(dots < 0, np.int8(-1), (dots + 1) // EVERY)
    return Shades(whole, halves[0::2], halves[1::2], form.codes(edges(bands)))


def sampled(terrain: Terrain, box: Box, width: int, height: int) -> Floats:
    """The value nearest to each dot's middle, row 0 at the top; NaN outside of the terrain."""
    rows, columns = terrain.values.shape
    left, right, low, high = terrain.box
    with np.errstate(all="ignore"):
        x = box[0] + (np.arange(width) + 0.5) / width * (box[1] - box[0])
        y = box[3] - (np.arange(height) + 0.5) / height * (box[3] - box[2])
        column = np.floor((x - left) / (right - left) * columns)
        row = np.floor((y - low) / (high - low) * rows)
    inside = ((row >= 0) & (row < rows))[:, np.newaxis] & ((column >= 0) & (column < columns))
    if not inside.any():
        return np.full((height, width), np.nan)
    at_row, at_column = [
        np.where((at >= 0) & (at < size), at, 0).astype(np.int64)
        for at, size in ((row, rows), (column, columns))
    ]
    return np.where(inside, terrain.values[at_row[:, np.newaxis], at_column], np.nan)


def levels_of(values: Floats) -> Levels:
    """0 (lowest) to 9 of each value, −1 for NaN.

    The bounds are the tenths of the finite values in sight, so that a narrow valley and a high wall are both resolved,
    whatever the scale: quantiles of values and of their logarithms are the same.
    """
    seen = np.sort(values[np.isfinite(values)])
    if not seen.size:
        return np.full(values.shape, -1, np.int8)
    bounds = np.unique(seen[np.arange(1, LEVELS) * seen.size // LEVELS])
    # Where most values are one and the same, tenths coincide: spread what is left over all shades.
    spread = np.round(np.arange(bounds.size + 1) * ((LEVELS - 1) / max(1, bounds.size))).astype(np.int8)
    return np.where(np.isnan(values), np.int8(-1), spread[np.searchsorted(bounds, values)])


def middle(dots: Levels, rows: int, columns: int) -> Levels:
    """The median level of each block of so many rows and columns."""
    shape = dots.shape[0] // rows, rows, dots.shape[1] // columns, columns
    blocks = dots.reshape(shape).swapaxes(1, 2).reshape(shape[0], shape[2], -1)
    return np.sort(blocks, axis=2)[:, :, blocks.shape[2] // 2]


def edges(dots: NDArray[Any]) -> NDArray[np.bool_]:
    """Dots that differ from their neighbour below or to the right: lines one dot wide."""
    found = np.zeros(dots.shape, bool)
    known = dots >= 0
    found[:, :-1] |= (dots[:, :-1] != dots[:, 1:]) & known[:, :-1] & known[:, 1:]
    found[:-1] |= (dots[:-1] != dots[1:]) & known[:-1] & known[1:]
    return found
