"""A run of another tool as a lane: its loss, its other numbers, how it stands. Knows no file."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from opttui.record.blocks import WIDTH, Array
from opttui.record.fair import HeldOut
from opttui.record.layout import COLUMNS, GRAD_NORM, LOSS, LR, SECONDS, STEP, Row
from opttui.record.manifest import LaneResult, Outcome
from opttui.record.series import LAST, Series
from opttui.record.series import SECONDS as WHEN
from opttui.record.series import STEP as AT
from opttui.sources.choice import Choice
from opttui.sources.log import Log
from opttui.sources.metrics import Metrics
from opttui.sources.names import norm_of, rate_of
from opttui.sources.rows import WatchedRows, since

QUIET = 60.0
"""Seconds without a new row after which a log is said to rest."""


class WatchedLane:
    """One run. All attributes are as of the last poll."""

    held_out = HeldOut()
    past = None
    plane = 0
    ghosts: Sequence[tuple[int, WatchedRows]] = ()
    pointers = ()
    metrics_step = None

    def __init__(
        self, id_: int, name: str, log: Log, key: str, choice: Choice, again: Callable[[], Log]
    ) -> None:
        """`key`: which of the log's runs it is; `again`: a reader of the same log that keeps every point."""
        self.id, self.name, self.log, self.key = id_, name, log, key
        self.loss: str | None = None
        """The metric that is its loss."""
        self.rate: str | None = None
        self.norm: str | None = None
        self.overview = WatchedRows(None)
        self.last: Row | None = None
        self.metrics: dict[str, float] = {}
        """The newest value of each metric that is neither loss nor learning rate nor norm of the gradient."""
        self._choice, self._again = choice, again
        self._version = -1
        self._named: tuple[str, ...] = ()

    @property
    def data(self) -> Metrics:
        """Its numbers."""
        return self.log.runs[self.key]

    @property
    def rows(self) -> int:
        """Points of its loss."""
        return self.overview.rows

    @property
    def first_loss(self) -> float | None:
        """The first one."""
        return None if self.overview.main is None else self.overview.main.first

    @property
    def best_loss(self) -> float | None:
        """The least finite one."""
        return None if self.overview.main is None else self.overview.main.best

    @property
    def best_step(self) -> int | None:
        """Where it was met first."""
        step = None if self.overview.main is None else self.overview.main.best_step
        return None if step is None else int(step)

    @property
    def ended(self) -> bool:
        """Whether the log says that it is over."""
        return self.data.ended is not None

    @property
    def validation(self) -> list[tuple[int, dict[str, float]]]:
        """None: other numbers have steps of their own."""
        return []

    @property
    def metric_names(self) -> tuple[str, ...]:
        """All of them, the one that is its loss left out."""
        return tuple(name for name in self.data.series if name != self.loss)

    def metric(self, name: str) -> WatchedRows | None:
        """Rows whose loss is another metric."""
        series = self.data.series.get(name)
        if series is None or not series.rows:
            return None
        return WatchedRows(series, self.overview.beside, self.data.start)

    def metrics_at(self, step: float) -> dict[str, float]:
        """The newest of the other numbers up to a step."""
        found = {name: self.data.series[name].at(step) for name in self.metrics}
        return {name: value for name, value in found.items() if value is not None}

    def path(self) -> Array:
        """No points."""
        return np.empty((3, 0))

    def ghost_paths(self) -> list[Array]:
        """None: nothing goes back."""
        return []

    def point(self, row: Row) -> tuple[float, float]:
        """Nowhere."""
        return math.nan, math.nan

    def refresh(self) -> bool:
        """Work out anew what depends on the numbers, where they have changed; whether they had."""
        data = self.data
        if data.version == self._version:
            return False
        self._version = data.version
        names = tuple(data.series)
        if names != self._named:
            self._named = names
            self.rate, self.norm = rate_of(names), norm_of(names)
            apart = (self.rate, self.norm)
            self.loss = self._choice.loss_among([name for name in names if name not in apart]) or (
                self._choice.loss_among(names) if self._choice.metric else None
            )
        beside = {LR: self.rate, GRAD_NORM: self.norm}
        self.overview = WatchedRows(
            data.series[self.loss] if self.loss is not None else None,
            {number: data.series[name] for number, name in beside.items() if name is not None},
            data.start,
        )
        self.last = cast(Row, tuple(self.overview.newest().tolist())) if self.rows else None
        own = (self.loss, self.rate, self.norm)
        self.metrics = {
            name: float(series.newest()[LAST])
            for name, series in data.series.items()
            if name not in own and series.rows
        }
        return True

    def phrase(self) -> str:
        """What wrote it, what of it is the loss, and since when it is behind the times."""
        words = f"{self.log.kind} {self.loss}" if self.loss else self.log.kind
        return f"{words}, as of {self.log.as_of}" if self.log.as_of else words

    def result(self, now: float) -> LaneResult:
        """How it stands; `now` in seconds since the epoch."""
        outcome, reason = self._outcome(now)
        last = self.last
        seconds = 0.0 if last is None or not math.isfinite(last[SECONDS]) else last[SECONDS]
        rate = None if last is None or not math.isfinite(last[LR]) else last[LR]
        return LaneResult(
            id=self.id,
            name=self.name,
            phrase=self.phrase(),
            outcome=outcome,
            reason=reason,
            steps=0 if last is None else int(last[STEP]) + 1,
            evaluations=0,
            seconds=seconds,
            first_loss=self.first_loss,
            final_loss=None if last is None else last[LOSS],
            best_loss=self.best_loss,
            best_step=self.best_step,
            target_step=None,
            final_lr=rate,
            diverged_step=None,
            parent=None,
            forked_at=None,
        )

    def _outcome(self, now: float) -> tuple[Outcome, str]:
        ended = self.data.ended
        if ended is not None:
            return ("failed", ended) if ended else ("finished", "")
        modified = self.log.modified
        if now - modified < QUIET:
            return "running", ""
        return "stopped", f"quiet since {when(modified, now)}"

    def _whole(self) -> Metrics | None:
        """Its numbers with every point: the log is read again."""
        log = self._again()
        while log.poll():
            pass
        return log.runs.get(self.key)

    def read_metrics(self) -> Iterator[tuple[int | float, dict[str, float]]]:
        """Every number that is not its loss, by ascending step; several of one name at one step one after the other."""
        data = self._whole()
        names = [name for name in (data.series if data is not None else ()) if name != self.loss]
        if data is None or not names:
            return
        points = [data.series[name].buckets() for name in names]
        steps, values = (np.concatenate([each[row] for each in points]) for row in (AT, LAST))
        which = np.repeat(np.arange(len(names)), [each.shape[1] for each in points])
        times = np.concatenate([occurrence(each[AT]) for each in points])
        order = np.lexsort((which, times, steps))
        steps, values, which, times = steps[order], values[order], which[order], times[order]
        ends = np.flatnonzero((np.diff(steps) != 0) | (np.diff(times) != 0)) + 1
        for begin, end in zip((0, *ends.tolist()), (*ends.tolist(), steps.size), strict=True):
            step = float(steps[begin])
            told = zip(which[begin:end].tolist(), values[begin:end].tolist(), strict=True)
            yield int(step) if step == int(step) else step, {names[name]: value for name, value in told}

    def between(self, first: int, last: int) -> Array:
        """None: the whole log would have to be read again."""
        return np.empty((0, len(COLUMNS)))

    def read(self) -> Iterator[Array]:
        """Every row, exact."""
        data = self._whole()
        series = None if data is None or self.loss is None else data.series.get(self.loss)
        if data is None or series is None or not series.rows:
            return
        points = series.buckets()
        table = np.full((points.shape[1], WIDTH), np.nan)
        table[:, STEP], table[:, LOSS] = points[AT], points[LAST]
        table[:, SECONDS] = points[WHEN] - since(data.start)
        for number, name in ((LR, self.rate), (GRAD_NORM, self.norm)):
            if name in data.series:
                table[:, number] = aligned(data.series[name], points[AT])
        yield table


def aligned(series: Series, steps: Array) -> Array:
    """The newest value at each of some steps; NaN before the first."""
    points = series.buckets()
    places = np.searchsorted(points[AT], steps, side="right") - 1
    return np.where(places >= 0, points[LAST][np.maximum(places, 0)], np.nan)


def occurrence(steps: Array) -> NDArray[np.int64]:
    """For each of some ascending steps how many before it are the same."""
    return np.arange(steps.size, dtype=np.int64) - np.searchsorted(steps, steps, side="left")


def when(moment: float, now: float) -> str:
    """A time of day, with its date where that is another."""
    then = time.localtime(moment)
    same = time.localtime(now)[:3] == then[:3]
    return time.strftime("%H:%M" if same else "%Y-%m-%d %H:%M", then)
