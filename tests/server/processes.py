"""Real race processes for tests: started, watched through their records, and always ended."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pexpect

from opttui.control.client import Client
from opttui.control.life import life
from opttui.control.lock import is_locked
from opttui.record.manifest import LaneInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run, read_manifest
from opttui.scenario.specs import EventSpec, LaneSpec, ProblemSpec, Scenario

LIMIT = 60.0
PAUSED = (EventSpec(0, "pause"),)
"""A race that takes no step before it is told to."""

LAUNCHER = """
import resource, sys
from pathlib import Path
from opttui.control.launch import start
if len(sys.argv) > 2:
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), hard))
launch = start(Path(sys.argv[1]))
launch.wait()
print("ready", flush=True)
sys.stdin.read()
"""


def made(runs, problem="rosenbrock", steps=10_000_000, lanes=("Adam", "SGD"), **changes):
    """A run that nobody has started."""
    specs = tuple(LaneSpec(name, {"lr": 0.001}) for name in lanes)
    scenario = Scenario(ProblemSpec(problem), specs, steps=steps, **changes)
    infos = tuple(LaneInfo(at, name, f"{name}:lr=0.001") for at, name in enumerate(lanes))
    return create_run(scenario, infos, runs)


def launched(path, *words):
    """A launcher; the race is ready when this returns."""
    launcher = subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, path, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert launcher.stdout is not None
    assert launcher.stdout.readline() == b"ready\n"
    return launcher


def launched_in_terminal(path):
    """A launcher whose terminal is then used the way terminals are: Ctrl-C, Ctrl-Z, closed."""
    terminal = pexpect.spawn(sys.executable, ["-c", LAUNCHER, str(path)], timeout=LIMIT)
    terminal.expect_exact("ready")
    terminal.sendcontrol("z")
    terminal.sendcontrol("c")
    terminal.close(force=True)


def pid_of(path):
    return read_manifest(path).process.pid


def until(true):
    """Wait until something is so; what it was."""
    deadline = time.monotonic() + LIMIT
    while not (value := true()):
        assert time.monotonic() < deadline, f"{true} stayed {value!r}"
        time.sleep(0.005)
    return value


def ended(path):
    """Wait until no process holds the run."""
    until(lambda: not is_locked(path))
    return life(path)


def end(path):
    """Whatever the test has done, neither a race process nor its socket is left."""
    with contextlib.suppress(Exception):
        process = read_manifest(path).process
        if is_locked(path):
            os.kill(process.pid, signal.SIGKILL)
            until(lambda: not is_locked(path))
        Path(process.socket).unlink(missing_ok=True)


def read(path):
    reader = RunReader(path)
    reader.poll()
    return reader


def steps_of(path, lane=0):
    """The step column as it lies on disk."""
    return [int(step) for block in read(path).lanes[lane].read() for step in block[:, 0]]


@contextlib.contextmanager
def talking(path, actor="test"):
    client = Client(path, actor)
    try:
        yield client
    finally:
        client.close()


@contextlib.contextmanager
def running(path, *words):
    """A race process for as long as the test takes."""
    launcher = launched(path, *words)
    try:
        yield
    finally:
        end(path)
        launcher.communicate()
