"""Runs made without any process, with numbers and names that are hard to hand on."""

import math
from collections.abc import Sequence
from pathlib import Path

import msgspec

from opttui.record.events import Event
from opttui.record.layout import Row
from opttui.record.manifest import LaneInfo, ProblemInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.resolve import scenario_from

ODD = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan, -0.0, 1 / 3, 1e16, 1e-7]
"""Losses that need every digit, or are none."""

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    "&lt;b&gt; &amp; &#60;",
    "]]><!--",
    "--><script>",
    "<!DOCTYPE html>",
    "\x1b]52;c;Zm9v\x07",
    "\x1b[2J\x1b[31mred",
    "\x9b31m c1",
    "\u202egnp.exe",
    "\u2066left\u2069",
    "zero\u200bwidth",
    "../../../etc/passwd",
    "/absolute/path",
    "a/b\\c:d*e?f",
    "CON",
    "..",
    "",
    "=cmd|' /C calc'!A0",
    "javascript:alert(1)",
    "${7*7}{{7*7}}",
    "long " * 60,
    "日本語 Ω ✗ 🙂",
)
"""Twenty-five names that mean something somewhere."""


def made(
    runs: Path,
    names: Sequence[str] = ("SGD", "hot, and odd"),
    steps: int = 40,
    losses: Sequence[float] | None = None,
    first: int = 0,
    portion: int = 1000,
    ended: bool = True,
) -> RunReader:
    """A run of lanes of these names, read; their losses (lane + 1) / (step + 1) unless others are given."""
    scenario = scenario_from("linear", ["SGD:lr=0.1"])
    lanes = tuple(
        LaneInfo(id=at, name=name, phrase=f"SGD:lr=0.{at + 1}", hypers={"lr": 0.1 * (at + 1)})
        for at, name in enumerate(names)
    )
    path = create_run(scenario, lanes, runs, "toy")
    problem = ProblemInfo(
        title="a line", parameters=2, metrics=("loss", "accuracy"), batch_size=8, samples=80
    )
    manifest = msgspec.structs.replace(read_manifest(path), problem=problem, dtype="float32", device="cpu")
    write_manifest(path, manifest)
    writer = RunWriter(path, len(lanes))
    writer.event(Event("ready", "at the start", step=0, time=1000.0))
    values = list(losses) if losses is not None else [1 / (step + 1) for step in range(steps)]
    for lane in lanes:
        rows = [row(first + at, value * (lane.id + 1)) for at, value in enumerate(values)]
        for start in range(0, len(rows), portion):
            writer.rows(lane.id, rows[start : start + portion])
            writer.flush()
        for step in range(0, len(values), 10):
            writer.validation(lane.id, first + step, {"loss": 1 / (step + 1), "accuracy": 1 / 3 + lane.id})
    writer.validation(0, first + len(values), {"loss": math.nan, "accuracy": math.inf})
    writer.event(
        Event(
            "set",
            "lr turned",
            lane=0,
            step=5,
            time=1010.0,
            actor="window",
            data={"hyper": "lr", "old": 0.1, "new": 0.2},
        )
    )
    writer.event(Event("ended", "over", step=first + len(values), time=1050.0))
    writer.flush()
    if ended:
        writer.end()
    writer.close()
    if ended:
        write_manifest(path, msgspec.structs.replace(manifest, state="ended", ended=2000.0))
    return read(path)


def read(path: Path) -> RunReader:
    """A run, read to its end."""
    reader = RunReader(path)
    reader.poll()
    return reader


def row(step: int, loss: float) -> Row:
    """A row whose numbers need all their digits."""
    return (float(step), step + 1.0, 0.001 * step, loss, 0.1, 1 / 3, 2e-17, -1.5, math.nan)
