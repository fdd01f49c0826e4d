"""How the lanes stood at a place on the chosen axis, and who was best up to there. Knows no column and no ink.

Lanes are compared by their best loss, held-out where batches differ, up to one place: the cursor, else as far as every
lane has come that is still running or took all its steps. On the axis of steps that is all of the race; on evaluations
or seconds a lane that is cheap gets no more of them than a lane that is dear. A lane that ended early, well or badly,
keeps its best.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np

from opttui.record.fair import by_held_out
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS, STEP, Row
from opttui.record.seen import SeenLane
from opttui.tui.panels.axis import AXIS_COLUMNS, curve_along, on_axis, place_of, place_text, short_place
from opttui.tui.panels.memo import once
from opttui.tui.panels.standings import Standing, in_sight, standings, taken
from opttui.tui.view import RaceView

GOING = ("running", "paused", "finished")
"""Outcomes of lanes that reach as far as they could by now."""
ALIVE = ("waiting", "running", "paused")


def lanes_at(view: RaceView) -> tuple[Standing, ...]:
    """Every lane in sight as it stood at the cursor, or now; `best` is that up to the place of comparison."""
    return once(view.reader, ("lanes at", view.state, *view.choices()), lambda: _lanes_at(view))


def _lanes_at(view: RaceView) -> tuple[Standing, ...]:
    readers = {lane.id: lane for lane in view.reader.lanes}
    place = comparison(view)
    base = readers.get(-1 if view.baseline is None else view.baseline)
    other = _loss(view, base) if base is not None else None
    found = []
    for lane in in_sight(view):
        reader = readers.get(lane.id)
        if reader is None or not reader.rows:
            found.append(lane)
            continue
        then = lane if view.cursor is None else _as_of(view, lane, reader)
        versus = _compared(then.loss, other, view.ratio)
        luckiest = least_until(view, reader, place)
        best = held_out_until(view, reader, place) if by_held_out(view.reader) else luckiest
        # Without a cursor most are what they were.
        same = (then.best, then.luckiest, then.versus) == (best, luckiest, versus)
        found.append(then if same else replace(then, best=best, luckiest=luckiest, versus=versus))
    return tuple(found)


def _as_of(view: RaceView, lane: Standing, reader: SeenLane) -> Standing:
    """A lane with the numbers of its row at the cursor; without them where it had ended or not begun."""
    row = row_at_cursor(view, reader)
    if row is None:
        return replace(lane, loss=None, lr=None, evaluations=None, seconds=None, metrics={})
    return replace(
        lane,
        loss=row[LOSS],
        lr=None if math.isnan(row[LR]) else row[LR],
        steps=taken(row),
        evaluations=int(row[EVALUATIONS]) if math.isfinite(row[EVALUATIONS]) else None,
        seconds=row[SECONDS],
        metrics=dict(reader.metrics_at(row[STEP] + 1)),
    )


def _loss(view: RaceView, lane: SeenLane) -> float | None:
    row = lane.last if view.cursor is None else row_at_cursor(view, lane)
    return row[LOSS] if row is not None else None


def _compared(loss: float | None, other: float | None, ratio: bool) -> float | None:
    if loss is None or other is None:
        return None
    if not ratio:
        return loss - other
    return loss / other if other else math.nan


def row_at_cursor(view: RaceView, lane: SeenLane) -> Row | None:
    """The lane's newest known row at or before the cursor; None where it had not begun or was over already.

    Exact: a bucket of several rows is looked up on disk. Of another tool's log only its last row is known, and
    `rows_a_bucket` says of how many.
    """
    if view.cursor is None or not lane.rows:
        return None
    rows = curve_along(view, lane, STEP).x
    index = int(np.searchsorted(rows, view.cursor * (1 + 1e-12), side="right")) - 1
    if lane.overview.stride > 1 and (found := _inside(view, lane, index)) is not None:
        return found
    if index < 0:
        return None
    outcome = next((one.outcome for one in standings(view) if one.id == lane.id), "")
    if index == rows.size - 1 and view.cursor > rows[-1] * (1 + 1e-12) and outcome not in ALIVE:
        return None
    return cast(Row, tuple(lane.overview.row(index).tolist()))


def _inside(view: RaceView, lane: SeenLane, index: int) -> Row | None:
    """The row at the cursor among those after a bucket's last, up to the next one's; None where none is before it."""
    steps = lane.overview.curve(STEP, STEP)
    if index + 1 >= steps.x.size or view.cursor is None:
        return None
    # A bucket's rows have steps of their own, one after the other.
    first = steps.x[index] + 1 if index >= 0 else steps.low[0]
    if not math.isfinite(first) or not math.isfinite(steps.x[index + 1]):
        return None
    rows = lane.between(int(first), int(steps.x[index + 1]))
    places = on_axis(view, rows[:, AXIS_COLUMNS[view.axis]])
    at = int(np.searchsorted(places, view.cursor * (1 + 1e-12), side="right")) - 1
    return cast(Row, tuple(rows[at].tolist())) if at >= 0 else None


def rows_a_bucket(view: RaceView) -> int:
    """Of how many successive rows one is known at the cursor; 1: of each, as in every record of ours."""
    if not view.reader.foreign:
        return 1
    return max((lane.overview.stride for lane in view.reader.lanes if lane.rows), default=1)


def comparison(view: RaceView) -> float:
    """Place on the axis up to which bests are compared; infinite where no lane is behind another."""
    if view.cursor is not None:
        return view.cursor
    lanes = {lane.id: lane for lane in view.reader.lanes if lane.rows}
    for outcomes in (GOING, ("stopped",)):
        ends = [
            place_of(view, lanes[lane.id].last)
            for lane in standings(view)
            if lane.outcome in outcomes and lane.id in lanes
        ]
        if ends:
            # In lockstep a lane may be a row ahead of another for a moment.
            return min(ends) if view.axis in ("evaluations", "seconds") else math.inf
    return math.inf


def held_out_until(view: RaceView, lane: SeenLane, place: float) -> float | None:
    """The least held-out loss up to a place; None while there is none."""
    steps = curve_along(view, lane, STEP)
    count = int(np.searchsorted(steps.x, place * (1 + 1e-12), side="right"))
    if count == steps.x.size:
        return lane.held_out.least()
    # What is measured after a step bears the number of the next one.
    return lane.held_out.least(float(steps.last[count - 1]) + 1 if count else 0)


def least_until(view: RaceView, lane: SeenLane, place: float) -> float | None:
    """The least finite loss up to a place; None while there is none. Exact but for the bucket that holds the place."""
    if place == math.inf:
        return lane.best_loss
    curve = curve_along(view, lane, LOSS)
    count = int(np.searchsorted(curve.x, place * (1 + 1e-12), side="right"))
    if count == curve.x.size:
        return lane.best_loss
    low = curve.low[:count]
    low = low[np.isfinite(low)]
    return float(low.min()) if low.size else None


def compared_words(view: RaceView) -> str:
    """By what the lanes are ranked: `by best loss`, and up to where, if that is not all."""
    place, by = comparison(view), ranking_words(view)
    every = [place_of(view, lane.last) for lane in view.reader.lanes if lane.rows]
    if view.cursor is None and (not every or place >= max(every)):
        return by
    return f"{by} up to {place_text(view, place)}"


def ranking_words(view: RaceView) -> str:
    """What the lanes are ranked by."""
    return "by best held-out loss" if by_held_out(view.reader) else "by best loss"


def best_header(view: RaceView) -> str:
    """The header of the column of bests: up to where, if that is neither all nor the cursor."""
    word = "best val" if by_held_out(view.reader) else "best"
    whole = view.cursor is not None or compared_words(view) == ranking_words(view)
    return word if whole else f"{word} ≤{short_place(view, comparison(view))}"


def cursor_words(view: RaceView) -> str:
    """Where values are read, and whether that is one row of several; empty without a cursor."""
    if view.cursor is None:
        return ""
    stride = rows_a_bucket(view)
    return f"at {place_text(view, view.cursor)}" + (f" (one row of {stride:,})" if stride > 1 else "")


KEYS = {
    "name": lambda lane: lane.name.lower(),
    "phrase": lambda lane: lane.phrase.lower(),
    "outcome": lambda lane: lane.outcome,
    "ink": lambda lane: lane.id,
    "tree": lambda lane: lane.descent,
}
"""What a column is sorted by that holds words."""


def sorted_lanes(view: RaceView, lanes: Sequence[Standing]) -> list[Standing]:
    """Ranked lanes by the column that the viewer chose; numbers that do not exist come last either way."""
    if view.sort in ("best", "rank", "spark"):
        return list(reversed(lanes)) if view.backwards else list(lanes)
    if view.sort in KEYS:
        return sorted(lanes, key=KEYS[view.sort], reverse=view.backwards)

    def key(lane: Standing) -> tuple[bool, float]:
        value = number_of(lane, view.sort)
        there = value is not None and not math.isnan(value)
        size = float(value) if there and value is not None else 0.0
        return not there, -size if view.backwards else size

    return sorted(lanes, key=key)


def number_of(lane: Standing, column: str) -> float | None:
    """What a column of numbers holds."""
    if column.startswith("metric "):
        return lane.metrics.get(column.removeprefix("metric "))
    value: float | None = getattr(lane, column, None)
    return value
