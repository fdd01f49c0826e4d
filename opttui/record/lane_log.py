"""A lane's log being written: what waits in memory, what is on disk. Knows no race and no clock."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Frame, Kind, encode_text
from opttui.record.index import IndexWriter
from opttui.record.jsontext import encode
from opttui.record.layout import COLUMNS, Row, index_file, lane_file
from opttui.record.log import Log
from opttui.record.past import Past, decode_past, encode_past
from opttui.record.rows import Schema, decode_rows, decode_schema, encode_rows, new_schema

MOST_ROWS = 8192
"""Rows in a frame (590 kB): what a damaged one costs."""


class _Text(NamedTuple):
    """A frame of JSON that waits."""

    kind: Kind
    text: bytes
    step: int


class LaneLog:
    """Rows and frames, written in the order in which they were given."""

    def __init__(self, run: Path, lane: int) -> None:
        path = run / lane_file(lane)
        self._log = Log(path)
        self.bytes_written = 0
        """Bytes appended to log and index by this object."""
        self._pending: list[list[Row] | _Text] = []
        self.plane = 0
        """Number of the plane in which the next rows lie."""
        self._recorded = 0
        """Rows given so far, those of an earlier process included."""
        self._ended = False
        """The last thing given was an end frame."""
        self._schema: Schema | None = None
        self._index: IndexWriter | None = None
        try:
            self._reopen(path, run / index_file(lane))
        except BaseException:
            self._log.close()
            raise

    def rows(self, rows: Sequence[Row]) -> None:
        """Buffer rows."""
        if not rows:
            return
        if self._pending and isinstance(last := self._pending[-1], list):
            last.extend(rows)
        else:
            self._pending.append(list(rows))
        self._recorded += len(rows)
        self._ended = False

    def text(self, kind: Kind, text: bytes, step: int = 0) -> None:
        """Buffer a frame of JSON."""
        self._pending.append(_Text(kind, text, step))
        self._ended = False

    def past(self, past: Past) -> None:
        """Buffer where the lane has been in the plane of the rows to come."""
        self.text(Kind.PAST, encode_past(past, self._recorded), past.step)
        self.plane = past.plane

    def end(self) -> None:
        """Buffer the end frame, once."""
        if not self._ended:
            self.text(Kind.END, b'{"rows":%d}' % self._recorded)
            self._ended = True

    def flush(self, everything: bool = False) -> None:
        """Append what waits, frame by frame; OSError leaves the rest waiting.

        A frame that is whole on disk may have been read by a window and is never taken back: only a torn one
        is cut.
        """
        while self._pending:
            item = self._pending[0]
            if isinstance(item, list):
                data, columns = encode_rows(item[:MOST_ROWS])
                self._indexed.rows(self._log.append(data), columns)
                del item[:MOST_ROWS]
            else:
                data = encode_text(*item)
                self._indexed.place(item.kind, self._log.append(data))
            self.bytes_written += len(data)
            if not item or isinstance(item, _Text):
                del self._pending[0]
        self.bytes_written += self._indexed.flush(everything)

    def close(self) -> None:
        """Close the files; what waits is dropped."""
        self._log.close()
        if self._index is not None:
            self._index.close()

    @property
    def _indexed(self) -> IndexWriter:
        assert self._index is not None
        return self._index

    def _reopen(self, path: Path, index: Path) -> None:
        """Cut a torn tail, count the rows, and make the index anew: the old one may be short or of another
        log."""
        reader = FrameReader(path)
        for frame in reader.frames():
            self._follow(frame, index)
        self._log.cut(reader.offset)
        if self._schema is None or self._schema.columns != COLUMNS:
            schema = new_schema()
            self._pending.append(_Text(Kind.SCHEMA, encode(schema), 0))
            self._index = self._index or IndexWriter(index, schema.log)

    def _follow(self, frame: Frame, index: Path) -> None:
        self._ended = frame.kind == Kind.END
        if frame.kind == Kind.SCHEMA:
            self._schema = decode_schema(frame) or self._schema
        if frame.kind == Kind.PAST and (past := decode_past(frame.payload, frame.step0)) is not None:
            self.plane = past.plane
        if self._index is None:
            self._index = IndexWriter(index, self._schema.log if self._schema else "")
        columns = decode_rows(frame, self._schema or Schema()) if frame.kind == Kind.ROWS else None
        if columns is None:
            self._index.place(frame.kind, frame.offset)
            return
        self._recorded += frame.n
        # A copy: the columns of a frame hold a window of the file, a megabyte, in memory.
        self._index.rows(frame.offset, columns.copy())
        self._index.flush()
