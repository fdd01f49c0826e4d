"""Up to where a lane did well before it went astray. Knows rows alone: no optimizer, no race.

A state is good when its loss is sane, and when neither the update that led to it nor its gradient has begun to grow: what
an optimizer has gathered by then (momentum, second moments) would carry even a slower lane away.
"""

from dataclasses import dataclass

import numpy as np

from opttui.record.blocks import Array
from opttui.record.layout import GRAD_NORM, LOSS, LR, STEP, UPDATE_NORM
from opttui.record.seen import SeenLane

FACTOR, SHARE = 2.0, 0.1
"""A loss is sane up to so many times the best before it, and up to the best and this share of the way back to the first."""
NOISE = 6.0
"""…but for no more than so many usual changes from one loss to the next: those of batches have luck, others none."""
GROWN = 3.0
"""A norm has grown when it is more than so many times the median of those before it."""
NEAR = 32
"""Rows before one that say what is usual."""
WINDOW = 2048
"""Rows looked at together, from the newest back."""


@dataclass(frozen=True)
class Good:
    """Where a lane did well last."""

    step: int
    rate: float | None
    """The learning rate with which it came there; None where it has none."""


def last_good(lane: SeenLane) -> Good | None:
    """The last step at which a lane was in a good state, its first where it never was; None where no loss is finite."""
    if lane.last is None or lane.best_loss is None or lane.first_loss is None:
        return None
    steps, lows = lane.overview.curve(STEP, STEP), lane.overview.curve(STEP, LOSS).low
    first, end = int(steps.low[0]), int(lane.last[STEP])
    while end >= first:
        rows = lane.between(max(first, end - WINDOW - NEAR), end)
        if not rows.size:
            break
        before = lows[steps.x < rows[0, STEP]]
        found = good_row(rows, _least(before), lane.first_loss, rows[0, STEP] <= first)
        if found is not None:
            return Good(int(rows[found, STEP]), _rate(rows, found))
        end -= WINDOW
    rows = lane.between(first, first)
    return Good(first, _rate(rows, 0)) if rows.size else None


def good_row(rows: Array, best: float, first: float, whole: bool = True) -> int | None:
    """The place of the last good one among successive rows (n, 9).

    `best`: the least loss before them; `first`: the lane's first loss; `whole`: they begin with the lane's first row.
    """
    loss, gradient = rows[:, LOSS], rows[:, GRAD_NORM]
    update = np.concatenate(([np.nan], rows[:-1, UPDATE_NORM]))
    finite = np.where(np.isfinite(loss), loss, np.inf)
    bests = np.minimum.accumulate(np.minimum(finite, best))
    for at in range(len(loss) - 1, -1 if whole else NEAR - 1, -1):
        if not np.isfinite(loss[at]) or loss[at] > _bound(finite, bests[at], first, at):
            continue
        if _is_usual(update, at) and _is_usual(gradient, at):
            return at
    return None


def _bound(losses: Array, best: float, first: float, at: int) -> float:
    """Up to which a loss is sane."""
    near = losses[max(0, at - NEAR) : at]
    near = near[np.isfinite(near)]
    luck = NOISE * float(np.median(np.abs(np.diff(near)))) if near.size > 1 else np.inf
    share = SHARE * (first - best) if np.isfinite(first) else np.inf
    return max(best * FACTOR if best > 0 else best, best + max(min(share, luck), 0.0))


def _is_usual(norms: Array, at: int) -> bool:
    """Whether a norm is finite and has not grown; one that nobody has measured says nothing."""
    near = norms[max(0, at - NEAR) : at]
    near = near[np.isfinite(near)]
    if not np.isfinite(norms[at]):
        return bool(np.isnan(norms[at])) and not near.size
    return not near.size or bool(norms[at] <= GROWN * np.median(near))


def _rate(rows: Array, at: int) -> float | None:
    """The lower of the rates of the steps to and from a row: the later one may have been turned up there."""
    rate = float(np.min(rows[max(0, at - 1) : at + 1, LR]))
    return rate if np.isfinite(rate) else None


def _least(losses: Array) -> float:
    finite = losses[np.isfinite(losses)]
    return float(finite.min()) if finite.size else np.inf
