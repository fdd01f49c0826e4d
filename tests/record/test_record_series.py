"""One number over steps in bounded memory: the same whatever the portions, and taken back from a step on."""

import numpy as np
import pytest

from opttui.record.series import HIGH, LAST, LOW, STEP, Series


def points(count: int, seed: int = 0) -> np.ndarray:
    """Steps, seconds and values."""
    values = np.random.default_rng(seed).normal(size=count)
    return np.stack((np.arange(count, dtype=float), np.arange(count) / 10, values))


@pytest.mark.parametrize("count", [1, 63, 64, 65, 1000, 4097])
def test_the_state_depends_on_the_points_alone(count: int) -> None:
    whole, parts = Series(64), Series(64)
    data = points(count)
    data[2, ::7] = np.nan
    whole.add(data)
    rng = np.random.default_rng(1)
    for part in np.split(data, np.sort(rng.integers(0, count + 1, 20)), axis=1):
        parts.add(part)
    assert np.array_equal(whole.buckets(), parts.buckets(), equal_nan=True)
    assert (whole.rows, whole.stride, whole.best) == (
        parts.rows,
        parts.stride,
        parts.best,
    ) and whole.rows == count
    assert whole.buckets().shape[1] <= 64


def test_buckets_hold_the_lowest_highest_and_last_of_their_points() -> None:
    series, data = Series(64), points(1000)
    series.add(data)
    buckets, per = series.buckets(), series.stride
    for number in range(buckets.shape[1]):
        own = data[2, number * per : (number + 1) * per]
        assert (buckets[LOW, number], buckets[HIGH, number], buckets[LAST, number]) == (
            own.min(),
            own.max(),
            own[-1],
        )
    assert series.best == data[2].min() and series.best_step == data[2].argmin()
    assert series.first == data[2, 0] and series.last_step == 999


def test_a_step_below_the_last_takes_back_what_came_from_it_on() -> None:
    series, first, second = Series(), points(100), points(50, 1)
    second[0] += 60
    series.add(first)
    series.add(second)
    expected = np.concatenate((first[:, :60], second), axis=1)
    assert np.array_equal(series.buckets()[[STEP, LAST]], expected[[0, 2]])
    assert series.best == expected[2].min() and series.at(60.5) == second[2, 0] and series.at(-1) is None
