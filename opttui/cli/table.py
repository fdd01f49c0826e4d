"""The results table as plain text. Knows no terminal: the same for a pipe and a person."""

import math
from collections.abc import Sequence

from opttui.cli.columns import columns
from opttui.cli.numbers import NOTHING, count, duration, number
from opttui.printable import printable
from opttui.record.manifest import LaneResult

HEADING = ("#", "lane", "loss", "best", "at step", "steps", "evaluations", "seconds", "outcome", "phrase")
SIDES = "rlrrrrrrl"


def results_table(results: Sequence[LaneResult]) -> str:
    """One line a lane, best loss first; below, a line for each reason."""
    ranked = sorted(results, key=standing)
    rows = [_row(rank, result) for rank, result in enumerate(ranked, 1)]
    reasons = [f"{printable(result.name)}: {printable(result.reason)}" for result in ranked if result.reason]
    return "\n".join([columns(HEADING, rows, SIDES), *([""] if reasons else []), *reasons])


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
