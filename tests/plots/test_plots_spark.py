"""One-row curves."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opttui.plots.spark import ASCII, BLOCKS, spark

NAN, INF = math.nan, math.inf


def row(values, width: int, log: bool = False, glyphs: str = BLOCKS) -> str:
    array = np.array(values, float)
    return spark(array, array, width, log, glyphs)


@pytest.mark.parametrize(
    ("values", "log", "expected"),
    [
        (range(8), False, "▁▂▃▄▅▆▇█"),
        ([1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1], True, "▁▂▃▄▅▆▇█"),
        ([1, 1, 1, 1], False, "▁▁▁▁"),
        ([3, NAN, NAN, 1], False, "█  ▁"),
        ([1, INF, 2, 3], False, "▁█▅█"),
        ([0, 1, 10, -5], True, "▁▁█▁"),
        ([-1e308, 1e308], False, "▁█"),
        ([NAN, NAN], False, "  "),
    ],
)
def test_a_value_a_cell(values, log: bool, expected: str) -> None:
    assert row(values, len(expected), log) == expected


def test_a_short_series_fills_the_row() -> None:
    assert row([0, 1], 6) == "▁▁▁███"


def test_one_spike_among_thousands_is_seen() -> None:
    values = np.ones(5000)
    values[2600] = 9
    assert row(values, 10) == "▁▁▁▁▁█▁▁▁▁"


def test_ascii() -> None:
    assert row(range(8), 8, glyphs=ASCII) == "_.-~=+*#"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(width=64), max_size=60), st.integers(-1, 40), st.booleans())
def test_any_series_has_the_width_asked_for(values: list[float], width: int, log: bool) -> None:
    text = row(values, width, log)
    assert len(text) == max(width, 0)
    assert set(text) <= set(BLOCKS + " ")
