"""An image in half cells: grey or in colour. Knows neither what it shows nor where it comes from."""

import math

import numpy as np

from opttui.plots.canvas import Canvas
from opttui.plots.marker import MARKERS, Name
from opttui.plots.picture import Ink, Picture
from opttui.plots.scales import Array, Floats

GREYS = 16
RAMP = " .:-=+*#%@"
"""From black to white, in plain ASCII on a dark paper."""
STEPS = 16
"""Shades of each of red, green and blue: neighbours that nearly agree are one span."""


def draw_image(
    image: Array, width: int, height: int, marker: Name = "braille", ends: tuple[float, float] | None = None
) -> Picture:
    """The picture, exactly `height` rows of `width` cells, the image in its middle as large as its shape allows.

    Args:
        image: Shape (rows, columns), or (rows, columns, 3) for red, green and blue.
        width: Cells.
        height: Cells, of two pixels above each other.
        marker: In `ascii` each cell is a character by its brightness.
        ends: Values that are black and white; None: the smallest and the largest finite one. NaN is black.
    """
    canvas = Canvas(width, height)
    values = np.asarray(image, np.float64)
    rows, columns = shape_in(values.shape[:2], canvas.width, canvas.height)
    if not rows or not columns:
        return canvas.picture()
    shades = shaded(values, ends).reshape(*values.shape[:2], -1)
    top, left = (canvas.height - (rows + 1) // 2) // 2, (canvas.width - columns) // 2
    pixels = resized(shades, rows, columns)
    if MARKERS[marker].plain:
        grey = resized(shades, (rows + 1) // 2, columns).mean(axis=2)
        for row, line in enumerate(np.rint(grey * (len(RAMP) - 1)).astype(np.int64).tolist()):
            canvas.write(top + row, left, "".join(RAMP[level] for level in line), Ink("text"))
        return canvas.picture()
    roles = [[role(pixel) for pixel in line] for line in pixels.tolist()]
    if rows % 2:
        roles.append([""] * columns)
    for row in range(len(roles) // 2):
        for column, (upper, lower) in enumerate(zip(*roles[2 * row : 2 * row + 2], strict=True)):
            canvas.write(top + row, left + column, "▀", Ink(upper, lower))
    return canvas.picture()


def shape_in(shape: tuple[int, ...], width: int, height: int) -> tuple[int, int]:
    """Rows and columns of pixels, as many as fit with the image's own shape; a pixel is a half cell, about square."""
    rows, columns = shape
    if not min(rows, columns, width, height) > 0:
        return 0, 0
    times = min(width / columns, 2 * height / rows)
    return max(1, math.floor(rows * times)), max(1, math.floor(columns * times))


def shaded(values: Floats, ends: tuple[float, float] | None) -> Floats:
    """0 (black) to 1 (white)."""
    fine = values[np.isfinite(values)]
    low, high = ends or ((float(fine.min()), float(fine.max())) if fine.size else (0.0, 1.0))
    # Halves, because the span of ±1e308 is no float.
    span = high / 2 - low / 2
    with np.errstate(all="ignore"):
        shades = (values / 2 - low / 2) / span if span > 0 else np.where(values > low, 1.0, 0.0)
    known: Floats = np.nan_to_num(shades, nan=0.0, posinf=1.0, neginf=0.0)
    return np.minimum(np.maximum(known, 0.0), 1.0)


def resized(shades: Floats, rows: int, columns: int) -> Floats:
    """The mean of what each pixel covers, or the nearest value where the image is smaller."""
    for axis, size in ((0, rows), (1, columns)):
        had = shades.shape[axis]
        starts = np.arange(size) * had // size
        if size >= had:
            shades = np.take(shades, starts, axis)
        else:
            counts = np.diff(starts, append=had).reshape([-1 if at == axis else 1 for at in range(3)])
            shades = np.add.reduceat(shades, starts, axis) / counts
    return shades


def role(pixel: list[float]) -> str:
    """The ink of a grey, or of red, green and blue."""
    if len(pixel) == 1:
        return f"grey{min(GREYS - 1, round(pixel[0] * (GREYS - 1)))}"
    levels = (round(round(part * (STEPS - 1)) * 255 / (STEPS - 1)) for part in pixel)
    return "#" + "".join(f"{level:02x}" for level in levels)
