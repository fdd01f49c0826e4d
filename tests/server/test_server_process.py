"""One real race process through its whole life, spoken to as windows do; the tests build on each other in order."""

import contextlib
import json
import os
import signal
import socket
import stat

import pytest
from processes import (
    LIMIT,
    PAUSED,
    end,
    ended,
    launched_in_terminal,
    made,
    pid_of,
    read,
    steps_of,
    talking,
    until,
)

from opttui.control.commands import Pace, Pause, Resume, Set, Step, Stop
from opttui.control.launch import start
from opttui.control.life import life
from opttui.errors import RunError
from opttui.record.rundir import read_manifest


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = made(tmp_path_factory.mktemp("runs"), events=PAUSED)
    try:
        launched_in_terminal(path)
        for number in (signal.SIGHUP, signal.SIGINT):
            os.kill(pid_of(path), number)
        yield path
    finally:
        end(path)


@pytest.fixture
def client(run):
    with talking(run) as client:
        yield client


def raw(path):
    window = socket.socket(socket.AF_UNIX)
    window.settimeout(LIMIT)
    window.connect(read_manifest(path).process.socket)
    return window


def test_it_outlives_its_terminal_and_says_who_it_is(run, client):
    assert life(run) == "live"
    assert os.getsid(pid_of(run)) == pid_of(run)  # a shell's job control reaches nobody in another session
    manifest = read_manifest(run)
    assert (manifest.state, manifest.device, manifest.dtype) == ("running", "cpu", "float64")
    assert manifest.problem.surface == "rosenbrock"
    assert manifest.lanes[0].hypers["lr"] == 0.001
    assert manifest.versions["threads"] == 1
    assert set(manifest.versions) == {"opttui", "python", "torch", "numpy", "threads", "cpu"}
    assert (client.status().state, client.status().step) == ("paused", 0)


def test_the_machine_is_read_while_it_waits(run):
    reader = read(run)
    until(lambda: reader.machine.poll() or reader.machine.count >= 2)
    assert reader.machine.computer.pid == pid_of(run) and reader.machine.last["process.memory"] > 0
    assert reader.machine.damage == []


def test_its_files_are_for_its_owner_only(run):
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    for file in run.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    file = read_manifest(run).process.socket
    assert stat.S_IMODE(os.lstat(file).st_mode) == 0o600


def test_the_run_cannot_have_a_second_process(run):
    launch = start(run)
    with pytest.raises(RunError, match="already has a race process"):
        launch.wait(LIMIT)
    assert life(run) == "live"


def test_three_steps_are_three_rows_more(run, client):
    before = client.status().step
    assert client.send(Step(3)).step == before
    until(lambda: client.status().state == "paused" and client.status().step == before + 3)
    until(lambda: steps_of(run, 0) == steps_of(run, 1) == list(range(before + 3)))
    client.send(Step())
    # The process may say its step a moment before the row is on disk.
    until(lambda: client.status().step == before + 4 and steps_of(run) == list(range(before + 4)))


def test_an_applied_command_is_already_on_disk(run, client):
    step = client.status().step
    reply = client.send(Set("SGD", {"lr": 0.0005}))
    (event,) = [event for event in read(run).events if event.kind == "set"]
    assert (reply.kind, reply.step) == ("applied", step)
    assert (event.lane, event.step, event.actor) == (1, step, "test")
    assert event.data["new"] == 0.0005
    client.send(Step())
    until(lambda: len(steps_of(run)) == step + 1)
    assert [float(row[4]) for block in read(run).lanes[1].read() for row in block] == [0.001] * step + [
        0.0005
    ]


def test_a_command_that_cannot_be_is_refused_in_a_sentence(run, client):
    for command, said in (
        (Set("7", {"lr": 1.0}), "no lane '7'"),
        (Set("0", {"lre": 1.0}), "lre"),
        (Pace(-1.0), "pace"),
    ):
        reply = client.send(command)
        assert reply.kind == "refused"
        assert said in reply.text


def test_a_request_that_comes_twice_is_carried_out_once(run):
    before = len(steps_of(run))
    request = json.dumps(
        {"client": "twice", "number": 1, "actor": "t", "command": {"do": "step", "count": 2}}
    )
    for _ in range(3):
        with raw(run) as window:
            window.sendall(request.encode() + b"\n" + request.encode() + b"\n")
            file = window.makefile("rb")
            until(lambda file=file: json.loads(file.readline())["kind"] == "applied")
            file.close()
    until(lambda: len(steps_of(run)) >= before + 2)
    with talking(run) as client:
        assert client.send(Pause()).step == before + 2
    assert len(steps_of(run)) == before + 2


def test_two_windows_see_each_others_commands(run, client):
    with talking(run, "other") as other:
        assert other.send(Pace(200.0)).kind == "applied"
        assert client.status().pace == 200.0
        assert client.send(Resume()).kind == "applied"
        assert other.status().state == "running"
        assert other.send(Pause()).kind == "applied"
        assert client.status().state == "paused"
    actors = [event.actor for event in read(run).events if event.kind in ("pace", "resumed", "paused")][-3:]
    assert actors == ["other", "test", "other"]


def test_a_slow_race_looks_live(run, client):
    client.send(Pace(20.0))
    begin = len(steps_of(run))
    client.send(Resume())
    seen = until(lambda: len(steps_of(run)) > begin + 3 and steps_of(run))
    assert client.status().step - len(seen) <= 2
    client.send(Pace(None))
    assert client.status().state == "running"


def test_bad_company_is_survived_while_it_runs(run, client):
    deaf = raw(run)
    deaf.settimeout(1.0)
    with contextlib.suppress(OSError):
        for _ in range(20_000):
            deaf.sendall(b'{"client": "deaf", "number": 1}\n')
    with raw(run) as garbage, contextlib.suppress(OSError):
        garbage.sendall(b"\xff\x00garbage\n" * 1000)
    with raw(run) as long, contextlib.suppress(OSError):
        long.sendall(b"x" * 1_000_000)
    step = client.status().step
    until(lambda: client.status().step > step)
    assert client.send(Pause()).kind == "applied"
    deaf.close()


def test_it_shows_where_it_is_when_asked(run):
    os.kill(pid_of(run), signal.SIGUSR1)
    until(lambda: "loop.py" in (run / "process.log").read_text())


def test_a_stopped_process_is_seen_as_hung_and_comes_back(run, client):
    os.kill(pid_of(run), signal.SIGSTOP)
    try:
        assert client.status(timeout=0.2) is None
        assert life(run) == "live"
        with pytest.raises(RunError, match="does not answer on its socket"):
            client.send(Step(), timeout=0.2)
    finally:
        os.kill(pid_of(run), signal.SIGCONT)
    assert client.send(Pause(), timeout=LIMIT).kind == "applied"


def test_sigterm_is_a_polite_stop(run, client):
    socket_file = read_manifest(run).process.socket
    client.send(Resume())
    os.kill(pid_of(run), signal.SIGTERM)
    assert ended(run) == "ended"
    manifest = read_manifest(run)
    assert [result.outcome for result in manifest.results] == ["stopped", "stopped"]
    assert "SIGTERM" in manifest.results[0].reason
    reader = read(run)
    assert reader.events[-1].kind == "ended"
    assert [lane.ended for lane in reader.lanes] == [True, True]
    assert reader.damage == []
    assert not os.path.lexists(socket_file)
    steps = steps_of(run)
    assert steps == list(range(len(steps))) == steps_of(run, 1)
    assert all((run / f"lane-0{lane}.safetensors").is_file() for lane in (0, 1))
    with pytest.raises(RunError, match="is not running"):
        client.send(Stop())
