"""Lanes that come, go, stand still and go back while a race runs: each stays the plain loop, and says what was done."""

import pytest
from forks import measured, race_on, rows_of
from oracle import race_of, spec_of

from opttui.control.commands import Add, Drop, Fork, Freeze, Restore, Rewind, Schedule, Set, Thaw
from opttui.errors import InputError
from opttui.race.orders import Order
from opttui.race.race import Race
from opttui.race.resuming import waiting
from opttui.record.events import Event
from opttui.record.layout import LR
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec

STEPS = 30
Rows = dict[int, list[tuple[float, ...]]]


def told(race: Race, command: object, actor: str = "test"):
    return race.carry_out(command, actor, race.step())


def born_of(order: Order) -> list[Event]:
    """What the record says when a fork has come again."""
    return [Event("rewound", lane=order.again, step=order.step, data={"again": True})]


def alone(spec: LaneSpec, problem: str = "rosenbrock") -> list[tuple[float, ...]]:
    race = race_of(problem, [spec], STEPS)
    rows = rows_of(race)[0]
    race.hand_back()
    return rows


def steps_of(rows: Rows, lane: int) -> list[int]:
    return [int(row[0]) for row in rows.get(lane, [])]


def test_an_added_lane_begins_at_the_start_and_catches_up_alone() -> None:
    race = race_of("rosenbrock", [spec_of("Adam"), spec_of("SGD")], STEPS)
    rows_of(race, 7)
    (event,) = told(race, Add("late=RMSprop:lr=0.001"))
    assert (event.kind, event.lane, event.step, event.requested) == ("added", 2, 0, 7)
    meanwhile = rows_of(race, 7)
    assert steps_of(meanwhile, 2) == list(range(7))
    assert steps_of(meanwhile, 0) == []
    assert race.step() == 7
    together = rows_of(race, 2)
    assert [steps_of(together, lane) for lane in range(3)] == [[7, 8]] * 3
    rest = rows_of(race)
    late = meanwhile[2] + together[2] + rest[2]
    assert late == alone(parse_lane("RMSprop:lr=0.001"))


def test_an_added_lane_has_the_start_that_the_race_or_its_phrase_has() -> None:
    race = race_of("digits-mlp", [parse_lane("SGD:init=kaiming_normal")], 6)
    rows_of(race, 2)
    told(race, Add("SGD:init=kaiming_normal"))
    told(race, Add("SGD"))
    rows = rows_of(race)
    there = race_of("digits-mlp", [parse_lane("SGD:init=kaiming_normal"), parse_lane("SGD")], 6)
    wanted = rows_of(there)
    assert rows[1] == wanted[0]
    assert rows[2] == wanted[1]
    assert race.info()[1][1].start == there.info()[1][0].start != ""


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("Adamm", "did you mean Adam"),
        ("Adam:lr=", "lr"),
        ("Adam=SGD:lr=0.1", "there is a lane 'Adam' already"),
        ("SGD:lr=-1.0", "lr"),
        ("Adam@StepLR", "step_size"),
    ],
)
def test_a_lane_that_cannot_be_is_not_added(phrase: str, words: str) -> None:
    race = race_of("rosenbrock", [spec_of("Adam")], STEPS)
    with pytest.raises(InputError, match=words):
        told(race, Add(phrase))
    assert len(race.lanes) == 1


def test_a_frozen_lane_stands_still_and_catches_up_when_it_is_thawed() -> None:
    race = race_of("rosenbrock", [spec_of("Adam"), spec_of("SGD")], STEPS)
    got = rows_of(race, 5)
    (event,) = told(race, Freeze("SGD"))
    assert (event.kind, event.lane, event.step, event.data["outcome"]) == ("frozen", 1, 5, "paused")
    assert race.lanes[1].outcome == "paused"
    with pytest.raises(InputError, match="frozen already"):
        told(race, Freeze("1"))
    for lane, new in rows_of(race, 6).items():
        got[lane] += new
    assert steps_of(got, 1) == list(range(5))
    (event,) = told(race, Thaw("1"))
    assert event.data["outcome"] == "running"
    with pytest.raises(InputError, match="not frozen"):
        told(race, Thaw("1"))
    alone_again = rows_of(race, 6)
    assert list(alone_again) == [1]
    got[1] += alone_again[1]
    for lane, new in rows_of(race).items():
        got[lane] += new
    assert got[0] == alone(spec_of("Adam"))
    assert got[1] == alone(spec_of("SGD"))


def test_a_dropped_lane_comes_back_as_it_was() -> None:
    race = race_of("rosenbrock", [spec_of("Adam"), LaneSpec("SGD", {"lr": 9.0}), spec_of("NAdam")], STEPS)
    got = rows_of(race, 12)
    assert race.lanes[1].outcome == "diverged"
    for lane in ("1", "2"):
        assert told(race, Drop(lane))[0].data["outcome"] == "stopped"
    with pytest.raises(InputError, match="the only one left"):
        told(race, Drop("0"))
    with pytest.raises(InputError, match="dropped already"):
        told(race, Drop("1"))
    more = rows_of(race, 3)
    assert list(more) == [0]
    assert told(race, Restore("1"))[0].data["outcome"] == "diverged"
    assert told(race, Restore("2"))[0].data["outcome"] == "running"
    with pytest.raises(InputError, match="is not dropped"):
        told(race, Restore("2"))
    got[2] += rows_of(race)[2]
    assert got[2] == alone(spec_of("NAdam"))
    assert race.lanes[1].outcome == "diverged"


@pytest.mark.parametrize("problem", ["rosenbrock", "digits-mlp"])
def test_a_lane_goes_back_and_repeats_itself(problem: str) -> None:
    race = race_on(problem, [spec_of("Adam", "OneCycleLR"), spec_of("SGD")], STEPS)
    first = rows_of(race, 20)
    (event,) = told(race, Rewind(8, "0"))
    assert (event.kind, event.lane, event.step, event.data["from"]) == ("rewound", 0, 8, 20)
    again = rows_of(race, 12)
    assert steps_of(again, 0) == list(range(8, 20))
    assert steps_of(again, 1) == []
    assert again[0] == first[0][8:]
    rest = rows_of(race)
    assert len(rest[0]) == len(rest[1]) == 10


def test_the_race_goes_back_and_forks_that_began_later_are_dropped() -> None:
    race = race_of("rosenbrock", [spec_of("Adam"), spec_of("SGD")], STEPS)
    first = rows_of(race, 10)
    told(race, Fork("0"))
    for lane, new in rows_of(race, 10).items():
        first.setdefault(lane, []).extend(new)
    kinds = [event.kind for event in told(race, Rewind(4))]
    assert kinds == ["rewound", "rewound", "dropped"]
    assert race.step() == 4, "the dropped fork, which stands at 20, is no part of it"
    again = rows_of(race, 16)
    assert again[0] == first[0][4:]
    assert again[1] == first[1][4:]
    assert 2 not in again
    with pytest.raises(InputError, match="no lane has come further than step 20"):
        told(race, Rewind(20))


def test_what_a_person_did_after_the_step_is_undone_and_what_the_scenario_asks_comes_again() -> None:
    race = race_of("rosenbrock", [spec_of("SGD", "StepLR")], STEPS)
    first = rows_of(race, 5)[0]
    told(race, Set("0", {"momentum": 0.5}), "scenario")
    first += rows_of(race, 5)[0]
    told(race, Set("0", {"lr": 1e-4}))
    rows_of(race, 5)
    told(race, Rewind(2, "0"))
    again = rows_of(race, 8)[0]
    assert again == first[2:]
    assert rows_of(race, 1)[0][0][LR - 1] != repr(1e-4)


def test_forks_that_the_scenario_made_come_again_when_the_race_comes_there_again() -> None:
    """In their own places and as they began, forks of forks and what the scenario turned in them too."""
    race = race_of("rosenbrock", [spec_of("Adam"), spec_of("SGD")], STEPS)
    asked = {
        10: [Fork("0", values={"lr": 0.02}, name="slow"), Fork("0", optimizer="SGD:lr=0.001", name="other")],
        12: [Set("slow", {"beta1": 0.8})],
        14: [Fork("slow", schedule="StepLR:step_size=3", name="second")],
    }

    def walk(rounds: int) -> dict[int, list[tuple[float, ...]]]:
        rows: dict[int, list[tuple[float, ...]]] = {}
        for _ in range(rounds):
            for command in asked.pop(race.step(), []):
                told(race, command, "scenario")
            for lane, new in rows_of(race, 1).items():
                rows.setdefault(lane, []).extend(new)
        return rows

    first = walk(20)
    by_hand = told(race, Fork("0"))[0].lane
    events = told(race, Rewind(4))
    notes = [event.text for event in events if event.kind == "note"]
    known = waiting(race, events)
    assert known == race.orders and waiting(race, [*events, *born_of(known[0])]) == known[1:]
    assert notes == [
        "comes again: fork 0 at 10 lr=0.02 as slow",
        "comes again: fork 0 at 10 with SGD:lr=0.001 as other",
        "comes again: fork 2 at 14 @StepLR:step_size=3 as second",
    ]
    assert race.step() == 4
    again = walk(16)
    assert again[0] == first[0][4:] and again[1] == first[1][4:]
    assert [again[lane] for lane in (2, 3, 4)] == [first[lane] for lane in (2, 3, 4)]
    assert len(race.lanes) == 6 and race.lanes[by_hand].past.held == "dropped", (
        "what a hand forked does not come again"
    )
    told(race, Rewind(4), "test")
    told(race, Set("0", {"lr": 0.3}))
    rows_of(race, 16)
    assert [lane.name for lane in race.lanes[6:]] == ["slow 2", "other 2"], "their parent is another now"
    assert race.lanes[2].past.held == "dropped"


def test_a_held_lane_is_not_turned_and_its_orders_wait_until_it_is_let_go() -> None:
    race = race_of("rosenbrock", [spec_of("SGD"), spec_of("Adam")], STEPS)
    rows_of(race, 3)
    told(race, Set("0", {"lr": 5e-4}, at=5))
    rows_of(race, 2)
    told(race, Freeze("0"))
    with pytest.raises(InputError, match=r"'SGD' is frozen at step 5\. Write first: thaw 0"):
        told(race, Set("0", {"lr": 1.0}))
    rows_of(race, 3)
    told(race, Thaw("0"))
    rates = [float(row[LR - 1]) for row in rows_of(race)[0]]
    assert rates == [5e-4] * (STEPS - 5)


def test_for_good_means_that_nothing_comes_again() -> None:
    race = race_of("rosenbrock", [spec_of("Adam")], STEPS)
    rows_of(race, 5)
    told(race, Fork("0"), "scenario")
    told(race, Set("0", {"lr": 0.3}), "scenario")
    rows_of(race, 5)
    told(race, Rewind(2, for_good=True))
    assert not race.orders
    rows_of(race)
    assert [lane.outcome for lane in race.lanes] == ["finished", "stopped"] and race.lanes[0].lr != 0.3


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (Rewind(9, "0"), "is at step 9, and 9 is not before it"),
        (Rewind(2, "1"), "began at step 5, and 2 is before that"),
        (Rewind(2, "nobody"), "there is no lane 'nobody'"),
        (Rewind(2, "2"), "is dropped"),
    ],
)
def test_where_a_lane_never_was_it_cannot_go_back(command: Rewind, words: str) -> None:
    race = race_of("rosenbrock", [spec_of("Adam")], STEPS)
    rows_of(race, 5)
    told(race, Fork("0"))
    told(race, Fork("0"))
    told(race, Drop("2"))
    rows_of(race, 4)
    with pytest.raises(InputError, match=words):
        told(race, command)


def test_an_order_waits_for_the_lanes_step() -> None:
    race = race_of("rosenbrock", [spec_of("SGD"), spec_of("SGD")], STEPS)
    rows_of(race, 3)
    (event,) = told(race, Set("0", {"lr": 5e-4}, at=12))
    assert event.text == "SGD: lr=0.0005 from step 12 on"
    told(race, Schedule("0", "StepLR:step_size=4", at=15))
    rows, events = {}, []
    while race.round():
        drained = race.drain()
        events += drained.events
        for lane, new in drained.rows.items():
            rows.setdefault(lane, []).extend(map(measured, new))
    rates = [float(row[LR - 1]) for row in rows[0]]
    assert rates[:16] == [1e-3] * 9 + [5e-4] * 7
    assert rates[16] == pytest.approx(5e-5)
    done = [
        (event.kind, event.step, event.requested) for event in events if event.kind in ("set", "schedule")
    ]
    assert done == [("set", 12, 3), ("schedule", 15, 3)]
    with pytest.raises(InputError, match=r"has come to step 30, and step 12 is past"):
        told(race, Set("0", {"lr": 5e-4}, at=12))
    with pytest.raises(InputError, match=r"takes 30 steps, and never comes to step 99"):
        told(race, Set("0", {"lr": 5e-4}, at=99))


def test_what_cannot_be_done_when_its_step_comes_is_noted() -> None:
    race = race_of("rosenbrock", [spec_of("Adagrad")], STEPS)
    told(race, Set("0", {"nesterov": 1.0}, at=3))
    rows_of(race, 5)
    race = race_of("rosenbrock", [spec_of("Adagrad")], STEPS)
    told(race, Set("0", {"nesterov": 1.0}, at=3))
    while race.step() < 5:
        race.round()
    notes = [event.text for event in race.drain().events if event.kind == "note"]
    assert notes == [
        "what was asked for step 3 was refused: lane 'Adagrad': Adagrad has no hyper 'nesterov'; "
        "it has lr, lr_decay, eps, weight_decay, initial_accumulator_value."
    ]


@pytest.mark.parametrize("axis", ["evaluations", "seconds"])
def test_on_another_axis_lanes_that_joined_catch_up_on_it(axis: str) -> None:
    race = race_of("rosenbrock", [spec_of("LBFGS"), spec_of("Adam")], STEPS, axis=axis)
    got = rows_of(race, 15)
    told(race, Add("SGD:lr=0.001,momentum=0.9,nesterov=True"))
    told(race, Fork("0"))
    rest = rows_of(race)
    assert rest[2] == alone(spec_of("SGD"))
    assert rest[3] == (got[0] + rest[0])[len(got[0]) :]


def test_what_a_lane_was_while_it_was_held_does_not_keep_it_from_going_on() -> None:
    race = race_of("rosenbrock", [spec_of("Adam"), spec_of("SGD")], STEPS)
    before = rows_of(race, 5)[0]
    told(race, Freeze("0"))
    race.timeline.keep(race.lanes[0], race.streams)
    rows_of(race, 4)
    told(race, Thaw("0"))
    before += rows_of(race)[0]
    told(race, Rewind(6, "0"))
    assert race.lanes[0].outcome == "running"
    assert rows_of(race)[0] == before[6:]
