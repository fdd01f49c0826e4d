"""Smoothing against its own definition, point by point."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from opttui.plots.smoothing import smoothed, spread


def by_definition(x, y, reach: float) -> list[float]:
    found = []
    for i in range(len(x)):
        weights = [math.exp((x[j] - x[i]) / reach) for j in range(i + 1) if math.isfinite(y[j])]
        values = [y[j] for j in range(i + 1) if math.isfinite(y[j])]
        total = sum(weights)
        found.append(sum(w * v for w, v in zip(weights, values, strict=True)) / total if total else math.nan)
    return found


@given(
    gaps=st.lists(st.floats(1e-3, 50), min_size=1, max_size=60),
    values=st.lists(st.floats(-1e6, 1e6) | st.just(math.nan) | st.just(math.inf), min_size=60, max_size=60),
    reach=st.sampled_from([0.5, 3.0, 40.0]),
)
def test_it_is_its_definition(gaps, values, reach) -> None:
    x = np.cumsum(gaps)
    y = np.array(values[: len(x)])
    np.testing.assert_allclose(smoothed(x, y, reach), by_definition(x, y, reach), rtol=1e-7, atol=1e-6)


def test_a_constant_stays_what_it_is_from_the_first_point_on() -> None:
    np.testing.assert_allclose(smoothed(np.arange(1000), np.full(1000, 3.5), 20.0), 3.5, rtol=1e-12)


def test_many_reaches_do_not_overflow() -> None:
    x = np.arange(0.0, 1e6, 100.0)
    y = np.sin(x / 1e4)
    np.testing.assert_allclose(smoothed(x, y, 1.0), y, atol=1e-12)


def test_no_reach_is_the_curve_itself() -> None:
    y = np.array([1.0, math.nan, 2.0])
    np.testing.assert_array_equal(smoothed(np.arange(3), y, 0.0), y)


@pytest.mark.parametrize("every", [2, 8])
def test_thinned_rows_give_nearly_the_same_curve(every: int) -> None:
    x = np.arange(4096.0)
    y = np.exp(-x / 1500)
    full = smoothed(x, y, 200.0)[every - 1 :: every]
    thin = smoothed(x[every - 1 :: every], y[every - 1 :: every], 200.0)
    np.testing.assert_allclose(thin[64:], full[64:], rtol=0.02)


@pytest.mark.parametrize("reach", [1e-300, 1.0, 1e300])
def test_the_ends_of_float64_are_smoothed_like_all_else(reach: float) -> None:
    x = np.array([0.0, 1.0, 2.0, 1e300])
    for size in (1e308, 1e-308):
        assert_allclose(smoothed(x, np.full(4, size), reach), np.full(4, size), rtol=1e-12)
        ends, low, high = spread(x, np.full(4, size), reach, (0.2, 0.8))
        assert np.isfinite(ends).all() and (low == size).all() and (high == size).all()
