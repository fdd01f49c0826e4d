"""The overview equals brute force on every row, whatever the portions, in bounded memory."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from record_rows import table

from opttui.record.blocks import condense, least, merge
from opttui.record.layout import LOSS, STEP, X, Y
from opttui.record.overview import CAPACITY, COARSE, Overview

VALUES = st.one_of(
    st.sampled_from([np.nan, np.inf, -np.inf, 0.0, -0.0, 5e-324, 1.7e308]), st.floats(-1e6, 1e6, width=32)
)


def brute(values: NDArray[np.float64], function: "np.ufunc") -> float:
    """The rule of np.nanmin without its warning: NaN only where there is nothing else."""
    numbers = values[~np.isnan(values)]
    return float(function.reduce(numbers)) if len(numbers) else np.nan


def feed_in_portions(overview: Overview, columns: NDArray[np.float64], cuts: list[int]) -> None:
    edges = sorted({0, columns.shape[1], *(min(cut, columns.shape[1]) for cut in cuts)})
    for begin, end in itertools.pairwise(edges):
        overview.feed(columns[:, begin:end])


@given(
    data=st.integers(0, 150).flatmap(
        lambda n: arrays(np.float64, (9, n), elements=VALUES, fill=st.nothing())
    ),
    capacity=st.sampled_from([2, 8, 32]),
    cuts=st.lists(st.integers(0, 150), max_size=8),
)
def test_buckets_equal_brute_force(data: NDArray[np.float64], capacity: int, cuts: list[int]) -> None:
    overview = Overview(capacity=capacity)
    feed_in_portions(overview, data, cuts)
    n = data.shape[1]
    stride = 1
    while -(-n // stride) > capacity:
        stride *= 2
    assert overview.stride == stride
    assert overview.rows == n
    assert len(overview) == -(-n // stride)
    groups = [data[:, begin : begin + stride] for begin in range(0, n, stride)]
    for column in range(9):
        curve = overview.curve(STEP, column)
        np.testing.assert_array_equal(curve.last, [group[column, -1] for group in groups])
        np.testing.assert_array_equal(curve.x, [group[STEP, -1] for group in groups])
        if column >= 3:
            np.testing.assert_array_equal(curve.low, [brute(group[column], np.minimum) for group in groups])
            np.testing.assert_array_equal(curve.high, [brute(group[column], np.maximum) for group in groups])
        else:
            np.testing.assert_array_equal(curve.low, [group[column, 0] for group in groups])
            np.testing.assert_array_equal(curve.high, [group[column, -1] for group in groups])


@given(
    data=st.sampled_from([1, 2, 8, 64, 96, 256]).flatmap(
        lambda per: st.tuples(
            st.just(per),
            arrays(np.float64, (9, per * 3), elements=VALUES, fill=st.sampled_from([np.nan, 1.0])),
        )
    )
)
def test_least_finds_the_first_least_finite_loss(data: tuple[int, NDArray[np.float64]]) -> None:
    per, columns = data
    columns[STEP] = np.arange(per * 3)
    found = least(columns, per)
    for number in range(3):
        group = columns[:, number * per : (number + 1) * per]
        finite = group[:, np.isfinite(group[LOSS])]
        if finite.shape[1] == 0:
            assert found[0, number] == np.inf
            assert np.isnan(found[1, number])
        else:
            assert found[0, number] == finite[LOSS].min()
            assert found[1, number] == finite[STEP, finite[LOSS].argmin()]


def test_merging_is_condensing() -> None:
    columns = np.ascontiguousarray(table(0, 4096).T)
    columns[LOSS, ::7] = np.nan
    np.testing.assert_array_equal(merge(condense(columns, 16), 64), condense(columns, 1024))


def test_memory_is_bounded_at_five_million_rows() -> None:
    portion = np.ascontiguousarray(table(0, 50_000).T)
    overview = Overview()
    tracemalloc.start()
    for _ in range(100):
        overview.feed(portion)
        assert len(overview) <= CAPACITY
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert overview.rows == 5_000_000
    assert overview.stride == 512
    assert kept < 4 * 2**20
    assert peak < 24 * 2**20


def test_a_curve_stays_as_it_was_while_rows_come() -> None:
    overview = Overview(capacity=4)
    columns = np.ascontiguousarray(table(0, 9).T)
    overview.feed(columns[:, :4])
    curve = overview.curve(STEP, LOSS)
    before = curve.last.copy()
    assert overview.curve(STEP, LOSS) is curve
    overview.feed(columns[:, 4:])
    np.testing.assert_array_equal(curve.last, before)
    assert overview.curve(STEP, LOSS) is not curve
    with pytest.raises(ValueError, match="read-only"):
        curve.low[0] = 0.0


def test_a_path_leaves_out_points_that_are_nowhere_and_ends_at_the_newest() -> None:
    columns = np.ascontiguousarray(table(0, 10).T)
    columns[X, 3] = np.nan
    columns[Y, 5] = np.inf
    overview = Overview()
    overview.feed(columns)
    step, x, y = overview.path()
    keep = [0, 1, 2, 4, 6, 7, 8, 9]
    np.testing.assert_array_equal(step, columns[STEP, keep])
    np.testing.assert_array_equal(x, columns[X, keep])
    np.testing.assert_array_equal(y, columns[Y, keep])


def test_nothing_yet() -> None:
    overview = Overview()
    overview.feed(np.empty((9, 0)))
    assert (overview.rows, len(overview)) == (0, 0)
    assert len(overview.curve(STEP, LOSS).x) == 0
    assert len(overview.path()[0]) == 0


def test_the_coarse_one_is_as_one_of_its_size() -> None:
    data = table(0, 3 * COARSE + 17).T
    overview, small = Overview(), Overview(capacity=COARSE)
    feed_in_portions(overview, data, [1, 100, 5000])
    small.feed(data)
    assert overview.coarse.rows == overview.rows and small.coarse is small
    assert len(overview.coarse) <= COARSE < len(overview)
    for column in (STEP, LOSS):
        for one, other in zip(
            vars(overview.coarse.curve(STEP, column)).values(),
            vars(small.curve(STEP, column)).values(),
            strict=True,
        ):
            np.testing.assert_array_equal(one, other)
