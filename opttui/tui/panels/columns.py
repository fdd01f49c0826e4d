"""The columns of the table: what each says of a lane, how wide it must be, which go first. Knows no row's ink."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from opttui.tui.panels.cells import width_of
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
    at = "" if lane.end_step is None or lane.outcome == "finished" else f" at {count(lane.end_step)}"
    sign = SIGNS.get(lane.outcome, "") if not lane.held else ""
    word = lane.held or ("target" if lane.outcome == "reached" else lane.outcome)
    told = lane.reason if lane.outcome in TOLD and not lane.held else ""
    brief = [f"{sign}{word}{at}", f"{sign}{word}", sign + at.removeprefix(" at ") if sign and at else word]
    if told and width >= width_of(brief[0]) + 12:
        return f"{brief[0]}: {told}"
    return next((words for words in brief if width_of(words) <= width), brief[-1])


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
"""The text of a lane in a column of some width."""


def counted(value: float | None, width: int) -> str:
    """A whole number in full where it fits, else short."""
    full = count(value)
    return full if len(full) <= width else count_short(value)


def text_in(column: Column, lane: Standing, width: int) -> str:
    """What the column says of a lane; the rank, the ink and the curve are not texts of a lane alone."""
    if column.key.startswith("metric "):
        return loss_text(lane.metrics.get(column.key.removeprefix("metric ")))
    return TEXTS[column.key](lane, width)


def columns_for(
    lanes: Sequence[Standing], metrics: Sequence[str], versus: str = "", best: str = "best"
) -> tuple[Column, ...]:
    """Every column that the lanes could fill, from left to right.

    `versus` is the header of what sets them against a baseline, `best` that of their best losses.
    """
    name = max((width_of(TEXTS["name"](lane, 0)) for lane in lanes), default=4)
    fork = max((width_of(lane.fork) for lane in lanes), default=0)
    fork = max(fork, 4) if fork else 0
    phrase = max((width_of(lane.phrase) for lane in lanes if lane.phrase), default=6)
    words = max((width_of(outcome_words(lane)) for lane in lanes), default=7)
    brief = max((width_of(outcome_words(lane, 20)) for lane in lanes), default=7)
    place = max(1, len(str(len(lanes))))
    own = any(lane.phrase != lane.name for lane in lanes)
    begun = any(lane.steps for lane in lanes)
    # Other tools' logs count no evaluations, and not all have times.
    counted_ = not begun or any(lane.evaluations is not None for lane in lanes)
    timed = not begun or any(lane.seconds is not None and not math.isnan(lane.seconds) for lane in lanes)
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
        Column("best", best, 7, 9, 9, max(10, width_of(best)), right=True),
        *(
            Column(f"metric {key}", f"val {key}", 12, 9, max(9, min(4 + width_of(key), 16)), 16, right=True)
            for key in metrics
        ),
        Column("lr", "lr", 4, 6, 9, 9, right=True),
        Column("steps", "steps", 8, 6, 6, 10, right=True),
        *((Column("evaluations", "evals", 10, 6, 6, 11, right=True),) if counted_ else ()),
        *((Column("seconds", "seconds", 9, 7, 7, 8, right=True),) if timed else ()),
        Column("outcome", "outcome", 3, 7, max(brief, 16), max(words, 16)),
        Column("spark", "curve", 6, 11, 11, 24),
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
