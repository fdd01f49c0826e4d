"""How far a run has come, from the ends of its logs alone: nothing is read whole, no numpy loaded."""

from collections.abc import Sequence
from pathlib import Path

from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Kind
from opttui.record.layout import lane_file

WINDOWS = (2**16, 2**22, 2**30)
"""Bytes before a log's end that are searched; frames hold the rows of 50 ms, most far below the first."""


def furthest_step(run: Path, lanes: Sequence[int]) -> int:
    """Steps taken by the lane that has come furthest; 0 where there is no row."""
    return max((steps_taken(run / lane_file(lane)) for lane in lanes), default=0)


def steps_taken(log: Path) -> int:
    """Steps in a lane's log."""
    try:
        size = log.stat().st_size
    except OSError:
        return 0
    for window in WINDOWS:
        steps = _last_step(log, max(size - window, 0))
        if steps or window >= size:
            return steps
    return 0


def _last_step(log: Path, offset: int) -> int:
    """Beginning inside a frame is no damage here: the reader goes to the next sound header."""
    steps = 0
    for frame in FrameReader(log, offset).frames():
        if frame.kind == Kind.ROWS:
            steps = frame.step0 + frame.n
    return steps
