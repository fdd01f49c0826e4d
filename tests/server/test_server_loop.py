"""The loop by hand: a race, a writer and a clock that take no time, no process and no socket."""

import errno
import itertools
import threading

import pytest
from racing import FakeClock, FakeInbox, FakeRace, FakeWriter

from opttui.control.commands import Fork, Pace, Pause, Resume, Set, Step, Stop
from opttui.errors import InputError
from opttui.record.events import CHECKING, Event
from opttui.scenario.specs import EventSpec, LaneSpec, ProblemSpec, Scenario
from opttui.server.commands import Mode, scripted
from opttui.server.loop import FLUSH_ROWS, FLUSH_SECONDS, RETRY, Loop
from opttui.server.recorder import Recorder


class Rig:
    """A loop with everything round it."""

    def __init__(self, script=(), pace=None, survey=None, alarms=None, **race):
        self.clock = FakeClock()
        self.race = FakeRace(self.clock, **race)
        self.writer = FakeWriter(self.clock)
        self.inbox = FakeInbox(self.clock)
        self.mode = Mode(pace=pace)
        self.recorder = Recorder(self.race, self.writer, lambda: self.clock.now, alarms=alarms)
        self.loop = Loop(
            self.race,
            self.race.number,
            self.recorder,
            self.inbox,
            self.mode,
            script=script,
            survey=survey,
            clock=self.clock,
        )

    def run(self):
        self.loop.run()
        return self


def test_every_row_is_written_once_and_in_order():
    rig = Rig(steps=500, lanes=3).run()
    assert all(rig.writer.steps(lane) == list(range(500)) for lane in range(3))
    assert rig.race.waited >= 1


def test_rows_are_flushed_each_50_ms():
    rig = Rig(steps=1000, seconds=0.001).run()
    times = [when for when, _ in rig.writer.flushes]
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert max(gaps) <= FLUSH_SECONDS + 0.0011
    assert len(times) <= 1000 * 0.001 / FLUSH_SECONDS + 3


def test_rows_are_flushed_each_4096_when_they_come_faster():
    rig = Rig(steps=10_000, lanes=4, seconds=1e-7).run()
    assert max(rows for _, rows in rig.writer.flushes) == FLUSH_ROWS
    assert rig.writer.steps() == list(range(10_000))


def test_a_command_is_carried_out_after_the_round_in_which_it_came():
    rig = Rig(steps=100)
    rig.race.on_round[40] = lambda: rig.inbox.put(Set("0", {"lr": 0.5}))
    rig.run()
    assert rig.race.turned == [(40, {"lr": 0.5})]
    (reply,) = rig.inbox.answers
    assert (reply.kind, reply.step) == ("applied", 40)
    (event,) = rig.writer.events("set")
    assert (event.actor, event.step, event.time) == ("me", 40, pytest.approx(100.04))


def test_a_command_is_on_disk_behind_its_rows_before_it_is_acknowledged():
    rig = Rig(steps=100)
    seen = []

    def ask():
        rig.inbox.put(Set("0", {"lr": 0.5}))
        answers = rig.inbox.answers
        rig.inbox.answers = type("Spy", (list,), {})()
        rig.inbox.items[0] = type(rig.inbox.items[0])(
            Set("0", {"lr": 0.5}),
            "me",
            0,
            1,
            lambda reply: seen.append((reply.kind, list(rig.writer.written))),
        )
        rig.inbox.answers = answers

    rig.race.on_round[40] = ask
    rig.run()
    ((kind, written),) = seen
    assert kind == "applied"
    assert [entry[0] for entry in written] == ["row"] * 40 + ["event"]


def test_a_refused_command_changes_nothing_and_says_why():
    rig = Rig(steps=100)
    rig.race.on_round[40] = lambda: rig.inbox.put(Set("7", {"lr": 0.5}))
    rig.run()
    (reply,) = rig.inbox.answers
    assert (reply.kind, reply.text) == ("refused", "there is no lane '7'.")
    assert rig.race.turned == []
    assert rig.writer.events() == []


def test_a_pause_flushes_then_sleeps_without_looking_at_the_clock():
    rig = Rig(steps=100)
    rig.race.on_round[10] = lambda: rig.inbox.put(Pause())
    rig.inbox.at(200.0, lambda: seen.append((rig.writer.steps(), rig.mode.status(rig.race.step()))))
    seen = []
    rig.inbox.at(300.0, Resume())
    rig.run()
    steps, status = seen[0]
    assert steps == list(range(10))
    assert (status.state, status.step) == ("paused", 10)
    assert rig.inbox.waits == [None, None]
    assert rig.race.waited == 2
    assert [event.kind for event in rig.writer.events()] == ["paused", "resumed"]
    assert rig.writer.steps() == list(range(100))


@pytest.mark.parametrize("pace", [None, 10.0, 5000.0])
def test_steps_are_exactly_as_many_as_asked_for(pace):
    rig = Rig(steps=100, pace=pace)
    rig.inbox.put(Pause())
    rig.inbox.at(200.0, Step(3))
    seen = []
    rig.inbox.at(300.0, lambda: seen.append((rig.writer.steps(), rig.mode.paused)))
    rig.inbox.at(301.0, Step(1))
    rig.inbox.at(302.0, lambda: seen.append((rig.writer.steps(), rig.mode.paused)))
    rig.inbox.at(400.0, Stop())
    rig.run()
    assert seen == [([0, 1, 2], True), ([0, 1, 2, 3], True)]
    assert [event.text for event in rig.writer.events("resumed")] == [
        "3 steps from step 0",
        "one step from step 3",
    ]
    assert [event.step for event in rig.writer.events("paused")] == [0, 3, 4]


def test_steps_asked_for_while_others_are_taken_come_on_top():
    rig = Rig(steps=100)
    rig.inbox.put(Step(10))
    rig.race.on_round[5] = lambda: rig.inbox.put(Step(10))
    rig.inbox.at(200.0, Stop())
    rig.run()
    assert rig.writer.steps() == list(range(20))


@pytest.mark.parametrize("pace", [None, 10.0])
def test_steps_end_where_the_furthest_lane_has_finished_and_others_go_on(pace):
    """On an axis other than steps a round is one lane's, and the race's step may stand still."""
    rig = Rig(steps=100, lanes=2, pace=pace)
    rig.race.step = lambda: 50
    rig.inbox.put(Step(3))
    rig.inbox.at(150.0, Step(2))
    rig.inbox.at(200.0, Stop())
    rig.run()
    assert rig.race.taken == 2 * (3 + 2)
    assert len(rig.writer.events("paused")) == 2


@pytest.mark.parametrize("count", [0, -3])
def test_a_number_of_steps_that_is_none_is_refused(count):
    rig = Rig(steps=10)
    rig.inbox.put(Step(count))
    rig.run()
    assert rig.inbox.answers[0].kind == "refused"
    assert rig.writer.steps() == list(range(10))


@pytest.mark.parametrize("pace", [0.5, 10.0, 60.0, 900.0])
def test_a_pace_does_not_drift(pace):
    rig = Rig(steps=200, pace=pace, seconds=0.0007).run()
    begun = rig.race.begun
    late = [when - begun[0] - k / pace for k, when in enumerate(begun)]
    assert max(late) < 0.0015
    assert min(late) > -1e-5


def test_a_pace_faster_than_the_race_does_not_burst_afterwards():
    rig = Rig(steps=300, pace=100.0, seconds=0.0)
    rig.race.on_round[100] = lambda: setattr(rig.clock, "now", rig.clock.now + 10.0)  # a laptop asleep
    rig.run()
    after = rig.race.begun[100:]
    assert after[-1] - after[0] == pytest.approx(1.99, abs=0.02)


def test_a_slow_pace_shows_every_row_at_once():
    rig = Rig(steps=8, pace=2.0)
    shown = []
    for k in range(8):
        rig.inbox.at(100.0 + k / 2 + 0.1, lambda: shown.append(rig.writer.steps()))
    rig.run()
    assert shown[:7] == [list(range(k + 1)) for k in range(7)]


def test_a_pace_can_be_changed_while_the_race_sleeps():
    rig = Rig(steps=20, pace=0.001)
    rig.inbox.at(105.0, Pace(None))
    rig.run()
    assert rig.race.begun[0] == 100.0
    assert rig.race.begun[1:] == pytest.approx([105.0 + k * 0.001 for k in range(19)])
    assert rig.inbox.applied()[0].text == "as fast as it goes"


@pytest.mark.parametrize("pace", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_pace_is_refused(pace):
    rig = Rig(steps=5)
    rig.inbox.put(Pace(pace))
    rig.run()
    assert rig.inbox.answers[0].kind == "refused"
    assert rig.mode.pace is None


def test_a_stop_ends_the_race_between_two_rounds():
    rig = Rig(steps=1000)
    rig.race.on_round[333] = lambda: rig.inbox.put(Stop(), actor="tell")
    rig.run()
    assert rig.race.stopped == "stopped by tell at step 333"
    assert rig.writer.steps() == list(range(333))
    assert rig.inbox.applied()[0].step == 333
    assert rig.mode.status(333).state == "ended"


def test_what_was_asked_after_a_stop_is_not_carried_out():
    rig = Rig(steps=1000)
    rig.inbox.put(Stop())
    rig.inbox.put(Set("0", {"lr": 1.0}))
    rig.run()
    assert rig.race.turned == []
    assert len(rig.inbox.items) == 1


@pytest.mark.parametrize("pace", [None, 100.0])
def test_the_scenarios_commands_come_before_their_steps(pace):
    script = [
        (0, Set("0", {"lr": 0.0})),
        (50, Set("0", {"lr": 1.0})),
        (50, Set("9", {"lr": 1.0})),
        (70, Pause()),
    ]
    rig = Rig(steps=100, script=script, pace=pace)
    rig.inbox.at(200.0, Stop())
    rig.run()
    assert rig.race.turned == [(0, {"lr": 0.0}), (50, {"lr": 1.0})]
    assert rig.writer.steps() == list(range(70))
    assert [event.actor for event in rig.writer.events("set")] == ["scenario", "scenario"]
    (note,) = rig.writer.events("note")
    assert note.text == "the scenario's command was refused: there is no lane '9'."


def test_a_full_disk_pauses_the_race_and_loses_nothing():
    rig = Rig(steps=1000)
    rig.race.on_round[500] = lambda: setattr(rig.writer, "full", errno.ENOSPC)
    seen = []
    rig.inbox.at(105.0, lambda: seen.append(rig.mode.status(rig.race.step())))
    rig.inbox.at(106.0, Resume())
    rig.inbox.at(106.5, Set("0", {"lr": 1.0}))
    rig.inbox.at(110.0, lambda: setattr(rig.writer, "full", 0))
    rig.inbox.at(120.0, lambda: seen.append(rig.mode.status(rig.race.step())))
    rig.inbox.at(130.0, Resume())
    rig.run()
    full, room = seen
    assert (full.state, full.reason) == ("paused", "the disk is full")
    assert (room.state, room.reason) == ("paused", "the disk can be written again: resume to go on")
    assert [reply.kind for reply in rig.inbox.answers] == ["refused", "refused", "applied"]
    assert rig.race.turned == []
    assert rig.writer.steps() == list(range(1000))
    kinds = [event.kind for event in rig.writer.events()]
    assert kinds == ["disk", "paused", "disk", "resumed"]
    assert rig.inbox.waits.count(RETRY) >= 5
    assert rig.mode.reason == ""


def test_a_command_whose_flush_fails_is_acknowledged_when_it_is_on_disk():
    rig = Rig(steps=1000)

    def ask():
        rig.writer.full = errno.EIO
        rig.inbox.put(Set("0", {"lr": 1.0}))

    rig.race.on_round[500] = ask
    seen = []
    rig.inbox.at(105.0, lambda: seen.append(list(rig.inbox.answers)))
    rig.inbox.at(106.0, lambda: setattr(rig.writer, "full", 0))
    rig.inbox.at(110.0, lambda: seen.append(list(rig.inbox.answers)))
    rig.inbox.at(111.0, Resume())
    rig.run()
    assert seen[0] == []
    assert [(reply.kind, reply.step) for reply in seen[1]] == [("applied", 500)]


def test_a_disk_that_is_full_at_the_end_is_waited_for():
    rig = Rig(steps=1010)
    rig.race.on_round[1010] = lambda: setattr(rig.writer, "full", errno.ENOSPC)
    rig.inbox.at(160.0, lambda: setattr(rig.writer, "full", 0))
    rig.run()
    assert rig.writer.steps() == list(range(1010))
    assert rig.clock.now >= 160.0


def test_a_race_on_a_full_disk_can_be_stopped():
    rig = Rig(steps=1000)
    rig.race.on_round[500] = lambda: setattr(rig.writer, "full", errno.ENOSPC)
    rig.inbox.at(105.0, Stop())
    rig.run()
    assert rig.mode.stopped
    assert rig.race.taken <= 600


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "the disk is full"),
        (errno.EFBIG, "largest size"),
        (errno.EIO, "the record cannot be written"),
    ],
)
def test_the_reason_is_in_words(number, said):
    rig = Rig(steps=10)
    rig.writer.full = number
    rig.inbox.at(105.0, Stop())
    rig.run()
    assert said in rig.mode.trouble


def test_a_scenarios_command_for_a_lane_that_is_not_there_is_refused_before_the_race():
    def asked(do):
        lanes = (LaneSpec("Adam"), LaneSpec("SGD", name="slow"))
        return Scenario(ProblemSpec("linear"), lanes, events=(EventSpec(3, do),))

    assert len(scripted(asked("set 1 lr=0.1"))) == len(scripted(asked("set slow lr=0.1"))) == 1
    with pytest.raises(InputError) as caught:
        scripted(asked("set 9 lr=0.1"))
    assert str(caught.value) == (
        "The scenario's event at step 3: there is no lane '9'; the lanes are 0 (Adam), 1 (slow)."
    )


class Bell:
    """An alarm at some steps."""

    def __init__(self, *steps, pauses=True):
        self.steps, self.pauses = steps, pauses

    def look(self, happened):
        rows = happened.rows.get(0, [])
        return [
            Event("alarm", f"Adam's loss is {row[3]:g}", 0, int(row[0]))
            for row in rows
            if row[0] in self.steps
        ]


@pytest.mark.parametrize("pace", [None, 100.0], ids=["sprinting", "at a pace"])
def test_an_alarm_pauses_right_after_its_step(pace):
    rig = Rig(steps=100, pace=pace, alarms=Bell(40, 70))
    rig.inbox.at(1e6, Resume())
    rig.inbox.at(2e6, Resume())
    rig.run()
    paused = rig.writer.events("paused")
    assert [event.step for event in paused] == [41, 71]
    assert paused[0].text == "paused at step 41 because Adam's loss is 40"
    assert rig.race.taken == 100
    order = [entry[1].kind for entry in rig.writer.written if entry[0] == "event"]
    assert order == ["alarm", "paused", "resumed"] * 2


def test_an_alarm_that_does_not_pause_is_told_and_no_more():
    rig = Rig(steps=100, alarms=Bell(40, pauses=False)).run()
    assert [event.step for event in rig.writer.events("alarm")] == [40]
    assert not rig.writer.events("paused")


def test_the_reason_is_shown_until_somebody_goes_on():
    rig = Rig(steps=100, alarms=Bell(40))
    reasons = []
    rig.inbox.at(1e6, lambda: reasons.append(rig.mode.status(0).reason))
    rig.inbox.at(2e6, Resume())
    rig.run()
    assert reasons == ["Adam's loss is 40"]
    assert rig.mode.reason == ""


class Forking:
    """Makes a race fork: a fork is settled so many rounds later, or when that is asked for."""

    def __init__(self, race, rounds):
        self.race, self.rounds, self.due = race, rounds, None
        race.carry_out, race.settled, race.check_now = self.carry_out, self.settled, self.check_now

    def carry_out(self, command, actor, requested):
        if isinstance(command, Set):
            self.check_now()
            return [Event("set", "lr", lane=0, step=self.race.taken)]
        self.due = self.race.taken + (self.rounds if self.race.checks_wait else 0)
        return [Event("forked", "a fork", lane=1, step=self.race.taken, data={"exact": CHECKING})]

    def settled(self, event):
        if event.data.get("exact") != CHECKING:
            return event
        known = self.due is None or self.race.taken >= self.due
        return Event("forked", "a fork, exact", lane=1, step=event.step) if known else None

    def check_now(self):
        self.due = None


@pytest.mark.parametrize(
    ("then", "pace", "told"),
    [
        (None, None, 43),
        (Set("0", {"lr": 1.0}), None, 40),
        (Pause(), None, 40),
        (Stop(), None, 40),
        (Pace(100.0), None, 40),
        (None, 1000.0, 40),
    ],
    ids=["sprinting", "turned", "paused", "stopped", "paced then", "at a pace"],
)
def test_a_fork_is_told_of_when_it_has_been_checked(then, pace, told):
    rig = Rig(steps=100, pace=pace)
    Forking(rig.race, rounds=3)

    def ask():
        rig.inbox.put(Fork("0"), number=1)
        if then is not None:
            rig.inbox.put(then, number=2)

    rig.race.on_round[40] = ask
    rig.inbox.at(200.0, Resume())
    rig.run()
    (event,) = rig.writer.events("forked")
    assert event.text == "a fork, exact"
    kinds = [entry[1].kind if entry[0] == "event" else entry[2] for entry in rig.writer.written]
    assert 40 <= kinds.index("forked") <= told
    if told > 40:
        assert kinds[kinds.index("forked") - 1] > 39
    first = next(reply for reply in rig.inbox.answers if reply.number == 1)
    assert (first.text, first.step) == ("a fork, exact", 40)
    if then is not None:
        assert [reply.number for reply in rig.inbox.answers][:2] == [1, 2]


def test_lanes_are_announced_while_the_race_goes_on_and_nothing_is_written_before():
    rig = Rig(steps=400)
    Forking(rig.race, rounds=1)
    gate, written = threading.Event(), []

    def announce():
        gate.wait(10)
        written.append(len(rig.writer.written))

    rig.recorder._announce = lambda: announce
    rig.race.on_round[40] = lambda: rig.inbox.put(Fork("0"))
    rig.race.on_round[200] = gate.set
    rig.run()
    assert not [row for row in rig.writer.steps()[: written[0]] if row >= 200]
    assert rig.writer.steps() == list(range(400))
    assert rig.inbox.answers[0].text == "a fork, exact"


def test_an_announcement_that_the_disk_refuses_pauses_the_race_and_is_made_again():
    rig = Rig(steps=100)
    Forking(rig.race, rounds=1)
    tries = []

    def announce():
        tries.append(rig.race.taken)
        if len(tries) == 1:
            raise OSError(errno.ENOSPC, "No space left on device")

    rig.recorder._announce = lambda: announce
    rig.race.on_round[40] = lambda: rig.inbox.put(Fork("0"))
    rig.inbox.at(200.0, Resume())
    rig.run()
    assert len(tries) == 2
    assert rig.writer.events("disk")
    assert rig.writer.steps() == list(range(100))
