"""Bands: the area between two curves dot by dot, and where the middle of some values lies."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_raster import naive_dots
from numpy.testing import assert_array_equal

from opttui.plots.curves import Band, Frame, Line, draw_curves
from opttui.plots.picture import text_of
from opttui.plots.raster import between, fill, window
from opttui.plots.scales import Scale
from opttui.plots.smoothing import spread

NAN = math.nan


@pytest.mark.parametrize("kind", ["linear", "log", "symlog"])
@pytest.mark.parametrize("seed", range(12))
def test_an_area_is_all_that_lies_between_its_two_edges(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 120))
    x = np.sort(rng.uniform(-20, 120, size))
    low = np.exp(np.cumsum(rng.normal(0, 0.3, size)) - 2)
    high = low * rng.uniform(1, 3, size)
    low[rng.random(size) < 0.1 * (seed % 3)] = NAN
    view = window(Scale(0.0, 100.0, "linear"), Scale(1e-3, 2.0, kind, 0.1), 90, 60)
    edges = []
    for edge in (high, low):
        dots = naive_dots(x.tolist(), edge.tolist(), edge.tolist(), view)
        edges.append({column: [row for row, at in dots if at == column] for _, column in dots})
    expected = np.zeros((60, 90), bool)
    for column in edges[0].keys() & edges[1].keys():
        expected[min(edges[0][column]) : max(edges[1][column]) + 1, column] = True
    found = fill(between([(x, low, high)], view), view)[0]
    # Where both edges lie beyond the picture on one side, nothing is drawn along its edge.
    outside = expected & ~found
    assert set(np.flatnonzero(outside.any(axis=1)).tolist()) <= {0, 59}
    assert_array_equal(found[1:-1], expected[1:-1])


def test_an_area_beyond_the_picture_is_not_drawn() -> None:
    x, high = np.array([0.0, 1.0]), np.full(2, 9.0)
    view = window(Scale(0.0, 1.0, "linear"), Scale(0.0, 4.0, "linear"), 8, 5)
    assert not fill(between([(x, high - 1, high)], view), view).any()
    assert fill(between([(x, high - 20, high)], view), view).all()


def drawn(marker: str, lines=(), band_ink: str = "lane0band") -> list[str]:
    x = np.array([0.0, 50.0, 100.0])
    band = Band(x, np.array([1.0, 2.0, 3.0]), np.array([3.0, 3.0, 3.0]), band_ink)
    picture = draw_curves(lines, Frame(14, 3, marker=marker, x_range=(0, 100), y_range=(0, 4)), [band])
    return [row.rstrip() for row in text_of(picture).splitlines()]


def test_a_band_is_a_chequer_and_in_ascii_points() -> None:
    line = Line(np.array([0.0, 100.0]), np.full(2, 0.0), np.full(2, 0.0), "lane0")
    assert drawn("braille", [line]) == BRAILLE.split()
    assert drawn("ascii", [line]) == ["." * 14, "." * 12, "*" * 14]


BRAILLE = """
⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀⢀
⢕⢕⢕⢕⠕⠕⠕⠕⠑⠁⠁⠁
⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
"""


def test_lines_run_over_a_band_and_what_is_behind_lies_under_it() -> None:
    x, two = np.array([0.0, 100.0]), np.full(2, 2.0)
    for behind, expected in ((False, "lane1"), (True, "lane0band")):
        line = Line(x, two, two, "lane1", behind=behind)
        band = Band(x, two - 1, two + 1, "lane0band")
        picture = draw_curves([line], Frame(14, 3, x_range=(0, 100), y_range=(0, 4)), [band])
        assert {ink.fg for text, ink in picture[1]} == {expected}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.floats(1e-3, 9), min_size=1, max_size=80),
    st.lists(st.floats(-1e3, 1e3) | st.just(NAN) | st.just(math.inf), min_size=80, max_size=80),
    st.sampled_from([0.5, 3.0, 500.0]),
)
def test_the_middle_of_each_stretch_is_that_of_its_values(gaps, values, reach: float) -> None:
    x = np.cumsum(gaps)
    y = np.array(values[: x.size])
    stretches: dict[int, list[float]] = {}
    for at, value in zip(x.tolist(), y.tolist(), strict=True):
        if math.isfinite(value):
            stretches.setdefault(math.floor(at / (2 * reach)), []).append(value)
    _, low, high = spread(x, y, reach, (0.2, 0.8))
    assert len(stretches) == low.size
    for (_, inside), a, b in zip(sorted(stretches.items()), low.tolist(), high.tolist(), strict=True):
        inside.sort()
        assert [a, b] == [inside[round(share * (len(inside) - 1))] for share in (0.2, 0.8)]


def test_complete_stretches_hold_still_while_data_come() -> None:
    x = np.arange(1000.0)
    y = np.random.default_rng(0).normal(size=1000)
    before, after = spread(x[:700], y[:700], 20.0, (0.2, 0.8)), spread(x, y, 20.0, (0.2, 0.8))
    for a, b in zip(before, after, strict=True):
        assert_array_equal(a[:-1], b[: a.size - 1])
    assert before[0][-1] == 699.0
