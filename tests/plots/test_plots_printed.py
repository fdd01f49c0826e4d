"""Charts for a pipe: plain text, readable ticks, plotext's global state left clean."""

import numpy as np
import plotext
import pytest

from opttui.plots.curves import Line
from opttui.plots.printed import print_curves, thinned

NAN, INF = float("nan"), float("inf")
X = np.arange(1000.0)


def line(y) -> Line:
    array = np.array(y, float)
    return Line(np.arange(float(array.size)), array, array, "lane0")


def test_a_decay_on_a_log_axis() -> None:
    text = print_curves([line(10 ** (-X / 250)), line(np.full(1000, 0.1))], ["fast", "flat"], 50, 12, "log")
    assert [row.rstrip() for row in text.splitlines()] == PRINTED.strip("\n").splitlines()


PRINTED = """
      ┌──────────────────────────────────────────┐
      │                                          │
     1┤••••••                                    │
      │++++++++++++++++++++++++++++++++++++++++++│
      │            ••••••                        │
  0.01┤                  ••••••                  │
      │                        ••••••            │
      │                              ••••••      │
0.0001┤                                    ••••••│
      │                                          │
      └┬────────────────────┬───────────────────┬┘
       0                   500                999
  •• fast   ++ flat
"""


@pytest.mark.parametrize(
    ("count", "width", "said"),
    [(137, 50, "0 50 100 136"), (1001, 60, "0 500 1k"), (104, 40, "0 103"), (3, 40, "0 1 2")],
)
def test_the_axis_ends_with_its_last_value_and_says_what_it_is(count: int, width: int, said: str) -> None:
    text = print_curves([line(range(count))], ["a"], width, 12, "linear", x_label="step")
    rows = text.splitlines()
    assert rows[-3].split() == said.split()
    assert rows[-2].split() == ["step"]
    assert max(map(len, rows)) <= width


def test_without_colour_there_is_no_escape_and_with_it_there_is() -> None:
    assert "\x1b" not in print_curves([line(X)], ["a"], 40, 10, "linear")
    assert "\x1b" in print_curves([line(X)], ["a"], 40, 10, "linear", colour=True)


def test_a_noisy_curve_in_characters_leaves_the_others_to_be_seen() -> None:
    noisy = np.where(X % 2 == 0, 1.0, 100.0)
    text = print_curves([line(np.full(1000, 2.0)), line(noisy)], ["flat", "noisy"], 50, 12, "log")
    assert len([row for row in text.splitlines()[:-1] if "+" in row]) == 1
    assert any(row.count("•") > 30 for row in text.splitlines())


def test_names_that_do_not_fit_go_on_in_the_next_row() -> None:
    names = [f"lane number {k}" for k in range(6)]
    text = print_curves([line(X + k) for k in range(6)], names, 50, 12, "linear")
    assert all(len(row) <= 50 for row in text.splitlines())
    assert all(f" {name}" in text for name in names)


def test_thinned_to_two_points_a_column_without_losing_an_extreme() -> None:
    y = np.sin(X)
    y[500] = 7
    x, kept = thinned(line(y), 40, "linear")
    assert kept.size <= 80 and x.size == kept.size
    assert kept.max() == 7 and kept.min() == y.min()


def test_nothing_finite_prints_nothing() -> None:
    assert print_curves([line([NAN, INF])], ["a"], 40, 10, "linear") == ""
    assert print_curves([line([0.0, -1.0])], ["a"], 40, 10, "log") == ""
    assert print_curves([], [], 40, 10, "log") == ""


def test_losses_below_zero_have_ticks_on_both_sides() -> None:
    text = print_curves([line(10 * np.exp(-X / 100) - 1)], ["a"], 50, 16, "symlog")
    assert [row.split("┤")[0].strip() for row in text.splitlines() if "┤" in row] == ["10", "1", "0", "-1"]


@pytest.mark.parametrize("scale", ["linear", "log", "symlog"])
@pytest.mark.parametrize("size", [(12, 5), (30, 8), (100, 24), (3, 1)])
@pytest.mark.parametrize(
    "y",
    [
        [1e308] * 50,
        [0.0] * 50,
        [NAN] * 49 + [3],
        [INF] * 20 + [1.0] * 30,
        [5e-324] * 9,
        [1e308, -1e308],
        [1e6, 1e6 + 1e-6],
    ],
)
def test_strange_values_print(scale: str, size: tuple[int, int], y) -> None:
    text = print_curves([line(y), line([]), line([2.0])], ["a", "none", "one"], *size, scale, x_label="step")
    assert all(len(row) <= size[0] for row in text.splitlines())


def test_plotext_is_left_as_it_was_found() -> None:
    def ours() -> str:
        plotext.clear_figure()
        plotext.plotsize(30, 8)
        plotext.plot([1, 2, 3])
        return str(plotext.build())

    before = ours()
    plotext.title("left behind by someone")
    plotext.plot([9, 9])
    text = print_curves([line(X)], ["a"], 40, 10, "linear")
    assert "left behind" not in text
    assert ours() == before
