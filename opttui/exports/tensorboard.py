"""A run as event files that TensorBoard opens: a directory a lane, a tag a number. Needs no tensorboard.

Messages: tensorboard/compat/proto/event.proto, summary.proto; plugins/hparams/plugin_data.proto.
"""

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from opttui.errors import InputError
from opttui.exports import wire
from opttui.exports.clock import Clock
from opttui.exports.jsonl import plain
from opttui.exports.manifest import shared
from opttui.exports.names import file_names
from opttui.exports.rows import LARGEST, Choice, Told, counted, lanes_of, tables
from opttui.record.blocks import Array
from opttui.record.layout import EVALUATIONS, GRAD_NORM, LOSS, LR, SECONDS, STEP, UPDATE_NORM, X, Y
from opttui.record.manifest import LaneInfo, Manifest
from opttui.record.seen import SeenLane, SeenRun
from opttui.scenario.phrase import parse_lane

TAGS = {
    LOSS: "loss",
    LR: "lr",
    GRAD_NORM: "grad_norm",
    UPDATE_NORM: "update_norm",
    EVALUATIONS: "cost/evaluations",
    SECONDS: "cost/seconds",
    X: "point/x",
    Y: "point/y",
}
"""Column to tag; a slash makes a section of the page."""
ALWAYS = (LOSS,)
"""Tags that are there even where nothing but NaN was recorded."""
PORTION = 4096
"""Rows of other numbers whose times are worked out together."""
ENDING = ".opttui"
MARKER = "opttui.json"
"""The manifest, by which a later export knows that it may replace the directory."""

Layout = list[tuple[int, bytes]]
"""Column and the bytes before its value, for each value of a row's event."""


def write_tensorboard(reader: SeenRun, choice: Choice, directory: Path) -> None:
    """An event file a lane in a directory with the lane's name, in an empty directory."""
    chosen = lanes_of(reader, choice.lanes)
    file_name = f"events.out.tfevents.{int(reader.manifest.created):010d}{ENDING}"
    for (info, lane), name in zip(chosen, file_names([info.name for info, _ in chosen]), strict=True):
        (directory / name).mkdir()
        clock, tags = Clock(reader, lane), layout(lane)
        with (directory / name / file_name).open("xb") as file:
            file.write(wire.record(wire.double(1, clock.begin) + wire.text(3, "brain.Event:2")))
            for value in described(reader.manifest, info):
                file.write(wire.record(event(clock.begin, 0, value)))
            for table in tables(lane, choice.every):
                choice.told(len(table) * choice.every)
                write_rows(table, tags, clock, file)
            write_metrics(lane, name_metrics(reader, lane, tags), clock, file, choice.told)
    told = json.dumps(plain(shared(reader.manifest)), indent=1)
    (directory / MARKER).write_text(told + "\n", encoding="utf-8")


def layout(lane: SeenLane) -> Layout:
    """The values of a row's event: the columns in which anything was recorded."""
    found = []
    for column, tag in TAGS.items():
        curve = lane.overview.curve(STEP, column)
        if column in ALWAYS or not (np.isnan(curve.low).all() and np.isnan(curve.last).all()):
            name = wire.text(1, tag)
            # Value{tag = 1, simple_value = 2}, in Summary's field 1; the float itself takes four bytes more.
            found.append((column, b"\x0a" + wire.varint(len(name) + 5) + name + b"\x15"))
    return found


def write_rows(table: Array, tags: Layout, clock: Clock, file: BinaryIO) -> None:
    """Rows (n, 9) as events. A row whose step is no whole number from 0 on has no place in TensorBoard."""
    steps, wrong = counted(table[:, STEP])
    wrong |= steps < 0
    times = clock.times(table)
    sizes = np.maximum(1, -(-np.frexp(steps.astype(np.float64))[1] // 7))
    # Rows whose steps take as many bytes have events of one length: these are filled in side by side.
    cuts = np.flatnonzero(np.diff(sizes) | np.diff(wrong)) + 1
    for part in np.split(np.arange(len(table)), cuts):
        if part.size and not wrong[part[0]]:
            file.write(wire.framed(_events(table[part], steps[part], times[part], tags, int(sizes[part[0]]))))


def _events(table: Array, steps: NDArray[np.int64], times: Array, tags: Layout, size: int) -> wire.Bytes:
    """Events as (bytes, rows): Event{wall_time = 1, step = 2, summary = 5}."""
    length = sum(len(before) + 4 for _, before in tags)
    summary = b"\x2a" + wire.varint(length)
    found = np.empty((10 + size + len(summary) + length, len(table)), np.uint8)
    found[0] = 0x09
    found[1:9] = times.astype("<f8").view(np.uint8).reshape(-1, 8).T
    found[9] = 0x10
    found[10 : 10 + size] = wire.varints(steps, size)
    at = 10 + size
    for column, before in [(-1, summary), *tags]:
        found[at : at + len(before)] = np.frombuffer(before, np.uint8)[:, np.newaxis]
        at += len(before)
        if column >= 0:
            with np.errstate(over="ignore"):
                value = table[:, column].astype("<f4")
            found[at : at + 4] = value.view(np.uint8).reshape(-1, 4).T
            at += 4
    return found


def name_metrics(reader: SeenRun, lane: SeenLane, tags: Layout) -> dict[str, bytes]:
    """Tags of a lane's other numbers: what a race measures is on held-out data; those of a log or a script have names of
    their own, which stay where no column has them."""
    race = reader.manifest.kind == "race" and not reader.foreign
    taken = {TAGS[column] for column, _ in tags}
    return {
        name: wire.text(1, f"validation/{name}" if race else f"metrics/{name}" if name in taken else name)
        for name in lane.metric_names
    }


def write_metrics(
    lane: SeenLane, tags: Mapping[str, bytes], clock: Clock, file: BinaryIO, told: Told
) -> None:
    """The other numbers, each at its step; a step that is no whole number from 0 on has no place in TensorBoard."""
    rows = ((int(at), metrics) for at, metrics in lane.read_metrics() if 0 <= at < LARGEST)
    while some := list(islice(rows, PORTION)):
        told(len(some))
        times = clock.at(np.array([step for step, _ in some], np.float64)).tolist()
        with np.errstate(over="ignore"):
            file.write(
                wire.records(
                    [
                        event(time, step, *(value_of(tags[name], value) for name, value in metrics.items()))
                        for (step, metrics), time in zip(some, times, strict=True)
                    ]
                )
            )


def value_of(tag: bytes, value: float) -> bytes:
    """A number as Summary's field 1."""
    return wire.message(1, tag, wire.single(2, value))


def event(time: float, step: int, *values: bytes) -> bytes:
    """An event with values, each already Summary's field 1."""
    return wire.double(1, time) + wire.whole(2, step) + wire.message(5, *values)


def described(manifest: Manifest, info: LaneInfo) -> list[bytes]:
    """The lane in words (Text), and its numbers for the table of HParams."""
    problem = manifest.problem.title if manifest.problem else manifest.scenario.problem.name
    lines = [
        info.phrase,
        f"{problem}, seed {manifest.scenario.seed}",
        f"{manifest.device} {manifest.dtype}".strip(),
    ]
    if info.parent is not None:
        lines.append(f"fork of lane {info.parent} at step {info.forked_at}")
    # Four spaces: Markdown takes what others wrote as it is.
    told = "\n".join(f"    {line}" for line in lines if line)
    tensor = wire.whole(1, 7) + wire.message(2, wire.message(2, wire.whole(1, 1))) + wire.text(8, told)
    text = wire.message(1, wire.text(1, "lane/text_summary"), _plugin("text"), wire.message(8, tensor))
    entries: list[tuple[str, bytes]] = [("optimizer", wire.text(3, _optimizer(info)))]
    entries += [(name, wire.double(2, value)) for name, value in info.hypers.items()]
    pairs = [wire.message(1, wire.text(1, key), wire.message(2, value)) for key, value in entries]
    started = wire.message(3, *pairs, wire.double(5, manifest.created))
    nothing = wire.message(8, wire.whole(1, 1) + wire.message(2))
    session = wire.message(
        1, wire.text(1, "_hparams_/session_start_info"), _plugin("hparams", started), nothing
    )
    return [text, session]


def _plugin(name: str, content: bytes = b"") -> bytes:
    """A value's metadata: whose it is."""
    return wire.message(9, wire.message(1, wire.text(1, name), wire.message(2, content) if content else b""))


def _optimizer(info: LaneInfo) -> str:
    if info.stepping is not None:
        return info.stepping.call.kind
    try:
        return parse_lane(info.phrase).optimizer
    except InputError:
        return info.phrase


def is_export(directory: Path) -> bool:
    """Whether all in a directory comes from an earlier export, so that nothing of anybody else is lost with it."""
    lanes = [path for path in directory.iterdir() if path.name != MARKER]
    return (directory / MARKER).is_file() and all(_is_lane(path) for path in lanes)


def _is_lane(path: Path) -> bool:
    """Whether it is a lane's directory with nothing but our event file."""
    if path.is_symlink() or not path.is_dir():
        return False
    return all(
        file.name.startswith("events.out.tfevents.") and file.suffix == ENDING for file in path.iterdir()
    )
