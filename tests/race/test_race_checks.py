"""Forks that are checked in the rounds after them: told of and drained once they are known to go on like their parents."""

from pathlib import Path

import pytest
from forks import forked, race_on, rows_of
from oracle import spec_of
from test_race_fork import HIDDEN

from opttui.control.commands import Drop, Fork, Freeze, Set
from opttui.race.race import Race
from opttui.scenario.specs import LaneSpec

STEPS = 30


def waiting(lanes: list[LaneSpec], rounds: int = 9, **more: object) -> Race:
    race = race_on("rosenbrock", lanes, STEPS, **more)
    rows_of(race, rounds)
    race.checks_wait = True
    return race


def test_nothing_is_told_of_a_fork_before_it_has_been_checked() -> None:
    race = waiting([spec_of("Adam"), spec_of("SGD")])
    event = race.carry_out(Fork("0"), "test", 9)[0]
    assert event.data["exact"] == race.label(2) == "being checked"
    assert race.settled(event) is None
    race.round()
    assert 2 not in race.drain().rows
    while race.checks:
        race.round()
    told = race.settled(event)
    assert told.text.endswith("at step 9, exact")
    assert told.data["exact"] == race.info()[1][2].exact == "exact"
    rows = rows_of(race)
    assert [row[0] for row in rows[2]] == [repr(step) for step in range(9, STEPS)]


def test_of_two_forks_at_one_step_the_later_one_is_drained_after_the_earlier_one() -> None:
    """Another optimizer needs no check; yet its rows would come before those of a lane with a lower number."""
    race = waiting([spec_of("Adam"), spec_of("SGD")])
    event = race.carry_out(Fork("0"), "test", 9)[0]
    fresh = race.carry_out(Fork("0", optimizer="SGD:lr=0.001"), "test", 9)[0]
    assert race.settled(event) is None and race.settled(fresh) is fresh
    race.round()
    assert race.checks and set(race.drain().rows) == {0, 1}
    while race.checks:
        race.round()
    rows = race.drain().rows
    assert list(rows) == [0, 1, 2, 3] or list(rows) == [2, 3]
    assert [row[0] for row in rows[2]] == [row[0] for row in rows[3]] == [*range(9, race.step())]


def test_a_check_ends_within_a_few_rounds_also_when_its_parent_waits() -> None:
    race = waiting([spec_of("Adam"), spec_of("SGD")], axis="evaluations")
    for lane in (0, 1):
        forked(race, lane)
        forked(race, lane, values={"lr": 1e-4})
    for _ in range(10):
        race.round()
    assert not race.checks
    assert [race.label(lane) for lane in range(2, 6)] == ["exact"] * 4
    race = waiting([spec_of("Adam")])
    race.carry_out(Fork("0", at=2), "test", 9)
    child = forked(race, 0)
    for _ in range(7):
        race.round()
    assert race.lanes[0].step == 9, "it waits for the lane that catches up"
    assert race.label(child) == "exact"


def test_a_command_that_could_touch_it_settles_it_first() -> None:
    alone = rows_of(waiting([spec_of("Adam")]))[0]
    race = waiting([spec_of("Adam")])
    child = forked(race, 0)
    second = forked(race, child)
    assert race.label(child) == "exact"
    race.carry_out(Set("0", {"lr": 0.5}), "test", 9)
    assert race.label(second) == "exact"
    rows = rows_of(race)
    assert rows[child] == rows[second] == alone
    assert rows[0] != alone
    race = waiting([spec_of("Adam")])
    child = forked(race, 0)
    race.round()
    race.carry_out(Drop("0"), "test", 10)
    assert race.label(child) == "exact"
    assert rows_of(race)[child] == alone


def test_a_parent_that_ends_with_its_next_step_is_followed_there() -> None:
    diverging = LaneSpec("SGD", {"lr": 0.9})
    race = race_on("rosenbrock", [diverging], STEPS)
    last = len(rows_of(race)[0])
    race = waiting([diverging], last - 1)
    children = forked(race, 0), forked(race, 0, values={"lr": 1e-9})
    rows = rows_of(race)
    assert [race.label(child) for child in children] == ["exact", "exact"]
    assert rows[children[0]] == rows[0]
    assert race.lanes[children[0]].outcome == race.lanes[0].outcome == "diverged"
    race = waiting([spec_of("Adam")], STEPS - 1)
    child = forked(race, 0)
    rows = rows_of(race)
    assert rows[child] == rows[0] and race.label(child) == "exact"


@pytest.mark.parametrize("values", [{}, {"lr": 0.002}])
def test_one_that_goes_on_otherwise_gives_its_place_to_its_parents_own_way(
    tmp_path: Path, values: dict[str, float]
) -> None:
    (tmp_path / "mine.py").write_text(HIDDEN)
    lane = LaneSpec(f"{tmp_path / 'mine.py'}::Counting", {"lr": 0.001})
    race = waiting([lane], 5)
    event = race.carry_out(Fork("0", values=values), "test", 5)[0]
    rows = rows_of(race)
    assert race.settled(event).data["exact"] == "exact: walked again from step 0"
    if values:
        race = race_on("rosenbrock", [lane], STEPS)
        rows_of(race, 5)
        race.carry_out(Set("0", values), "test", 5)
        assert rows[1] == rows_of(race)[0]
    else:
        assert rows[1] == rows[0]


def test_a_fork_that_was_ordered_for_a_step_is_told_before_its_first_row() -> None:
    race = waiting([spec_of("Adam")])
    race.carry_out(Fork("0", at=12), "test", 9)
    seen = []
    while race.round():
        drained = race.drain()
        seen += [event.kind for event in drained.events if event.lane == 1]
        if 1 in drained.rows:
            seen.append("row")
    assert seen[:2] == ["forked", "row"]


@pytest.mark.parametrize("values", [{}, {"lr": 1e-4}], ids=["unchanged", "changed"])
@pytest.mark.parametrize("hold", [Freeze, Drop])
def test_a_parent_that_is_held_right_after_its_fork_makes_no_fork_inexact(hold: type, values: dict) -> None:
    race = waiting([spec_of("Adam"), spec_of("SGD")])
    event = race.carry_out(Fork("0", values=values), "test", 9)[0]
    race.carry_out(hold("0"), "test", 9)
    race.round()
    assert race.settled(event).data["exact"] == "exact"


@pytest.mark.parametrize("values", [{}, {"lr": 1e-4}], ids=["unchanged", "changed"])
@pytest.mark.parametrize("hold", [Freeze, Drop])
@pytest.mark.parametrize("waits", [False, True])
def test_a_lane_that_is_held_can_be_forked_where_it_stands(hold: type, values: dict, waits: bool) -> None:
    race = waiting([spec_of("Adam"), spec_of("SGD")])
    race.checks_wait = waits
    alone = race_on("rosenbrock", [spec_of("Adam"), spec_of("SGD")], STEPS)
    rows_of(alone, 9)
    race.carry_out(hold("0"), "test", 9)
    rows_of(race, 3)
    event = race.carry_out(Fork("0", values=values), "test", 12)[0]
    forked(alone, 0, values=values)
    rows = rows_of(race)
    assert (event if not waits else race.settled(event)).data["exact"] == race.label(2) == "exact"
    assert race.lanes[2].outcome == "finished"
    assert rows[2] == rows_of(alone)[2] and [row[0] for row in rows[2]] == [repr(k) for k in range(9, STEPS)]
    assert race.lanes[0].step == 9
