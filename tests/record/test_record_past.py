"""Where a lane was before another plane was chosen: written, read, and read by the index."""

from pathlib import Path

import numpy as np
import pytest
from record_rows import row, rows

from opttui.record.lane_reader import LaneReader
from opttui.record.layout import X, Y
from opttui.record.past import Past, decode_past, encode_past
from opttui.record.writer import RunWriter


def past_of(plane: int, step: int, count: int = 3) -> Past:
    steps = np.linspace(0, step, count)
    return Past(plane, step, 0, steps, 100.0 * plane + steps, -steps)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return tmp_path


def read(run: Path, lane: int = 0, capacity: int = 2**14) -> LaneReader:
    reader = LaneReader(run, lane, capacity)
    reader.poll()
    return reader


def test_points_before_a_plane_are_those_that_were_handed_over(run: Path) -> None:
    writer = RunWriter(run, 1)
    writer.rows(0, rows(0, 10))
    writer.past(0, past_of(1, 10))
    writer.rows(0, rows(10, 14))
    writer.close()
    reader = read(run)
    assert (reader.rows, reader.plane) == (14, 1)
    step, x, y = reader.path()
    np.testing.assert_array_equal(step, [0, 5, 10, 10, 11, 12, 13])
    np.testing.assert_array_equal(x, [100, 105, 110, *(row(k)[X] for k in range(10, 14))])
    np.testing.assert_array_equal(y, [0, -5, -10, *(row(k)[Y] for k in range(10, 14))])
    assert reader.point(row(4)) == (104.0, -4.0)
    assert reader.point(row(12)) == (row(12)[X], row(12)[Y])


def test_a_plane_before_the_next_row_has_only_its_past(run: Path) -> None:
    writer = RunWriter(run, 1)
    writer.rows(0, rows(0, 7))
    writer.past(0, past_of(1, 7))
    writer.close()
    assert read(run).path().tolist() == [[0, 3.5, 7], [100, 103.5, 107], [0, -3.5, -7]]


def test_the_newest_plane_counts_and_a_lane_that_begins_in_it_says_so(run: Path) -> None:
    writer = RunWriter(run, 2)
    writer.rows(0, rows(0, 7))
    writer.past(0, past_of(1, 7))
    writer.past(0, past_of(2, 7))
    writer.rows(1, rows(3, 5))
    writer.close()
    assert read(run).path()[1].tolist() == [200, 203.5, 207]
    late = read(run, 1)
    assert (late.plane, late.path()[0].tolist()) == (2, [3, 4])
    again = RunWriter(run, 2)
    again.rows(1, rows(5, 6))
    again.close()
    assert (read(run, 1).plane, read(run, 1).path()[0].tolist()) == (2, [3, 4, 5])


def test_by_the_index_or_without_it_the_path_is_the_same_but_for_its_grain(run: Path) -> None:
    writer = RunWriter(run, 1)
    for start in range(0, 12_000, 3000):
        writer.rows(0, rows(start, start + 3000))
        if start == 6000:
            writer.past(0, past_of(1, 9000, 50))
        writer.flush()
    writer.end()
    writer.close()
    whole, indexed = read(run), read(run, capacity=16)
    assert indexed.rows == whole.rows == 12_000
    assert indexed.overview.stride > whole.overview.stride
    for reader in (whole, indexed):
        step, x, _ = reader.path()
        np.testing.assert_array_equal(step[:50], np.linspace(0, 9000, 50))
        np.testing.assert_array_equal(x[50:], [row(int(k))[X] for k in step[50:]])
        assert step[50] >= 9000
        assert step[-1] == 11_999


def test_a_payload_that_does_not_fit_is_none() -> None:
    payload = encode_past(past_of(3, 8), 17)
    found = decode_past(memoryview(payload), 8)
    assert found is not None
    assert (found.plane, found.step, found.rows, found.steps.tolist()) == (3, 8, 17, [0, 4, 8])
    assert decode_past(memoryview(payload)[:-8], 8) is None
    assert decode_past(memoryview(payload)[:9], 8) is None
