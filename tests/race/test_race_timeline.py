"""Back in time: snapshots within their budget, any step from the nearest of them, and nothing changed by taking them."""

import random

import pytest
from forks import forked, measured, race_on, rows_of
from oracle import OPTIMIZERS, race_of, spec_of

from opttui.control.commands import Fork, Rewind, Set
from opttui.race.race import Race
from opttui.race.timeline import Timeline

STEPS = 40


def with_snapshots(problem: str, optimizers: list[str], every: int, steps: int = STEPS) -> tuple[Race, dict]:
    """A race of which a snapshot of each lane is taken every few rounds; its rows so far."""
    race = race_on(problem, [spec_of(name) for name in optimizers], steps)
    rows: dict[int, list] = {lane.id: [] for lane in race.lanes}
    while race.step() < steps - 10:
        for lane, new in rows_of(race, every).items():
            rows[lane] += new
        for lane in race.lanes:
            race.timeline.keep(lane, race.streams)
    return race, rows


@pytest.mark.parametrize("problem", ["rosenbrock", "digits-mlp"])
def test_taking_snapshots_changes_nothing(problem: str) -> None:
    names = ["Adam", "LBFGS", "RMSprop"]
    race, rows = with_snapshots(problem, names, 1)
    for lane, new in rows_of(race).items():
        rows[lane] += new
    assert rows == rows_of(race_on(problem, [spec_of(name) for name in names], STEPS))


@pytest.mark.parametrize("problem", ["rosenbrock", "digits-mlp"])
def test_any_step_is_had_from_the_nearest_snapshot(problem: str) -> None:
    race, rows = with_snapshots(problem, ["Adam", "LBFGS"], 4)
    assert race.timeline.steps(0) == list(range(4, 31, 4)) + [32] * (race.lanes[0].step == 32)
    for step in (0, 3, 4, 17, 29):
        child = forked(race, 1, at=step)
        (lane, again), *_ = race.walked_again()
        assert lane == 1
        assert [measured(row) for row in again] == rows[1][step - len(again) : step]
        assert len(again) == step % 4
        assert rows_of(race, race.step() - step)[child] == rows[1][step:]


def test_back_and_on_again_from_snapshots_repeats_and_forgets_what_was_undone() -> None:
    race, rows = with_snapshots("digits-mlp", ["Adam", "SGD"], 3)
    now = race.step()
    race.carry_out(Set("0", {"lr": 0.5}), "test", now)
    first = {lane: rows[lane] + new for lane, new in rows_of(race, 1).items()}
    race.timeline.keep(race.lanes[0], race.streams)
    for to in (now, 14, 14, 6, 5):
        race.carry_out(Rewind(to, "0"), "test", race.step()) if to < race.lanes[0].step else None
        assert max(race.timeline.steps(0)) <= to
        again = rows_of(race, now - to)
        assert again.get(0, []) == first[0][to:now]
    assert not race.lanes[0].past.by_hand
    rest = rows_of(race)
    plain = rows_of(race_on("digits-mlp", [spec_of("Adam"), spec_of("SGD")], STEPS))
    assert first[0][:now] + rest[0] == plain[0]
    assert first[1] + rest[1] == plain[1]


def test_what_was_turned_at_a_step_is_not_in_the_lane_as_it_came_there() -> None:
    race = race_of("rosenbrock", [spec_of("SGD")], STEPS)
    rows_of(race, 5)
    race.carry_out(Set("0", {"lr": 1e-4}), "test", 5)
    race.timeline.keep(race.lanes[0], race.streams)
    rows = rows_of(race, 6)[0]
    assert rows[0][3] == repr(1e-4)
    assert race.nearest(race.lanes[0], 5) is None
    assert race.nearest(race.lanes[0], 6).step == 5
    before, after = forked(race, 0, at=5), forked(race, 0, at=6)
    more = rows_of(race, 6)
    assert more[before][0][3] == repr(1e-3)
    assert more[after][0] == rows[1]


@pytest.mark.parametrize("optimizer", [name for name in OPTIMIZERS if name in ("Adam", "ASGD", "LBFGS")])
def test_a_fork_goes_back_no_further_than_it_began(optimizer: str) -> None:
    race, rows = with_snapshots("rosenbrock", [optimizer], 5)
    child = forked(race, 0, at=12)
    rows[child] = rows_of(race, race.step() - 12)[child]
    race.carry_out(Rewind(13, str(child)), "test", race.step())
    assert rows_of(race, race.step() - 13)[child] == rows[child][1:]
    assert rows[child] == rows[0][12:]


@pytest.mark.parametrize("seed", range(5))
def test_snapshots_grow_sparser_with_their_age(seed: int) -> None:
    race = race_of("rosenbrock", [spec_of("SGD")], 4000)
    line = Timeline(float, most=24)
    dice = random.Random(seed)
    lane = race.lanes[0]
    while lane.step < 1500:
        for _ in range(dice.randrange(1, 12)):
            race.round()
        line.keep(lane, race.streams)
        assert len(line.steps(0)) <= 24
    race.drain()
    steps = line.steps(0)
    assert steps[-1] == lane.step
    gaps = [after - before for before, after in zip([0, *steps], steps, strict=False)]
    assert max(gaps[-4:]) < 60
    assert all(gap <= 0.6 * (lane.step - step) + 30 for gap, step in zip(gaps, steps, strict=True))
    line.budget = 3 * race.timeline.bytes or 150_000
    line.keep(lane, race.streams)
    assert line.bytes <= line.budget


def test_snapshots_take_their_share_of_the_time_and_no_more() -> None:
    race = race_of("digits-mlp", [spec_of("Adam"), spec_of("SGD")], 400)
    line = Timeline(race.clock, share=0.02)
    begin = race.clock()
    while race.round():
        line.look(race.lanes, race.streams)
    whole = race.clock() - begin
    assert line.taken > 0
    longest = line.spent / line.taken
    assert line.spent <= 0.02 * whole + 4 * longest + 0.05


def test_a_fork_of_the_past_is_exact_too() -> None:
    race, _ = with_snapshots("digits-mlp", ["Adam"], 7)
    event = race.carry_out(Fork("0", at=9, values={"lr": 0.1}), "test", race.step())[0]
    assert event.data["exact"] == "exact"
    assert (event.step, event.data["forked_at"]) == (9, 9)
