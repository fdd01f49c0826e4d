"""A range that holds still: grows at once, else moves at most once a second."""

import numpy as np

from opttui.plots.scales import Scale
from opttui.plots.steady import Paced, Steady


def scale(low: float, high: float) -> Scale:
    return Scale(low, high, "linear")


def test_it_grows_at_once_and_shrinks_a_second_later() -> None:
    steady = Steady()
    assert steady.held("a", scale(0, 1), 10.0) == scale(0, 1)
    assert steady.held("a", scale(0.5, 2), 10.1) == scale(0, 2)
    assert steady.held("a", scale(0.5, 1), 11.0) == scale(0, 2)
    assert steady.held("a", scale(0.5, 1), 11.2) == scale(0.5, 1)
    assert steady.held("a", scale(0.6, 0.9), 11.3) == scale(0.5, 1)


def test_another_choice_moves_it_at_once() -> None:
    steady = Steady()
    steady.held("a", scale(0, 4), 0.0)
    assert steady.held("b", scale(1, 2), 0.1) == scale(1, 2)
    assert steady.held("b", Scale(1, 1.5, "log"), 0.2) == Scale(1, 1.5, "log")


def test_nothing_is_ever_cut_and_it_moves_otherwise_once_a_second() -> None:
    rng = np.random.default_rng(0)
    steady, before, moves = Steady(), None, []
    for now in np.arange(0, 60, 1 / 30).tolist():
        low, high = sorted(rng.normal(size=2).tolist())
        held = steady.held("a", scale(low, high), now)
        assert held.low <= low and high <= held.high
        if before is not None and held != before:
            grew = held.low <= before.low and held.high >= before.high
            assert grew or now - moves[-1] >= 1
            moves.append(now)
        elif before is None:
            moves.append(now)
        before = held
    assert 60 <= len(moves) < 600


def test_a_value_is_made_again_once_it_is_old() -> None:
    made: list[float] = []
    paced = Paced(0.5)

    def get(key: str, now: float) -> float:
        return paced.get(key, now, lambda: made.append(now) or now)

    assert [get("a", now) for now in (0.0, 0.3, 0.5, 0.9)] == [0.0, 0.0, 0.5, 0.5]
    assert get("b", 0.9) == 0.9 and made == [0.0, 0.5, 0.9]
