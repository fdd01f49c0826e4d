"""Lanes added, dropped, forked, frozen and rewound in any order: each of them is the plain loop, whatever the others do.

The model of a lane is its way: from the start, or from its parent's way at the step where it was forked. Since no fork here
changes anything, every lane's rows must be those that its optimizer gives alone.
"""

import functools

import pytest
from forks import measured, race_on
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from oracle import spec_of

from opttui.control.commands import Add, Command, Drop, Fork, Freeze, Restore, Rewind, Thaw
from opttui.errors import InputError
from opttui.scenario.phrase import phrase_of

STEPS = 40
NAMES = ("Adam", "SGD", "LBFGS", "RMSprop", "ASGD")
MOST = 7
"""Lanes of a race."""


@functools.cache
def alone(optimizer: str) -> list[tuple[float, ...]]:
    """The rows of an optimizer without any other lane; that it is the plain loop is test_race_exact's to show."""
    race = race_on("rosenbrock", [spec_of(optimizer)], STEPS)
    while race.round():
        pass
    rows = [measured(row) for row in race.drain(wait=True).rows[0]]
    race.hand_back()
    return rows


class Lanes(RuleBasedStateMachine):
    """A race, and what its lanes should have recorded."""

    @initialize(first=st.sampled_from(NAMES), second=st.sampled_from(NAMES))
    def begin(self, first: str, second: str) -> None:
        self.race = race_on("rosenbrock", [spec_of(first), spec_of(second)], STEPS)
        self.optimizers = [first, second]
        self.rows: list[dict[int, tuple[float, ...]]] = [{}, {}]

    def do(self, command: Command) -> bool:
        """Whether it was carried out; a refusal must leave everything as it is, which the rows show."""
        self.collect()
        try:
            events = self.race.carry_out(command, "test", self.race.step())
        except InputError:
            return False
        for event in events:
            if event.kind == "rewound":
                kept = self.rows[event.lane]
                self.rows[event.lane] = {step: kept[step] for step in kept if step < event.step}
        return True

    def collect(self) -> None:
        for lane, rows in self.race.drain().rows.items():
            for row in rows:
                assert int(row[0]) not in self.rows[lane], "a step was recorded twice"
                self.rows[lane][int(row[0])] = measured(row)

    @rule(rounds=st.integers(1, 9), snapshots=st.booleans())
    def walk(self, rounds: int, snapshots: bool) -> None:
        for _ in range(rounds):
            self.race.round()
        if snapshots:
            for lane in self.race.lanes:
                self.race.timeline.keep(lane, self.race.streams)
        self.collect()

    @precondition(lambda self: len(self.race.lanes) < MOST)
    @rule(lane=st.integers(0, MOST), at=st.none() | st.integers(0, STEPS), waits=st.booleans())
    def fork(self, lane: int, at: int | None, waits: bool) -> None:
        lane %= len(self.race.lanes)
        before = len(self.race.lanes)
        if at is not None and at > self.race.lanes[lane].step:
            at = None
        self.race.checks_wait = waits
        if self.do(Fork(str(lane), at)):
            assert len(self.race.lanes) == before + 1
            assert self.race.label(before) in ("exact", *(["being checked"] if waits else []))
            self.optimizers.append(self.optimizers[lane])
            self.rows.append({})

    @precondition(lambda self: len(self.race.lanes) < MOST)
    @rule(optimizer=st.sampled_from(NAMES))
    def add(self, optimizer: str) -> None:
        assert self.do(Add(phrase_of(spec_of(optimizer))))
        self.optimizers.append(optimizer)
        self.rows.append({})

    @rule(lane=st.integers(0, MOST), kind=st.sampled_from([Drop, Restore, Freeze, Thaw]))
    def hold(self, lane: int, kind: type) -> None:
        self.do(kind(str(lane % len(self.race.lanes))))

    @rule(lane=st.none() | st.integers(0, MOST), to=st.integers(0, STEPS))
    def rewind(self, lane: int | None, to: int) -> None:
        self.do(Rewind(to, None if lane is None else str(lane % len(self.race.lanes))))

    def teardown(self) -> None:
        if not hasattr(self, "race"):
            return
        for lane in self.race.lanes:
            if lane.past.held == "dropped":
                self.do(Restore(str(lane.id)))
            if lane.past.held == "frozen":
                self.do(Thaw(str(lane.id)))
        while self.race.round():
            pass
        self.collect()
        assert {self.race.label(lane.id) for lane in self.race.lanes} <= {"", "exact"}
        for lane, optimizer, rows in zip(self.race.lanes, self.optimizers, self.rows, strict=True):
            assert [rows[step] for step in sorted(rows)] == alone(optimizer)[lane.begin :]
            assert sorted(rows) == list(range(lane.begin, STEPS))
        self.race.hand_back()


def machine(examples: int, steps: int, **more: object) -> type:
    kind = type("Counted", (Lanes,), {})
    kind.TestCase.settings = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        **more,
    )
    return kind.TestCase


TestSomeOrders = machine(6, 14)


@pytest.mark.slow
class TestManyOrders(machine(200, 30, phases=(Phase.explicit, Phase.generate))):
    """Two minutes of one core. What it finds is shown as it is: making it smaller takes longer than that."""
