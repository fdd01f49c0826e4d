"""A program that appends rows to a run until it is killed; each acknowledged count goes to stdout, 8 bytes
each.

Arguments: the run, rows a flush, and the most bytes that a file may have (0: no bound); with a bound it stops
when the disk refuses, makes room, writes what waits and ends.
"""

import os
import resource
import struct
import sys
from pathlib import Path

from record_rows import rows

from opttui.record.lane_reader import LaneReader
from opttui.record.writer import RunWriter


def acknowledge(count: int) -> None:
    os.write(1, struct.pack("<q", count))


def main(run: Path, chunk: int, bound: int) -> None:
    writer = RunWriter(run, 1)
    reader = LaneReader(run, 0)
    reader.poll()
    step = reader.rows
    acknowledge(step)
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
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
