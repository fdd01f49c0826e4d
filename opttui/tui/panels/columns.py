"""The columns of the table: what each says of a lane, how wide it must be, which go first. Knows no row's ink."""

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from opttui.tui.panels.cells import first_that_fits, width_of
from opttui.tui.panels.inks import CROSS, STAR
from opttui.tui.panels.kin import branch
from opttui.tui.panels.numbers import count, count_short, loss_text, seconds_text, short
from opttui.tui.panels.standings import Standing


@dataclass(frozen=True)
class Column:
    """A column. Those with the lowest `rank` are the last to be dropped."""

    key: str
    header: str
    rank: int
    least: int
    """Cells that it needs at least."""
    good: int
    """Cells with which it says what matters; less important columns wait until all others have these."""
    most: int
    """Cells beyond which more are of no use."""
    right: bool = False
    """Numbers stand on the right."""


SIGNS = {"reached": f"{STAR} ", "diverged": f"{CROSS} ", "failed": f"{CROSS} "}

ESSENTIAL = 5
"""Columns up to this rank are squeezed before one of them is dropped."""

TOLD = ("diverged", "failed", "stopped")
"""Outcomes whose reason is worth its cells; a target is on the curve, and finished needs none."""


def outcome_words(lane: Standing, width: int = 1000) -> str:
    """How a lane stands: the most words that fit into some cells."""
    return _outcome(lane.outcome, lane.held, lane.end_step, lane.reason, width)


# A frame asks thrice for each lane, and the answer is another one once in a race.
@functools.lru_cache(maxsize=1024)
def _outcome(outcome: str, held: str, end_step: int | None, reason: str, width: int) -> str:
    at = "" if end_step is None or outcome == "finished" else f" at {count(end_step)}"
    sign = SIGNS.get(outcome, "") if not held else ""
    word = held or ("target" if outcome == "reached" else outcome)
    told = reason if outcome in TOLD and not held else ""
    brief = [f"{sign}{word}{at}", f"{sign}{word}", sign + at.removeprefix(" at ") if sign and at else word]
    if told and width >= width_of(brief[0]) + 12:
        return f"{brief[0]}: {told}"
    return first_that_fits(brief, width)


TEXTS: dict[str, Callable[[Standing, int], str]] = {
    "name": lambda lane, width: branch(len(lane.descent) - 1) + lane.name + ("*" if lane.by_hand else ""),
    "fork": lambda lane, width: lane.fork,
    "phrase": lambda lane, width: lane.phrase,
    "loss": lambda lane, width: loss_text(lane.loss),
    "best": lambda lane, width: loss_text(lane.best),
    "versus": lambda lane, width: loss_text(lane.versus),
    "lr": lambda lane, width: short(lane.lr, width),
    "steps": lambda lane, width: counted(lane.steps, width),
    "evaluations": lambda lane, width: counted(lane.evaluations, width),
    "seconds": lambda lane, width: seconds_text(lane.seconds),
    "outcome": outcome_words,
}
"""The text of a lane in a column of some width; the rank, the ink and the curve are not texts of a lane alone."""


def counted(value: float | None, width: int) -> str:
    """A whole number in full where it fits, else short."""
    full = count(value)
    return full if len(full) <= width else count_short(value)


def metric_text(column: Column, lane: Standing) -> str:
    """What the column of a metric says of a lane."""
    return loss_text(lane.metrics.get(column.key.removeprefix("metric ")))


class Needs(NamedTuple):
    """What the lanes' texts ask of the columns, in cells."""

    name: int
    fork: int
    phrase: int
    words: int
    """Outcomes with their reasons."""
    brief: int
    """Outcomes without."""
    place: int
    own: bool
    """Whether any lane is called otherwise than its phrase."""
    counted: bool
    timed: bool


def needs_of(lanes: Sequence[Standing]) -> Needs:
    """Those of some lanes."""
    fork = max((width_of(lane.fork) for lane in lanes), default=0)
    begun = any(lane.steps for lane in lanes)
    return Needs(
        name=max((width_of(TEXTS["name"](lane, 0)) for lane in lanes), default=4),
        fork=max(fork, 4) if fork else 0,
        phrase=max((width_of(lane.phrase) for lane in lanes if lane.phrase), default=6),
        words=max((width_of(outcome_words(lane)) for lane in lanes), default=7),
        brief=max((width_of(outcome_words(lane, 20)) for lane in lanes), default=7),
        place=max(1, len(str(len(lanes)))),
        own=any(lane.phrase != lane.name for lane in lanes),
        # Other tools' logs count no evaluations, and not all have times.
        counted=not begun or any(lane.evaluations is not None for lane in lanes),
        timed=not begun or any(lane.seconds is not None and not math.isnan(lane.seconds) for lane in lanes),
    )


# Lanes ask for the same in most frames.
@functools.lru_cache(maxsize=64)
def fitting(
    needs: Needs, metrics: tuple[str, ...], versus: str, best: str, width: int, gap: int
) -> tuple[tuple[Column, ...], dict[str, int]]:
    """The columns that fit, from left to right, and the cells of each; to be read only."""
    columns = columns_for(needs, metrics, versus, best)
    shared = widths(columns, width, gap)
    return tuple(column for column in columns if column.key in shared), shared


def columns_for(
    needs: Needs, metrics: Sequence[str], versus: str = "", best: str = "best"
) -> tuple[Column, ...]:
    """Every column that the lanes could fill, from left to right.

    `versus` is the header of what sets them against a baseline, `best` that of their best losses.
    """
    name, fork, phrase, words, brief, place, own, counted_, timed = needs
    return (
        Column("rank", "#".rjust(place), 5, place, place, place, right=True),
        Column("ink", "", 0, 2, 2, 2),
        Column("name", "name", 1, min(name, 8), min(name, 14), name),
        *(
            (Column("phrase", "phrase", 11, min(14, phrase), min(14, phrase), min(phrase, 48)),)
            if own
            else ()
        ),
        *((Column("fork", "fork", 9, fork, fork, fork),) if fork else ()),
        Column("loss", "loss", 2, 9, 9, 10, right=True),
        *((Column("versus", versus, 3, 9, 9, max(9, width_of(versus)), right=True),) if versus else ()),
        Column("best", best, 6, 9, 9, max(10, width_of(best)), right=True),
        *(
            Column(f"metric {key}", f"val {key}", 12, 9, max(9, min(4 + width_of(key), 16)), 16, right=True)
            for key in metrics
        ),
        Column("lr", "lr", 4, 6, 9, 9, right=True),
        Column("steps", "steps", 8, 6, 6, 10, right=True),
        *((Column("evaluations", "evals", 10, 6, 6, 11, right=True),) if counted_ else ()),
        *((Column("seconds", "seconds", 9, 7, 7, 8, right=True),) if timed else ()),
        Column("outcome", "outcome", 3, 7, max(brief, 16), max(words, 16)),
        Column("spark", "curve", 7, 11, 11, 24),
    )


def widths(columns: Sequence[Column], width: int, gap: int) -> dict[str, int]:
    """The columns that fit and their cells: a wider table has every column of a narrower one.

    The least important are dropped first; what is left over goes to the reasons of outcomes last.
    """
    kept: list[Column] = []
    shared: dict[str, int] = {}
    for column in sorted(columns, key=lambda column: column.rank):
        tried = [*kept, column]
        cells = {each.key: each.good if column.rank > ESSENTIAL else each.least for each in tried}
        if sum(cells.values()) + gap * len(kept) > width:
            break
        kept, shared = tried, cells
    left = width - sum(shared.values()) - gap * max(0, len(kept) - 1)
    for size in ("good", "most"):
        for column in sorted(kept, key=lambda column: (column.key == "outcome", column.rank)):
            more = max(0, min(left, getattr(column, size) - shared[column.key]))
            shared[column.key] += more
            left -= more
    return shared
