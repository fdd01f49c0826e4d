"""Rows of single steps, had from a log without reading all of it: the same as those of the whole history."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from opttui.record.events import Event
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import STEP
from opttui.record.row_places import MOST, RowPlaces
from opttui.record.writer import RunWriter


def rows_of(first: int, last: int, value: float) -> list[tuple[float, ...]]:
    return [(float(step), step + 1.0, 0.1, value, *[0.5] * 5) for step in range(first, last)]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 30)), min_size=1, max_size=12))
def test_any_stretch_is_that_of_the_history(tmp_path_factory, passages: list[tuple[int, int]]) -> None:
    """Some rows are written, then the lane goes back to a step, and so on."""
    path = tmp_path_factory.mktemp("run")
    writer, at = RunWriter(path, 1), 0
    reader = LaneReader(path, 0)
    for number, (count, back) in enumerate(passages):
        for _ in range(count):
            writer.rows(0, rows_of(at, at + 3, float(number)))
            at += 3
            writer.flush()
        reader.poll()
        reader.between(0, at // 2)
        at = min(at, back)
        writer.event(Event("rewound", lane=0, step=at))
    writer.rows(0, rows_of(at, at + 5, -1.0))
    writer.close()
    reader.poll()
    whole = np.concatenate(list(reader.read()))
    for first in range(0, at + 5, 4):
        for last in (first, first + 6):
            wanted = whole[(whole[:, STEP] >= first) & (whole[:, STEP] <= last)]
            np.testing.assert_array_equal(reader.between(first, last), wanted)


def test_places_stay_few_and_lie_before_what_is_looked_for() -> None:
    places = RowPlaces()
    for step in range(3 * MOST):
        places.add(step, 100 * step)
    for step in (0, 1, 5, MOST, 3 * MOST):
        assert places.before(step) <= 100 * step and places.before(step) >= 100 * (step - 8)
    places.cut(10)
    assert places.before(10**9) < 1000
    places.add(0, 10**9)
    assert places.before(0) == 0
