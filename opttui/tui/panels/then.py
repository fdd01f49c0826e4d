"""The step at which the cursor stands on the focused lane, and the lane's hypers there. Knows no key."""

import math

import numpy as np

from opttui.record.history import present
from opttui.record.layout import LR, STEP
from opttui.record.seen import SeenLane
from opttui.tui.panels.axis import AXIS_COLUMNS, curve_along, on_axis
from opttui.tui.panels.marks import along
from opttui.tui.panels.reached import row_at_cursor
from opttui.tui.view import RaceView


def reader_of(view: RaceView, lane: int) -> SeenLane | None:
    """A lane that has rows."""
    return next((reader for reader in view.reader.lanes if reader.id == lane and reader.rows), None)


def ends_of(view: RaceView, lane: int) -> tuple[int, int] | None:
    """The lane's first step and its newest; None before its first row."""
    reader = reader_of(view, lane)
    if reader is None or reader.last is None:
        return None
    first = reader.overview.curve(STEP, STEP).low
    first = first[np.isfinite(first)]
    return int(first[0]) if first.size else 0, int(reader.last[STEP])


def step_at(view: RaceView, lane: int) -> int | None:
    """The lane's step at the cursor, from its first to its newest; None without a cursor or rows."""
    reader, ends = reader_of(view, lane), ends_of(view, lane)
    if view.cursor is None or reader is None or ends is None or not math.isfinite(view.cursor):
        return None
    step = view.cursor
    if view.axis != "steps" and (row := row_at_cursor(view, reader)) is not None:
        step = row[STEP]
    elif view.axis != "steps":
        curve = curve_along(view, reader, STEP)
        known = np.isfinite(curve.x) & np.isfinite(curve.last)
        if not known.any():
            return None
        step = float(np.interp(view.cursor, curve.x[known], curve.last[known]))
    return min(max(round(step), ends[0]), ends[1])


def place_at(view: RaceView, lane: int, step: int) -> float | None:
    """Where a step of the lane lies on the chosen axis."""
    reader = reader_of(view, lane)
    if reader is None:
        return None
    if view.axis != "steps" and reader.overview.stride > 1 and (row := reader.between(step, step)).size:
        return float(on_axis(view, row[0, AXIS_COLUMNS[view.axis]]))
    places = along(reader, view.axis, [step], view.reader.manifest.problem)
    return float(places[0]) if places.size else None


def hypers_at(view: RaceView, lane: int, step: int | None) -> dict[str, float]:
    """The lane's hypers before a step; None: now."""
    reader = reader_of(view, lane)
    if step is None or reader is None:
        return view.hypers_now(lane)
    info = next((info for info in view.reader.manifest.lanes if info.id == lane), None)
    values = dict(info.hypers) if info is not None else {}
    for event in present(view.reader.events, lane):
        name = event.data.get("hyper")
        if event.kind == "set" and name in values and event.step is not None and event.step <= step:
            values[name] = float(event.data["new"])
    if "lr" in values:
        curve = reader.overview.curve(STEP, LR)
        at = int(np.searchsorted(curve.x, step, side="left"))
        values["lr"] = float(curve.last[min(at, curve.last.size - 1)])
        if reader.overview.stride > 1 and (row := reader.between(step, step)).size:
            values["lr"] = float(row[0, LR])
    return values
