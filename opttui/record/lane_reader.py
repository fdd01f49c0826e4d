"""A lane as it lies on disk, growing or not: its rows in bounded memory, its validation rows, its end. Never
writes."""

import contextlib
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import numpy as np

from opttui.record.blocks import WIDTH, Array, least_of
from opttui.record.fair import HeldOut
from opttui.record.frame_reader import FrameReader
from opttui.record.frames import Frame, Kind
from opttui.record.jsontext import DamagedTextError, decode
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS, STEP, Row, X, Y, index_file, lane_file
from opttui.record.metric_rows import MetricRows
from opttui.record.opening import open_by_index
from opttui.record.overview import CAPACITY, Overview
from opttui.record.past import Past, decode_past
from opttui.record.pointer import Pointer
from opttui.record.row_places import RowPlaces
from opttui.record.rows import Schema, decode_rows, decode_schema
from opttui.record.undone import Undone

_BATCH = 4096
"""Rows taken in at a time: a slow lane's frames hold a handful each, and feeding costs as much for 5 as for
500."""


class Validation(msgspec.Struct, frozen=True):
    """A validation row as it lies in the log."""

    step: int
    metrics: dict[str, float]


class Rewind(msgspec.Struct, frozen=True):
    """The lane went back to a step: its rows from there on, as far as they come before this, are undone."""

    step: int


GHOSTS = 4
"""Undone passages kept in memory."""


class LaneReader:
    """One lane. All attributes are as of the last poll."""

    def __init__(self, run: Path, lane: int, capacity: int = CAPACITY, gaps: bool = False) -> None:
        """`gaps`: a loss that is NaN was not measured; the newest one that was stands for it in `last`."""
        self.id = lane
        self.rows = 0
        """Rows read; those in damaged frames are missing."""
        self.last: Row | None = None
        self.first_loss: float | None = None
        """The first row's loss, whatever it is."""
        self.best_loss: float | None = None
        """The least finite loss; None while there is none."""
        self.best_step: int | None = None
        """The step at which it was met first."""
        self.ended = False
        """The log ends with an end frame."""
        self.metrics: dict[str, float] = {}
        """The newest validation row."""
        self.metrics_step: int | None = None
        self.validation: list[tuple[int, dict[str, float]]] = []
        self.held_out = HeldOut()
        self._names: dict[str, None] = {}
        """Of all validation rows, in the order in which they came."""
        self._metric_rows: dict[str, tuple[int, MetricRows]] = {}
        """By name, with the number of rows of validation from which they were made."""
        self.pointers: list[Pointer] = []
        """Those whose files are there, as far as the log says."""
        self.past: Past | None = None
        """Where it had been when the present plane was chosen; None while that is the first."""
        self.overview = Overview(capacity=capacity)
        self._run = run
        self._capacity = capacity
        self._gaps = gaps
        self._log = FrameReader(run / lane_file(lane))
        self._schema = Schema()
        self.ghosts: list[tuple[int, Overview]] = []
        """What was undone by the newest rewinds: the step to which the lane went back, its rows until then."""
        self._planes: list[tuple[int, int]] = []
        """Of each of them the plane in which it ended, and how many of its rows lie in others."""
        self._undone = Undone()
        self._row_places = RowPlaces()
        self._stretch: tuple[int, int, Array] | None = None
        """The rows that were asked for last: first step, last step, rows."""
        self._stale = False
        """A rewind was read, and what is kept in memory is from before it."""
        self._skip = 0
        """Rows of the next rows frame that the index has already told of."""
        self._opened = False

    @property
    def damage(self) -> list[str]:
        """Sentences about what could not be read."""
        return self._log.damage

    @property
    def missing(self) -> bool:
        """There is no log."""
        return not self._log.path.exists()

    @property
    def unread(self) -> int:
        """Bytes after the last whole frame: torn, or still being written."""
        return max(self._log.size() - self._log.offset, 0)

    def poll(self, most: int | None = None) -> bool:
        """Read what is new, about `most` bytes of it; True when anything was."""
        if not self._opened and self._log.size():
            self._opened = True
            self._open_long_log()
        before = self._log.offset
        pieces: list[Array] = []
        waiting = 0
        for frame in self._log.frames(most):
            columns = self._columns(frame)
            if columns is None:
                if frame.kind == Kind.REWIND:
                    self._feed(pieces)
                self._take(frame)
                continue
            self.ended = False
            self._row_places.add(float(columns[STEP, 0]), frame.offset)
            if self._skip:
                columns, self._skip = columns[:, self._skip :], 0
            pieces.append(columns)
            waiting += columns.shape[1]
            if waiting >= _BATCH and not self._stale:
                self._feed(pieces)
                waiting = 0
        if self._stale:
            self._go_back()
        else:
            self._feed(pieces)
        return self._log.offset != before

    @property
    def plane(self) -> int:
        """Number of the plane in which its newest rows lie."""
        return self.past.plane if self.past is not None else 0

    def path(self) -> Array:
        """Step, x and y of the points drawn, shape (3, n), all in one plane, finite, the newest last; thinned."""
        past = self.past
        if past is None:
            return self.overview.coarse.path()
        before = np.stack((past.steps, past.x, past.y))
        return np.concatenate((before, self.overview.coarse.path(past.rows)), axis=1)

    def ghost_paths(self) -> list[Array]:
        """Of each undone passage that was in the present plane, step, x and y from where the lane went back, as `path`."""
        found = []
        for (step, overview), (plane, since) in zip(self.ghosts, self._planes, strict=True):
            if plane == self.plane:
                points = overview.coarse.path(since)
                found.append(points[:, points[0] >= step])
        return found

    def read_metrics(self) -> Iterator[tuple[int | float, dict[str, float]]]:
        """Every validation row."""
        yield from self.validation

    def point(self, row: Row) -> tuple[float, float]:
        """The point drawn of a row, in the present plane: between those that are known, of one before it was chosen."""
        past = self.past
        if past is None or row[STEP] >= past.step:
            return row[X], row[Y]
        if not past.steps.size:
            return float("nan"), float("nan")
        x, y = (float(np.interp(row[STEP], past.steps, values)) for values in (past.x, past.y))
        return x, y

    @property
    def metric_names(self) -> tuple[str, ...]:
        """What was measured beside the loss, in the order in which it came."""
        return tuple(self._names)

    def metric(self, name: str) -> MetricRows | None:
        """Validation rows that have a metric, as rows whose loss it is; None where there are none."""
        if name not in self._names:
            return None
        made, rows = self._metric_rows.get(name, (-1, None))
        if rows is None or made != len(self.validation):
            rows = self._measured(name)
            self._metric_rows[name] = len(self.validation), rows
        return rows

    def _measured(self, name: str) -> MetricRows:
        rows = [(step, metrics[name]) for step, metrics in self.validation if name in metrics]
        steps, values = np.array(rows, dtype=np.float64).reshape(-1, 2).T
        columns = {STEP: steps}
        for number in (EVALUATIONS, SECONDS, LR):
            curve = self.overview.curve(STEP, number)
            # What is measured after a step bears the number of the next one.
            known = np.isfinite(curve.x) & np.isfinite(curve.last)
            if known.any():
                columns[number] = np.interp(steps - 1, curve.x[known], curve.last[known])
        return MetricRows(columns, values, values, values, rows=len(rows))

    def metrics_at(self, step: float) -> dict[str, float]:
        """The newest validation row up to a step; empty where there is none."""
        place = bisect_right(self.validation, step, key=lambda row: row[0])
        return self.validation[place - 1][1] if place else {}

    def read(self) -> Iterator[Array]:
        """Every row of the lane's history that is whole on disk now, exact, in arrays (n, 9)."""
        log = FrameReader(self._log.path)
        undone = self._all_undone()
        schema = Schema()
        pieces: list[Array] = []
        for frame in log.frames():
            if frame.kind == Kind.SCHEMA:
                schema = decode_schema(frame) or schema
            columns = decode_rows(frame, schema) if frame.kind == Kind.ROWS else None
            if columns is not None:
                pieces.append(undone.kept(frame.offset, columns))
            if sum(piece.shape[1] for piece in pieces) >= _BATCH:
                yield _joined(pieces)
                pieces.clear()
        if any(piece.shape[1] for piece in pieces):
            yield _joined(pieces)
        self._log.note(*log.damage)

    def between(self, first: int, last: int) -> Array:
        """The rows of its history from one step to another, both included, exact, in an array (n, 9)."""
        if self._stretch is not None and self._stretch[:2] == (first, last):
            return self._stretch[2]
        pieces = [np.empty((0, WIDTH))]
        for _, kept in self._again(self._row_places.before(first), self._schema):
            if kept is None:
                continue
            if kept.size and kept[STEP, 0] > last:
                break
            pieces.append(kept[:, (kept[STEP] >= first) & (kept[STEP] <= last)].T)
        rows = np.concatenate(pieces)
        if self.last is not None and last < self.last[STEP]:
            self._stretch = first, last, rows
        return rows

    def _columns(self, frame: Frame) -> Array | None:
        if frame.kind != Kind.ROWS:
            return None
        columns = decode_rows(frame, self._schema)
        if columns is None:
            self._log.note(f"{self._log.path.name}: the rows at byte {frame.offset} do not fit their schema.")
        return columns

    def _take(self, frame: Frame) -> None:
        try:
            if frame.kind == Kind.SCHEMA:
                self._schema = decode_schema(frame) or self._schema
            elif frame.kind == Kind.VALIDATION:
                row = decode(frame.payload, Validation)
                self.validation.append((row.step, row.metrics))
                self.held_out.add(row.step, row.metrics)
                self._names.update(dict.fromkeys(row.metrics))
                self.metrics_step, self.metrics = row.step, row.metrics
            elif frame.kind == Kind.POINTER:
                pointer = decode(frame.payload, Pointer)
                self.pointers = [each for each in self.pointers if each.file not in pointer.instead]
                self.pointers.append(pointer)
            elif frame.kind == Kind.PAST:
                self.past = decode_past(frame.payload, frame.step0) or self.past
            elif frame.kind == Kind.REWIND:
                self._undo(frame)
            elif frame.kind == Kind.END:
                self.ended = True
        except DamagedTextError as error:
            self._log.note(
                f"{self._log.path.name}: the frame at byte {frame.offset} makes no sense: {error}."
            )

    def _undo(self, frame: Frame) -> None:
        """Note a rewind; the rows are read again once everything that is new has been seen."""
        step = decode(frame.payload, Rewind).step
        self._undone.add(frame.offset, step)
        self._row_places.cut(step)
        self._stretch = None
        if not self._stale:
            self.ghosts = [*self.ghosts, (step, self.overview)][-GHOSTS:]
            self._planes = [*self._planes, (self.plane, self.past.rows if self.past else 0)][-GHOSTS:]
        self._stale = True
        self.validation = [row for row in self.validation if row[0] < step]
        self.pointers = [each for each in self.pointers if each.step < step + each.birth]
        self.metrics_step, self.metrics = self.validation[-1] if self.validation else (None, {})
        self.held_out = HeldOut()
        self._metric_rows.clear()
        for row in self.validation:
            self.held_out.add(*row)

    def _go_back(self) -> None:
        """Take in the lane's history up to where the log has been read, from its beginning."""
        self._stale = False
        self.overview = Overview(capacity=self._capacity)
        self.rows, self.last, self.first_loss, self.past = 0, None, None, None
        self.best_loss = self.best_step = None
        for frame, kept in self._again(0, Schema()):
            if kept is not None:
                self._feed([kept])
            elif frame.kind == Kind.PAST and (past := decode_past(frame.payload, frame.step0)) is not None:
                self.past = past.until(self._undone.limit(frame.offset), self.rows)

    def _again(self, offset: int, schema: Schema) -> Iterator[tuple[Frame, Array | None]]:
        """Frames that have been read, from an offset on, with their rows (9, n) as far as they were not undone."""
        for frame in FrameReader(self._log.path, offset).frames():
            if frame.offset >= self._log.offset:
                return
            if frame.kind == Kind.SCHEMA:
                schema = decode_schema(frame) or schema
            columns = decode_rows(frame, schema) if frame.kind == Kind.ROWS else None
            yield frame, None if columns is None else self._undone.kept(frame.offset, columns)

    def _all_undone(self) -> Undone:
        """The rewinds on disk now: those that were read, and those that came since."""
        undone = self._undone.copy()
        for frame in FrameReader(self._log.path, self._log.offset).frames():
            if frame.kind == Kind.REWIND:
                with contextlib.suppress(DamagedTextError):
                    undone.add(frame.offset, decode(frame.payload, Rewind).step)
        return undone

    def _feed(self, pieces: list[Array]) -> None:
        if not pieces:
            return
        columns = np.concatenate(pieces, axis=1) if len(pieces) > 1 else pieces[0]
        pieces.clear()
        if columns.shape[1] == 0:
            return
        before = self.last[LOSS] if self.last is not None else float("nan")
        if self.first_loss is None:
            self.first_loss = float(columns[LOSS, 0])
        self._beat(*least_of(columns))
        self.overview.feed(columns)
        self.rows += columns.shape[1]
        self.last = _row(columns[:, -1])
        if self._gaps:
            self._bridge(columns[LOSS], before)

    def _bridge(self, losses: Array, before: float) -> None:
        """Losses that were not measured: the first one and the newest are those that were."""
        known = losses[~np.isnan(losses)]
        if known.size and self.first_loss is not None and np.isnan(self.first_loss):
            self.first_loss = float(known[0])
        if self.last is not None and np.isnan(self.last[LOSS]):
            newest = float(known[-1]) if known.size else before
            self.last = cast(Row, (*self.last[:LOSS], newest, *self.last[LOSS + 1 :]))

    def _beat(self, loss: float, step: float) -> None:
        if np.isfinite(loss) and (self.best_loss is None or loss < self.best_loss):
            self.best_loss = loss
            self.best_step = int(step) if np.isfinite(step) else None

    def _open_long_log(self) -> None:
        opened = open_by_index(self._log, self._run / index_file(self.id), self._capacity)
        if opened is None:
            return
        self.overview = opened.overview
        self.rows = opened.overview.rows
        self.first_loss = opened.first_loss
        self.last = _row(opened.last)
        self._beat(opened.best_loss, opened.best_step)
        for place in opened.places:
            frame = self._log.frame_at(place)
            if frame is not None:
                self._take(frame)
        for step, offset in opened.rows:
            self._row_places.add(step, offset)
        self.ended = False
        self._log.offset, self._skip = opened.offset, opened.used


def _row(values: Array) -> Row:
    return cast(Row, tuple(values.tolist()))


def _joined(pieces: list[Array]) -> Array:
    return np.ascontiguousarray(np.concatenate(pieces, axis=1).T)
