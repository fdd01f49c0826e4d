"""Up to where a lane did well: numbers whose answer is known, and that it is found on a long lane too."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from opttui.record.good import Good, good_row, last_good
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import GRAD_NORM, LOSS, LR, STEP, UPDATE_NORM
from opttui.record.writer import RunWriter


def rows(
    losses: list[float], updates: list[float] | None = None, rates: list[float] | None = None
) -> np.ndarray:
    table = np.ones((len(losses), 9))
    table[:, STEP], table[:, LOSS] = np.arange(len(losses)), losses
    table[:, UPDATE_NORM] = updates or 1.0
    table[:, LR] = rates or 0.1
    return table


def found(*arguments: list[float]) -> int | None:
    table = rows(*arguments)
    return good_row(table, np.inf, table[0, LOSS]) if len(table) else None


def test_it_comes_before_the_climb() -> None:
    assert found([24.0, 3.0, 1.0, 1.4, 9.0, 80.0, float("inf")]) == 3
    assert found([24.0, 30.0, 500.0, float("nan")]) == 1
    assert found([float("nan")]) is None


def test_a_small_loss_behind_a_grown_update_is_not_good() -> None:
    """The loss at step 8 is the best so far, and the step that led there was twenty times as long as those before."""
    losses = [9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.0, 1e9, float("inf")]
    assert found(losses) == 8
    updates = [1.0] * 7 + [20.0, 400.0, 9e9, float("nan")]
    assert found(losses, updates) == 7


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=60))
def test_the_last_good_step_is_finite_and_no_later_one_is_better(losses: list[float]) -> None:
    at = found(losses)
    finite = [loss for loss in losses if abs(loss) < float("inf")]
    if at is None:
        assert not finite
        return
    assert abs(losses[at]) < float("inf")
    assert all(not loss <= min(finite) for loss in losses[at + 1 :] if abs(loss) < float("inf"))


def recorded(path: Path, table: np.ndarray) -> LaneReader:
    path.mkdir(exist_ok=True)
    writer = RunWriter(path, 1)
    writer.rows(0, [tuple(row) for row in table.tolist()])
    writer.close()
    reader = LaneReader(path, 0, capacity=256)
    reader.poll()
    return reader


def test_the_lower_of_the_rates_round_it_is_the_one_to_halve(tmp_path: Path) -> None:
    table = rows([9.0] * 40 + [8e9, float("inf")], rates=[0.1] * 39 + [50.0] * 3)
    table[39:, UPDATE_NORM] = 500.0
    assert last_good(recorded(tmp_path, table)) == Good(39, 0.1)


def test_where_nothing_was_good_its_first_step_is_taken_and_long_lanes_are_looked_through(
    tmp_path: Path,
) -> None:
    growing = rows([1.5**step for step in range(600)])
    growing[:, GRAD_NORM] = growing[:, LOSS]
    assert last_good(recorded(tmp_path / "a", growing)) == Good(1, 0.1)
    calm = rows([3.0 + step % 2 for step in range(5000)] + [1e9] * 4000)
    assert last_good(recorded(tmp_path / "b", calm)) == Good(4999, 0.1)
