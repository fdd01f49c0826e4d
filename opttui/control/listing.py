"""Runs in a list: what each is and how it stands. Reads manifests and ends of logs, with neither torch nor numpy, but
for the best lanes of races that are under way."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from opttui.control.asking import ask_all
from opttui.control.commands import Status
from opttui.control.life import life
from opttui.errors import RunError
from opttui.printable import printable
from opttui.record.cards import Card, Cards, best_of
from opttui.record.furthest import furthest_step
from opttui.record.manifest import Best
from opttui.record.rundir import cards, read_manifest

PATIENCE = 1.0
"""Seconds that races may take to say how they stand, all of them together."""
STOPPED = ("stopped", "running", "paused")
"""Outcomes of lanes whose race ended before they did."""
BEGUN = 16
"""Runs without an end whose best lane is looked for, the newest; each has to be read for it."""
BEGUN_BYTES = 64 * 2**20
"""Bytes of their logs that are read."""


def describe_all(seen: Cards | None = None, most: int | None = None) -> list[dict[str, Any]]:
    """The newest runs as JSON has them, at most so many; one that cannot be read says why. RunError where the runs
    cannot be listed.

    Args:
        seen: Spares a second look the manifests that are as they were.
        most: How many; all, if None.
    """
    return _described(cards(seen)[:most])


def describe(path: Path) -> dict[str, Any]:
    """One run as JSON has it."""
    return _described([(path, Cards().one(path))])[0]


def _described(found: Sequence[tuple[Path, Card | None]]) -> list[dict[str, Any]]:
    lives: dict[Path, str] = {}
    wrong: dict[Path, str] = {}
    for path, card in found:
        try:
            if card is None:
                read_manifest(path)
                wrong[path] = "Its manifest cannot be read."
            lives[path] = "ended" if card is not None and card.state == "ended" else life(path)
        except RunError as error:
            wrong[path] = error.message
    told = ask_all([path for path, alive in lives.items() if alive == "live"], PATIENCE)
    best = _best_so_far([(path, card) for path, card in found if card is not None and lives[path] != "ended"])
    return [
        {"run": path.name, "path": str(path), "state": "unreadable", "reason": wrong[path]}
        if card is None or path in wrong
        else _one(path, card, lives[path], told, best)
        for path, card in found
    ]


def _one(
    path: Path,
    card: Card,
    alive: str,
    told: Mapping[Path, Status | None],
    best: Mapping[Path, Best],
) -> dict[str, Any]:
    status = told.get(path)
    state = _state(card, alive, status)
    leads = best_of(card) or best.get(path)
    return {
        "run": path.name,
        "path": str(path),
        "kind": printable(card.kind),
        "title": printable(card.scenario.title),
        "problem": printable(card.scenario.problem.name),
        "lanes": [printable(lane.name) for lane in card.lanes],
        "state": state,
        "outcomes": dict(Counter(printable(result.outcome) for result in card.results)),
        "step": _step(path, card),
        "steps": card.steps,
        "steps_per_second": status.speed if status is not None and state == "running" else None,
        "best_lane": None if leads is None else printable(leads.lane),
        "best_by_hand": None if leads is None else leads.by_hand,
        "best_loss": None if leads is None else leads.loss,
        "created": card.created,
        "age": max(time.time() - card.created, 0.0),
    }


def _state(card: Card, alive: str, status: Status | None) -> str:
    """starting, running, paused, hung, crashed, elsewhere; of a race that is over: finished, or stopped before its end."""
    if alive == "ended":
        return "stopped" if any(result.outcome in STOPPED for result in card.results) else "finished"
    if alive != "live":
        return alive
    if status is None:
        return "hung"
    return "running" if status.state == "ended" else status.state


def _step(path: Path, card: Card) -> int:
    """Steps that the furthest lane has taken."""
    if card.state == "ended" and card.results:
        return max(result.steps for result in card.results)
    return furthest_step(path, [lane.id for lane in card.lanes])


def _best_so_far(runs: Sequence[tuple[Path, Card]]) -> dict[Path, Best]:
    """Name and loss of the best lane of runs without an end, as far as the bounds go."""
    if not runs:
        return {}
    # numpy takes 0.1 s, which a list of finished runs does not need.
    from opttui.record.leader import leader  # noqa: PLC0415

    found, left = {}, BEGUN_BYTES
    for path, _ in runs[:BEGUN]:
        size = sum(file.stat().st_size for file in path.glob("lane-*.rec"))
        if size > left:
            continue
        left -= size
        best = leader(path)
        if best is not None:
            found[path] = best
    return found


def age(seconds: float) -> str:
    """How long ago, in its largest unit."""
    if seconds < 1:
        return "now"
    for size, one, many in ((86400, "day", "days"), (3600, "h", "h"), (60, "min", "min"), (1, "s", "s")):
        whole = int(seconds // size)
        if whole:
            return f"{whole} {one if whole == 1 else many}"
    return "now"
