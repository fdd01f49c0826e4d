"""Lanes of a run beside each other: who is ahead and since when, what it cost to come as far as another, how far apart
they are. Knows no screen and no torch.

What is told of losses is exact up to 16,384 rows of a lane; of longer ones an entry stands for some successive rows.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from opttui.record.fair import METRIC, by_held_out
from opttui.record.layout import EVALUATIONS, LOSS, SECONDS, STEP, X, Y, final_file
from opttui.record.seen import SeenLane, SeenRun

Floats = NDArray[np.float64]

Axis = Literal["steps", "evaluations", "seconds"]
COLUMNS = {"steps": STEP, "evaluations": EVALUATIONS, "seconds": SECONDS}
ENOUGH = 20
"""Steps in common below which nothing is said of a correlation."""
LATE = 1 / 3
"""Share of the steps that is late."""
LARGEST = 2**28
"""Bytes of a file of last parameters that is read to be compared."""
COUNTED = ("running_mean", "running_var", "num_batches_tracked")
"""Ends of names of what a model counts and nobody trains."""


@dataclass(frozen=True)
class Series:
    """A lane's losses with what they cost; arrays of one length, an entry for `stride` successive rows."""

    steps: Floats
    evaluations: Floats
    seconds: Floats
    loss: Floats
    """That of the last of the rows."""
    least: Floats
    """The least finite one so far, on held-out data where lanes are ranked by that; infinite where there was none."""

    def on(self, axis: Axis) -> Floats:
        """Where the entries lie."""
        places: Floats = {"steps": self.steps, "evaluations": self.evaluations, "seconds": self.seconds}[axis]
        return places


@dataclass(frozen=True)
class Cost:
    """When a lane first had a loss as low as some other."""

    step: int
    evaluations: int | None
    """None where nobody has counted them."""
    seconds: float
    """NaN where nobody has measured them."""


@dataclass(frozen=True)
class Difference:
    """One lane's losses minus another's, wherever either has a row and both have losses."""

    x: Floats
    raw: Floats
    """A loss between two rows lies on the straight line between theirs."""
    best: Floats
    """Of the least losses so far, which stay as they are between two rows."""


@dataclass(frozen=True)
class Pairing:
    """What the same batches have made alike, from the changes of the losses from step to step."""

    correlation: float
    saved: float
    """How much larger the variance of the difference would be without it; infinite where the lanes are one."""
    steps: int


@dataclass(frozen=True)
class Apart:
    """How far one lane is from another."""

    distance: float
    of: Literal["last parameters", "the point", "the drawn plane"]
    share: float | None = None
    """Over the mean length of the two, of last parameters."""
    step: int | None = None
    """Of a point: the last step of both."""


@dataclass(frozen=True)
class Pair:
    """Two lanes."""

    one: int
    other: int
    ahead: int | None
    """Whose least loss is the lower one at the last place that both have reached; None: neither's."""
    since: float | None
    """Place from which on it is."""
    luck: Pairing | None
    """None where the lanes have no batches in common."""
    late_luck: Pairing | None
    """The same in the last third."""
    apart: Apart | None


def series_of(lane: SeenLane, held_out: bool = False) -> Series:
    """A lane's losses with what they cost; `held_out`: with the least losses on held-out data."""
    curves = [lane.overview.curve(STEP, column) for column in (STEP, EVALUATIONS, SECONDS, LOSS)]
    steps, evaluations, seconds, loss = (curve.last for curve in curves)
    low = np.where(np.isfinite(curves[3].low), curves[3].low, math.inf)
    if held_out:
        measured = [(step, metrics.get(METRIC, math.nan)) for step, metrics in lane.validation]
        known = np.array([(step, loss) for step, loss in measured if math.isfinite(loss)]).reshape(-1, 2)
        # What is measured after a step bears the number of the next one.
        seen = np.searchsorted(known[:, 0], steps + 1, side="right")
        low = np.concatenate(([math.inf], np.minimum.accumulate(known[:, 1])))[seen]
    return Series(steps, evaluations, seconds, loss, np.minimum.accumulate(low) if low.size else low)


def cost_of(series: Series, loss: float | None) -> Cost | None:
    """What it cost to come down to a loss; None where the lane has not."""
    if loss is None or math.isnan(loss):
        return None
    at = int(np.searchsorted(-series.least, -loss))
    if at == series.least.size:
        return None
    return spent(float(series.steps[at]), float(series.evaluations[at]), float(series.seconds[at]))


def spent(step: float, evaluations: float, seconds: float) -> Cost:
    """Of a row, from its columns."""
    return Cost(int(step), int(evaluations) if math.isfinite(evaluations) else None, seconds)


def difference(one: Series, other: Series, axis: Axis) -> Difference:
    """One minus the other, as far as both have come."""
    a, b = one.on(axis), other.on(axis)
    if not a.size or not b.size:
        nothing = np.empty(0)
        return Difference(nothing, nothing, nothing)
    x = np.union1d(a, b)
    x = x[(x >= max(a[0], b[0])) & (x <= min(a[-1], b[-1]))]
    with np.errstate(invalid="ignore"):
        raw = np.interp(x, a, one.loss) - np.interp(x, b, other.loss)
        best = _held(x, a, one.least) - _held(x, b, other.least)
    return Difference(x, raw, best)


def lead(apart: Difference) -> tuple[int, float | None]:
    """Whose least loss is lower at the end, -1 for the first, 1 for the other, 0 for neither, and the place since when."""
    signs = np.sign(np.nan_to_num(apart.best, nan=0.0))
    if not signs.size or signs[-1] == 0:
        return 0, None
    behind = np.flatnonzero(signs != signs[-1])
    return int(signs[-1]), float(apart.x[behind[-1] + 1 if behind.size else 0])


def pairing(one: Series, other: Series, begin: float = 0.0) -> Pairing | None:
    """What shared batches make alike, from a step on; None for too few steps.

    Changes from one step to the next have the noise of both and next to nothing of the way down, which any two lanes
    have in common.
    """
    steps, a, b = np.intersect1d(one.steps, other.steps, assume_unique=True, return_indices=True)
    chosen = steps >= begin
    first, second = (np.diff(loss[at[chosen]]) for loss, at in ((one.loss, a), (other.loss, b)))
    known = np.isfinite(first) & np.isfinite(second)
    if known.sum() < ENOUGH:
        return None
    (own, shared), (_, others) = np.cov(first[known], second[known])
    if own <= 0 or others <= 0:
        return None
    together = float(np.var(first[known] - second[known], ddof=1))
    saved = float(own + others) / together if together > 0 else math.inf
    return Pairing(float(shared / math.sqrt(own * others)), saved, int(known.sum()) + 1)


def apart_of(reader: SeenRun, one: SeenLane, other: SeenLane) -> Apart | None:
    """How far two lanes are apart: by their last parameters once the race has ended, else as points that are drawn."""
    if reader.foreign:
        return None
    files = [reader.path / final_file(lane.id) for lane in (one, other)]
    if reader.manifest.state == "ended" and (found := _distance(*files)) is not None:
        return found
    paths = [[lane.overview.curve(STEP, column) for column in (X, Y)] for lane in (one, other) if lane.rows]
    if len(paths) < 2:
        return None
    steps, a, b = np.intersect1d(paths[0][0].x, paths[1][0].x, assume_unique=True, return_indices=True)
    if not steps.size:
        return None
    sides = [paths[0][axis].last[a[-1]] - paths[1][axis].last[b[-1]] for axis in (0, 1)]
    if not all(map(math.isfinite, sides)):
        return None
    problem = reader.manifest.problem
    whole = problem is not None and problem.parameters == 2
    return Apart(math.hypot(*sides), "the point" if whole else "the drawn plane", step=int(steps[-1]))


def pair_of(reader: SeenRun, one: SeenLane, other: SeenLane, axis: Axis) -> Pair:
    """Everything about two lanes."""
    held_out = by_held_out(reader)
    a, b = series_of(one, held_out), series_of(other, held_out)
    sign, since = lead(difference(a, b, axis))
    luck = late = None
    if shares_luck(reader):
        luck = pairing(a, b)
        late = (
            pairing(a, b, (1 - LATE) * min(a.steps[-1], b.steps[-1]))
            if a.steps.size and b.steps.size
            else None
        )
    ahead = {-1: one.id, 1: other.id}.get(sign)
    return Pair(one.id, other.id, ahead, since, luck, late, apart_of(reader, one, other))


def pairs_of(reader: SeenRun, lanes: Sequence[int], axis: Axis) -> list[Pair]:
    """Every two of some lanes, in their order."""
    readers = {lane.id: lane for lane in reader.lanes}
    return [
        pair_of(reader, readers[one], readers[other], axis) for one, other in itertools.combinations(lanes, 2)
    ]


def shares_luck(reader: SeenRun) -> bool:
    """Whether lanes meet the same batches, or the same noise."""
    problem = reader.manifest.problem
    batches = problem is not None and problem.batch_size is not None
    return batches or bool(reader.manifest.scenario.problem.noise)


def _held(x: Floats, places: Floats, values: Floats) -> Floats:
    """The newest value at each x."""
    held: Floats = values[np.searchsorted(places, x, side="right") - 1]
    return held


@lru_cache(maxsize=32)
def _distance(one: Path, other: Path) -> Apart | None:
    """Between two files of parameters; None where they cannot be read, or hold other names. Written once, at the end."""
    # Only a race that is over needs it.
    from safetensors import SafetensorError  # noqa: PLC0415
    from safetensors.numpy import load  # noqa: PLC0415

    try:
        if max(one.stat().st_size, other.stat().st_size) > LARGEST:
            return None
        both = [load(path.read_bytes()) for path in (one, other)]
    except (OSError, SafetensorError, KeyError, ValueError, TypeError, AttributeError):
        return None
    names = [
        name for name, value in both[0].items() if value.dtype.kind == "f" and not name.endswith(COUNTED)
    ]
    if any(name not in both[1] or both[1][name].shape != both[0][name].shape for name in names):
        return None
    a, b = (
        np.concatenate([held[name].astype(np.float64).ravel() for name in names] or [np.empty(0)])
        for held in both
    )
    with np.errstate(invalid="ignore"):
        size = float(np.linalg.norm(a) + np.linalg.norm(b)) / 2
        distance = float(np.linalg.norm(a - b))
    return Apart(distance, "last parameters", distance / size if size > 0 else None)
