"""Whatever the numbers, the panel's size and the marker: no exception, no warning, rows exactly as wide as asked."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from opttui.plots.boxes import fitted_box
from opttui.plots.curves import Band, Frame, Line, Mark, draw_curves
from opttui.plots.picture import Picture, text_of
from opttui.plots.printed import print_curves
from opttui.plots.shades import Terrain
from opttui.plots.terrain import Path, draw_terrain

NAN, INF = float("nan"), float("inf")
ODD = np.array([NAN, INF, -INF, 0.0, -1.0, 1e308, -1e308, 5e-324, 1e-308, 1.0, 2.0, 3.0, 1e16, 1e-3])
MARKERS = ("braille", "block", "ascii")


def check(picture: Picture, width: int, height: int) -> None:
    assert len(picture) == height
    for row in picture:
        assert sum(cell_len(text) for text, _ in row) == width == sum(len(text) for text, _ in row)
        assert all(text for text, _ in row)
        assert all(a != b for (_, a), (_, b) in itertools.pairwise(row))


def some_line(rng: np.random.Generator, lane: int) -> Line:
    """Ordinary, odd, constant, empty or unsorted."""
    size = int(rng.integers(0, 40))
    x = np.sort(rng.normal(0, 10.0 ** rng.integers(-5, 9), size))
    low = rng.normal(0, 1, size)
    kind = int(rng.integers(0, 5))
    if kind == 0:
        x = rng.choice(ODD, size)
    elif kind == 1:
        low[:] = rng.choice(ODD)
    elif kind == 2:
        odd = rng.random(size) < 0.5
        low[odd] = rng.choice(ODD, int(odd.sum()))
    high = np.maximum(low, np.where(np.isfinite(low), low / 2 + 1, low))
    marks = tuple(Mark(float(at), glyph, "mark") for at, glyph in zip(rng.choice(ODD, 3), "◆✗★", strict=True))
    return Line(x, low, high, f"lane{lane}", int(rng.integers(0, 7)), bool(rng.random() < 0.3), marks)


def some_range(rng: np.random.Generator) -> tuple[float, float] | None:
    return None if rng.random() < 0.6 else (float(rng.choice(ODD)), float(rng.choice(ODD)))


def some_box(rng: np.random.Generator) -> tuple[float, float, float, float]:
    odd = rng.random() < 0.3
    a, b, c, d = (rng.choice(ODD, 4) if odd else np.sort(rng.normal(size=4))[[0, 2, 1, 3]]).tolist()
    return a, b, c, d


def draw_something(seed: int) -> None:
    """One random picture of each kind."""
    rng = np.random.default_rng(seed)
    width, height = int(rng.integers(0, 70)), int(rng.integers(0, 25))
    lines = [some_line(rng, lane) for lane in range(int(rng.integers(0, 4)))]
    marker, scale = MARKERS[int(rng.integers(0, 3))], ("linear", "log", "symlog")[int(rng.integers(0, 3))]
    now = float(rng.choice(ODD)) if rng.random() < 0.5 else None
    frame = Frame(width, height, scale, "evaluations", "loss", now, marker, some_range(rng), some_range(rng))
    bands = [Band(line.x, line.low, line.high, f"{line.ink}band") for line in lines[:2]]
    picture = draw_curves(lines, frame, bands)
    check(picture, width, height)
    values = rng.choice(ODD, (int(rng.integers(0, 6)), int(rng.integers(0, 6))))
    terrain = None if rng.random() < 0.2 else Terrain(some_box(rng), values, ((0.0, 0.0), (NAN, 1.0)))
    paths = [Path(line.x, line.low, line.ink) for line in lines]
    box = some_box(rng)
    for seen in (box, fitted_box(paths, box), fitted_box(paths, None)):
        if seen is not None:
            ground = draw_terrain(terrain, seen, paths, width, height, marker=marker)
            check(ground, width, height)
            assert marker != "ascii" or text_of(ground).isascii()
    assert marker != "ascii" or text_of(picture).isascii()
    if seed % 10 == 0:
        print_curves(lines, [f"lane {lane}" for lane in range(len(lines))], width, height, scale)


def test_random_pictures() -> None:
    for seed in range(700):
        draw_something(seed)


@pytest.mark.slow
def test_many_random_pictures() -> None:
    for seed in range(700, 60_000):
        draw_something(seed)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.floats(), max_size=30),
    st.tuples(st.integers(-2, 200), st.integers(-2, 60)),
    st.sampled_from(MARKERS),
    st.sampled_from(["linear", "log", "symlog"]),
)
def test_any_values_at_any_size(values: list[float], size: tuple[int, int], marker: str, scale: str) -> None:
    y = np.array(values, float)
    picture = draw_curves([Line(np.arange(float(y.size)), y, y, "lane0")], Frame(*size, scale, marker=marker))
    check(picture, max(size[0], 0), max(size[1], 0))
