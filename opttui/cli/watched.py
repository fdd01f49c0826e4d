"""Other tools' logs as one JSON object. Knows no verb."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

from opttui.cli.jsontext import print_object
from opttui.record.layout import GRAD_NORM, SECONDS, STEP

if TYPE_CHECKING:
    from opttui.sources.lane import WatchedLane
    from opttui.sources.watched import Watched


def print_watched_json(reader: "Watched") -> None:
    """Exactly one object; numbers that do not exist, NaN and infinity are null."""
    results = {result.id: result for result in reader.manifest.results}
    lanes = []
    for lane in reader.lanes:
        told = results[lane.id]
        lanes.append(
            {
                "id": lane.id,
                "name": lane.name,
                "kind": lane.log.kind,
                "path": shown(lane.log.path),
                "metric": lane.loss,
                "outcome": told.outcome,
                "reason": told.reason,
                "steps": told.steps,
                "seconds": _number(lane, SECONDS),
                "first_loss": finite(lane.first_loss),
                "final_loss": finite(told.final_loss),
                "best_loss": finite(lane.best_loss),
                "best_step": lane.best_step,
                "last_step": _number(lane, STEP),
                "final_lr": finite(told.final_lr),
                "grad_norm": _number(lane, GRAD_NORM),
                "metrics": {name: finite(value) for name, value in lane.metrics.items()},
            }
        )
    print_object({"paths": [shown(path) for path in reader.paths], "lanes": lanes, "damage": reader.damage})


def shown(path: Path) -> str:
    """A path as JSON can hold it: bytes that are no UTF-8 as \\udcXX."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def finite(value: float | None) -> float | None:
    """The number, or None for what JSON has no word for."""
    return value if value is not None and math.isfinite(value) else None


def _number(lane: "WatchedLane", column: int) -> float | None:
    value = None if lane.last is None else finite(lane.last[column])
    return int(value) if value is not None and column == STEP else value
