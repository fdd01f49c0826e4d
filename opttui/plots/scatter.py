"""Points by class: each cell shows the class that most of its points have. Knows neither what they are nor where they
come from."""

import numpy as np

from opttui.plots.canvas import Canvas
from opttui.plots.marker import Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.scales import Array

GLYPHS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""A class's own, so that it can be told without its colour."""
SPAN = 0.98
"""Of the points in each direction, so many lie inside; the furthest lie on the edge."""


def draw_scatter(
    points: Array, labels: Array | None, width: int, height: int, marker: Name = "braille"
) -> Picture:
    """The picture, exactly `height` rows of `width` cells, without axes.

    Args:
        points: Shape (n, 2); those that are not finite are left out.
        labels: A class for each, from 0 on; None: all alike.
        width: Cells.
        height: Cells.
        marker: In `ascii` points without a class are dots of that.
    """
    canvas = Canvas(width, height)
    classes = np.zeros(len(points), np.int64) if labels is None else np.asarray(labels, np.int64)
    there = np.isfinite(points).all(axis=1)
    places, classes = np.asarray(points, np.float64)[there], classes[there]
    if not canvas.width or not canvas.height or not classes.size:
        return canvas.picture()
    columns = cells_of(places[:, 0], canvas.width)
    rows = canvas.height - 1 - cells_of(places[:, 1], canvas.height)
    kinds = int(classes.max()) + 1
    counts = np.bincount(
        (rows * canvas.width + columns) * kinds + classes, minlength=canvas.width * canvas.height * kinds
    ).reshape(canvas.height, canvas.width, kinds)
    most = counts.argmax(axis=2)
    dot = "." if marker == "ascii" else "•"
    for row, column in zip(*np.nonzero(counts.sum(axis=2)), strict=True):
        kind = int(most[row, column])
        glyph = dot if labels is None else GLYPHS[kind % len(GLYPHS)]
        canvas.write(int(row), int(column), glyph, Ink("text" if labels is None else f"lane{kind % 12}"))
    return canvas.picture()


def cells_of(values: Array, size: int) -> Array:
    """The cell of each value, the rarest ends on the edges."""
    low, high = np.quantile(values, [(1 - SPAN) / 2, (1 + SPAN) / 2])
    # Halves, because the span of ±1e308 is no float.
    span = high / 2 - low / 2
    share = (values / 2 - low / 2) / span if span > 0 else np.full(values.shape, 0.5)
    cells: Array = np.clip((np.clip(share, 0, 1) * size).astype(np.int64), 0, size - 1)
    return cells
