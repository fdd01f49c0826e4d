"""The surface under the paths: a formula evaluated in NumPy, or the newest grid of the race. Knows no path."""

from functools import lru_cache

import numpy as np

from opttui.plots.terrain import Box, Terrain
from opttui.record.reader import RunReader
from opttui.surfaces import SURFACES

FINEST = 512
"""Most columns and rows evaluated: a panel of 200×60 has 400×120 quarter cells."""


def ground(reader: RunReader, box: Box, width: int, height: int) -> Terrain | None:
    """The terrain of a box for a panel of so many cells; None while nobody has computed it."""
    problem = reader.manifest.problem
    if problem is not None and problem.surface in SURFACES:
        return _from_formula(problem.surface, box, width, height, problem.minima)
    if reader.grid is None:
        return None
    return Terrain(box=reader.grid.box, values=reader.grid.values, minima=problem.minima if problem else ())


# 16 boxes and sizes of at most 2 MB each: a box moves seldom, and going back to one costs nothing.
@lru_cache(maxsize=16)
def _from_formula(
    name: str, box: Box, width: int, height: int, minima: tuple[tuple[float, float], ...]
) -> Terrain:
    """Values at the centres of half cells, row 0 the lowest."""
    columns, rows = min(max(width, 1), FINEST), min(max(2 * height, 1), FINEST)
    x = _centres(box[0], box[1], columns)
    y = _centres(box[2], box[3], rows)
    with np.errstate(all="ignore"):
        values = SURFACES[name].formula(x[np.newaxis, :], y[:, np.newaxis])
    return Terrain(
        box=box, values=np.broadcast_to(np.asarray(values, dtype=np.float64), (rows, columns)), minima=minima
    )


def _centres(low: float, high: float, count: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return low + (np.arange(count) + 0.5) * ((high - low) / count)
