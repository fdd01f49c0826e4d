"""A run's numbers as curves that can be drawn: which there are, what belongs to each lane, how far the axes reach.
Knows no pixel."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from opttui.errors import InputError
from opttui.plots.curves import Band, Line
from opttui.plots.ranges import bounds_of
from opttui.plots.scales import Array, Kind, Scale, fitted
from opttui.plots.smoothing import smoothed, spread
from opttui.printable import printable
from opttui.record.layout import GRAD_NORM, LOSS, LR, STEP, UPDATE_NORM
from opttui.record.manifest import LaneInfo
from opttui.record.overview import Curve as Recorded
from opttui.record.seen import SeenLane, SeenRows, SeenRun
from opttui.scenario.nearest import nearest
from opttui.tui.exporting import METRIC
from opttui.tui.panels.axis import AXIS_COLUMNS, samples
from opttui.tui.panels.beside import FIRST_ID, INK, ghosts
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.kin import dash_of, ink_of
from opttui.tui.panels.loss_lines import AROUND, MIDDLE
from opttui.tui.panels.loss_range import loss_range
from opttui.tui.panels.marks import marks_of
from opttui.tui.panels.rate import DEPTH
from opttui.tui.panels.standings import LOST
from opttui.tui.view import NOISY, SMOOTHINGS

AXES = ("steps", "evaluations", "samples", "seconds")
COLUMNS = {"loss": LOSS, "lr": LR, "grad_norm": GRAD_NORM, "update_norm": UPDATE_NORM}
"""Charts of a row's column."""
TITLES = {
    **{
        "loss": "loss",
        "lr": "learning rate",
        "grad_norm": "gradient norm",
        "update_norm": "size of the update",
    },
    **{"momentum": "momentum", "path": "path"},
}
OTHER_WORDS = {
    "rate": "lr",
    "learning_rate": "lr",
    "gradient": "grad_norm",
    "grad": "grad_norm",
    "update": "update_norm",
}
NOISE = (LOSS, GRAD_NORM, UPDATE_NORM)
"""Columns that batches make noisy."""
FAR_APART = 30.0
"""Quotient of a chart's ends above which it is drawn by logarithms, where nothing else is usual."""


@dataclass(frozen=True, eq=False)
class LaneCurve:
    """What is drawn of a lane."""

    lane: int
    name: str
    """Printable."""
    ink: str
    dash: int
    line: Line
    """With its marks; smooth where batches make it noisy."""
    faint: tuple[Line, ...] = ()
    """What was measured, where the line is smooth; what was undone."""
    band: Band | None = None
    fork: tuple[float, float] | None = None
    """Where it left its parent's curve."""


@dataclass(frozen=True, eq=False)
class Curves:
    """A chart of curves."""

    name: str
    title: str
    axis: str
    lanes: tuple[LaneCurve, ...]
    """In the run's order."""
    across: Scale
    up: Scale
    target: float | None = None
    smoothed: float = 0.0
    """Share of the race over which curves are smoothed."""


def chart_names(reader: SeenRun) -> list[str]:
    """What can be drawn of a run: what it has numbers of."""
    found = [name for name, column in COLUMNS.items() if column == LOSS or _recorded(reader, column)]
    if any(info.plan is not None and info.plan.momentum for info in reader.manifest.lanes):
        found.append("momentum")
    if any(lane.path().shape[1] for lane in reader.lanes):
        found.append("path")
    metrics = dict.fromkeys(name for lane in reader.lanes for name in lane.metric_names)
    return found + [f"{METRIC}{name}" for name in metrics]


def chart_named(reader: SeenRun, name: str) -> str:
    """The chart that somebody means. InputError, with those that there are, for one that is none."""
    names = chart_names(reader)
    for each in (name, OTHER_WORDS.get(name, ""), f"{METRIC}{name}"):
        if each in names or each in COLUMNS:
            return each
    near = nearest(name, [*names, *(each.removeprefix(METRIC) for each in names)])
    meant = f"Did you mean {printable(near, 60)}? " if near and name not in TITLES else ""
    raise InputError(
        f"There is no chart {printable(name, 60)!r} of {reader.manifest.id}.",
        f"{meant}Its charts: {', '.join(printable(each, 60) for each in names)}.",
    )


def curves_of(
    reader: SeenRun,
    name: str,
    lanes: Sequence[int],
    axis: str = "steps",
    log: bool | None = None,
    smooth: bool = True,
    beside: Sequence[SeenRun] = (),
) -> Curves:
    """The chart of a name among `chart_names`, but the path. `smooth`: whether what batches make noisy is smoothed;
    `beside`: runs and logs whose curves stand beside it.
    """
    if axis == "samples" and (reader.manifest.problem is None or reader.manifest.problem.batch_size is None):
        raise InputError(
            "This run has no batches, so there are no samples to count.",
            "Its axes: steps, evaluations, seconds.",
        )
    found = [
        curve
        for info, lane in (
            (info, lane) for info in reader.manifest.lanes for lane in reader.lanes if lane.id == info.id
        )
        if info.id in lanes and (curve := _lane_curve(reader, info, lane, name, axis)) is not None
    ]
    others = _ghosts(beside, name, axis)
    share = SMOOTHINGS[NOISY] if smooth and _is_noisy(reader, name) else 0.0
    if share:
        whole = max((float(c.line.x[-1]) for c in found if c.line.x.size), default=0.0)
        found = [_smooth(curve, share * whole) for curve in found]
        others = [replace(_smooth(curve, share * whole), faint=(), band=None) for curve in others]
    known = {curve.lane: curve for curve in found}
    found = [*(_joined(reader, curve, known) for curve in found), *others]
    target = reader.manifest.scenario.target if name == "loss" else None
    up = _up(reader, name, found, log, target)
    left, right = bounds_of([(line.x, line.x) for curve in found for line in (curve.line, *curve.faint)])
    if not (math.isfinite(left) and math.isfinite(right)):
        left, right = 0.0, 1.0
    across = Scale(left, right if right > left else left + max(1.0, abs(left) * 1e-9), "linear")
    drawn = target if target is not None and 0 <= float(up.place(target)) <= 1 else None
    return Curves(name, _title(reader, name), axis, tuple(found), across, up, drawn, share)


def _recorded(reader: SeenRun, column: int) -> bool:
    """Whether any lane has numbers in a column."""
    return any(
        np.isfinite(lane.overview.coarse.curve(STEP, column).last).any()
        or np.isfinite(lane.overview.coarse.curve(STEP, column).low).any()
        for lane in reader.lanes
        if lane.rows
    )


def _title(reader: SeenRun, name: str) -> str:
    if name.startswith(METRIC):
        shown = printable(name.removeprefix(METRIC), 40)
        return f"{shown} on held-out data" if reader.manifest.kind == "race" and not reader.foreign else shown
    return TITLES[name]


def _is_noisy(reader: SeenRun, name: str) -> bool:
    problem = reader.manifest.problem
    return COLUMNS.get(name) in NOISE and problem is not None and problem.batch_size is not None


def _lane_curve(reader: SeenRun, info: LaneInfo, lane: SeenLane, name: str, axis: str) -> LaneCurve | None:
    """A lane's curve; None where it has no numbers."""
    ink, dash = ink_of(reader, info.id), dash_of(reader, info.id)
    marks = marks_of(lane, ledger(reader).lane(info.id), axis, reader.manifest.problem, ink)
    curve = _points(reader, info, lane, name, axis)
    if curve is None or not curve.x.size:
        return None
    fine = np.isfinite(curve.x)
    line = Line(curve.x[fine], curve.low[fine], curve.high[fine], ink, dash, marks=marks)
    undone = _undone(reader, lane, ink, axis, COLUMNS[name]) if name in COLUMNS else ()
    return LaneCurve(info.id, printable(info.name, 60) or f"lane {info.id}", ink, dash, line, undone)


def _ghosts(runs: Sequence[SeenRun], name: str, axis: str) -> list[LaneCurve]:
    """Curves of the lanes of other runs, those that have the number and lie on the axis."""
    found = []
    for ghost in ghosts(runs):
        curve = _points(ghost.run, ghost.info, ghost.lane, name, axis)
        if curve is not None and (fine := np.isfinite(curve.x)).any():
            line = Line(curve.x[fine], curve.low[fine], curve.high[fine], INK, ghost.dash)
            found.append(LaneCurve(ghost.id, ghost.name, INK, ghost.dash, line))
    return found


def _points(reader: SeenRun, info: LaneInfo, lane: SeenLane, name: str, axis: str) -> Recorded | None:
    """The numbers themselves."""
    if name == "momentum":
        plan = info.plan
        if plan is None or len(plan.momentum) != len(plan.steps) or axis not in ("steps", "samples"):
            return None
        steps, values = np.asarray(plan.steps, np.float64), np.asarray(plan.momentum, np.float64)
        last = lane.last[STEP] if lane.last is not None else -1.0
        kept = steps <= last
        x, y = steps[kept], values[kept]
        return Recorded(_on(reader, axis, x), y, y, y)
    rows: SeenRows | None = lane.overview if name in COLUMNS else lane.metric(name.removeprefix(METRIC))
    if rows is None or not rows.rows:
        return None
    curve = rows.curve(AXIS_COLUMNS[axis], COLUMNS.get(name, LOSS))
    return replace(curve, x=_on(reader, axis, curve.x))


def _on(reader: SeenRun, axis: str, values: Array) -> Array:
    return samples(reader.manifest.problem, values) if axis == "samples" else values


def _undone(reader: SeenRun, lane: SeenLane, ink: str, axis: str, column: int) -> tuple[Line, ...]:
    """What a lane that went back had done from there on the first time."""
    found = []
    for step, rows in lane.ghosts:
        steps = rows.coarse.curve(AXIS_COLUMNS[axis], STEP).last
        curve = rows.coarse.curve(AXIS_COLUMNS[axis], column)
        part = (steps >= step) & np.isfinite(curve.x)
        if part.any():
            x = _on(reader, axis, curve.x[part])
            found.append(Line(x, curve.low[part], curve.high[part], ink, dotted=True, behind=True))
    return tuple(found)


def _smooth(curve: LaneCurve, reach: float) -> LaneCurve:
    """The line smoothed; what was measured behind it, and a band of the middle three fifths."""
    raw = curve.line
    middle = raw.low / 2 + raw.high / 2
    if not reach > 0 or not np.isfinite(middle).any():
        return curve
    with np.errstate(over="ignore", invalid="ignore"):
        smooth = smoothed(raw.x, middle, reach)
    line = replace(raw, low=smooth, high=smooth)
    behind = Line(raw.x, raw.low, raw.high, raw.ink, behind=True)
    band = Band(*spread(raw.x, middle, reach, MIDDLE), raw.ink)
    return replace(curve, line=line, faint=(*curve.faint, behind), band=band)


def _joined(reader: SeenRun, curve: LaneCurve, known: dict[int, LaneCurve]) -> LaneCurve:
    """A fork's curve with the place on its parent's where it began."""
    info = next(info for info in reader.manifest.lanes if info.id == curve.lane)
    parent = known.get(-1 if info.parent is None else info.parent)
    if parent is None or not curve.line.x.size:
        return curve
    at = float(curve.line.x[0])
    x, y = parent.line.x, parent.line.low / 2 + parent.line.high / 2
    if not x.size or not x[0] <= at <= x[-1]:
        return curve
    value = float(np.interp(at, x, y))
    return replace(curve, fork=(at, value)) if math.isfinite(value) else curve


def _up(
    reader: SeenRun, name: str, curves: Sequence[LaneCurve], log: bool | None, target: float | None
) -> Scale:
    """The scale of the values, round enough that ticks stand at its ends."""
    own = [curve.lane for curve in curves if curve.lane > FIRST_ID]
    lost = {lane for lane in own if ledger(reader).lane(lane).outcome in LOST}
    kept = [part for curve in curves if curve.lane not in lost for part in _of_interest(curve)]
    others = [part for curve in curves if curve.lane in lost for part in _of_interest(curve)]
    kind = _kind(name, [*kept, *others], log)
    if name == "lr" and kind == "linear":
        _, high = bounds_of([(part, part) for part in [*kept, *others]])
        return fitted(0.0, high, "linear") if math.isfinite(high) and high > 0 else Scale(0.0, 1.0, "linear")
    if name == "lr":
        kept = [np.maximum(part, DEPTH * max(np.nanmax(part), 0.0)) if part.size else part for part in kept]
    return loss_range(kept, others, target, kind) or fitted(
        math.inf, -math.inf, "log" if kind == "log" else "linear"
    )


def _of_interest(curve: LaneCurve) -> list[Array]:
    """Values that there must be room for: of noise about a smooth curve, those that are not rare."""
    if curve.band is None:
        return [curve.line.low, curve.line.high]
    ends = []
    for line in curve.faint:
        for values, share in ((line.low, AROUND[0]), (line.high, AROUND[1])):
            fine = values[np.isfinite(values)]
            if fine.size:
                ends.append(np.array([np.quantile(fine, share)]))
    return [curve.line.low, *ends]


def _kind(name: str, values: Sequence[Array], log: bool | None) -> Kind:
    """Logarithmic where that is usual, or values are far apart; on both sides of zero where they lie on both."""
    low, high = bounds_of([(part, part) for part in values])
    if log is False or not math.isfinite(low):
        return "linear" if log is not True else "log"
    least, _ = bounds_of([(part, part) for part in values], positive=True)
    if log or name in ("loss", "grad_norm", "update_norm"):
        if low > 0 or (low == 0 and name != "loss" and math.isfinite(least)):
            return "log"
        return "symlog"
    apart = math.isfinite(least) and least > 0 and high > FAR_APART * least
    if name == "lr":
        peaks = [float(np.nanmax(part)) for part in values if part.size and np.isfinite(part).any()]
        peaks = [peak for peak in peaks if peak > 0 and math.isfinite(peak)]
        return "log" if peaks and max(peaks) > FAR_APART * min(peaks) else "linear"
    return "log" if apart and low > 0 else "linear"
