"""The plane in which paths through many parameters spread most. Knows no lane: points in, two directions out.

Of n points in P dimensions the smaller of the products D Dᵀ (n × n) and Dᵀ D (P × P) is taken apart; the other side's
vectors follow from it. Li et al. 2018 (arXiv:1712.09913) draw such planes through the last point; here they pass through
the common start, so that variance is that about the start: the mean square of the distances from it.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CHUNK = 1 << 16
"""Parameters turned to float64 at a time."""


def components(points: NDArray[Any]) -> tuple[Floats, Floats]:
    """Two orthonormal directions, shape (2, P), and the share of the variance along each.

    Args:
        points: Displacements from the start, shape (n, P), finite.

    Where all points lie on a line the second direction is any that is orthogonal to it; ValueError where none differs
    from the start.
    """
    count, size = points.shape
    if not count or not points.any():
        raise ValueError("no point differs from the start")
    if size <= count:
        whole = points.astype(np.float64)
        values, vectors = np.linalg.eigh(whole.T @ whole)
        directions, total = vectors[:, ::-1][:, :2].T, float(values.sum())
        if size == 1:
            directions = np.concatenate((directions, np.zeros((1, 1))))
    else:
        gram = np.zeros((count, count))
        for begin in range(0, size, CHUNK):
            part = points[:, begin : begin + CHUNK].astype(np.float64)
            gram += part @ part.T
        values, vectors = np.linalg.eigh(gram)
        directions, total = _through(points, vectors[:, ::-1][:, :2]), float(np.trace(gram))
    directions = _orthonormal(directions)
    tips = projected(points, directions)
    # Eigenvectors have no sign: paths go to the right and upwards on the whole.
    directions *= np.where(tips.sum(axis=0) < 0, -1.0, 1.0)[:, np.newaxis]
    return directions, np.minimum(np.square(tips).sum(axis=0) / total, 1.0)


def projected(points: NDArray[Any], directions: Floats) -> Floats:
    """Coordinates of points along directions, shape (n, 2)."""
    found = np.zeros((len(points), 2))
    for begin in range(0, points.shape[1], CHUNK):
        found += points[:, begin : begin + CHUNK].astype(np.float64) @ directions[:, begin : begin + CHUNK].T
    return found


def _through(points: NDArray[Any], vectors: Floats) -> Floats:
    """Dᵀ times each vector, shape (2, P)."""
    parts = [
        vectors.T @ points[:, begin : begin + CHUNK].astype(np.float64)
        for begin in range(0, points.shape[1], CHUNK)
    ]
    found = np.concatenate(parts, axis=1)
    return found if len(found) == 2 else np.concatenate((found, np.zeros_like(found)))


def _orthonormal(directions: Floats) -> Floats:
    """Both of length 1 and at right angles; a second one that vanishes is replaced."""
    first = directions[0] / np.linalg.norm(directions[0])
    second = directions[1]
    for _ in range(2):
        second = second - (second @ first) * first
    if np.linalg.norm(second) <= 1e-7 * np.linalg.norm(directions[0]):
        second = np.random.default_rng(0).standard_normal(first.size)
        for _ in range(2):
            second = second - (second @ first) * first
    length = np.linalg.norm(second)
    return np.stack((first, second / length if length else second))
