"""The results table as plain text. Knows no terminal: it is told how wide a line may be."""

import math
import textwrap
from collections.abc import Mapping, Sequence

from opttui.cli.columns import columns
from opttui.cli.numbers import NOTHING, count, duration, number
from opttui.printable import printable
from opttui.record.manifest import LaneResult
from opttui.record.told import described

HELD_OUT = "held-out"
HEADING = (
    "#",
    "lane",
    HELD_OUT,
    "loss",
    "best",
    "at step",
    "steps",
    "evaluations",
    "seconds",
    "outcome",
    "phrase",
)
SIDES = "rlrrrrrrrl"
CUT = ("phrase", "lane")
"""What is cut, first to last, where a line has no room; `--json` has it whole."""
SPARE = ("evaluations", "at step", "seconds", "steps", "best")
"""What is left out, first to last, before a phrase becomes too short to tell lanes apart."""
LAST = ("phrase", "outcome")
"""What is left out, first to last, where nothing else is left and a lane's name would have less than four cells."""


def results_table(
    results: Sequence[LaneResult],
    width: int | None = None,
    held_out: Mapping[int, float | None] | None = None,
) -> str:
    """One line a lane, best first; below, each reason.

    Args:
        results: Of all lanes.
        width: Of a line; None: as wide as it takes, as in a pipe.
        held_out: Each lane's least held-out loss, where lanes are ranked by it.
    """
    ranked = sorted(results, key=lambda result: standing(result, held_out))
    rows = [_row(rank, result, held_out or {}) for rank, result in enumerate(ranked, 1)]
    heading: tuple[str, ...] = HEADING
    sides = SIDES
    if held_out is None:
        rows, heading, sides = (
            [row[:2] + row[3:] for row in rows],
            HEADING[:2] + HEADING[3:],
            SIDES[:2] + SIDES[3:],
        )
    for name, values in (
        ("evaluations", [r.evaluations for r in ranked]),
        ("seconds", [r.seconds for r in ranked]),
    ):
        # Other tools' logs count no evaluations, and not all have times.
        if ranked and not any(values) and any(result.steps for result in ranked):
            place = heading.index(name)
            rows = [row[:place] + row[place + 1 :] for row in rows]
            heading, sides = heading[:place] + heading[place + 1 :], sides[:place] + sides[place + 1 :]
    reasons = [f"{printable(result.name)}: {printable(result.reason)}" for result in ranked if result.reason]
    table = columns(heading, rows, sides, width, CUT, SPARE, LAST)
    return "\n".join([table, *([""] if reasons else []), *(folded(reason, width) for reason in reasons)])


def folded(text: str, width: int | None) -> str:
    """Over as many lines as it takes, those after the first set in."""
    return text if width is None else textwrap.fill(text, width, subsequent_indent="  ")


def standing(
    result: LaneResult, held_out: Mapping[int, float | None] | None = None
) -> tuple[bool, float, float, int]:
    """What lanes are ranked by: those that broke come last, the others by their best loss, held-out if there is one."""
    fair = 0.0 if held_out is None else held_out.get(result.id)
    first, second = (
        math.inf if value is None or math.isnan(value) else value for value in (fair, result.best_loss)
    )
    return result.outcome in ("diverged", "failed"), first, second, result.id


def _row(rank: int, result: LaneResult, held_out: Mapping[int, float | None]) -> tuple[str, ...]:
    broke = result.outcome in ("diverged", "failed")
    return (
        NOTHING if broke else str(rank),
        printable(result.name),
        number(held_out.get(result.id)),
        number(result.final_loss),
        number(result.best_loss),
        count(result.best_step),
        count(result.steps),
        count(result.evaluations),
        duration(result.seconds),
        f"✗ {result.outcome}" if broke else result.outcome,
        printable(described(result)),
    )
