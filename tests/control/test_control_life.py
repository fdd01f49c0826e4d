"""Whether a run's process lives, from manifest and lock alone."""

import os
import signal as signals
import subprocess
import sys
import time

import msgspec
import pytest

from opttui.control.identity import is_alive, this_process
from opttui.control.kill import kill
from opttui.control.life import GRACE, life
from opttui.control.lock import hold
from opttui.errors import RunError
from opttui.record.manifest import Manifest
from opttui.record.rundir import write_manifest
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

SCENARIO = Scenario(ProblemSpec("rosenbrock"), (LaneSpec("Adam"),))
ELSEWHERE = {"host": "another", "boot_id": "another"}
HOLDER = """
import os, signal, sys, time
from pathlib import Path
from opttui.control.identity import this_process
from opttui.control.lock import hold
from opttui.record.rundir import read_manifest, write_manifest
import msgspec
path = Path(sys.argv[1])
lock = hold(path)
manifest = read_manifest(path)
write_manifest(path, msgspec.structs.replace(manifest, state="running", process=this_process()))
if "stubborn" in sys.argv:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("held", flush=True)
time.sleep(600)
"""


def written(path, **changes):
    write_manifest(path, msgspec.structs.replace(Manifest("run", time.time(), SCENARIO, ()), **changes))


def process(**changes):
    return msgspec.structs.replace(this_process(), **changes)


def test_a_run_is_starting_until_its_manifest_says_otherwise(tmp_path):
    written(tmp_path)
    assert life(tmp_path) == "starting"
    lock = hold(tmp_path)
    assert life(tmp_path) == "starting"
    written(tmp_path, created=0.0)
    assert life(tmp_path) == "starting"
    written(tmp_path, state="running", process=process())
    assert life(tmp_path) == "live"
    written(tmp_path, state="ended", process=process())
    assert life(tmp_path) == "ended"
    lock.release()
    assert life(tmp_path) == "ended"


def test_a_run_whose_process_never_came_has_crashed_after_a_while(tmp_path):
    written(tmp_path, created=time.time() - GRACE - 1)
    assert life(tmp_path) == "crashed"


def test_a_process_that_died_before_it_was_ready_has_crashed_at_once(tmp_path):
    written(tmp_path)
    lock = hold(tmp_path)
    lock.note(msgspec.json.encode(this_process()))
    lock.release()
    assert life(tmp_path) == "crashed"


def test_the_lock_is_the_truth_whatever_the_pid_says(tmp_path):
    written(tmp_path, state="running", process=process())
    assert is_alive(this_process())
    assert life(tmp_path) == "crashed"
    lock = hold(tmp_path)
    written(tmp_path, state="running", process=process(pid=2**22 - 1))
    assert life(tmp_path) == "live"
    lock.release()


@pytest.mark.parametrize(
    ("changes", "said"),
    [(ELSEWHERE, "elsewhere"), ({"host": "container"}, "crashed"), ({"boot_id": "before"}, "crashed")],
)
def test_another_machines_run_is_elsewhere(tmp_path, changes, said):
    written(tmp_path, state="running", process=process(**changes))
    assert life(tmp_path) == said
    written(tmp_path, state="ended", process=process(**changes))
    assert life(tmp_path) == "ended"


def test_what_is_no_run_is_a_sentence(tmp_path):
    with pytest.raises(RunError):
        life(tmp_path)


@pytest.mark.parametrize(
    "changes", [{"boot_id": "before"}, {"start_time": 1.0, "ticks": 0}, {"ticks": 1}, {"pid": 2**22 - 1}]
)
def test_another_process_under_the_same_number_is_not_it(changes):
    assert not is_alive(process(**changes))


def holder(path, *words):
    written(path)
    started = subprocess.Popen([sys.executable, "-c", HOLDER, path, *words], stdout=subprocess.PIPE)
    assert started.stdout is not None
    assert started.stdout.readline() == b"held\n"
    return started


@pytest.mark.parametrize(("words", "signal"), [((), 15), (("stubborn",), 9)])
def test_a_process_that_hangs_can_be_ended(tmp_path, words, signal):
    with holder(tmp_path, *words) as hanging:
        kill(tmp_path, patience=0.2)
        assert life(tmp_path) == "crashed"
        assert hanging.wait(10) == -signal


def test_a_suspended_process_is_ended_politely(tmp_path):
    with holder(tmp_path) as hanging:
        hanging.send_signal(signals.SIGSTOP)
        kill(tmp_path, patience=10)
        assert hanging.wait(10) == -15


def test_nobody_else_is_killed(tmp_path):
    with holder(tmp_path) as hanging:
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
            wrong = process(pid=bystander.pid)
            written(tmp_path, state="running", process=wrong)
            with pytest.raises(RunError, match="a process that its manifest does not name"):
                kill(tmp_path)
            assert bystander.poll() is None
            bystander.kill()
        hanging.kill()
    with pytest.raises(RunError, match="is not running"):
        kill(tmp_path)
    assert os.getpid()
