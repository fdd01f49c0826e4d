"""A run or a log read to its present end, with a word on how far it is where that takes long. Knows no verb."""

import sys
import time
from typing import TYPE_CHECKING

from opttui.cli.stdio import is_terminal

if TYPE_CHECKING:
    from opttui.record.seen import SeenRun

PORTION = 1 << 26
"""Bytes of all logs together that are read at a time."""
PATIENCE = 1.0
"""Seconds of reading after which something is said."""


def read_whole(reader: "SeenRun") -> None:
    """Poll until there is nothing new."""
    if is_terminal(sys.stderr) and reader.foreign:
        _read_aloud(reader)
    reader.poll()  # a portion without numbers, like one of images, is no end


def _read_aloud(reader: "SeenRun") -> None:
    begun, said = time.monotonic(), False
    try:
        while reader.poll(PORTION):
            if time.monotonic() - begun > PATIENCE:
                said = True
                rows = sum(lane.rows for lane in reader.lanes)
                print(f"\r\x1b[Kreading … {rows:,} rows", end="", file=sys.stderr, flush=True)
    finally:
        if said:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
