"""The lanes' losses as lines: what was measured, and smoothed over it where the viewer asks. Knows no axis's range."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from opttui.plots.curves import Band, Line
from opttui.plots.scales import Kind
from opttui.plots.smoothing import smoothed, spread
from opttui.record.layout import LOSS, STEP
from opttui.record.overview import Curve
from opttui.record.seen import SeenLane
from opttui.tui.panels.axis import AXIS_COLUMNS, on_axis, shown_in_sight
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.kin import dash_of, ink_of
from opttui.tui.panels.marks import marks_of
from opttui.tui.panels.memo import once
from opttui.tui.panels.reach import whole_range
from opttui.tui.panels.standings import Standing
from opttui.tui.view import SMOOTHINGS, RaceView

Floats = NDArray[np.float64]

POINTS = 4096
"""Points of a curve that are smoothed, evenly taken: ten a dot column of the widest panel."""

MIDDLE = (0.2, 0.8)
"""Of the measured losses, those between these shares make the band about a smooth curve."""

AROUND = (0.03, 0.97)
"""Of the measured losses behind smooth curves, the share that fits into the picture; rarer ones lie at its edge."""


CLIPPED = (0.02, 0.98)
"""Of a lane's losses, the share that fits into the picture when outliers are clipped."""


@dataclass(frozen=True)
class LossCurve:
    """One lane's loss on the chosen axis."""

    raw: Curve
    x: Floats
    smooth: Floats | None
    """Over `x`; None where the viewer wants what was measured and nothing else."""
    band: tuple[Floats, Floats, Floats] | None = None
    """x, lower and upper edge of the middle of the losses about the smooth curve."""

    def within(self, ends: tuple[float, float]) -> "LossCurve":
        """The part between two places on the axis."""
        raw, clear = (slice(*np.searchsorted(x, ends, side="left").tolist()) for x in (self.raw.x, self.x))
        part = Curve(*(field[raw] for field in (self.raw.x, self.raw.low, self.raw.high, self.raw.last)))
        return LossCurve(part, self.x[clear], None if self.smooth is None else self.smooth[clear])

    def bounds(self, kind: Kind, clip: bool = False) -> tuple[Floats, ...]:
        """Values that the picture must have room for; with `clip`, those that are not rare."""
        low, high, log = self.raw.low, self.raw.high, kind == "log"
        if self.smooth is None and not clip:
            least, most = self.raw.ends
            # Of most curves the ends tell all; NaN fails the comparisons.
            if kind != "symlog" and (0.0 if log else -1e300) < least and most < 1e300:
                return (np.array(self.raw.ends),)
            return low, high
        low, high = low[np.isfinite(low) & ((low > 0) | (not log))], high[np.isfinite(high)]
        ends = [
            np.quantile(part, share)
            for part, share in zip((low, high), CLIPPED if clip else AROUND, strict=True)
            if part.size
        ]
        both = (
            np.array(ends) if self.smooth is None or clip else np.concatenate((self.smooth, np.array(ends)))
        )
        return both, both


def loss_curves(view: RaceView) -> dict[int, LossCurve]:
    """The curve of each lane that has rows and is not filtered out, by the lane's id."""
    return once(view.reader, ("loss curves", view.drawn()), lambda: _loss_curves(view))


def _loss_curves(view: RaceView) -> dict[int, LossCurve]:
    reach = reach_of(view)
    found = {lane.id: shown_in_sight(view, lane) for lane in view.reader.lanes}
    raw = {id_: curve for id_, curve in found.items() if curve is not None and view.shows(id_)}
    if view.reader.manifest.kind == "tracked":
        raw = {id_: curve.measured() for id_, curve in raw.items()}
    base = found.get(-1 if view.baseline is None else view.baseline)
    if base is not None:
        raw = {id_: against(curve, base, view.ratio) for id_, curve in raw.items()}
    return {id_: _curve(curve, reach) for id_, curve in raw.items()}


def against(curve: Curve, base: Curve, ratio: bool) -> Curve:
    """A curve's difference to another one or its quotient, row by row where both have rows in the same places.

    Of a bucket of several rows the last is taken; elsewhere the other curve is a straight line between its rows. NaN
    beyond its ends.
    """
    known = np.isfinite(base.x)
    with np.errstate(all="ignore"):
        other = np.interp(curve.x, base.x[known], base.last[known], np.nan, np.nan) if known.any() else np.nan
        values = curve.last / other if ratio else curve.last - other
    return Curve(curve.x, values, values, values)


def _curve(raw: Curve, reach: float) -> LossCurve:
    if reach <= 0:
        return LossCurve(raw, raw.x, None)
    every, size = -(-raw.x.size // POINTS) or 1, raw.x.size
    # Counted from the begin, so that those taken hold still; and the newest.
    at = np.unique(np.append(np.arange(every - 1, size, every), size - 1))
    x, y = (raw.x, raw.last) if every == 1 else (raw.x[at], raw.last[at])
    return LossCurve(raw, x, smoothed(x, y, reach), spread(x, y, reach, MIDDLE))


def reach_of(view: RaceView) -> float:
    """Of the moving average, on the chosen axis; 0: none."""
    return SMOOTHINGS[view.smoothing_level()] * _whole(view)


def _whole(view: RaceView) -> float:
    """How long the race is on the axis; it grows by steps where nobody knows, so that curves hold still between."""
    steps = view.reader.manifest.steps
    if view.axis == "steps" and steps is not None:
        return float(steps)
    return whole_range(view)[1]


def loss_lines(view: RaceView, lanes: tuple[Standing, ...], curves: dict[int, LossCurve]) -> list[Line]:
    """In painter's order: what is faint first, then the lanes, the focused one last."""
    facts, problem = ledger(view.reader), view.reader.manifest.problem
    order = sorted(lanes, key=lambda lane: (lane.id == view.focus, -lane.id))
    readers = {lane.id: lane for lane in view.reader.lanes}
    faint, clear = [], []
    for lane in order:
        curve = curves.get(lane.id)
        if curve is None:
            continue
        ink, dash = ink_of(view.reader, lane.id), dash_of(view.reader, lane.id)
        marks = marks_of(readers[lane.id], facts.lane(lane.id), view.axis, problem, ink)
        measured = view.baseline is None and not view.metric
        faint += undone(view, readers[lane.id], LOSS, ink) if measured else []
        raw = curve.raw
        if curve.smooth is None:
            clear.append(Line(raw.x, raw.low, raw.high, ink, dash, marks=marks, ends=raw.ends))
        else:
            faint.append(Line(raw.x, raw.low, raw.high, f"{ink}ghost", behind=True, ends=raw.ends))
            smooth = curve.smooth
            clear.append(Line(x=curve.x, low=smooth, high=smooth, ink=ink, dash=dash, marks=marks))
    return faint + clear


def undone(view: RaceView, lane: SeenLane, column: int, ink: str) -> list[Line]:
    """A column of what was undone: from the step to which the lane went back, as it went on the first time."""
    found = []
    for step, overview in lane.ghosts:
        steps = overview.coarse.curve(AXIS_COLUMNS[view.axis], STEP).last
        curve = overview.coarse.curve(AXIS_COLUMNS[view.axis], column)
        part = steps >= step
        if part.any():
            x = on_axis(view, curve.x[part])
            found.append(
                Line(x=x, low=curve.low[part], high=curve.high[part], ink=f"{ink}ghost", behind=True)
            )
    return found


def loss_bands(view: RaceView, curves: dict[int, LossCurve]) -> list[Band]:
    """Where the middle three fifths of the losses lie about each smooth curve, the focused lane's last."""
    order = sorted(curves, key=lambda lane: (lane == view.focus, -lane))
    bands = [(lane, curves[lane].band) for lane in order]
    return [Band(*band, f"{ink_of(view.reader, lane)}band") for lane, band in bands if band is not None]
