"""What bad company on its socket costs a race: garbage, a line of a megabyte, a window that never reads."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.shared import show

ROUNDS = 5
SECONDS = 1.0
BOUND = 0.02
"""Share of its steps that a race may lose."""
GARBAGE = b"\xff\x00 this is not a request\n" * 1000
MEGABYTE = b"x" * 1_000_000 + b"\n"
ASKING = b'{"client": "deaf", "number": 1}\n' * 100_000
ATTACKS = {"1,000 garbage lines": GARBAGE, "a line of 1 MB": MEGABYTE, "a client that never reads": ASKING}
ATTACKER = """
import socket, sys
data = sys.stdin.buffer.read()
line = socket.socket(socket.AF_UNIX)
line.settimeout(0.3)
line.connect(sys.argv[1])
print("there", flush=True)
import time; time.sleep(0.2)
try:
    line.sendall(data)
    time.sleep(0.3)
except OSError:
    pass
"""
"""Speaks from a process of its own: what it costs itself is not the race's."""


def main() -> None:
    """CPU time of the socket's thread beside a loop that holds the interpreter, while somebody misbehaves once a second."""
    from opttui.control.commands import Status
    from opttui.control.sockets import bind
    from opttui.server.channel import Channel
    from opttui.server.inbox import Inbox

    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "s"
        inbox = Inbox()
        channel = Channel(bind(path), inbox, lambda: Status("running", 7))
        channel.start()
        clock = time.pthread_getcpuclockid(channel._thread.ident or 0)
        taken: dict[str, list[float]] = {attack: [] for attack in ATTACKS}
        try:
            for _ in range(ROUNDS):
                for attack, data in ATTACKS.items():
                    before = time.clock_gettime(clock)
                    under(data, path, inbox)
                    taken[attack].append((time.clock_gettime(clock) - before) / SECONDS)
        finally:
            channel.close()
            inbox.close()
    for attack, found in taken.items():
        lost = median(found)
        show(
            f"taken from a race's second by {attack}",
            f"{100 * lost:.2f} %",
            "2 %",
            lost / BOUND,
            lost < BOUND,
        )


def steps(inbox: object) -> None:
    """A loop like a race's, for some time: what the socket's thread does meanwhile, it takes from that."""
    items = inbox.items  # type: ignore[attr-defined]
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        work()
        if items:
            items.popleft()


def work() -> None:
    """A step of some 0.3 ms: arithmetic that holds the interpreter, and a call that lets it go, as torch's do."""
    total = 0.0
    for number in range(3000):
        total += number * 0.5
    os.urandom(4096)


def under(data: bytes, path: Path, inbox: object) -> None:
    """The same while somebody says something."""
    attacker = subprocess.Popen(
        [sys.executable, "-c", ATTACKER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert attacker.stdin is not None and attacker.stdout is not None
    attacker.stdin.write(data)
    attacker.stdin.close()
    attacker.stdout.readline()
    steps(inbox)
    attacker.wait()
    attacker.stdout.close()


def listing(count: int = 2000) -> None:
    """`opttui runs` with two thousand runs in the directory, as a process of its own."""
    import msgspec

    from opttui.record.manifest import LaneInfo, LaneResult
    from opttui.record.rundir import create_run, read_manifest, write_manifest
    from opttui.scenario.resolve import scenario_from

    with tempfile.TemporaryDirectory() as name:
        runs = Path(name)
        scenario = scenario_from("linear", ["SGD:lr=0.1", "Adam:lr=0.5"])
        lanes = tuple(LaneInfo(id=at, name=word, phrase=word) for at, word in enumerate(("SGD", "Adam")))
        path = create_run(scenario, lanes, runs)
        nothing: dict[str, Any] = dict.fromkeys(("target_step", "diverged_step", "parent", "forked_at"))
        results = tuple(
            LaneResult(
                id=lane.id, name=lane.name, phrase=lane.phrase, outcome="finished", reason="", steps=1000,
                evaluations=1000, seconds=1.0, first_loss=1.0, final_loss=0.1, best_loss=0.1, best_step=999,
                final_lr=0.1, **nothing,
            )
            for lane in lanes
        )  # fmt: skip
        write_manifest(path, msgspec.structs.replace(read_manifest(path), state="ended", results=results))
        manifest = (path / "manifest.json").read_bytes()
        for number in range(count - 1):
            (runs / f"run-{number:04x}").mkdir()
            (runs / f"run-{number:04x}" / "manifest.json").write_bytes(manifest)
        walls, cpus = [], []
        for _ in range(5):
            began, cpu = time.perf_counter(), os.times()
            subprocess.run(
                [sys.executable, "-m", "opttui", "runs"],
                env={**os.environ, "OPTTUI_RUNS": name}, stdout=subprocess.DEVNULL, check=True,
            )  # fmt: skip
            now = os.times()
            walls.append(time.perf_counter() - began)
            cpus.append(now.children_user + now.children_system - cpu.children_user - cpu.children_system)
        wall, cpu_time = min(walls), min(cpus)
        show(f"opttui runs, {count:,} runs: wall", f"{wall:.2f} s", "0.5 s", wall / 0.5, wall <= 0.5)
        show(
            f"opttui runs, {count:,} runs: CPU", f"{cpu_time:.2f} s", "0.5 s", cpu_time / 0.5, cpu_time <= 0.5
        )


if __name__ == "__main__":
    main()
    listing()
