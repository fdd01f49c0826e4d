"""A run whose process is gone, read for whoever goes on with it: what each lane was, and how the race was being run."""

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import msgspec
import torch

from opttui.control.commands import AnyCommand, Command, Plane, Rescue
from opttui.control.words import parse_command
from opttui.errors import InputError
from opttui.race.alarms import Alarms
from opttui.race.plane import Box
from opttui.race.race import SCENARIO, Drained, Race
from opttui.race.resuming import Known, bring_back
from opttui.race.snapshot import Snapshot
from opttui.race.unpacking import DamagedSnapshotError
from opttui.record.event_log import EventReader
from opttui.record.events import Event
from opttui.record.history import present
from opttui.record.lane_reader import LaneReader
from opttui.record.layout import CHECKPOINTS, STEP, Row
from opttui.record.manifest import LaneInfo, Manifest
from opttui.record.reader import RunReader
from opttui.record.writer import RunWriter
from opttui.server.callers import NUMBER, ORIGIN
from opttui.server.checkpoints import read_checkpoint
from opttui.server.commands import OF_THE_RACE
from opttui.server.compare import compared
from opttui.server.keeping import File
from opttui.server.planes import read_plane
from opttui.server.rescue import rescue
from opttui.server.versions import versions

HEARD = 20_000
"""Rows of a lane that alarms are reminded of."""
Script = list[tuple[int, AnyCommand]]


def has_begun(path: Path) -> bool:
    """Whether a process has raced here before."""
    return any(event.kind == "ready" for event in events_of(path))


def events_of(path: Path) -> list[Event]:
    """All that was recorded of the run, but for its rows."""
    reader = EventReader(path)
    reader.poll()
    return list(reader.events)


def on_the_same(manifest: Manifest) -> Manifest:
    """The scenario on the device and in the dtype that the race had, whatever it may choose today."""
    scenario = manifest.scenario
    chosen = msgspec.structs.replace(scenario, device=manifest.device or scenario.device)
    return msgspec.structs.replace(manifest, scenario=chosen)


def go_on(
    path: Path, manifest: Manifest, race: Race, writer: RunWriter, script: Script, command: str = ""
) -> tuple[float | None, Script, list[Event]]:
    """Bring the lanes of the run back; the pace, what is left of the script, and what is to be told."""
    reader = RunReader(path)
    reader.poll()
    logs = {lane.id: lane for lane in reader.lanes}
    events = list(reader.events)
    known = [known_of(path, info, logs[info.id], events, race.device) for info in manifest.lanes]
    planes = [event for event in events if event.kind == "plane"]
    same = _same_plane(path, race, planes)
    back = bring_back(race, known, events)
    for lane, step, metrics in back.metrics:
        writer.validation(lane, step, metrics)
    others = [compared(path, lane, race.lanes[lane].name, rows) for lane, rows in back.rows.items()]
    facts = [
        *back.notes,
        *filter(None, others),
        *_running_again(race, known),
        *_versions(manifest, race.step()),
    ]
    walked = f", {back.walked:,} steps walked again" if back.walked else ""
    facts.append(
        Event("resumed", f"goes on from step {race.step()} in a new process{walked}", step=race.step())
    )
    if planes and not same:
        # Paths are known from where lanes were walked again, so a plane is chosen anew from those.
        race.plane_number = int(planes[-1].data["number"])
        chosen = Plane("pca" if planes[-1].data["plane"] == "pca" else "random")
        facts += race.choose_plane(chosen, "", race.step())
    if command:
        facts += first(path, race, command)
    pace = pace_of(events, manifest.scenario.pace)
    return pace, left_of(script, events, race.step()), facts


def first(path: Path, race: Race, words: str) -> list[Event]:
    """What is done before the race goes on, as events. InputError when it is refused."""
    command = parse_command(words)
    if isinstance(command, Rescue):
        command = rescue(path, race.lanes, None if command.lane is None else race.lane(command.lane))
    if not isinstance(command, Command) or isinstance(command, (*OF_THE_RACE, Plane)):
        raise InputError(f"{words!r} is done while a race runs, and not to one that is over.")
    return race.carry_out(command, "resume", race.step())


def _same_plane(path: Path, race: Race, planes: Sequence[Event]) -> bool:
    """Whether paths are drawn in the plane that was chosen last, if one was."""
    if planes and race.plane is not None:
        number = int(planes[-1].data["number"])
        plane = read_plane(path, number, race.plane)
        if plane is not None:
            race.plane, race.plane_number = plane, number
            for lane in race.lanes:
                lane.rows.turn(plane)
            return True
    return False


def box_of(events: Sequence[Event]) -> Box | None:
    """The part of the plane chosen last that its paths were in; None where none was chosen."""
    boxes = [tuple(map(float, event.data["box"])) for event in events if event.kind == "plane"]
    return boxes[-1] if boxes and len(boxes[-1]) == 4 else None


def left_over(path: Path, manifest: Manifest) -> dict[int, list[File]]:
    """By lane, the checkpoints that an earlier process has left beside those with which lanes began.

    What belongs to no lane's history any more is removed: undone by going back, or written as the process died.
    """
    kept: dict[int, list[File]] = {}
    known: set[str] = set()
    for info in manifest.lanes:
        log = LaneReader(path, info.id)
        log.poll()
        began = info.forked_at if info.parent is not None else None
        for pointer in log.pointers:
            known.add(pointer.file)
            with contextlib.suppress(OSError):
                size = (path / pointer.file).stat().st_size
                if pointer.step != began:
                    kept.setdefault(info.id, []).append((pointer.file, size))
    for file in (path / CHECKPOINTS).glob("lane-*"):
        if f"{CHECKPOINTS}/{file.name}" not in known:
            with contextlib.suppress(OSError):
                file.unlink()
    return kept


def remind(path: Path, manifest: Manifest, alarms: Alarms) -> None:
    """Let alarms know what a run's lanes have done before, newest rows only; what they say of it has been said."""
    for info in manifest.lanes:
        rows: list[Row] = []
        for block in LaneReader(path, info.id).read():
            rows = [*rows, *(cast(Row, tuple(row)) for row in block.tolist())][-HEARD:]
        alarms.look(Drained({info.id: rows}))


def _running_again(race: Race, known: list[Known]) -> list[Event]:
    """Of lanes that had been stopped with the race, that they go on."""
    found = []
    for lane, each in zip(race.lanes, known, strict=True):
        stopped = any(
            event.data.get("outcome") == "stopped" for event in each.events if event.kind == "outcome"
        )
        if lane.running and stopped:
            text = f"{lane.name}: goes on from step {lane.step}"
            found.append(Event("resumed", text, lane=lane.id, step=lane.step, data={"outcome": "running"}))
    return found


def _versions(manifest: Manifest, step: int) -> list[Event]:
    """A note where what computes is not what it was: then nothing promises the same bits."""
    now = versions()
    other = [
        f"{name} was {was} and is {now[name]}"
        for name, was in manifest.versions.items()
        if name in now and now[name] != was and name != "opttui"
    ]
    return [Event("note", f"gone on with elsewhere: {', '.join(other)}", step=step)] if other else []


def known_of(path: Path, info: LaneInfo, log: LaneReader, events: list[Event], device: torch.device) -> Known:
    """What the record says of a lane."""
    begin = info.forked_at or 0
    born, newest = None, None
    for pointer in sorted(log.pointers, key=lambda pointer: pointer.step):
        snapshot = _checkpoint(path / pointer.file, device)
        if snapshot is None:
            continue
        if pointer.birth or (info.parent is not None and snapshot.step == begin and born is None):
            born = snapshot
        elif newest is None or snapshot.step >= newest.step:
            newest = snapshot
    since = begin if newest is None else newest.step
    rows: list[Row] = []
    for block in log.read():
        if since > begin and block[-1, STEP] < since - 1:
            continue
        rows.extend(cast(Row, tuple(row)) for row in block.tolist())
    return Known(
        info=info,
        events=present(events, info.id),
        rows=rows,
        begin=begin,
        measured=frozenset(step for step, _ in log.validation),
        checkpoint=newest,
        born=born,
    )


def pace_of(events: list[Event], first: float | None) -> float | None:
    """The pace that was asked for last."""
    paces = [event.data.get("pace") for event in events if event.kind == "pace"]
    pace = paces[-1] if paces else first
    return pace if isinstance(pace, int | float) or pace is None else first


def left_of(script: Script, events: list[Event], step: int) -> Script:
    """The scenario's commands that were not carried out yet; the race is at a step again."""
    numbers = [event.data.get(NUMBER) for event in events if event.data.get(ORIGIN) == SCENARIO]
    if numbers:
        return script[max(number for number in numbers if isinstance(number, int)) :]
    # Nothing was carried out, or by a version that told of no numbers.
    done = max((event.requested or 0 for event in events if event.actor == SCENARIO), default=-1)
    return [(at, command) for at, command in script if at > done and at >= step]


def _checkpoint(file: Path, device: torch.device) -> Snapshot | None:
    try:
        return read_checkpoint(file, device)
    except (OSError, DamagedSnapshotError):
        return None
