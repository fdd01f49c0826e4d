"""`python -m benchmarks.bytes`: what a window writes to a terminal of 120×40 in a steady race, beside full repaints.

Three races at full speed, each watched for some seconds by a window in a real pseudo-terminal. On a machine that is busy
with other things a window draws fewer frames: bytes are counted for each of them, and told for ten a second.
"""

import os
import tempfile
import time

from benchmarks.shared import OPTTUI, Terminal, detached, full_frame, show, within
from opttui.scenario.shipped import shipped_scenarios

SECONDS, SETTLING, FRAMES = 8.0, 3.0, 10.0
"""Watched, before that, and frames a second that full repaints are reckoned for."""
SHARE, MOST = 0.2, 25.0
"""Of full repaints; kB a second."""
FRAME = b"\x1b[0m\x1b[1;1H"
"""Every frame ends with that: the last colour's reset, and the cursor's place."""

LANES = (
    "SGD:lr=0.1",
    "SGD:lr=0.2,momentum=0.9",
    "Adam:lr=0.003",
    "AdamW:lr=0.01",
    "Adagrad:lr=0.02",
    "hot=Adam:lr=0.1",
)
NOISY = tuple(f"Adam:lr={0.002 * (lane + 1):.3f}" for lane in range(8))
RACES = {
    "the showcase": (shipped_scenarios()[0].name, "--steps", "1000000"),
    "digits-mlp": ("digits-mlp", *LANES, "--steps", "1000000"),
    "8 noisy lanes": ("rosenbrock:noise=1.0", *NOISY, "--steps", "100000"),
}


def main() -> None:
    """Print bytes of each race."""
    for title, race in RACES.items():
        with tempfile.TemporaryDirectory() as runs:
            environment = {**os.environ, "OPTTUI_RUNS": runs}
            with detached(race, environment) as name:
                watch(title, name, environment)


def watch(title: str, name: str, environment: dict[str, str]) -> None:
    """Count for some seconds."""
    terminal = Terminal([*OPTTUI, "attach", name], environment)
    try:
        shown = terminal.wait_for(full_frame) or 0.0
        first = sum(len(data) for seconds, data in terminal.chunks if seconds <= shown)
        time.sleep(SETTLING)
        before = len(terminal.chunks)
        time.sleep(SECONDS)
        written = b"".join(data for _, data in list(terminal.chunks)[before:])
    finally:
        terminal.close()
    frames = max(1, written.count(FRAME))
    rate = len(written) / frames * FRAMES
    show(f"{title}: written", f"{len(written) / SECONDS / 1e3:.1f} kB/s in {frames / SECONDS:.1f} frames/s")
    within(f"{title}: at {FRAMES:.0f} frames a second", rate / 1e3, MOST, "kB/s", 1)
    share = rate / (first * FRAMES)
    show(
        f"{title}: over full repaints", f"{first / 1e3:.1f} kB each", f"≤ {SHARE:.0%}", share, share <= SHARE
    )


if __name__ == "__main__":
    main()
