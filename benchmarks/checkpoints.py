"""`python -m benchmarks.checkpoints`: what snapshots in memory and checkpoints on disk cost a race, and resuming it.

A race of two lanes of digits-mlp in its own process, as `opttui race` starts it; the race itself tells at its end what
share of its time snapshots took, and checkpoints with their writing. Then one is killed, and gone on with.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

STEPS = 20_000
LIMIT = 300.0


def main() -> None:
    """Print the shares and the seconds."""
    from benchmarks.shared import OPTTUI, show, within

    with tempfile.TemporaryDirectory() as runs:
        environment = {**os.environ, "OPTTUI_RUNS": runs}
        asked = ["race", "digits-mlp", "Adam:lr=0.01", "SGD:lr=0.1,momentum=0.9", "--steps", str(STEPS)]
        told = json.loads(said(*asked, "--json", environment=environment))
        note = kept(Path(told["path"]))
        within("snapshots of digits-mlp, share of the time", 100 * note["share"], 3.0, "%")
        within("checkpoints, with their writing", 100 * note["checkpoint_share"], 3.0, "%")
        both = 100 * (note["share"] + note["checkpoint_share"])
        within("both", both, 3.0, "%")
        show("snapshots; checkpoints", f"{note['snapshots']}; {note['checkpoints']}")
        name = said(*asked, "--detach", "--quiet", environment=environment).strip()
        path = Path(runs) / name
        until_step(path, STEPS // 4)
        os.kill(json.loads((path / "manifest.json").read_text())["process"]["pid"], signal.SIGKILL)
        began = time.perf_counter()
        said("resume", name, "--detach", "--quiet", environment=environment)
        show("a killed race of 5,000 steps goes on after", f"{time.perf_counter() - began:.2f} s")
        subprocess.run([*OPTTUI, "stop", name], env=environment, check=True, stdout=subprocess.DEVNULL)


def said(*words: str, environment: dict[str, str]) -> str:
    """What a command prints."""
    from benchmarks.shared import OPTTUI

    done = subprocess.run(
        [*OPTTUI, *words], env=environment, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    return done.stdout.decode()


def kept(path: Path) -> dict[str, Any]:
    """What the race says of it at its end."""
    lines = (path / "events.jsonl").read_text().splitlines()
    data: list[dict[str, Any]] = [json.loads(line)["data"] for line in lines]
    return next(each for each in reversed(data) if "checkpoint_share" in each)


def until_step(path: Path, step: int) -> None:
    """Wait until the race has come so far."""
    from opttui.record.layout import STEP
    from opttui.record.reader import RunReader

    reader = RunReader(path)
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        reader.poll()
        if reader.lanes and (last := reader.lanes[0].last) is not None and last[STEP] >= step:
            return
        time.sleep(0.05)
    sys.exit("the race did not come so far")


if __name__ == "__main__":
    main()
