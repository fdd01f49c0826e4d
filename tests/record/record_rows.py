"""Rows whose every value is an exact function of the step, and shortcuts to write and read them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from opttui.record.lane_reader import LaneReader
from opttui.record.layout import Row
from opttui.record.writer import RunWriter


def row(step: int) -> Row:
    """Exact in float64, so that a table made by numpy is equal bit for bit."""
    return (
        float(step),
        step * 2.0,
        step * 0.25,
        float((step * 37) % 1009) - 3.0,
        1.0 / 1024 * (step % 64),
        step * 0.5,
        -float(step),
        float(step % 13),
        float(step % 17) - 8.0,
    )


def rows(start: int, stop: int) -> list[Row]:
    return [row(step) for step in range(start, stop)]


def table(start: int, stop: int) -> NDArray[np.float64]:
    """The same rows as an array (n, 9)."""
    k = np.arange(start, stop)
    columns = [
        k,
        k * 2.0,
        k * 0.25,
        (k * 37) % 1009 - 3.0,
        (k % 64) / 1024,
        k * 0.5,
        k * -1.0,
        k % 13,
        k % 17 - 8.0,
    ]
    return np.stack([np.asarray(column, np.float64) for column in columns], axis=1)


def read_all(run: Path, lane: int = 0) -> NDArray[np.float64]:
    """Every row on disk, (n, 9)."""
    parts = list(LaneReader(run, lane).read())
    return np.concatenate(parts) if parts else np.empty((0, 9))


def write_chunks(run: Path, chunks: list[int], start: int = 0) -> int:
    """Rows from `start` in one frame a chunk; the step after the last."""
    writer = RunWriter(run, 1)
    for count in chunks:
        writer.rows(0, rows(start, start + count))
        start += count
        writer.flush()
    writer.close()
    return start


def same_lane(one: LaneReader, other: LaneReader) -> None:
    """Two readers have come to the same, to the last bucket."""
    for name in ("rows", "last", "first_loss", "best_loss", "best_step", "ended", "metrics", "metrics_step"):
        np.testing.assert_equal(getattr(one, name), getattr(other, name), name)
    np.testing.assert_equal(one.validation, other.validation)
    assert one.overview.stride == other.overview.stride
    for y in range(9):
        a, b = one.overview.curve(0, y), other.overview.curve(0, y)
        for field in ("x", "low", "high", "last"):
            np.testing.assert_array_equal(getattr(a, field), getattr(b, field))
