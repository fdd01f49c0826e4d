"""A run goes on in a new process as if the first had never died: every row, bit for bit, and every command once."""

import os
import random
import signal
from pathlib import Path

import numpy as np
import pytest
from processes import end, ended, made, pid_of, read, running, until
from terminal import Glass, Terminal

from opttui.control.client import Client
from opttui.control.commands import Fork, Freeze, Pause, Resume, Rewind, Schedule, Set, Stop
from opttui.control.life import life
from opttui.control.words import parse_command
from opttui.race.alarms import Alarms
from opttui.race.race import Drained
from opttui.record.events import Event
from opttui.record.layout import CHECKPOINTS, SECONDS, UPDATE_NORM, X, Y
from opttui.record.results import results
from opttui.record.rundir import read_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.specs import AlarmSpec, EventSpec
from opttui.server.callers import remembered
from opttui.server.keeping import KEPT
from opttui.server.resuming import left_of, remind

STEPS = 1500
LANES = ("Adam", "SGD", "RMSprop")


def finished(path: Path) -> bool:
    """The race has come to its end by itself."""
    return ended(path) == "ended"


def rows_of(path: Path, lane: int) -> np.ndarray:
    """A lane's history without its seconds."""
    rows = np.concatenate([np.empty((0, 9)), *read(path).lanes[lane].read()])
    return np.delete(rows, SECONDS, axis=1)


def kill_at(path: Path, step: int) -> None:
    """SIGKILL when a reader has seen so many rows."""
    until(lambda: read(path).lanes[0].rows > step)
    os.kill(pid_of(path), signal.SIGKILL)
    assert ended(path) == "crashed"


def same_history(path: Path, other: Path) -> None:
    """Two runs hold the same rows, and held-out measures; the second may have lanes more."""
    for lane in range(len(read(path).lanes)):
        np.testing.assert_array_equal(rows_of(path, lane), rows_of(other, lane))
        assert read(path).lanes[lane].validation == read(other).lanes[lane].validation
    assert read(path).damage == []


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same race, left alone."""
    path = made(tmp_path_factory.mktemp("undisturbed"), problem="digits-mlp", steps=300, lanes=LANES)
    with running(path):
        until(lambda: finished(path))
    return path


def resumed_from_a_window(path: Path) -> None:
    """A window is opened on a crashed run, and its owner presses space."""
    window = Terminal(path, 100, 30, screen=Glass(100, 30), OPTTUI_RUNS=str(path.parent))
    try:
        window.wait(lambda: window.shows("crashed: its process is gone"), "crashed")
        window.press(" ")
        window.wait(lambda: window.shows("running"), "running")
        window.wait(lambda: life(path) == "ended", "the end")
        window.wait(lambda: window.shows("ended"), "that it has ended")
        window.press("q")
        window.wait(window.gone, "gone")
    finally:
        window.close()
        end(path)


def test_after_a_kill_the_run_goes_on_bit_for_bit(tmp_path: Path, undisturbed: Path) -> None:
    path = made(tmp_path, problem="digits-mlp", steps=300, pace=150.0)
    for step in (40, 130):
        with running(path):
            kill_at(path, step)
    resumed_from_a_window(path)
    same_history(path, undisturbed)
    assert [event.kind for event in read(path).events].count("resumed") == 2
    assert all(result.outcome == "finished" for result in results(read(path), alive=False))


def test_what_was_asked_for_holds_after_a_kill(tmp_path: Path) -> None:
    """Turned, rescheduled, forked, frozen and rewound lanes: a second run does the same at the same steps, unkilled."""
    path = made(tmp_path, steps=STEPS, pace=400.0)
    asked = [
        Set("0", {"lr": 0.01, "beta1": 0.8}),
        Schedule("1", "StepLR:step_size=100"),
        Fork("0", values={"lr": 0.005}),
        Fork("1", optimizer="Adam:lr=0.02"),
        parse_command("add late=RMSprop:lr=0.003"),
        Rewind(50, "0"),
        Freeze("1"),
        Set("2", {"lr": 0.001}, at=STEPS - 100),
    ]
    with running(path):
        client = Client(path, actor="test")
        until(lambda: read(path).lanes[0].rows > 80)
        for command in asked:
            reply = client.send(command)
            assert reply.kind == "applied", reply.text
        client.close()
        kill_at(path, 120)
    before = {lane: rows_of(path, lane) for lane in range(5)}
    with running(path):
        client = Client(path, actor="test")
        assert client.send(parse_command("thaw 1")).kind == "applied"
        client.send(parse_command("pace max"))
        client.close()
        until(lambda: finished(path))
    for lane, rows in before.items():
        np.testing.assert_array_equal(rows_of(path, lane)[: len(rows)], rows)
    notes = [event.text for event in read(path).events if event.kind == "note"]
    assert not any("repeat itself" in text or "brought back" in text for text in notes), notes
    assert [result.outcome for result in results(read(path), alive=False)] == ["finished"] * 5
    turned = [event for event in read(path).events if event.kind == "set" and event.lane == 2]
    assert [event.step for event in turned] == [STEPS - 100]
    repeated(path, tmp_path / "again")


def repeated(path: Path, runs: Path) -> None:
    """Its first lanes are what plain lanes are that were asked for the same at the same steps."""
    runs.mkdir()
    events = [
        EventSpec(event.step or 0, f"set {event.lane} {event.data['hyper']}={event.data['new']!r}")
        for event in read(path).events
        if event.kind == "set" and event.lane == 1
    ]
    events += [
        EventSpec(event.step or 0, "schedule 1 @StepLR:step_size=100")
        for event in read(path).events
        if event.kind == "schedule"
    ]
    other = made(runs, steps=STEPS, events=tuple(events))
    with running(other):
        until(lambda: finished(other))
    np.testing.assert_array_equal(rows_of(path, 1), rows_of(other, 1))


def test_a_run_that_was_stopped_goes_on(tmp_path: Path, undisturbed: Path) -> None:
    path = made(tmp_path, problem="digits-mlp", steps=300, pace=150.0)
    with running(path):
        until(lambda: read(path).lanes[0].rows > 30)
        client = Client(path, actor="test")
        client.send(Stop())
        client.close()
        until(lambda: finished(path))
    assert {result.outcome for result in results(read(path), alive=False)} == {"stopped"}
    assert list((path / CHECKPOINTS).glob("*.safetensors"))
    with running(path):
        until(lambda: read(path).manifest.state == "running")
        assert {result.outcome for result in results(read(path), alive=True)} == {"running"}
        until(lambda: finished(path))
    same_history(path, undisturbed)


def test_a_damaged_checkpoint_costs_steps_and_no_row(tmp_path: Path, undisturbed: Path) -> None:
    path = made(tmp_path, problem="digits-mlp", steps=300, lanes=LANES, pace=150.0)
    with running(path):
        client = Client(path, actor="test")
        until(lambda: read(path).lanes[0].rows > 30)
        client.send(Pause())
        until(lambda: len(list((path / CHECKPOINTS).glob("*.safetensors"))) == len(LANES))
        client.send(Resume())
        client.close()
        kill_at(path, 60)
    for lane, damage in enumerate(("cut", "flipped", "gone")):
        files = list((path / CHECKPOINTS).glob(f"lane-{lane:02}-*.safetensors"))
        assert files
        for file in files:
            broken(file, damage)
    with running(path):
        until(lambda: finished(path))
    same_history(path, undisturbed)
    walked = next(
        event.text for event in read(path).events if event.kind == "resumed" and "process" in event.text
    )
    assert "steps walked again" in walked


def broken(file: Path, damage: str) -> None:
    data = bytearray(file.read_bytes())
    if damage == "gone":
        file.unlink()
    elif damage == "cut":
        file.write_bytes(data[: len(data) // 2])
    else:
        data[len(data) - 40] ^= 4
        file.write_bytes(data)


def test_paths_stay_in_the_plane_that_was_chosen(tmp_path: Path) -> None:
    path = made(tmp_path, problem="digits-mlp", steps=400, pace=200.0)
    with running(path):
        until(lambda: read(path).lanes[0].rows > 60)
        client = Client(path, actor="test")
        assert client.send(parse_command("plane pca")).kind == "applied"
        client.close()
        until(lambda: list((path / CHECKPOINTS).glob("plane-1.*")))
        kill_at(path, 120)
    stood = read(path).lanes[0].rows
    with running(path):
        until(lambda: finished(path))
    assert [event.data["number"] for event in read(path).events if event.kind == "plane"] == [1]
    for lane in read(path).lanes:
        rows = np.concatenate(list(lane.read()))
        # A plane shows of each step at most its length.
        moved = np.hypot(np.diff(rows[:, X]), np.diff(rows[:, Y]))
        assert (moved[stood - 2 :] <= rows[stood - 2 : -1, UPDATE_NORM] * 1.001 + 1e-6).all()


def test_checkpoints_of_earlier_processes_make_room(tmp_path: Path) -> None:
    path = made(tmp_path, steps=4000, pace=500.0)
    stray = path / CHECKPOINTS / "lane-00-7-99.safetensors"
    for count in range(1, 4):
        with running(path):
            client = Client(path, actor="test")
            for _ in range(2):
                stood = read(path).lanes[0].rows
                assert client.send(Resume()).kind == "applied"
                until(lambda stood=stood: read(path).lanes[0].rows > stood + 10)
                assert client.send(Pause()).kind == "applied"
                newest = read(path).lanes[0].pointers[-1:]
                until(lambda newest=newest: read(path).lanes[0].pointers[-1:] != newest)
            client.close()
            os.kill(pid_of(path), signal.SIGKILL)
            ended(path)
        files = {file.name for file in (path / CHECKPOINTS).glob("lane-*.safetensors")}
        assert len(files - {stray.name}) <= 2 * KEPT, f"after process {count}"
        stray.write_bytes(b"left behind")
    with running(path):
        until(lambda: not stray.exists())


def test_what_is_left_of_a_script_is_known_by_how_far_it_has_come_also_behind_a_rewind() -> None:
    script = [
        (at, parse_command(do))
        for at, do in ((10, "fork 0"), (20, "rewind to 5"), (8, "fork 0"), (30, "stop"))
    ]
    told = {"origin": "scenario", "number": 2}
    events = [
        Event(
            "forked",
            lane=1,
            step=10,
            actor="scenario",
            requested=10,
            data={"origin": "scenario", "number": 1},
        ),
        Event("rewound", lane=0, step=5, actor="scenario", requested=20, data=told),
        Event("set", lane=0, step=7, actor="scenario", requested=7),
    ]
    assert left_of(script, events, 7) == script[2:]
    assert left_of(script, [], 0) == script
    assert (
        remembered([Event("forked", actor="scenario", data={"origin": "scenario", "number": 1})])._callers
        == {}
    )


def test_alarms_know_what_was_before(tmp_path: Path) -> None:
    path = made(tmp_path, lanes=("Adam",))
    writer = RunWriter(path, 1)
    writer.rows(0, [(step, step, 0.0, 1.0 + 0.01 * (step % 3), *[0.1] * 5) for step in range(100)])
    writer.close()
    jumped = Drained({0: [(step, step, 0.0, 50.0, *[0.1] * 5) for step in range(100, 104)]})
    spec = AlarmSpec(spike=8.0)
    assert Alarms(spec, str).look(jumped) == []
    alarms = Alarms(spec, str)
    remind(path, read_manifest(path), alarms)
    assert [event.data["alarm"] for event in alarms.look(jumped)] == ["spike"]


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(30))
def test_thirty_kills_and_resumes(tmp_path: Path, undisturbed: Path, kill: int) -> None:
    path = made(tmp_path, problem="digits-mlp", steps=300, pace=200.0)
    chance = random.Random(kill)
    step = 0
    while step < 250:
        step += chance.randrange(20, 120)
        with running(path):
            if step >= 250:
                until(lambda: finished(path))
            else:
                kill_at(path, step)
    same_history(path, undisturbed)
