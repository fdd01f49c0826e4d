"""What a viewer reads and how closely: the cursor, parts of the axes, the baseline. Changes a view; knows no key."""

import math
from collections.abc import Sequence

import numpy as np

from opttui.plots.places import value_at
from opttui.record.layout import STEP
from opttui.record.seen import SeenLane
from opttui.tui import zoom
from opttui.tui.panels import loss
from opttui.tui.panels.axis import curve_along, place_of
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.path import box_of
from opttui.tui.panels.reach import whole_range, x_range
from opttui.tui.view import Axis, RaceView

STRIDE = 1 / 100
"""Of what is in sight, so much the cursor moves at least."""
PAN = 1 / 8
"""Of what is in sight, so much a key moves it."""


def focused(view: RaceView) -> SeenLane | None:
    """The focused lane, if it has rows; else any that has."""
    lanes = [lane for lane in view.reader.lanes if lane.rows and view.shows(lane.id)]
    return next((lane for lane in lanes if lane.id == view.focus), lanes[0] if lanes else None)


def read_at(view: RaceView, place: float | None) -> None:
    """Put the cursor on the focused lane's row nearest to a place; None takes it away."""
    lane = focused(view)
    view.cursor = None
    if place is not None and lane is not None:
        rows = curve_along(view, lane, STEP).x
        rows = rows[np.isfinite(rows)]
        if rows.size:
            view.cursor = float(rows[np.abs(rows - place).argmin()])


def read_step(view: RaceView, step: float) -> None:
    """Put the cursor on the focused lane's row nearest to a step."""
    lane = focused(view)
    if lane is not None:
        far = np.abs(lane.overview.curve(STEP, STEP).last - step)
        places = curve_along(view, lane, STEP).x
        read_at(view, float(places[np.nanargmin(far)]) if np.isfinite(far).any() else None)


def move_cursor(view: RaceView, by: int) -> None:
    """On to the next row in sight or the previous one, by a hundredth of what is in sight at least.

    The first press puts the cursor on the newest row; a cursor that leaves the window takes it along.
    """
    lane = focused(view)
    if lane is None:
        return
    low, high = x_range(view)
    if view.cursor is None or not math.isfinite(view.cursor):
        read_at(view, min(place_of(view, lane.last), high))
        return
    rows = curve_along(view, lane, STEP).x
    rows = rows[np.isfinite(rows)]
    wanted = view.cursor + by * (high - low) * STRIDE
    beyond = rows[rows >= wanted] if by > 0 else rows[rows <= wanted]
    if beyond.size:
        view.cursor = float(beyond[0] if by > 0 else beyond[-1])
    elif rows.size:
        view.cursor = float(rows[-1] if by > 0 else rows[0])
    follow_cursor(view)


def cursor_to_end(view: RaceView, newest: bool) -> None:
    """To the focused lane's first row or its newest one."""
    lane = focused(view)
    if lane is not None:
        read_at(view, place_of(view, lane.last) if newest else 0.0)
        follow_cursor(view)


def follow_cursor(view: RaceView) -> None:
    """Move what is in sight so far that the cursor is."""
    if view.x_window is None or view.cursor is None:
        return
    low, high = view.x_window
    way = min(view.cursor - low, 0.0) + max(view.cursor - high, 0.0)
    if way:
        view.x_window = zoom.kept((low + way, high + way), whole_range(view))


def zoom_axis(view: RaceView, factor: float, at: float | None = None) -> None:
    """Zoom the curves' x axis at a place: the cursor, or else the middle of what is in sight."""
    low, high = x_range(view)
    if at is None:
        at = view.cursor if view.cursor is not None and low <= view.cursor <= high else (low + high) / 2
    view.x_window = zoom.zoomed((low, high), whole_range(view), at, factor)


def set_axis(view: RaceView, low: float, high: float) -> None:
    """Show a part of the x axis; all of it where that is not less."""
    view.x_window = zoom.kept((low, high), whole_range(view))


def pan_axis(view: RaceView, by: float) -> None:
    """Move what is in sight along the x axis by a share of it."""
    if view.x_window is not None:
        view.x_window = zoom.moved(view.x_window, whole_range(view), by)


def zoom_losses(view: RaceView, factor: float, share: float = 0.5) -> None:
    """Zoom the loss's axis at a place between its ends."""
    scale = loss.scale_in_sight(view)
    if scale is not None:
        low, high = zoom.grown((0.0, 1.0), share, factor)
        set_losses(view, value_at(scale, low), value_at(scale, high))


def pan_losses(view: RaceView, by: float) -> None:
    """Move the part of the losses that is in sight up by a share of it."""
    scale = loss.scale_in_sight(view)
    if scale is not None:
        set_losses(view, value_at(scale, by), value_at(scale, 1 + by))


def set_losses(view: RaceView, low: float, high: float) -> None:
    """Show losses from `low` to `high`; nothing where that is no range."""
    if math.isfinite(low) and math.isfinite(high) and low < high and (high - low) > 1e-12 * abs(high):
        view.y_window = low, high


def zoom_plane(view: RaceView, factor: float, shares: tuple[float, float] = (0.5, 0.5)) -> None:
    """Zoom the path panel's plane at a point between its edges."""
    box = box_of(view)
    if box is None:
        return
    ends = [_sides(box, side, zoom.grown((0.0, 1.0), shares[side], factor)) for side in (0, 1)]
    set_plane(view, (*ends[0], *ends[1]))


def pan_plane(view: RaceView, across: float, up: float) -> None:
    """Move the part of the plane that is in sight by shares of it."""
    box = box_of(view)
    if box is not None:
        ends = [_sides(box, side, (by, 1 + by)) for side, by in ((0, across), (1, up))]
        set_plane(view, (*ends[0], *ends[1]))


def _sides(box: Sequence[float], side: int, shares: tuple[float, float]) -> tuple[float, float]:
    low, high = box[2 * side], box[2 * side + 1]
    return low + shares[0] * (high - low), low + shares[1] * (high - low)


def toggle_box(view: RaceView) -> None:
    """Keep the part of the plane that is in sight, or follow the lanes again."""
    view.box = None if view.box is not None else box_of(view)


def follow_plane(view: RaceView) -> None:
    """A part of one plane is none of another."""
    number = ledger(view.reader).plane.number
    if number != view.plane:
        view.plane, view.box = number, None


def set_plane(view: RaceView, box: tuple[float, float, float, float]) -> None:
    """Show a part of the plane; nothing where it is too small or too large to be drawn."""
    sides = (box[0], box[1]), (box[2], box[3])
    size = max(map(abs, box))
    if size < 1e100 and all(high - low > max(1e-12 * size, 1e-200) for low, high in sides):
        view.box = box


def zoom_chosen(view: RaceView, inwards: bool) -> None:
    """Zoom what the chosen panel shows: the plane, else the curves' axis."""
    factor = zoom.STEP**2 if inwards else zoom.STEP**-2
    if view.chosen == "path":
        zoom_plane(view, factor)
    else:
        zoom_axis(view, factor)


def pan_chosen(view: RaceView, across: int, up: int = 0) -> None:
    """Move what the chosen panel shows."""
    if view.chosen == "path":
        pan_plane(view, across * PAN, up * PAN)
    elif across:
        pan_axis(view, across * PAN)
    else:
        pan_losses(view, up * PAN)


def zoom_heights(view: RaceView, inwards: bool) -> None:
    """Zoom the losses; on the path panel, the plane."""
    factor = zoom.STEP**2 if inwards else zoom.STEP**-2
    if view.chosen == "path":
        zoom_plane(view, factor)
    else:
        zoom_losses(view, factor)


def zoom_out(view: RaceView) -> None:
    """Show everything, and follow the lanes again."""
    view.x_window = view.y_window = view.box = None


def rebase(view: RaceView, axis: Axis) -> None:
    """Another axis: cursor and window go to where the focused lane was then."""
    lane = focused(view)
    before = curve_along(view, lane, STEP).x if lane is not None else None
    view.axis = axis
    if lane is None or before is None:
        view.cursor = view.x_window = None
        return
    after = curve_along(view, lane, STEP).x
    known = np.isfinite(before) & np.isfinite(after)
    if not known.any():
        view.cursor = view.x_window = None
        return
    if view.cursor is not None:
        view.cursor = float(np.interp(view.cursor, before[known], after[known]))
    if view.x_window is not None:
        low, high = np.interp(view.x_window, before[known], after[known]).tolist()
        view.x_window = zoom.kept((low, high), whole_range(view))


def toggle_clip(view: RaceView) -> None:
    """Let rare losses lie beyond the edges, or show all."""
    view.clip = not view.clip


def pin(view: RaceView) -> None:
    """Pin the focused lane as baseline: differences, then ratios, then no baseline."""
    if view.baseline != view.focus:
        view.baseline, view.ratio = view.focus, False
    elif not view.ratio:
        view.ratio = True
    else:
        view.baseline, view.ratio = None, False
    view.y_window = None
