"""How race processes end when they are not asked to, and how they fail to start."""

import contextlib
import os
import random
import resource
import signal
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest
from processes import LIMIT, PAUSED, ended, made, pid_of, read, running, steps_of, talking, until
from safetensors.numpy import load_file

from opttui.control.commands import Resume, Set, Stop
from opttui.control.launch import start
from opttui.control.life import life
from opttui.errors import InputError, RunError
from opttui.record.rundir import read_manifest
from opttui.scenario.specs import EventSpec


def asking(path, actor, acknowledged, numbers, drops):
    """Set a lane's learning rate to one value after the other until nobody answers, the line cut now and then."""
    with talking(path, actor) as client, contextlib.suppress(RunError):
        for number in numbers:
            if drops and number % 7 < 2 and client._lines is not None:
                posted = client.post(Set("0", {"lr": number * 1e-9}))
                client._lines.connection.shutdown(socket.SHUT_RDWR)
                reply = client._await(posted, LIMIT)
            else:
                reply = client.send(Set("0", {"lr": number * 1e-9}))
            if reply.kind == "applied":
                acknowledged.append(number)


def killed_while_asked(path, drops, enough):
    """Two windows ask without pause; the process is killed; what was acknowledged must be there, once."""
    acknowledged = []
    with running(path):
        askers = [
            threading.Thread(target=asking, args=(path, actor, acknowledged, range(first, 10**9, 2), drops))
            for first, actor in ((1, "one"), (2, "two"))
        ]
        for asker in askers:
            asker.start()
        until(lambda: len(acknowledged) > enough)
        shown = [rows_of(path, lane) for lane in (0, 1)]
        os.kill(pid_of(path), signal.SIGKILL)
        for asker in askers:
            asker.join(LIMIT)
        assert ended(path) == "crashed"
    told = [round(event.data["new"] * 1e9) for event in read(path).events if event.kind == "set"]
    assert len(told) == len(set(told))
    assert set(acknowledged) <= set(told)
    assert len(told) - len(acknowledged) <= 2
    for first in (1, 2):
        own = [number for number in told if number % 2 == first % 2]
        assert own == list(range(first, first + 2 * len(own), 2))
    nothing_shown_is_lost(path, shown)


def rows_of(path, lane):
    """Every row of a lane as it lies on disk, in one array."""
    return np.concatenate([np.empty((0, 9)), *read(path).lanes[lane].read()])


def nothing_shown_is_lost(path, shown):
    """Each row that a reader has had is there as it was; those behind it follow without a gap; nothing is damaged."""
    for lane, rows in enumerate(shown):
        found = rows_of(path, lane)
        assert len(found) >= len(rows)
        np.testing.assert_array_equal(found[: len(rows)], rows)
        np.testing.assert_array_equal(found[:, 0], np.arange(len(found)))
    assert read(path).damage == []


def killed_while_read(path, rows):
    """A process that races as fast as it goes dies when a reader has seen so many rows of its first lane."""
    with running(path):
        until(lambda: read(path).lanes[0].rows > rows)
        shown = [rows_of(path, lane) for lane in (0, 1)]
        os.kill(pid_of(path), signal.SIGKILL)
        assert ended(path) == "crashed"
    nothing_shown_is_lost(path, shown)


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(50))
def test_fifty_kills_of_a_race_lose_no_row_that_was_shown(tmp_path, kill):
    killed_while_read(made(tmp_path), random.Random(kill).randrange(2_000))


@pytest.mark.parametrize("drops", [False, True])
def test_after_a_kill_the_run_has_crashed_and_everything_acknowledged_is_there(tmp_path, drops):
    path = made(tmp_path)
    killed_while_asked(path, drops, enough=200)
    with talking(path) as client, pytest.raises(RunError, match="is not running"):
        client.send(Resume())


@pytest.mark.slow
@pytest.mark.parametrize("kill", range(20))
def test_twenty_kills_lose_nothing_that_was_acknowledged(tmp_path, kill):
    killed_while_asked(made(tmp_path), drops=kill % 2 == 1, enough=10 + 20 * kill)


def test_a_full_disk_pauses_the_race_until_there_is_room_and_somebody_resumes(tmp_path):
    path = made(tmp_path)
    with running(path, "150000"), talking(path) as client:
        status = until(lambda: (status := client.status()).state == "paused" and status)
        assert "largest size" in status.reason
        before = status.step
        reply = client.send(Resume())
        assert reply.kind == "refused"
        assert "largest size" in reply.text
        hard = resource.prlimit(pid_of(path), resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid_of(path), resource.RLIMIT_FSIZE, (hard, hard))
        until(lambda: "resume to go on" in client.status().reason)
        assert client.status().step == before
        assert client.send(Resume()).kind == "applied"
        until(lambda: client.status().step > before)
        client.send(Stop())
        assert ended(path) == "ended"
    steps = steps_of(path)
    assert steps == list(range(len(steps))) == steps_of(path, 1)
    assert len(steps) > before
    assert [event.kind for event in read(path).events if event.kind in ("disk", "resumed")] == [
        "disk"
    ] * 2 + ["resumed"]
    assert read(path).damage == []


def test_a_race_ends_with_results_parameters_and_a_picture(tmp_path):
    events = (EventSpec(20, "set 0 lr=0.01"), EventSpec(30, "set 0 glow=0.01"))
    path = made(tmp_path, problem="digits-mlp", steps=60, events=events)
    with running(path):
        assert ended(path) == "ended"
    manifest, reader = read_manifest(path), read(path)
    assert [(result.outcome, result.steps) for result in manifest.results] == [("finished", 60)] * 2
    assert manifest.ended > manifest.created
    assert reader.grid is not None
    assert [(event.step, event.actor) for event in reader.events if event.kind == "set"] == [(20, "scenario")]
    assert any("refused" in event.text and "glow" in event.text for event in reader.events)
    assert steps_of(path) == list(range(60))
    last = load_file(path / "lane-00.safetensors")
    assert sum(array.size for array in last.values()) == manifest.problem.parameters
    assert (path / "process.log").read_text() == ""


BROKEN = """
import sys
from pathlib import Path
from opttui.race.race import Race
from opttui.server.process import run_process
from opttui.server.ready import ReadyPipe
take = Race.round
def broken(race):
    if race.step() == 100:
        raise ZeroDivisionError("planted")
    return take(race)
Race.round = broken
sys.exit(run_process(Path(sys.argv[1]), ReadyPipe(None)))
"""


def test_a_fault_of_ours_is_told_in_log_and_record_and_the_run_has_crashed(tmp_path):
    path = made(tmp_path, steps=1000)
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, path], capture_output=True, text=True, timeout=LIMIT, check=False
    )
    assert done.returncode == 1
    assert "ZeroDivisionError: planted" in done.stderr
    assert life(path) == "crashed"
    assert steps_of(path) == list(range(100))
    assert read(path).events[-1].text == (
        "the race process failed: ZeroDivisionError: planted (the traceback is in process.log)"
    )
    assert not os.path.lexists(read_manifest(path).process.socket)


def test_a_race_that_cannot_be_built_is_the_users_to_put_right(tmp_path):
    launch = start(made(tmp_path, device="cuda:99"))
    with pytest.raises(InputError, match="cuda:99"):
        launch.wait(LIMIT)
    assert launch.poll() == "failed"
    assert launch.user_error
    assert life(launch.path) == "crashed"


def test_nonsense_in_the_scenarios_events_is_told_before_torch_is_loaded(tmp_path):
    launch = start(made(tmp_path, events=(EventSpec(5, "puase"),)))
    with pytest.raises(InputError, match="The scenario's event at step 5: There is no command 'puase'"):
        launch.wait(LIMIT)


def test_a_process_that_dies_without_a_word_is_told_with_its_last_line(tmp_path):
    path = made(tmp_path, events=PAUSED)
    (path / "process.log").write_text("Fatal: \x1b[31mplanted\n\n")
    launch = start(path)
    launch._process.kill()
    with pytest.raises(
        RunError, match=r"was killed by signal 9 while waiting for .*: Fatal: .\[31mplanted"
    ) as caught:
        launch.wait(LIMIT)
    assert "process.log" in caught.value.hint
    assert not launch.user_error


def test_a_start_that_takes_too_long_is_given_up(tmp_path):
    launch = start(made(tmp_path, events=PAUSED))
    with pytest.raises(RunError, match="was not ready after 0 s: waiting for"):
        launch.wait(0.0)
    assert launch._process.poll() is not None
    assert ended(launch.path) in ("starting", "crashed")


def test_a_run_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(RunError, match="nowhere cannot be looked at"):
        start(tmp_path / "nowhere")
    path = made(tmp_path)
    (path / "process.log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match="cannot be started"):
        start(path)
    assert not (tmp_path / "elsewhere").exists()


def test_nothing_in_the_run_directory_is_imported(tmp_path):
    path = made(tmp_path, events=(EventSpec(5, "puase"),))
    for name in ("msgspec", "opttui", "torch", "sitecustomize"):
        (path / f"{name}.py").write_text("raise SystemExit('imported from the run directory')")
    launch = start(path)
    with pytest.raises(InputError, match="puase"):
        launch.wait(LIMIT)
