"""Bars, histograms and images: pictures as text, counts against NumPy, any numbers at any size."""

import math

import numpy as np
import pytest
from test_plots_fuzz import ODD, check

from opttui.plots.bars import Bar, draw_bars
from opttui.plots.histogram import Histogram, counted, draw_histogram
from opttui.plots.image import draw_image
from opttui.plots.picture import Picture, text_of

NAN, INF = math.nan, math.inf


def rows_of(picture: Picture) -> list[str]:
    return [row.rstrip() for row in text_of(picture).split("\n")]


def bars(*values: float) -> list[Bar]:
    return [
        Bar(f"lane {number}", value, f"{value:g}", f"lane{number}") for number, value in enumerate(values)
    ]


def test_bars_are_as_long_as_their_values() -> None:
    assert rows_of(draw_bars(bars(1, 2, 8, 0, NAN, INF), 30, 7)) == [
        "lane 0 ██▍                   1",
        "lane 1 ████▊                 2",
        "lane 2 ███████████████████   8",
        "lane 3                       0",
        "lane 4                     nan",
        "lane 5 ███████████████████ inf",
        "",
    ]


def test_a_name_that_is_cut_says_so() -> None:
    bar = [Bar("SGD, momentum, cosine", 1.0, "1", "lane0")]
    assert text_of(draw_bars(bar, 30, 1)).startswith("SGD, mome… ")
    assert text_of(draw_bars(bar, 30, 1, marker="ascii")).startswith("SGD, mome~ ")


def test_bars_by_logarithm_leave_out_what_is_not_positive() -> None:
    found = rows_of(draw_bars(bars(1e-4, 1e-2, 1, 0), 31, 4, "log"))
    lengths = [row.count("█") for row in found]
    assert lengths[3] == 0 and lengths[0] >= 1
    assert abs((lengths[2] - lengths[1]) - (lengths[1] - lengths[0])) <= 1


def test_negative_bars_run_to_the_left_of_zero() -> None:
    up, down = rows_of(draw_bars(bars(1, -1), 29, 2))
    assert (up.index("█"), down.index("█"), down.rindex("█")) == (17, 7, 16)


@pytest.mark.parametrize("kind", ["linear", "log"])
@pytest.mark.parametrize("size", [0, 1, 300])
def test_a_histogram_counts_every_value_once(kind: str, size: int) -> None:
    values = np.random.default_rng(1).lognormal(0, 2, size)
    odd = np.array([NAN, INF, -INF, 0.0, -1.0])
    scale, counts, left_out = counted(Histogram(np.append(values, odd), kind=kind), 20)
    kept = np.append(values, odd[3:]) if kind == "linear" else values
    assert counts.sum() == kept.size and left_out == size + 5 - kept.size
    if size > 1:
        ends = np.log10([scale.low, scale.high]) if kind == "log" else np.array([scale.low, scale.high])
        inside = np.log10(kept) if kind == "log" else kept
        assert counts.tolist() == np.histogram(inside, 20, (ends[0], ends[1]))[0].tolist()


def test_a_histogram_as_text() -> None:
    values = np.repeat([0.0, 1.0, 2.0, 4.0], [2, 4, 1, 1])
    assert rows_of(draw_histogram(Histogram(values, label="w"), 26, 8)) == HISTOGRAM.strip("\n").split("\n")
    assert text_of(draw_histogram(Histogram(values), 26, 8, "ascii")).isascii()


HISTOGRAM = """
      4┤┈┈┈┈▃▃┈┈┈┈┈┈┈┈┈┈┈┈
       │    ██
       │    ██
      2┤▅▅┈┈██┈┈┈┈┈┈┈┈┈┈┈┈
       │██  ██  ▃▃      ▃▃
      0┤██┈┈██┈┈██┈┈┈┈┈┈██
       └┬────────┬────────
        0        2       w
"""


def test_an_image_is_two_pixels_a_cell_in_greys() -> None:
    picture = draw_image(np.array([[0.0, 1.0], [0.5, NAN]]), 2, 1)
    assert [(text, ink.fg, ink.bg) for text, ink in picture[0]] == [
        ("▀", "grey0", "grey8"),
        ("▀", "grey15", "grey0"),
    ]
    small = draw_image(np.add.outer(np.arange(8.0), np.zeros(8)), 4, 2)
    assert [ink.fg for row in small for _, ink in row] == ["grey1", "grey10"]
    assert [ink.bg for row in small for _, ink in row] == ["grey5", "grey14"]


def test_an_image_keeps_its_shape_and_stands_in_the_middle() -> None:
    text = rows_of(draw_image(np.ones((10, 40)), 20, 11))
    assert [row.count("▀") for row in text] == [0, 0, 0, 0, 20, 20, 20, 0, 0, 0, 0]


def test_an_image_in_colour_and_in_ascii() -> None:
    image = np.zeros((2, 2, 3))
    image[0, 0], image[1, 1] = (1, 0, 0), (1, 1, 1)
    (row,) = draw_image(image, 2, 1)
    assert [(ink.fg, ink.bg) for _, ink in row] == [("#ff0000", "#000000"), ("#000000", "#ffffff")]
    assert (
        text_of(draw_image(np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.4], [1.0, 0.4]]), 2, 2, "ascii"))
        == "  \n@="
    )


def test_any_numbers_at_any_size() -> None:
    for seed in range(250):
        rng = np.random.default_rng(seed)
        width, height = int(rng.integers(0, 50)), int(rng.integers(0, 14))
        values = rng.choice(ODD, int(rng.integers(0, 9))) * (1 if seed % 2 else 1e-3)
        marker, kind = ("braille", "block", "ascii")[seed % 3], ("linear", "log")[seed // 3 % 2]
        shape = (int(rng.integers(0, 9)), int(rng.integers(0, 9)), 3)[: 2 + seed % 2]
        for picture in (
            draw_bars(bars(*values.tolist()), width, height, kind, marker),
            draw_histogram(Histogram(values, kind=kind), width, height, marker),
            draw_image(rng.choice(ODD, shape), width, height, marker),
        ):
            check(picture, width, height)
            assert marker != "ascii" or text_of(picture).isascii()
