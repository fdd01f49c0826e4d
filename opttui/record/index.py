"""The min–max index beside a lane's log: derived, checksummed, replaceable. Knows no curve and no window.

Each `BLOCK` rows become one summary, so that a run of millions of rows opens without reading them. It may be
missing, short or wrong: whoever opens it compares it with the log and reads the log where they differ.
"""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from opttui.record.blocks import FIELDS, LAST, Array, condense, least
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Frame, Kind, encode_frame, encode_text
from opttui.record.jsontext import DamagedTextError, decode, encode
from opttui.record.layout import LOSS
from opttui.record.log import Log
from opttui.record.manifest import FORMAT

BLOCK = 256
"""Rows in a summary."""
_BATCH = 16
"""Summaries written at a time: one call for 4,096 rows keeps the writer's cost below 0.1 us a row."""
FIRST_LOSS, BEST_LOSS, BEST_STEP, OFFSET, USED = range(FIELDS, FIELDS + 5)
"""What an entry holds beside its summary; OFFSET is that of the frame with the block's last row, USED how
many of that frame's rows lie in this block or before."""
ENTRY = FIELDS + 5


class IndexHead(msgspec.Struct, frozen=True):
    """The first frame of an index."""

    log: str
    """The word in the log's schema."""
    block: int = BLOCK
    format: int = FORMAT


class Place(NamedTuple):
    """A frame of the log that holds no rows."""

    kind: int
    offset: int


class IndexWriter:
    """Follows a log that is being written and appends to its index, from scratch."""

    def __init__(self, path: Path, log: str) -> None:
        self._path = path
        self._log: Log | None = None
        self._frames: list[bytes] = [encode_text(Kind.SCHEMA, encode(IndexHead(log)))]
        """Encoded, not yet on disk."""
        self._pieces: list[tuple[int, int, Array]] = []
        """Rows that are in no block yet: their frame's offset, rows of it that came before, columns."""
        self._waiting = 0
        self._blocks = 0
        self._places: list[Place] = []

    def rows(self, offset: int, columns: Array) -> None:
        """Rows (WIDTH, n) that lie in the frame at `offset`."""
        self._pieces.append((offset, 0, columns))
        self._waiting += columns.shape[1]

    def place(self, kind: int, offset: int) -> None:
        """A frame of another kind."""
        self._places.append(Place(kind, offset))

    def flush(self, everything: bool = False) -> int:
        """Write the blocks that are complete, once there are `_BATCH` of them, and return the bytes written.

        What the disk refuses is tried again at the next flush: an index that lags costs a reader time, no
        row.
        """
        if self._waiting >= BLOCK * (1 if everything else _BATCH):
            self._complete()
        written = 0
        with contextlib.suppress(OSError):
            while self._blocks and self._frames:
                self._opened().append(self._frames[0])
                written += len(self._frames.pop(0))
        return written

    def close(self) -> None:
        """Close the file."""
        if self._log is not None:
            self._log.close()

    def _opened(self) -> Log:
        if self._log is None:
            log = Log(self._path)
            log.cut(0)
            self._log = log
        return self._log

    def _complete(self) -> None:
        ends = np.cumsum([columns.shape[1] for _, _, columns in self._pieces])
        rows = np.concatenate([columns for _, _, columns in self._pieces], axis=1)
        count = rows.shape[1] // BLOCK
        entries = np.empty((ENTRY, count))
        whole = rows[:, : count * BLOCK]
        entries[:FIELDS] = condense(whole, BLOCK)
        entries[FIRST_LOSS] = whole[LOSS, ::BLOCK]
        entries[BEST_LOSS : BEST_STEP + 1] = least(whole, BLOCK)
        stops = np.arange(1, count + 1) * BLOCK
        holders = np.searchsorted(ends, stops)
        for number, (holder, stop) in enumerate(zip(holders.tolist(), stops.tolist(), strict=True)):
            offset, skipped, columns = self._pieces[holder]
            entries[OFFSET, number] = offset
            entries[USED, number] = skipped + stop - (int(ends[holder]) - columns.shape[1])
        # In one frame, so that whoever has the blocks also has every other frame that came before their rows.
        payload = entries.T.astype("<f8").tobytes() + np.array(self._places, "<i8").tobytes()
        self._frames.append(encode_frame(Kind.BLOCKS, payload, count, self._blocks))
        self._blocks += count
        self._places.clear()
        self._keep(holders[-1], int(stops[-1]), ends)

    def _keep(self, holder: int, stop: int, ends: NDArray[np.int64]) -> None:
        offset, skipped, columns = self._pieces[holder]
        rest = int(ends[holder]) - stop
        tail = columns[:, columns.shape[1] - rest :].copy()
        self._pieces[: holder + 1] = [(offset, skipped + columns.shape[1] - rest, tail)] if rest else []
        self._waiting = sum(columns.shape[1] for _, _, columns in self._pieces)


def read_entries(path: Path, log: str) -> Iterator[tuple[Array, list[Place]]]:
    """Portions of an index in the order written: blocks (ENTRY, n), and the frames without rows since the last.

    Raises ValueError when it was made from another log or any part of it is damaged or missing in the middle.
    """
    reader = FrameReader(path)
    blocks = 0
    frames = reader.frames()
    head = next(frames, None)
    if head is None or not _made_from(head, log):
        raise ValueError("not an index of this log")
    for frame in frames:
        size = frame.n * ENTRY * 8
        rest = len(frame.payload) - size
        if reader.damage or frame.kind != Kind.BLOCKS or frame.step0 != blocks or rest < 0 or rest % 16:
            raise ValueError("damaged, or blocks are missing")
        blocks += frame.n
        table = np.frombuffer(frame.payload[:size], "<f8").reshape(frame.n, ENTRY)
        pairs = np.frombuffer(frame.payload[size:], "<i8").reshape(-1, 2).tolist()
        yield table.T.astype(np.float64, order="C"), [Place(kind, offset) for kind, offset in pairs]


def ends_with(entry: Array, row: Array) -> bool:
    """Whether a block's entry (ENTRY,) has this row (WIDTH,) as its last one."""
    return bool(np.array_equal(entry[LAST], row, equal_nan=True))


def _made_from(frame: Frame, log: str) -> bool:
    if frame.kind != Kind.SCHEMA or not log:
        return False
    try:
        return decode(frame.payload, IndexHead) == IndexHead(log)
    except DamagedTextError:
        return False
