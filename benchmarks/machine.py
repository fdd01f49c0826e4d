"""What reading the machine once a second takes from the race beside it, and from the disk."""

import tempfile
import time
from pathlib import Path

import torch

from benchmarks.shared import show, within
from benchmarks.whatif import race_of, walk
from opttui.machine.sampler import Sampler
from opttui.record.layout import MACHINE

SHARE = 0.5
"""Per cent of the race's time that readings may take."""
OFTEN = 50
"""Readings a second while it is measured: of one a second nothing could be told from the noise."""


def main() -> None:
    """Rounds with a reading each 20 ms against rounds without, turn and turn about; a 50th of the loss is a reading a
    second's."""
    torch.set_num_threads(1)
    race = race_of("digits-mlp", ["Adam:lr=0.01", "SGD:lr=0.1"], 1_000_000)
    walk(race, 1.0, remember=False)
    counts: dict[bool, int] = {False: 0, True: 0}
    readings, spent, size, seconds = 0, 0.0, 0, 0.0
    for _ in range(12):
        for reads in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                sampler = Sampler(Path(folder), race.step, every=1 / OFTEN, first=0.0) if reads else None
                begin = time.perf_counter()
                counts[reads] += walk(race, 1.5, remember=False)
                if sampler is not None:
                    seconds += time.perf_counter() - begin
                    sampler.close()
                    readings, spent = readings + sampler.readings, spent + sampler.spent
                    size += (Path(folder) / MACHINE).stat().st_size
    lost = 100 * (1 - counts[True] / counts[False])
    rate = readings / seconds
    within("a reading a second, share of the race's time", lost / rate, SHARE, "%")
    within("  of one core, by the thread's own clock", 100 * spent / readings, SHARE, "%")
    show("  readings a second while measured, time lost", f"{rate:.0f}, {lost:.1f} %")
    show("  a reading", f"{1000 * spent / readings:.2f} ms of CPU, {size / readings:.0f} bytes")


if __name__ == "__main__":
    main()
