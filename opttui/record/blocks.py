"""Many successive rows as one column of numbers: first, last, lowest, highest. Knows no file and no memory
bound.

NaN is left out of lowest and highest unless there is nothing else (the rule of `np.nanmin`); infinity stays
infinity.
"""

import numpy as np
from numpy.typing import NDArray

from opttui.record.layout import COLUMNS

Array = NDArray[np.float64]

COUNTERS = 3
"""The first columns only ever grow (step, evaluations, seconds): their first and last values are their
bounds."""
WIDTH = len(COLUMNS)
FIRST = slice(0, COUNTERS)
LAST = slice(COUNTERS, COUNTERS + WIDTH)
LOW = slice(LAST.stop, LAST.stop + WIDTH - COUNTERS)
HIGH = slice(LOW.stop, LOW.stop + WIDTH - COUNTERS)
FIELDS = HIGH.stop
"""Numbers in a summary: 3 first values, 9 last ones, 6 lowest, 6 highest."""


def condense(columns: Array, per: int) -> Array:
    """Summaries (FIELDS, n) of rows in columns (WIDTH, n * per), each of `per` successive rows."""
    out = np.empty((FIELDS, columns.shape[1] // per))
    out[FIRST] = columns[:COUNTERS, ::per]
    out[LAST] = columns[:, per - 1 :: per]
    if per == 1:
        out[LOW] = out[HIGH] = columns[COUNTERS:]
        return out
    with np.errstate(invalid="ignore"):
        out[LOW] = _reduced(np.fmin, columns[COUNTERS:], per)
        out[HIGH] = _reduced(np.fmax, columns[COUNTERS:], per)
    return out


def merge(blocks: Array, per: int) -> Array:
    """Summaries (FIELDS, n) of summaries (FIELDS, n * per)."""
    out = np.empty((FIELDS, blocks.shape[1] // per))
    out[FIRST] = blocks[FIRST, ::per]
    out[LAST] = blocks[LAST, per - 1 :: per]
    with np.errstate(invalid="ignore"):
        out[LOW] = _reduced(np.fmin, blocks[LOW], per)
        out[HIGH] = _reduced(np.fmax, blocks[HIGH], per)
    return out


def least(columns: Array, per: int) -> Array:
    """The least finite loss of each `per` rows and its step, shape (2, n); infinity and NaN where there is
    none."""
    step, loss = columns[0], columns[COUNTERS]
    groups = np.where(np.isfinite(loss), loss, np.inf).reshape(-1, per)
    places = groups.argmin(axis=1) + np.arange(len(groups)) * per
    values = groups.reshape(-1)[places]
    return np.stack((values, np.where(np.isfinite(values), step[places], np.nan)))


def least_of(columns: Array) -> tuple[float, float]:
    """The least finite loss of all rows and its step; infinity and NaN where there is none."""
    step, loss = columns[0], columns[COUNTERS]
    place = int(loss.argmin())
    # NaN is what argmin finds first.
    if not np.isfinite(loss[place]):
        loss = np.where(np.isfinite(loss), loss, np.inf)
        place = int(loss.argmin())
    value = float(loss[place])
    return value, float(step[place]) if np.isfinite(value) else np.nan


def _reduced(function: np.ufunc, values: Array, per: int) -> Array:
    # Halving is 40 times faster than a reduction over pairs and three times slower over 256, hence both.
    while per % 2 == 0 and per < 64:
        values = function(values[:, ::2], values[:, 1::2])
        per //= 2
    if per == 1:
        return values
    return np.asarray(function.reduce(values.reshape(len(values), -1, per), axis=2))
