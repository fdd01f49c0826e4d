"""A program that appends rows to a run until it is killed; each acknowledged count goes to stdout, 8 bytes each.

Arguments: the run; rows a flush; the most bytes that a file may have (0: no bound): it then stops when the disk refuses,
makes room, writes what waits and ends; the write during which it kills itself (0: none).
"""

import os
import random
import resource
import signal
import struct
import sys
from pathlib import Path

from record_rows import rows

from opttui.record import log
from opttui.record.lane_reader import LaneReader
from opttui.record.writer import RunWriter


def acknowledge(count: int) -> None:
    os.write(1, struct.pack("<q", count))


def die_in_write(number: int) -> None:
    """SIGKILL in the middle of a write, at any of its bytes: what a kill from outside hits once in hundreds of times."""
    calls = iter(range(1, number + 1))

    def pwrite(descriptor: int, data: memoryview, offset: int) -> int:
        if next(calls) == number:
            os.pwrite(descriptor, data[: random.Random(number).randrange(1, len(data))], offset)
            os.kill(os.getpid(), signal.SIGKILL)
        return os.pwrite(descriptor, data, offset)

    log.pwrite = pwrite  # type: ignore[attr-defined]


def main(run: Path, chunk: int, bound: int, death: int) -> None:
    writer = RunWriter(run, 1)
    reader = LaneReader(run, 0)
    reader.poll()
    step = reader.rows
    acknowledge(step)
    if death:
        die_in_write(death)
    if bound:
        resource.setrlimit(resource.RLIMIT_FSIZE, (bound, resource.RLIM_INFINITY))
    while True:
        writer.rows(0, rows(step, step + chunk))
        step += chunk
        try:
            writer.flush()
        except OSError:
            break
        acknowledge(step)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    writer.end()
    writer.close()
    acknowledge(step)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
