"""Contract 1 and 3: a lane is the plain PyTorch loop, bit for bit; alone, among others, in any order."""

import pytest
import torch
from oracle import OPTIMIZERS, SCHEDULES, assert_plain, race_of, run, spec_of

from opttui.scenario.catalogue import OPTIMIZERS as KNOWN
from opttui.scenario.catalogue import SCHEDULES as KNOWN_SCHEDULES

PROBLEMS = ("rosenbrock", "linear", "digits-mlp")
CNN = "digits-cnn"
STEPS = 30
FEW = 12
"""Steps of the larger network, a dozen schedules of which have turned by then."""


def test_the_oracle_knows_the_whole_catalogue() -> None:
    # SparseAdam takes no gradient of these problems, Muon not all of their parameters: tests/problems holds the one
    # to a problem of its own, test_race_foreign the other to two optimizers by hand.
    assert set(OPTIMIZERS) | {"SparseAdam", "Muon"} == set(KNOWN)
    assert set(SCHEDULES) == set(KNOWN_SCHEDULES)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_alone(optimizer: str, problem: str) -> None:
    spec = spec_of(optimizer)
    race = race_of(problem, [spec], STEPS)
    assert_plain(race, run(race)[0], problem, 0, spec)


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer_with_every_schedule_in_one_race(optimizer: str, problem: str) -> None:
    # Strong-Wolfe divides by zero at a learning rate of 0, which some schedules reach: in the plain loop too.
    more = {"line_search_fn": None} if optimizer == "LBFGS" else {}
    specs = [spec_of(optimizer, schedule, **more) for schedule in SCHEDULES]
    race = race_of(problem, specs, STEPS, seed=3)
    rows, _ = run(race)
    for lane, spec in enumerate(specs):
        assert_plain(race, rows, problem, lane, spec)


@pytest.mark.parametrize("optimizer", ["Adam", "LBFGS"])
def test_on_a_second_network_with_some_schedules(optimizer: str) -> None:
    assert_on_the_second_network(optimizer, ["OneCycleLR", "SequentialLR", "ReduceLROnPlateau"], 5)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_on_a_second_network_with_every_schedule(optimizer: str) -> None:
    assert_on_the_second_network(optimizer, list(SCHEDULES), FEW)


def assert_on_the_second_network(optimizer: str, schedules: list[str], steps: int) -> None:
    more = {"line_search_fn": None} if optimizer == "LBFGS" else {}
    specs = [spec_of(optimizer), *(spec_of(optimizer, schedule, **more) for schedule in schedules)]
    race = race_of(CNN, specs, steps, seed=2)
    rows, _ = run(race)
    for lane, spec in enumerate(specs):
        assert_plain(race, rows, CNN, lane, spec)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_among_eight_lanes_in_any_order(problem: str) -> None:
    specs = [
        spec_of(name) for name in ("SGD", "Adam", "LBFGS", "RMSprop", "Rprop", "ASGD", "Adagrad", "NAdam")
    ]
    for order in (specs, specs[::-1], specs[3:] + specs[:3]):
        race = race_of(problem, order, STEPS, seed=1)
        rows, _ = run(race)
        for lane, spec in enumerate(order):
            assert_plain(race, rows, problem, lane, spec)


@pytest.mark.parametrize("axis", ["evaluations", "seconds"])
def test_lanes_are_the_same_on_another_axis(axis: str) -> None:
    specs = [spec_of("LBFGS"), spec_of("Adam"), spec_of("SGD", "CyclicLR")]
    race = race_of("digits-mlp", specs, STEPS, axis=axis)
    rows, _ = run(race)
    for lane, spec in enumerate(specs):
        assert_plain(race, rows, "digits-mlp", lane, spec)


def test_evaluations_axis_keeps_lanes_level_by_evaluations() -> None:
    race = race_of("rosenbrock", [spec_of("LBFGS"), spec_of("Adam")], 200, axis="evaluations")
    for _ in range(100):
        race.round()
    lbfgs, adam = race.lanes
    assert abs(lbfgs.evaluations - adam.evaluations) <= 7
    assert lbfgs.step < adam.step
    race.hand_back()


def test_a_diverging_lane_leaves_the_others_bit_for_bit() -> None:
    hot, calm = spec_of("SGD", lr=10.0), spec_of("Adam")
    race = race_of("rosenbrock", [hot, calm], STEPS)
    rows, events = run(race)
    assert race.lanes[0].outcome == "diverged"
    assert_plain(race, rows, "rosenbrock", 0, hot)
    assert_plain(race, rows, "rosenbrock", 1, calm)
    outcome = next(event for event in events if event.lane == 0)
    assert "infinite" in outcome.text
    assert f"step {len(rows[0]) - 1}" in outcome.text


def test_when_rows_are_drained_changes_no_value() -> None:
    specs = [spec_of("Adam"), spec_of("SGD")]
    taken = []
    for drain_every in (1, 5, 1000):
        rows, _ = run(race_of("digits-mlp", specs, STEPS), drain_every)
        taken.append({lane: [row[:2] + row[3:] for row in new] for lane, new in rows.items()})
    assert taken[0] == taken[1] == taken[2]


def test_the_process_gets_its_own_random_streams_and_settings_back() -> None:
    torch.manual_seed(99)
    before = torch.get_rng_state()
    run(race_of("digits-mlp", [spec_of("Adam"), spec_of("SGD")], 5))
    assert torch.equal(torch.get_rng_state(), before)
