"""The record of a run being written: one process holds one of these. Knows no race, no clock and no
thread."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from opttui.record.event_log import EventWriter
from opttui.record.events import Event
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Kind, encode_text
from opttui.record.grid import Grid
from opttui.record.grid_log import encode_grid
from opttui.record.jsontext import encode
from opttui.record.lane_log import LaneLog
from opttui.record.layout import GRIDS, STEP, Row
from opttui.record.log import Log
from opttui.record.look import Look, encode_look
from opttui.record.past import Past, nowhere
from opttui.record.pointer import Pointer


class RunWriter:
    """Buffers what is given and appends it at `flush`. Not for two threads at once."""

    def __init__(self, path: Path, lanes: int) -> None:
        """Open the logs of lanes 0 to `lanes` - 1 for append, cutting torn tails. OSError when the disk
        refuses."""
        self._path = path
        with contextlib.ExitStack() as opened:
            self._events = EventWriter(path)
            opened.callback(self._events.close)
            self._lanes: list[LaneLog] = []
            self._closing = opened
            self.lanes(lanes)
            self._closing = opened.pop_all()
        self._plane = max((lane.plane for lane in self._lanes), default=0)
        """Number of the plane in which rows lie now."""
        self._grids: list[bytes] = []
        """Frames for the race's own log: grids and looks."""
        self._grid_log: Log | None = None
        self._grid_bytes = 0

    @property
    def bytes_written(self) -> int:
        """Bytes on disk from this object, index and events included."""
        return self._events.bytes_written + self._grid_bytes + sum(lane.bytes_written for lane in self._lanes)

    def lanes(self, count: int) -> None:
        """Open the logs of lanes up to `count` that are not open yet. OSError when the disk refuses."""
        for lane in range(len(self._lanes), count):
            self._lanes.append(LaneLog(self._path, lane))
            self._closing.callback(self._lanes[-1].close)

    def rows(self, lane: int, rows: Sequence[Row]) -> None:
        """Buffer rows of a lane, in the order of its steps."""
        if self._lanes[lane].plane != self._plane and rows:
            # A lane that began in another plane than the first: nothing of it lies before its rows.
            self._lanes[lane].past(nowhere(self._plane, int(rows[0][STEP])))
        self._lanes[lane].rows(rows)

    def validation(self, lane: int, step: int, metrics: Mapping[str, float]) -> None:
        """Buffer metrics on fixed data, taken before `step`."""
        self._lanes[lane].text(Kind.VALIDATION, encode({"step": step, "metrics": dict(metrics)}), step)

    def past(self, lane: int, past: Past) -> None:
        """Buffer where a lane has been in another plane; rows given from now on lie in it."""
        self._lanes[lane].past(past)
        self._plane = past.plane

    def pointer(self, lane: int, pointer: Pointer) -> None:
        """Buffer the name of a file in the run that belongs to a lane's step."""
        self._lanes[lane].text(Kind.POINTER, encode(pointer), pointer.step)

    def event(self, event: Event) -> None:
        """Buffer an event; one of a lane also lies in that lane's log, in order with its rows.

        A lane that went back has a frame of its own for that: rows before it, from its step on, are undone.
        """
        text = self._events.add(event)
        if event.lane is not None and 0 <= event.lane < len(self._lanes):
            if event.kind == "rewound":
                self._lanes[event.lane].text(Kind.REWIND, encode({"step": event.step}), event.step or 0)
            self._lanes[event.lane].text(Kind.EVENT, text, event.step or 0)

    def grid(self, grid: Grid) -> None:
        """Buffer a grid. ValueError above 64 MiB."""
        self._grids.append(encode_grid(grid))

    def look(self, look: Look) -> None:
        """Buffer what a lane's model shows. ValueError for a shape that is none, and above 64 MiB."""
        self._grids.append(encode_text(Kind.LOOK, encode_look(look), look.step))

    def flush(self, everything: bool = False) -> None:
        """Append all that waits. OSError when the disk refused any of it; that stays and the next flush tries
        again.

        Events go first: a command on disk without its effect can be told from the rows, an effect without its
        command cannot.
        """
        lanes: list[Callable[[], None]] = [partial(lane.flush, everything) for lane in self._lanes]
        refused: OSError | None = None
        for part in (self._events.flush, *lanes, self._flush_grids):
            try:
                part()
            except OSError as error:
                refused = refused or error
        if refused is not None:
            raise refused

    def end(self) -> None:
        """End frames, and a flush of everything; OSError as there, and calling it again goes on."""
        for lane in self._lanes:
            lane.end()
        self.flush(everything=True)

    def close(self) -> None:
        """Flush and close; the files are closed even when OSError is raised."""
        with self._closing:
            self.flush()

    def _flush_grids(self) -> None:
        if self._grids and self._grid_log is None:
            log = Log(self._path / GRIDS)
            self._closing.callback(log.close)
            reader = FrameReader(log.path)
            for _ in reader.frames():
                pass
            log.cut(reader.offset)
            self._grid_log = log
        while self._grids and self._grid_log is not None:
            self._grid_log.append(self._grids[0])
            self._grid_bytes += len(self._grids.pop(0))
