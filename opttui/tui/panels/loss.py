"""The loss panel: every lane's curve, its marks, the target. Knows no screen: a view in, a picture out."""

import numpy as np

from opttui.plots.curves import Frame, Line, draw_curves
from opttui.plots.picture import Picture
from opttui.plots.scales import Scale
from opttui.tui.panels.legend import Entry, with_legend
from opttui.tui.panels.loss_lines import LossCurve, loss_bands, loss_curves, loss_lines
from opttui.tui.panels.loss_range import loss_range
from opttui.tui.panels.reach import x_range
from opttui.tui.panels.standings import LOST, Standing, standings
from opttui.tui.panels.waiting import is_waiting, welcome
from opttui.tui.view import SMOOTHINGS, RaceView


def title(view: RaceView) -> str:
    """What is on the axes."""
    share = SMOOTHINGS[view.smoothing_level()]
    smooth = f" · smoothed over {100 * share:g} %" if share else ""
    return f"loss · {view.loss_scale()} · by {view.axis}{smooth}"


def draw(view: RaceView, width: int, height: int) -> Picture:
    """Curves of all lanes, the focused one painted last."""
    if is_waiting(view):
        return welcome(view, width, height)
    lanes = standings(view)
    curves = loss_curves(view)
    scale = _scale(view, lanes, curves)
    frame = Frame(
        width=width,
        height=height,
        y_scale=view.loss_scale(),
        x_label=view.axis,
        y_label="loss",
        now=None,
        marker=view.marker,
        x_range=x_range(view),
        y_range=(scale.low, scale.high) if scale is not None else None,
        y_linear=scale.linear if scale is not None else None,
    )
    picture = draw_curves(
        _target(view, frame) + loss_lines(view, lanes, curves), frame, loss_bands(view, curves)
    )
    return with_legend(picture, _entries(view, lanes), width)


def _scale(view: RaceView, lanes: tuple[Standing, ...], curves: dict[int, LossCurve]) -> Scale | None:
    kind = view.loss_scale()
    lost = {lane.id for lane in lanes if lane.outcome in LOST}
    bounds = {lane: curve.bounds(kind == "log") for lane, curve in curves.items()}
    return loss_range(
        [values for lane, both in bounds.items() if lane not in lost for values in both],
        [values for lane, both in bounds.items() if lane in lost for values in both],
        view.reader.manifest.scenario.target,
        kind,
    )


def _target(view: RaceView, frame: Frame) -> list[Line]:
    """A faint line at the loss that the race is for; none where it cannot be drawn."""
    target = view.reader.manifest.scenario.target
    if target is None or frame.x_range is None or (view.loss_scale() == "log" and target <= 0):
        return []
    at = np.full(2, target)
    return [Line(x=np.array(frame.x_range), low=at, high=at, ink="faint", dotted=True)]


def _entries(view: RaceView, lanes: tuple[Standing, ...]) -> list[Entry]:
    return [Entry(lane.id, lane.name, focused=lane.id == view.focus) for lane in lanes]
