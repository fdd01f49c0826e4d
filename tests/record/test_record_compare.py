"""Lanes beside each other, on series whose answers are known in closed form."""

import math

import numpy as np
import pytest

from opttui.record.compare import Cost, Series, cost_of, difference, lead, pairing


def series(loss, steps=None, per_step: int = 1, seconds: float = 0.5) -> Series:
    loss = np.asarray(loss, dtype=np.float64)
    steps = np.arange(loss.size, dtype=np.float64) if steps is None else np.asarray(steps, dtype=np.float64)
    low = np.where(np.isfinite(loss), loss, math.inf)
    return Series(steps, per_step * (steps + 1), seconds * (steps + 1), loss, np.minimum.accumulate(low))


def test_the_difference_of_straight_lines_is_one_on_any_axis() -> None:
    """Losses 10 - k/2 and 8 - k/4: their difference is 2 - k/4, and twice as many evaluations halve the slope."""
    k = np.arange(21.0)
    one, other = series(10 - k / 2), series(8 - k / 4)
    apart = difference(one, other, "steps")
    np.testing.assert_allclose(apart.raw, 2 - k / 4)
    np.testing.assert_allclose(apart.best, 2 - k / 4)
    slow = series(10 - k / 2, per_step=2)
    apart = difference(slow, other, "evaluations")
    # At e evaluations the first has taken e/2 - 1 steps, the other e - 1: both lines, also between the rows.
    np.testing.assert_allclose(apart.raw, (10 - (apart.x / 2 - 1) / 2) - (8 - (apart.x - 1) / 4))
    assert apart.x[0] == 2 and apart.x[-1] == 21


def test_bests_stay_as_they_are_between_two_rows() -> None:
    one, other = series([4.0, 9.0, 1.0], steps=[0, 10, 20]), series([3.0, 3.0], steps=[0, 20])
    one = Series(one.steps, one.steps, one.steps, one.loss, one.least)
    apart = difference(one, other, "steps")
    assert apart.x.tolist() == [0, 10, 20]
    assert apart.best.tolist() == [1, 1, -2]
    assert apart.raw.tolist() == [1, 6, -2]


@pytest.mark.parametrize(("size", "expected"), [(41, (-1, 13.0)), (12, (1, 0.0))])
def test_who_is_ahead_and_since_when(size: int, expected) -> None:
    """exp(-k/4) passes exp(-1 - k/6) when k/4 > 1 + k/6, after step 12."""
    k = np.arange(size)
    assert lead(difference(series(np.exp(-k / 4)), series(np.exp(-1 - k / 6)), "steps")) == expected


def test_equals_and_strangers_have_no_leader() -> None:
    same = series([3.0, 2.0])
    assert lead(difference(same, same, "steps")) == (0, None)
    assert lead(difference(same, series([]), "steps")) == (0, None)
    assert lead(difference(same, series([1.0], steps=[9.0]), "steps")) == (0, None)


def test_what_it_cost_to_come_down_to_a_loss() -> None:
    falling = series(2.0 ** -np.arange(10), per_step=3, seconds=0.25)
    assert cost_of(falling, 0.125) == Cost(3, 12, 1.0)
    assert cost_of(falling, 0.2) == Cost(3, 12, 1.0)
    assert cost_of(falling, 9.0) == Cost(0, 3, 0.25)
    assert (
        cost_of(falling, 1e-9) is None and cost_of(falling, None) is None and cost_of(series([]), 1.0) is None
    )
    broken = series([math.nan, 4.0, math.inf, 1.0])
    assert cost_of(broken, 4.0) == Cost(1, 2, 1.0) and cost_of(broken, 1.0) == Cost(3, 4, 2.0)


@pytest.mark.parametrize("shared", [0.0, 0.5, 0.9])
def test_the_correlation_of_shared_batches_and_what_it_saves(shared: float) -> None:
    """Noise of variance 1 of which a share is the same: correlation is that share, saved 1 / (1 - share)."""
    draw = np.random.default_rng(0)
    common, own, others = (draw.standard_normal(40_000) for _ in range(3))
    way = 100 * np.exp(-np.arange(40_000) / 4000)
    one, other = (way + math.sqrt(shared) * common + math.sqrt(1 - shared) * each for each in (own, others))
    found = pairing(series(one), series(other))
    assert found is not None and found.steps == 40_000
    assert found.correlation == pytest.approx(shared, abs=0.02)
    assert found.saved == pytest.approx(1 / (1 - shared), rel=0.03)


def test_what_nothing_can_be_said_of() -> None:
    noise = np.random.default_rng(0).standard_normal(100)
    assert pairing(series(noise[:15]), series(noise[:15])) is None
    assert pairing(series(noise), series(np.ones(100))) is None
    assert pairing(series(noise), series(noise, steps=np.arange(100) + 500)) is None
    alike = pairing(series(noise), series(noise))
    assert alike is not None and alike.saved == math.inf and alike.correlation == pytest.approx(1)
    assert pairing(series(noise), series(noise), begin=90) is None
