"""When a lane's steps were taken. Rows hold the lane's own seconds; events and readings of the machine say what time it
was at some steps."""

import numpy as np
from numpy.typing import NDArray

from opttui.record.layout import SECONDS, STEP
from opttui.record.machine import FIXED, readings
from opttui.record.seen import SeenLane, SeenRun

Floats = NDArray[np.float64]


LATER = ("added", "forked", "rewound")
"""What makes a lane be at other steps than the race, whose step readings have."""
READ_AT, READ_STEP = FIXED.index("at"), FIXED.index("step")


class Clock:
    """Wall time by step: through the times of events and readings, and with the lane's own seconds after the last one.

    Between two of them the lane's steps are spread evenly.
    """

    def __init__(self, reader: SeenRun, lane: SeenLane) -> None:
        manifest = reader.manifest
        steps, times = [], []
        for event in reader.events:
            if event.lane in (None, lane.id) and event.step is not None and event.time > 0:
                steps.append(float(event.step))
                times.append(event.time)
        if not reader.foreign and not any(
            event.lane == lane.id and event.kind in LATER for event in reader.events
        ):
            for _, table in readings(reader.path):
                steps += table[:, READ_STEP].tolist()
                times += table[:, READ_AT].tolist()
        order = np.argsort(np.asarray(times), kind="stable") if times else np.empty(0, np.int64)
        at, then = np.asarray(steps, np.float64)[order], np.asarray(times, np.float64)[order]
        # After a rewind a step has been taken twice, and after a pause it begins later: its row is from the last time.
        later = np.append(np.minimum.accumulate(at[::-1])[::-1][1:], np.inf) if at.size else at
        kept = at < later
        self._steps, self._times = at[kept], then[kept]
        if not self._steps.size:
            self._steps, self._times = np.zeros(1), np.array([manifest.created])
        self.begin = float(self._times[0])
        """When its first step was taken."""
        curve = lane.overview.curve(STEP, SECONDS)
        known = np.isfinite(curve.x) & np.isfinite(curve.last)
        self._spent = (curve.x[known], curve.last[known])

    def times(self, table: Floats) -> Floats:
        """Seconds since the epoch of rows (n, 9)."""
        return self._at(table[:, STEP], table[:, SECONDS])

    def at(self, steps: Floats) -> Floats:
        """The same of steps."""
        return self._at(steps, self._own(steps))

    def _own(self, steps: Floats) -> Floats:
        x, seconds = self._spent
        return np.interp(steps, x, seconds) if x.size else np.zeros_like(steps)

    def _at(self, steps: Floats, seconds: Floats) -> Floats:
        times = np.interp(steps, self._steps, self._times)
        last = self._steps[-1]
        beyond = np.maximum(seconds - float(self._own(np.array([last]))[0]), 0.0)
        return np.where(steps > last, times + np.nan_to_num(beyond), times)
