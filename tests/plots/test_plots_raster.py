"""The column raster: dot by dot what the definition says, and work that does not grow with the points."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from naive_raster import naive_dots
from numpy.testing import assert_array_equal

from opttui.plots import buckets
from opttui.plots.marker import MARKERS
from opttui.plots.raster import cells, fill, spans, window
from opttui.plots.scales import Scale

NAN, INF = float("nan"), float("inf")
MAKERS = ("walk", "spikes", "gaps", "few", "steps", "strange")


def curve(kind: str, size: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """x, low and high of one of the kinds of curve that a race makes."""
    rng = np.random.default_rng(seed)
    x = np.cumsum(rng.uniform(0.5, 1.5, size)) - 0.5
    y = np.exp(np.cumsum(rng.normal(0, 0.3, size)) - 2)
    if kind == "spikes":
        y[rng.random(size) < 0.05] *= 1e3
    elif kind == "gaps":
        y[rng.random(size) < 0.2] = NAN
    elif kind == "few":
        x = np.sort(rng.uniform(0, 100, size))
    elif kind == "steps":
        y = 0.5 ** (np.arange(size) // 7)
    elif kind == "strange":
        odd = rng.random(size) < 0.3
        y[odd] = rng.choice([NAN, INF, -INF, 0.0, -1.0, 1e308, 1e-308], odd.sum())
    return x, y, y + rng.random(size) * (rng.random() < 0.5)


@settings(max_examples=400, deadline=None)
@given(
    kind=st.sampled_from(MAKERS),
    size=st.integers(0, 300),
    seed=st.integers(0, 10**6),
    width=st.integers(1, 90),
    height=st.integers(1, 60),
    scale=st.sampled_from(["linear", "log", "symlog"]),
    zoom=st.tuples(st.floats(-0.3, 1.2), st.floats(0.01, 1.5)),
)
@example("gaps", 10, 0, 60, 20, "log", (0.3, 0.2))
def test_every_dot_is_where_the_definition_puts_it(kind, size, seed, width, height, scale, zoom) -> None:
    compare(curve(kind, size, seed), zoom, width, height, scale)


@pytest.mark.parametrize("kind", MAKERS)
@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
def test_every_dot_of_whole_panels(kind: str, scale: str) -> None:
    for seed in range(8):
        compare(curve(kind, 50 * 3**seed % 3000, seed), (0.0, 1.0), 180, 100, scale)


@pytest.mark.parametrize("long", [buckets.LONG, 20])
def test_many_curves_in_one_go_are_as_each_alone(long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buckets, "LONG", long)
    view = window(Scale(-5.0, 60.0, "linear"), Scale(1e-3, 2.0, "log"), 70, 40)
    curves = [curve(kind, size, seed) for seed, kind in enumerate(MAKERS) for size in (0, 1, 7, 100)]
    curves += [(x + 100.0, low, high) for x, low, high in curves[:6]]
    # Lanes in lockstep have one x.
    curves += [(x, low * times, high * times) for x, low, high in curves[3:16:4] for times in (1.0, 2.0, 9.0)]
    together = fill(spans(curves, view), view)
    for found, one in zip(together, curves, strict=True):
        assert_array_equal(found, fill(spans([one], view), view)[0])


def compare(curve, zoom: tuple[float, float], width: int, height: int, scale: str) -> None:
    """Both rasters of a curve, over a part of its x."""
    x, low, high = curve
    reach = float(x[-1]) if x.size else 1.0
    across = Scale(zoom[0] * reach, (zoom[0] + zoom[1]) * reach, "linear")
    low_end = -2.0 if scale == "symlog" else 1e-3
    view = window(across, Scale(low_end, 2.0, scale, 0.1), width, height)
    found = fill(spans([(x, low, high)], view), view)[0]
    expected = np.zeros((height, width), bool)
    for dot in naive_dots(x.tolist(), low.tolist(), high.tolist(), view):
        expected[dot] = True
    assert_array_equal(found, expected)


def drawn(x, y, width: int = 8, height: int = 5, low: float = 0.0, high: float = 4.0) -> list[str]:
    """The dots of one curve over x from 0 to 8."""
    view = window(Scale(0.0, 8.0, "linear"), Scale(low, high, "linear"), width, height)
    array = np.array(y, float)
    dots = fill(spans([(np.array(x, float), array, array)], view), view)[0]
    return ["".join(".#"[dot] for dot in row) for row in dots.tolist()]


def test_no_spike_is_lost() -> None:
    y = np.ones(80_000)
    y[41_234] = 4.0
    assert drawn(np.linspace(0, 8, 80_000), y) == ["....#...", "....#...", "....#...", "########", "........"]


def test_nan_is_a_gap_and_not_a_bridge() -> None:
    assert drawn([0, 1, 2, 3, 4, 5, 6, 7], [2, 2, 2, NAN, NAN, 2, 2, 2])[2] == "###..###"
    assert drawn([0, 7], [2, 2])[2] == "########"
    assert drawn([0, 3, 7], [2, NAN, 2])[2] == "#......#"


def test_neighbouring_columns_touch() -> None:
    assert drawn(range(8), [0, 0, 4, 4, 0, 4, 0, 0]) == [
        "..##.#..",
        "..#.###.",
        "..#.###.",
        "..#.###.",
        "##..#.##",
    ]


def test_lines_enter_from_and_leave_to_points_out_of_sight() -> None:
    assert drawn([-8, 16], [0, 4], height=4)[1:3] == ["....####", "####...."]


@pytest.mark.parametrize(("value", "row"), [(0.0, 4), (4.0, 0), (INF, 0), (-INF, 4), (1e308, 0), (-1e308, 4)])
def test_both_ends_of_the_scale_are_inside_and_what_is_beyond_lies_on_the_edge(
    value: float, row: int
) -> None:
    assert [y for y, text in enumerate(drawn(range(8), [value] * 8)) if "#" in text] == [row]


def test_what_lies_beyond_is_known() -> None:
    view = window(Scale(0.0, 4.0, "linear"), Scale(1.0, 10.0, "log"), 4, 8)
    values = np.array([2.0, 0.0, 100.0, NAN])
    assert spans([(np.arange(4.0) + 0.5, values, values)], view)[0].beyond.tolist() == [
        False,
        False,
        False,
        False,
    ]
    apart = np.array([2.0, NAN, 0.0, NAN])
    assert spans([(np.arange(4.0) + 0.5, apart, apart)], view)[0].beyond.tolist() == [
        False,
        False,
        True,
        False,
    ]


@pytest.mark.parametrize("marker", MARKERS.values(), ids=MARKERS)
def test_the_dots_of_a_cell_are_those_that_a_picture_of_single_dots_has(marker) -> None:
    rng = np.random.default_rng(0)
    x = np.arange(300.0)
    lows, widths = rng.normal(0, 2, (4, 300)), rng.uniform(0, 3, (4, 300))
    curves = [(x, low, low + width) for low, width in zip(lows, widths, strict=True)]
    curves.append((x, np.full(300, np.nan), np.full(300, np.nan)))
    view = window(Scale(0, 299, "linear"), Scale(-4, 4, "linear"), 30 * marker.columns, 12 * marker.rows)
    assert cells([], view, marker.rows, marker.columns).size == 0
    drawn = spans(curves, view)
    assert_array_equal(cells(drawn, view, marker.rows, marker.columns), marker.codes(fill(drawn, view)))
