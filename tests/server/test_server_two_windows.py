"""Two windows command one race while they, and the race, are killed at random: what was acknowledged is in the record
once, in one order.

A window here is a process with a journal: it writes down a number before it asks under it, and what it was told. Started
again, it asks what was not answered under the same name and number.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from processes import LIMIT, ended, launched, made, pid_of, read, running

from opttui.record.event_log import EventReader
from opttui.record.events import Event
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Kind
from opttui.record.layout import lane_file

WINDOW = """
import sys, time
from pathlib import Path
from opttui.control.client import Client
from opttui.control.words import parse_command
from opttui.errors import RunError

run, name, journal, count = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
told = [line.split() for line in journal.read_text().splitlines() if line.endswith(";")]
number = max((int(at) for kind, at, *_ in told if kind == "told"), default=0)
with journal.open("a") as log:
    log.write("\\n")  # a line that a kill has cut stays by itself
    while number < count:
        client = Client(run, name, name=f"window {name}", number=number)
        try:
            while number < count:
                # Values that nobody else asks for: they tell in the record what was asked here.
                n = number + 1
                value = (1 if name == "a" else 2) * 1e-3 + n * 1e-7
                command = f"fork 0 lr={value!r}" if n % 9 == 5 else f"set {n % 2} lr={value!r}"
                log.write(f"asks {n} ;\\n")
                log.flush()
                reply = client.send(parse_command(command))
                assert reply.kind == "applied", reply
                log.write(f"told {n} {reply.step} ;\\n")
                log.flush()
                number = n
        except RunError:
            client.close()
            time.sleep(0.02)
"""

decode = msgspec.json.Decoder(Event).decode


def window(path: Path, name: str, count: int) -> subprocess.Popen[bytes]:
    """Start a window, or start it again."""
    journal = path.parent / f"{name}.journal"
    journal.touch()
    return subprocess.Popen([sys.executable, "-c", WINDOW, path, name, journal, str(count)])


def told(path: Path, name: str) -> dict[int, int]:
    """What a window knows to be carried out: its numbers, and the race's step then."""
    with contextlib.suppress(FileNotFoundError):
        lines = (path.parent / f"{name}.journal").read_text().splitlines()
        words = [line.split() for line in lines if line.startswith("told") and line.endswith(";")]
        return {int(number): int(step) for _, number, step, _ in words}
    return {}


def asked(path: Path) -> list[tuple[str, int]]:
    """Who asked what, by the values in the record, in its order."""
    reader = EventReader(path)
    reader.poll()
    found = []
    for event in reader.events:
        value = event.data.get("new") if event.kind == "set" else (event.data.get("values") or {}).get("lr")
        if event.actor in ("a", "b") and value is not None:
            name = "a" if value < 2e-3 else "b"
            assert event.actor == name
            found.append((name, round((value % 1e-3) / 1e-7)))
    return found


def race_on(path: Path, count: int, seed: int, kills: int) -> int:
    """Let two windows ask, each so often, killing them now and then and the race so many times; kills of windows."""
    chance = random.Random(seed)
    windows: dict[str, subprocess.Popen[bytes]] = {name: window(path, name, count) for name in "ab"}
    aims = {name: chance.randint(1, 3) for name in "ab"}
    races = sorted(chance.sample(range(2, 2 * count - 3), kills))
    killed = 0
    deadline = time.monotonic() + 8 * LIMIT
    try:
        while any(process.poll() != 0 for process in windows.values()):
            assert time.monotonic() < deadline
            for name, process in windows.items():
                known = len(told(path, name))
                if process.poll() not in (None, 0, -signal.SIGKILL):
                    raise AssertionError(f"window {name} ended with {process.poll()}")
                if process.poll() == -signal.SIGKILL:
                    windows[name] = window(path, name, count)
                elif process.poll() is None and known >= aims[name] and known < count:
                    time.sleep(chance.random() * 0.01)
                    process.kill()
                    process.wait()
                    killed += 1
                    aims[name] = known + chance.randint(1, max(2, count // 12))
            if races and sum(len(told(path, name)) for name in "ab") >= races[0]:
                del races[0]
                os.kill(pid_of(path), signal.SIGKILL)
                ended(path)
                launched(path).communicate()
            time.sleep(0.002)
    finally:
        for process in windows.values():
            process.kill()
            process.wait()
    return killed


def in_one_order(path: Path, count: int) -> None:
    """Every number of both windows once; each window's in its order; the lanes' logs in the order of all."""
    found = asked(path)
    for name in "ab":
        assert [number for who, number in found if who == name] == list(range(1, count + 1))
        steps = told(path, name)
        assert sorted(steps) == list(range(1, count + 1))
        assert list(steps.values()) == sorted(steps.values())
    events = [event for event in read(path).events if event.actor in ("a", "b")]
    assert [event.time for event in events] == sorted(event.time for event in events)
    for lane in read(path).lanes:
        frames = FrameReader(path / lane_file(lane.id)).frames()
        there = [decode(bytes(frame.payload)) for frame in frames if frame.kind == Kind.EVENT]
        assert [event for event in there if event.actor in ("a", "b")] == [
            event for event in events if event.lane == lane.id
        ]
    assert read(path).damage == []


@pytest.mark.parametrize(("count", "kills"), [(6, 0), (5, 1)], ids=["windows", "windows and race"])
def test_two_windows_that_are_killed(tmp_path: Path, count: int, kills: int) -> None:
    path = made(tmp_path / "runs", pace=300.0)
    with running(path):
        assert race_on(path, count, seed=3, kills=kills) >= 1
        in_one_order(path, count)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_two_hundred_commands_from_two_windows_that_are_killed(tmp_path: Path, seed: int) -> None:
    path = made(tmp_path / "runs", pace=(None, 300.0)[seed % 2])
    with running(path):
        assert race_on(path, 100, seed, kills=(0, 3)[seed // 3]) >= 10
        in_one_order(path, 100)
