"""A run as it is printed once: heading, chart and table, or its JSON object. Starts nothing."""

import sys
from collections.abc import Sequence

from opttui.cli.jsontext import print_object
from opttui.cli.stdio import complain, takes_colour, width_of
from opttui.cli.table import folded, results_table
from opttui.cli.ways import oddities
from opttui.printable import printable
from opttui.record.events import Event
from opttui.record.fair import best_of, by_held_out
from opttui.record.results import results, summary
from opttui.record.seen import SeenRun
from opttui.scenario.foreign import shown_name

IN_A_PIPE = 100
"""Characters a row of the chart where there is no terminal to ask; text is then as wide as it takes."""
MOST_ALARMS = 20
"""Alarms, and notes, that are printed one by one."""


def print_json(reader: SeenRun, alive: bool) -> None:
    """Exactly one object."""
    print_object(summary(reader, alive))


def print_report(
    reader: SeenRun,
    alive: bool,
    width: int | None = None,
    chart_name: str = "loss",
    axis: str = "steps",
    beside: Sequence[SeenRun] = (),
) -> None:
    """Heading, chart and table, by default as wide as the terminal; what is damaged goes to stderr. `beside`: what has
    curves in the chart, and no place in the table."""
    from opttui.cli.chart import bars, chart  # JSON needs no plots

    width = width or width_of(sys.stdout)
    for run in beside:
        run.poll()
    picture = chart(reader, width or IN_A_PIPE, takes_colour(sys.stdout), chart_name, axis, beside)
    for line in (heading(reader), *starts(reader), *ways(reader)):
        print(folded(line, width))
    print()
    if picture:
        print(picture.rstrip("\n"))
        print()
    lanes = results(reader, alive)
    fair = {lane.id: best_of(lane, True) for lane in reader.lanes} if by_held_out(reader) else None
    if compared := bars(lanes, width or IN_A_PIPE, fair):
        print(compared)
        print()
    print(results_table(lanes, width, fair))
    for line in (*alarms(reader), *notes(reader)):
        print(folded(line, width))
    for trace in tracebacks(reader):
        print("\n" + trace)
    for run in (reader, *beside):
        for sentence in run.damage:
            complain(sentence)


def starts(reader: SeenRun) -> list[str]:
    """How lanes were initialised that did not begin as the problem does: one line where it is the same for all."""
    told = {lane.name: lane.start for lane in reader.manifest.lanes if lane.start}
    if len(told) == len(reader.manifest.lanes) and len(set(told.values())) == 1:
        told = {"all lanes": next(iter(told.values()))}
    return [f"start of {printable(name)}: {printable(words)}" for name, words in told.items()]


def ways(reader: SeenRun) -> list[str]:
    """How lanes are stepped that are not stepped like most."""
    told = [(lane.name, oddities(lane.stepping)) for lane in reader.manifest.lanes if lane.stepping]
    return [f"{printable(name)}: {printable(words)}" for name, words in told if words]


def alarms(reader: SeenRun) -> list[str]:
    """The alarms of a run, a line each, the first ones where there are many."""
    return _lines([event for event in reader.events if event.kind == "alarm"], "! ", "alarms")


def notes(reader: SeenRun) -> list[str]:
    """What else concerns whoever reads the table: a command of the scenario that was refused, a lane that did not repeat
    itself."""
    told = [
        event
        for event in reader.events
        if event.kind == "note" and {"refused", "differs"} & event.data.keys()
    ]
    return _lines(told, "", "notes")


def _lines(found: list[Event], sign: str, what: str) -> list[str]:
    lines = [f"{sign}step {event.step or 0:,}: {printable(event.text)}" for event in found[:MOST_ALARMS]]
    more = len(found) - len(lines)
    return ["", *lines, *([f"  … and {more:,} more {what}"] if more else [])] if lines else []


def tracebacks(reader: SeenRun) -> list[str]:
    """What raised in lanes that failed, below the lanes' names; the same for several lanes once."""
    lanes = {lane.id: lane.name for lane in reader.manifest.lanes}
    found: dict[str, list[str]] = {}
    for event in reader.events:
        if (trace := event.data.get("traceback")) and isinstance(trace, str):
            found.setdefault(trace.rstrip(), []).append(lanes.get(event.lane or 0, ""))
    return [
        "\n".join(
            [f"{', '.join(map(printable, names))}:", *("  " + printable(line) for line in trace.splitlines())]
        )
        for trace, names in found.items()
    ]


def heading(reader: SeenRun) -> str:
    """The run in one line."""
    manifest = reader.manifest
    scenario = manifest.scenario
    if reader.foreign:
        count = len(manifest.lanes)
        what = manifest.problem.title if manifest.problem else ""
        return " · ".join(map(printable, (manifest.id, f"{count} run" + ("s" if count != 1 else ""), what)))
    title = scenario.title or (manifest.problem.title if manifest.problem else "")
    parts = [
        manifest.id,
        title or shown_name(scenario.problem.name),
        f"{manifest.steps:,} steps" if manifest.steps is not None else "",
        f"seed {scenario.seed}",
        " ".join(word for word in (manifest.device or scenario.device, manifest.dtype) if word),
    ]
    return " · ".join(printable(part) for part in parts if part)
