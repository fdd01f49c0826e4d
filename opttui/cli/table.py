"""The results table as plain text. Knows no terminal: it is told how wide a line may be."""

import math
import textwrap
from collections.abc import Sequence

from opttui.cli.columns import columns
from opttui.cli.numbers import NOTHING, count, duration, number
from opttui.printable import printable
from opttui.record.manifest import LaneResult

HEADING = ("#", "lane", "loss", "best", "at step", "steps", "evaluations", "seconds", "outcome", "phrase")
SIDES = "rlrrrrrrl"
CUT = ("phrase", "lane")
"""What is cut, first to last, where a line has no room; `--json` has it whole."""
SPARE = ("evaluations", "at step", "seconds", "steps", "best")
"""What is left out, first to last, before a phrase becomes too short to tell lanes apart."""


def results_table(results: Sequence[LaneResult], width: int | None = None) -> str:
    """One line a lane, best loss first; below, each reason. None: a line is as wide as it takes, as in a pipe."""
    ranked = sorted(results, key=standing)
    rows = [_row(rank, result) for rank, result in enumerate(ranked, 1)]
    reasons = [f"{printable(result.name)}: {printable(result.reason)}" for result in ranked if result.reason]
    table = columns(HEADING, rows, SIDES, width, CUT, SPARE)
    return "\n".join([table, *([""] if reasons else []), *(folded(reason, width) for reason in reasons)])


def folded(text: str, width: int | None) -> str:
    """Over as many lines as it takes, those after the first set in."""
    return text if width is None else textwrap.fill(text, width, subsequent_indent="  ")


def standing(result: LaneResult) -> tuple[bool, float, int]:
    """What lanes are ranked by: those that broke come last, the others by their best loss."""
    best = math.inf if result.best_loss is None or math.isnan(result.best_loss) else result.best_loss
    return result.outcome in ("diverged", "failed"), best, result.id


def unnamed(result: LaneResult) -> str:
    """The phrase without the name, which has a column of its own."""
    for name in (f"{result.name}=", f"{result.name!r}="):
        if result.phrase.startswith(name):
            return result.phrase[len(name) :]
    return result.phrase


def _row(rank: int, result: LaneResult) -> tuple[str, ...]:
    broke = result.outcome in ("diverged", "failed")
    return (
        NOTHING if broke else str(rank),
        printable(result.name),
        number(result.final_loss),
        number(result.best_loss),
        count(result.best_step),
        count(result.steps),
        count(result.evaluations),
        duration(result.seconds),
        f"✗ {result.outcome}" if broke else result.outcome,
        printable(unnamed(result)),
    )
