"""Ranges that hold still, and ticks that are round, differ and fit."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opttui.plots.scales import Scale, fitted, scale_of
from opttui.plots.ticks import labels, ticks

POSITIVE = st.floats(1e-320, 1.7e308)
ANY = st.floats(allow_nan=False, allow_infinity=False)
KINDS = st.sampled_from(["linear", "log", "symlog"])


@settings(max_examples=300, deadline=None)
@given(ANY, ANY, KINDS)
def test_the_data_lie_inside(a: float, b: float, kind: str) -> None:
    low, high = min(a, b), max(a, b)
    scale = fitted(low, high, kind)
    assert math.isfinite(scale.low) and math.isfinite(scale.high) and scale.low < scale.high
    if kind == "log":
        assert scale.low > 0
        assert scale.low <= low or low <= 0
        assert scale.high >= high or high <= 0
    elif high - low > 1e-300 or abs(low) > 1e-300:
        assert scale.low <= low and high <= scale.high


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1.7e308), st.floats(0, 1.7e308))
def test_never_below_zero_for_data_that_are_not(a: float, b: float) -> None:
    assert fitted(min(a, b), max(a, b), "linear").low >= 0
    assert fitted(-max(a, b), -min(a, b), "linear").high <= 0 or a == b == 0


def test_a_growing_range_moves_in_few_round_steps() -> None:
    tops = [fitted(0.0, float(high), "linear").high for high in np.linspace(1, 10, 1000)]
    assert tops == sorted(tops) and len(set(tops)) <= 20
    sides = [fitted(-float(low), 10.0, "symlog", 0.01).low for low in np.geomspace(1e-6, 9, 1000)]
    assert sides == sorted(sides, reverse=True) and len(set(sides)) <= 15
    lows = [fitted(float(low), 10.0, "log").low for low in np.geomspace(9, 1e-6, 1000)]
    assert lows == sorted(lows, reverse=True) and len(set(lows)) <= 40


@pytest.mark.parametrize(
    ("low", "high", "kind", "ends"),
    [
        (0.0, 1.0, "linear", (0.0, 1.1)),
        (0.3, 9.7, "linear", (0.0, 10.0)),
        (-3.0, 5.0, "linear", (-4.0, 6.0)),
        (-5.0, -5.0, "linear", (-8.0, -2.0)),
        (0.0, 0.0, "linear", (0.0, 1.1)),
        (0.003, 12.0, "log", (0.002, 20.0)),
        (1.0, 1.0, "log", (0.5, 2.0)),
        (-3.0, 1.0, "log", (0.5, 2.0)),
        (-3.0, 0.0, "log", (0.1, 1.0)),
        (math.nan, 1.0, "linear", (0.0, 1.0)),
        (math.inf, -math.inf, "log", (0.1, 1.0)),
        (-3.0, 40.0, "symlog", (-5.0, 50.0)),
        (0.0, 40.0, "symlog", (0.0, 50.0)),
        (2.0, 4000.0, "symlog", (1.0, 5000.0)),
        (-4000.0, -2.0, "symlog", (-5000.0, -1.0)),
        (-1e-9, 40.0, "symlog", (-0.002, 50.0)),
        (-1.9, -1.2, "symlog", (-2.0, -1.1)),
        (0.0, 0.0, "symlog", (0.0, 1.1)),
    ],
)
def test_head_room_ends_at_round_numbers(low, high, kind, ends) -> None:
    scale = fitted(low, high, kind)
    assert (scale.low, scale.high) == pytest.approx(ends)


def test_a_range_asked_for_is_kept_where_it_is_one() -> None:
    assert scale_of(0.25, 3.75, "linear") == Scale(0.25, 3.75, "linear")
    assert scale_of(1.0, 1.0, "linear").low < 1.0 < scale_of(1.0, 1.0, "linear").high
    assert scale_of(0.0, 10.0, "log").low > 0


def test_places() -> None:
    assert Scale(-1.0, 3.0, "linear").place([-1, 1, 3]).tolist() == [0, 0.5, 1]
    places = Scale(0.01, 100.0, "log").place([0.01, 1.0, 100.0, 0.0, -1.0, math.nan])
    np.testing.assert_allclose(places, [0, 0.5, 1, -math.inf, -math.inf, math.nan], atol=1e-12)
    both = Scale(-100.0, 100.0, "symlog", 0.01).place([-100.0, -1.0, 0.0, 1.0, 10.0, 100.0, -math.inf])
    np.testing.assert_allclose(both, [0, 0.25, 0.5, 0.75, 0.875, 1, -math.inf], atol=1e-4)
    assert Scale(-1.7e308, 1.7e308, "linear").place([0.0]).tolist() == [0.5]


@settings(max_examples=500, deadline=None)
@given(ANY, ANY, KINDS, st.integers(1, 12), st.sampled_from([5, 7, 12]))
def test_ticks_are_few_ascend_and_their_names_differ(a, b, kind: str, count: int, room: int) -> None:
    scale = fitted(min(a, b), max(a, b), kind)
    values = ticks(scale, count)
    assert all(x < y for x, y in itertools.pairwise(values))
    assert len(values) <= 4 * count + 4
    assert all(-1e-9 <= place <= 1 + 1e-9 for place in scale.place(values).tolist())
    written, base = labels(values, room)
    assert len(set(written)) == len(values)
    if base:
        assert max(map(len, written)) <= room


@pytest.mark.parametrize(
    ("low", "high", "kind", "expected"),
    [
        (0, 1.1, "linear", ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
        (0, 0.11, "linear", ["0", "0.02", "0.04", "0.06", "0.08", "0.10"]),
        (0, 2000, "linear", ["0", "500", "1k", "1.5k", "2k"]),
        (0, 1.2e6, "linear", ["0", "200k", "400k", "600k", "800k", "1M", "1.2M"]),
        (-4, 6, "linear", ["-4", "-2", "0", "2", "4", "6"]),
        (998.8, 1001.2, "linear", ["999.0", "999.5", "1000.0", "1000.5", "1001.0"]),
        (1e-7, 3e-7, "linear", ["1.0e-7", "1.5e-7", "2.0e-7", "2.5e-7", "3.0e-7"]),
        (0.002, 20, "log", ["0.01", "0.1", "1", "10"]),
        (1e-13, 2e3, "log", ["1e-12", "1e-9", "1e-6", "1e-3", "1e0", "1e3"]),
        (2.28, 2.42, "log", ["2.30", "2.35", "2.40"]),
        (2, 1e7, "log", ["100", "10k", "1M"]),
        (-5, 20, "symlog", ["-1", "0", "1", "10"]),
        (-1000, 2000, "symlog", ["-1k", "-10", "0", "10", "1k"]),
        (-2, -1.1, "symlog", ["-2.0", "-1.8", "-1.6", "-1.4", "-1.2"]),
    ],
)
def test_names_of_ticks(low: float, high: float, kind, expected: list[str]) -> None:
    assert labels(ticks(Scale(float(low), float(high), kind, 0.1), 6), 7) == (expected, "")


def test_ticks_that_differ_late_are_named_from_a_base() -> None:
    values = ticks(Scale(12_345_678.0, 12_345_682.0, "linear"), 5)
    assert labels(values, 7) == (["+0", "+1", "+2", "+3", "+4"], "12345678")


@pytest.mark.parametrize("low", [1e-4, 1e-5, 1e-30, 1e-300])
@pytest.mark.parametrize("room", [2, 3, 5, 7, 12])
def test_two_ticks_of_a_log_axis_are_never_called_zero_nor_told_from_a_base(low: float, room: int) -> None:
    written, base = labels([low, 1.0], room)
    assert base == ""
    assert [float(text) for text in written] == pytest.approx([low, 1.0])


@pytest.mark.parametrize(
    ("scale", "count"),
    [
        (Scale(0.0, 4.5e8, "linear"), 2),
        (Scale(-1.1, 1.1, "linear"), 2),
        (Scale(40.0, 220.0, "log"), 2),
        (Scale(5e-11, 5e-9, "log"), 2),
        (Scale(0.000107012, 0.0001070145, "linear"), 5),
    ],
)
def test_no_axis_has_one_tick_alone_and_all_are_named(scale: Scale, count: int) -> None:
    found = ticks(scale, count)
    assert len(found) > 1 and all(-1e-6 <= place <= 1 + 1e-6 for place in scale.place(found))
    assert max(map(len, labels(found, 7)[0])) <= 7
