"""Lanes of a run beside each other, printed once or as a JSON object. Starts nothing."""

import math
import sys
from collections.abc import Sequence
from typing import Any

import msgspec

from opttui.cli.columns import cells, columns
from opttui.cli.jsontext import print_object
from opttui.cli.report import IN_A_PIPE, heading
from opttui.cli.stdio import complain, takes_colour, width_of
from opttui.cli.table import folded
from opttui.errors import InputError
from opttui.printable import printable
from opttui.record.compare import Axis, cost_of, difference, pairs_of, series_of
from opttui.record.fair import best_of, by_held_out
from opttui.record.seen import SeenRun
from opttui.record.settings import settings_of
from opttui.scenario.nearest import meant

ROWS = 14
INKS = 12
"""Lanes' inks are lane0 to lane11."""


def chosen_lanes(reader: SeenRun, text: str) -> list[int]:
    """Ids of the lanes that a list of numbers and names stands for. InputError for one that is none."""
    known = {str(info.id): info.id for info in reader.manifest.lanes}
    known |= {info.name: info.id for info in reader.manifest.lanes}
    found: list[int] = []
    # A name may hold commas itself: the longest one that fits is meant.
    parts = [part.strip() for part in text.split(",")]
    while parts:
        size = next((n for n in range(len(parts), 0, -1) if ",".join(parts[:n]) in known), 0)
        size = size or next((n for n in range(len(parts), 0, -1) if ", ".join(parts[:n]) in known), 0)
        if not size:
            names = [info.name for info in reader.manifest.lanes]
            raise InputError(f"--compare: there is no lane {parts[0]!r}; {meant(parts[0], names)}")
        words = ",".join(parts[:size])
        lane = known[words] if words in known else known[", ".join(parts[:size])]
        if lane in found:
            raise InputError(f"--compare: lane {words!r} is given twice")
        found.append(lane)
        parts = parts[size:]
    if len(found) < 2:
        raise InputError("--compare: two lanes are needed at least, like --compare 0,1")
    return found


def print_comparison(reader: SeenRun, lanes: Sequence[int], width: int | None = None) -> None:
    """Heading, the differences as a chart, what was reached, settings, sentences; what is damaged goes to stderr."""
    from opttui.tui.panels.compared_words import compared  # JSON needs no words

    width = width or width_of(sys.stdout)
    axis = axis_of(reader)
    found = compared(reader, lanes, axis)
    print(folded(heading(reader), width))
    print()
    if picture := chart(reader, lanes, width or IN_A_PIPE, axis):
        what = "best held-out loss" if by_held_out(reader) else "best loss"
        name = printable(found.names[0])
        print(folded(f"{what} minus that of {name}; below zero it is ahead of {name}:", width))
        print(picture.rstrip("\n"))
        print()
    names = [printable(name) for name in found.names]
    reached = _as_steps_alone([[fact.name, *fact.values] for fact in found.reached], names, width)
    settings = [[fact.name + ("" if fact.weighs else " ="), *fact.values] for fact in found.settings]
    for rows in (reached, settings):
        print(columns(["", *names], rows, "l", width, ["", *names]))
        print()
    for sentence in found.sentences:
        print(folded(sentence, width))
    for sentence in reader.damage:
        complain(sentence)


def _as_steps_alone(rows: list[list[str]], names: list[str], width: int | None) -> list[list[str]]:
    """Costs without their evaluations and seconds, where whole ones would be cut."""
    whole = columns(["", *names], rows, "l").splitlines()
    if width is None or max(map(cells, whole)) <= width:
        return rows
    return [[label, *(words.partition(" · ")[0] for words in costs)] for label, *costs in rows]


def print_comparison_json(reader: SeenRun, lanes: Sequence[int]) -> None:
    """Exactly one object; numbers that do not exist, NaN and infinity are null."""
    print_object(object_of(reader, lanes, axis_of(reader)))


def object_of(reader: SeenRun, lanes: Sequence[int], axis: Axis) -> dict[str, Any]:
    """The object of `opttui show --compare --json`."""
    readers = {lane.id: lane for lane in reader.lanes}
    infos = {info.id: info for info in reader.manifest.lanes}
    held_out = by_held_out(reader)
    series = {lane: series_of(readers[lane], held_out) for lane in lanes}
    bests = {lane: best_of(readers[lane], held_out) for lane in lanes}
    target = reader.manifest.scenario.target
    return {
        "run": reader.manifest.id,
        "axis": axis,
        "ranked_by": "held-out loss" if held_out else "loss",
        "target": target,
        "lanes": [
            {
                "id": lane,
                "name": infos[lane].name,
                "phrase": infos[lane].phrase,
                "best": bests[lane],
                "to_best_of": {str(other): _plain(cost_of(series[lane], bests[other])) for other in lanes},
                "to_target": _plain(cost_of(series_of(readers[lane]), target)),
            }
            for lane in lanes
        ],
        "settings": [
            {"name": each.name, "values": list(each.values), "differs": each.differs}
            for each in settings_of(reader, lanes)
        ],
        "pairs": [_plain(pair) for pair in pairs_of(reader, lanes, axis)],
    }


def chart(reader: SeenRun, lanes: Sequence[int], width: int, axis: Axis) -> str:
    """Every other lane's best loss minus the first one's; empty where there is nothing to draw."""
    from opttui.plots.curves import Line
    from opttui.plots.printed import print_curves

    readers = {lane.id: lane for lane in reader.lanes}
    names = {info.id: printable(info.name, 30) for info in reader.manifest.lanes}
    held_out = by_held_out(reader)
    first = series_of(readers[lanes[0]], held_out)
    lines = []
    for lane in lanes[1:]:
        apart = difference(series_of(readers[lane], held_out), first, axis)
        lines.append(Line(apart.x, apart.best, apart.best, f"lane{lane % INKS}"))
    others = [names[lane] for lane in lanes[1:]]
    return print_curves(lines, others, width, ROWS, "symlog", takes_colour(sys.stdout), axis)


def axis_of(reader: SeenRun) -> Axis:
    """That on which the lanes were kept level."""
    return reader.manifest.scenario.axis


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    built = msgspec.to_builtins(value)
    return {key: _plain(each) for key, each in built.items()} if isinstance(built, dict) else built
