"""Loss values on a regular grid of the drawn plane, computed by the race process for surfaces without a
formula."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Grid:
    """Values at cell centres; row 0 is the lowest y."""

    box: tuple[float, float, float, float]
    """x_low, x_high, y_low, y_high."""
    values: NDArray[np.float64]
    """Shape (rows, columns)."""
    plane: int = 0
    """Number of the plane that it lies in; that in which a race begins is 0."""
