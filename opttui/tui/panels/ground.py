"""The surface under the paths: a formula evaluated in NumPy, or the newest grid of the race. Knows no path."""

from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from opttui.plots.terrain import Box, Terrain
from opttui.record.grid import Grid
from opttui.record.seen import SeenRun
from opttui.surfaces import SURFACES
from opttui.tui.panels.facts import ledger

FINEST = 512
"""Most columns and rows evaluated: a panel of 200×60 has 400×120 quarter cells."""
FINER = 4
"""Finer cells in each old one, in both directions."""

# The same terrain for the same grid: its shades are kept with it.
_grounds: WeakKeyDictionary[SeenRun, tuple[Grid, Terrain]] = WeakKeyDictionary()


def ground(reader: SeenRun, box: Box, width: int, height: int) -> Terrain | None:
    """The terrain of a box for a panel of so many cells; None while nobody has computed it."""
    problem = reader.manifest.problem
    if problem is not None and problem.surface in SURFACES:
        return from_formula(problem.surface, box, width, height, problem.minima)
    plane = ledger(reader).plane.number
    if reader.grid is None or reader.grid.plane != plane:
        return None
    known = _grounds.get(reader)
    if known is None or known[0] is not reader.grid:
        minima = problem.minima if problem is not None and not plane else ()
        known = reader.grid, Terrain(box=reader.grid.box, values=smooth(reader.grid.values), minima=minima)
        _grounds[reader] = known
    return known[1]


def smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A grid of loss values made finer by straight lines between them, so that its levels have no steps.

    Where a neighbour is not finite, the nearest value stands. Grids that are fine already are left alone.
    """
    rows, columns = values.shape
    if min(rows, columns) < 2 or max(rows, columns) * FINER > FINEST:
        return values
    y, x = _places(rows), _places(columns)
    low_y, low_x = np.minimum(y.astype(int), rows - 2), np.minimum(x.astype(int), columns - 2)
    part_y, part_x = (y - low_y)[:, np.newaxis], (x - low_x)[np.newaxis, :]
    with np.errstate(all="ignore"):
        left = values[low_y][:, low_x] * (1 - part_y) + values[low_y + 1][:, low_x] * part_y
        right = values[low_y][:, low_x + 1] * (1 - part_y) + values[low_y + 1][:, low_x + 1] * part_y
        finer = left * (1 - part_x) + right * part_x
    nearest = values[np.rint(y).astype(int)][:, np.rint(x).astype(int)]
    blended: NDArray[np.float64] = np.where(np.isfinite(finer), finer, nearest)
    return blended


def _places(count: int) -> NDArray[np.float64]:
    """Where the centres of the finer cells lie among the old ones' centres."""
    return np.clip((np.arange(count * FINER) + 0.5) / FINER - 0.5, 0, count - 1)


# 16 boxes and sizes of at most 2 MB each: a box moves seldom, and going back to one costs nothing.
@lru_cache(maxsize=16)
def from_formula(
    name: str, box: Box, width: int, height: int, minima: tuple[tuple[float, float], ...]
) -> Terrain:
    """Values at the centres of half cells, row 0 the lowest."""
    columns, rows = min(max(width, 1), FINEST), min(max(2 * height, 1), FINEST)
    x = _centres(box[0], box[1], columns)
    y = _centres(box[2], box[3], rows)
    with np.errstate(all="ignore"):
        values = SURFACES[name].formula(x[np.newaxis, :], y[:, np.newaxis], np)
    return Terrain(
        box=box, values=np.broadcast_to(np.asarray(values, dtype=np.float64), (rows, columns)), minima=minima
    )


def _centres(low: float, high: float, count: int) -> NDArray[np.float64]:
    return low + (np.arange(count, dtype=np.float64) + 0.5) * ((high - low) / count)
