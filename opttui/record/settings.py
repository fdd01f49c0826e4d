"""The settings of lanes side by side, as words. Knows no loss."""

from collections.abc import Sequence
from dataclasses import dataclass

from opttui.errors import InputError
from opttui.record.events import Event
from opttui.record.manifest import LaneInfo
from opttui.record.seen import SeenRun
from opttui.scenario.literals import write_literal
from opttui.scenario.parts import write_init, write_schedule
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import InitSpec

NONE = "–"
"""Stands for a setting that a lane does not have."""


@dataclass(frozen=True)
class Setting:
    """One setting of all lanes."""

    name: str
    values: tuple[str, ...]
    """One a lane; of a hyper that was turned, its first value and its last."""

    @property
    def differs(self) -> bool:
        """Whether it is not the same in all."""
        return len(set(self.values)) > 1


def settings_of(reader: SeenRun, lanes: Sequence[int]) -> list[Setting]:
    """Optimizer, hypers and other arguments, schedule, start, lineage: those that any of the lanes has."""
    infos = {info.id: info for info in reader.manifest.lanes}
    init = reader.manifest.scenario.init
    tables = [_table(infos[lane], reader.events, infos, init) for lane in lanes]
    names = list(dict.fromkeys(name for table in tables for name in table))
    last = [name for name in ("schedule", "warmup", "init", "fork of", "changed") if name in names]
    order = [*(name for name in names if name not in last), *last]
    return [Setting(name, tuple(table.get(name, NONE) for table in tables)) for name in order]


def _table(
    info: LaneInfo, events: Sequence[Event], infos: dict[int, LaneInfo], init: InitSpec | None
) -> dict[str, str]:
    hypers = {name: f"{value:g}" for name, value in info.hypers.items()}
    for name, value in _turned(info.id, events).items():
        if name in hypers:
            hypers[name] += f" → {value:g}"
    try:
        spec = parse_lane(info.phrase)
    except InputError:
        return {"optimizer": info.phrase, **hypers}
    given = {
        name: write_literal(value)
        for name, value in spec.arguments.items()
        if name not in hypers and f"{name.removesuffix('s')}1" not in hypers  # betas are beta1 and beta2
    }
    table = {"optimizer": spec.optimizer, **hypers, **given}
    if spec.schedule is not None:
        table["schedule"] = write_schedule(spec.schedule)
    if spec.warmup:
        table["warmup"] = f"{spec.warmup:,} steps"
    if begun := spec.init or init:
        table["init"] = write_init(begun)
    if info.parent is not None:
        name = infos[info.parent].name if info.parent in infos else str(info.parent)
        table["fork of"] = f"{name} at step {info.forked_at or 0:,}" + (
            f", {info.exact}" if info.exact else ""
        )
    if info.changes:
        table["changed"] = info.changes
    return table


def _turned(lane: int, events: Sequence[Event]) -> dict[str, float]:
    """What hypers were turned to last, when the lane was forked or later."""
    found: dict[str, float] = {}
    for event in events:
        values = event.data.get("values") if event.kind == "forked" else None
        if event.kind == "set":
            values = {event.data.get("hyper"): event.data.get("new")}
        if event.lane == lane and isinstance(values, dict):
            found |= {
                str(key): float(value) for key, value in values.items() if isinstance(value, int | float)
            }
    return found
