"""`python -m benchmarks.startup`: what a quick verb costs before it has said anything, and a race before its first frame.

Wall time of `opttui --help`, `list` and `runs`, interleaved, the best of several, and what each has imported: at most
0.3 s, neither torch nor textual. Then `opttui race` in a pseudo-terminal, from its start until all four panels and the
keys have arrived, while the race process already loads torch: at most 0.8 s; and the window's CPU time by then.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from benchmarks.shared import OPTTUI, Terminal, full_frame, show, within

ROUNDS = 5
RUNS = 20
"""Runs on disk, for `opttui runs` to describe."""
VERBS: dict[str, list[str]] = {
    "--help": ["--help"],
    "list optimizers": ["list", "optimizers"],
    "list scenarios": ["list", "scenarios"],
    "runs": ["runs"],
}
HEAVY = ("torch", "sklearn", "textual", "numpy", "rich", "plotext")
IMPORTED = """
import json, sys
from opttui.cli.main import main
main(sys.argv[2:])
print(json.dumps(sorted(set(sys.modules) & set(json.loads(sys.argv[1])))), file=sys.stderr)
"""


def seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Wall time of a process."""
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def imported(arguments: Sequence[str], environment: dict[str, str]) -> list[str]:
    """The heavy libraries that a verb loads."""
    command = [sys.executable, "-c", IMPORTED, json.dumps(HEAVY), *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return list(json.loads(done.stderr))


def fill(directory: Path) -> None:
    """Runs whose processes are gone, which are the dearest to describe: their step is read from their logs."""
    from opttui.record.manifest import LaneInfo
    from opttui.record.rundir import create_run
    from opttui.record.writer import RunWriter
    from opttui.scenario.phrase import phrase_of
    from opttui.scenario.resolve import scenario_from

    scenario = scenario_from("rosenbrock")
    lanes = tuple(
        LaneInfo(number, spec.optimizer, phrase_of(spec)) for number, spec in enumerate(scenario.lanes)
    )
    rows = [
        (float(step), step + 1.0, step * 1e-4, 1.0, 0.1, 1.0, 1.0, 0.0, 0.0) for step in range(scenario.steps)
    ]
    for _ in range(RUNS):
        writer = RunWriter(create_run(scenario, lanes, directory), len(lanes))
        for lane in lanes:
            writer.rows(lane.id, rows)
        writer.flush()
        writer.close()


def main() -> None:
    """Print a line a verb."""
    with tempfile.TemporaryDirectory() as directory:
        fill(Path(directory))
        environment = {**os.environ, "OPTTUI_RUNS": directory}
        commands = {"python -c pass": [sys.executable, "-c", "pass"]}
        commands |= {
            f"opttui {name}": [sys.executable, "-m", "opttui", *verb] for name, verb in VERBS.items()
        }
        best = dict.fromkeys(commands, float("inf"))
        for _ in range(ROUNDS):
            for name, command in commands.items():
                best[name] = min(best[name], seconds(command, environment))
        nothing = best.pop("python -c pass")
        show("python -c pass", f"{nothing * 1000:.0f} ms")
        for name, verb in zip(best, VERBS.values(), strict=True):
            heavy = ", ".join(imported(verb, environment)) or "nothing heavy"
            within(f"{name} (loads {heavy})", best[name], 0.3, "s", 3)
        frames = [first_frame(environment) for _ in range(ROUNDS)]
        within("opttui race: first frame, wall", min(wall for wall, _ in frames), 0.8, "s", 3)
        within("opttui race: first frame, CPU of the window", min(cpu for _, cpu in frames), 0.8, "s", 3)


def first_frame(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until the first full frame has arrived, and CPU seconds of the window when it was seen."""
    terminal = Terminal([*OPTTUI, "race", "showcase"], environment)
    shown = terminal.wait_for(full_frame)
    times = psutil.Process(terminal.process.pid).cpu_times()
    terminal.close()
    subprocess.run([*OPTTUI, "stop"], env=environment, capture_output=True, check=False)
    return shown or float("inf"), times.user + times.system


if __name__ == "__main__":
    main()
