"""The loss panel: every lane's curve, its marks, the target. Knows no screen: a view in, a picture out."""

import numpy as np

from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.picture import Picture
from opttui.plots.scales import Scale, scale_of
from opttui.record.layout import LOSS
from opttui.tui.panels import beside
from opttui.tui.panels.axis import AXIS_COLUMNS, on_axis, word
from opttui.tui.panels.cells import cut, tame
from opttui.tui.panels.crosshair import column_of, with_cursor
from opttui.tui.panels.kin import ink_of
from opttui.tui.panels.legend import Entry, with_legend
from opttui.tui.panels.loss_lines import loss_bands, loss_curves, loss_lines, reach_of
from opttui.tui.panels.loss_range import loss_range
from opttui.tui.panels.memo import once
from opttui.tui.panels.numbers import loss_text
from opttui.tui.panels.reach import x_range
from opttui.tui.panels.reached import lanes_at
from opttui.tui.panels.standings import LOST, Standing, in_sight, standings
from opttui.tui.panels.waiting import is_waiting, welcome
from opttui.tui.view import SMOOTHINGS, RaceView

GUTTER = 7
"""Cells beside the axis."""
SIGNS = ("╌╌ ", "┄┄ ", "┈┈ ", "╴╴ ")
"""What stands in the legend for what is drawn beside a race."""


def title(view: RaceView) -> str:
    """What is on the axes."""
    share = SMOOTHINGS[view.smoothing_level()]
    parts = [f"{what(view)}{_against(view)}", view.loss_scale(), f"by {word(view)}"]
    parts += [f"smoothed over {100 * share:g} %"] if share else []
    parts += ["without outliers"] if view.clip and view.y_window is None else []
    parts += ["zoomed"] if view.x_window or view.y_window else []
    return " · ".join(parts)


def what(view: RaceView) -> str:
    """What is drawn: the loss, under the name that another tool has for it, or another metric."""
    return tame(view.metric) if view.metric else "loss"


def _against(view: RaceView) -> str:
    """What the losses are drawn against."""
    name = next((info.name for info in view.reader.manifest.lanes if info.id == view.baseline), "")
    return f" {'÷' if view.ratio else '−'} that of {tame(name)}" if name else ""


def draw(view: RaceView, width: int, height: int) -> Picture:
    """Curves of all lanes, the focused one painted last."""
    if is_waiting(view):
        return welcome(view, width, height)
    key = ("loss", width, height, view.drawn())
    picture = once(view.reader, key, lambda: _curves(view, width, height))
    picture = with_cursor(view, picture, x_range(view), width)
    return with_legend(picture, _entries(view), width, column_of(view, x_range(view), width, height))


def _curves(view: RaceView, width: int, height: int) -> Picture:
    lanes, curves = in_sight(view), loss_curves(view)
    scale = scale_in_sight(view)
    frame = Frame(
        width=width,
        height=height,
        y_scale=view.loss_scale(),
        x_label=word(view),
        y_label=cut(what(view), GUTTER),
        now=None,
        marker=view.marker,
        x_range=x_range(view),
        y_range=(scale.low, scale.high) if scale is not None else None,
        y_linear=scale.linear if scale is not None else None,
    )
    others = [] if view.baseline is not None else beside.lines(view, LOSS, reach_of(view))
    lines = [*_target(view, frame), *others, *loss_lines(view, lanes, curves)]
    return draw_curves(lines, frame, loss_bands(view, curves))


def scale_in_sight(view: RaceView) -> Scale | None:
    """The losses that the viewer chose; else what the curves in sight need. None where there is nothing finite."""
    fitted = once(view.reader, ("losses", view.drawn()), lambda: _fitted(view))
    if fitted is not None and view.now is not None:
        fitted = view.losses.held(view.drawn(), fitted, view.now)
    if view.y_window is None:
        return fitted
    return scale_of(*view.y_window, view.loss_scale(), fitted.linear if fitted is not None else None)


def _fitted(view: RaceView) -> Scale | None:
    """Round the curves in the window; where there are none, round all."""
    kind = view.loss_scale()
    lost = {lane.id for lane in standings(view) if lane.outcome in LOST}
    whole = loss_curves(view)
    seen = {lane: curve.within(x_range(view)) for lane, curve in whole.items()} if view.x_window else whole
    if not any(curve.raw.x.size for curve in seen.values()):
        seen = whole
    bounds = {lane: curve.bounds(kind, view.clip) for lane, curve in seen.items()}
    # Zoomed or against a baseline the target may be far from all that is of interest.
    far = view.baseline is not None or view.x_window is not None or bool(view.metric)
    others = [] if view.baseline is not None else beside.lines(view, LOSS, reach_of(view))
    return loss_range(
        [values for lane, both in bounds.items() if lane not in lost for values in both]
        + [values for line in others for values in (line.low, line.high)],
        [values for lane, both in bounds.items() if lane in lost for values in both],
        None if far else view.reader.manifest.scenario.target,
        kind,
    )


def _target(view: RaceView, frame: Frame) -> list[Line]:
    """A faint line at the loss that the race is for; none where it cannot be drawn."""
    target = view.reader.manifest.scenario.target
    if target is None or frame.x_range is None or view.baseline is not None or view.metric:
        return []
    if view.loss_scale() == "log" and target <= 0:
        return []
    at = np.full(2, target)
    return [Line(x=np.array(frame.x_range), low=at, high=at, ink="faint", dotted=True)]


def _entries(view: RaceView) -> list[Entry]:
    """Names, and with a cursor what each curve has there."""
    entries = []
    shown = loss_curves(view) if view.metric else {}
    for lane in lanes_at(view):
        if view.metric and lane.id not in shown:
            continue
        value = loss_text(_value(view, lane))
        entries.append(
            Entry(
                *(lane.id, lane.name, lane.id == view.focus, value if view.cursor is not None else ""),
                ink=ink_of(view.reader, lane.id),
            )
        )
    for number, other in enumerate(beside.standings_beside(view)):
        value = loss_text(other.loss) if view.cursor is not None and not view.metric else ""
        entries.append(
            Entry(other.id, other.name, value=value, ink=beside.INK, sign=SIGNS[number % len(SIGNS)])
        )
    return entries


def _value(view: RaceView, lane: Standing) -> float | None:
    """What a lane's curve has at the cursor."""
    if not view.metric:
        return lane.loss if view.baseline is None else lane.versus
    reader = next(reader for reader in view.reader.lanes if reader.id == lane.id)
    rows = view.rows_of(reader)
    if rows is None or not rows.rows or view.cursor is None:
        return None
    curve = rows.coarse.curve(AXIS_COLUMNS[view.axis], LOSS)
    place = int(np.searchsorted(on_axis(view, curve.x), view.cursor * (1 + 1e-12), side="right")) - 1
    return float(curve.last[place]) if place >= 0 else None
