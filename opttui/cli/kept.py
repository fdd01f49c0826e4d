"""What a run holds to go back to and to go on with, printed once or as a JSON object. Starts nothing."""

import sys
from typing import Any

from opttui.cli.columns import columns
from opttui.cli.jsontext import print_object
from opttui.cli.report import heading
from opttui.cli.stdio import width_of
from opttui.cli.table import folded
from opttui.control.client import Client
from opttui.control.commands import Kept, KeptLane
from opttui.control.life import life
from opttui.errors import InputError
from opttui.printable import printable
from opttui.record.pointer import Pointer
from opttui.record.reader import RunReader
from opttui.record.seen import SeenRun

NOWHERE = Kept()


def print_kept(reader: SeenRun, as_json: bool, width: int | None = None) -> None:
    """Each lane's snapshots in memory, as its process says, and its checkpoints on disk, with sizes, budgets and shares.

    InputError for what is no race of ours.
    """
    from opttui.tui.panels.kept import counted, percent  # JSON needs no words
    from opttui.tui.panels.machine import size

    if not isinstance(reader, RunReader) or reader.manifest.kind != "race":
        raise InputError(
            f"{printable(reader.manifest.id)} is no race, and nothing of it can be gone back to."
        )
    kept = held(reader)
    if as_json:
        print_object(object_of(reader, kept))
        return
    width = width or width_of(sys.stdout)
    rows = []
    for lane in reader.lanes:
        memory = (kept or NOWHERE).memory.get(lane.id, KeptLane(0, 0))
        files = on_disk(lane.pointers)
        rows.append(
            (
                str(lane.id),
                printable(reader.manifest.lanes[lane.id].name),
                f"{memory.count:,}" if kept is not None else "-",
                size(memory.bytes) if kept is not None else "-",
                str(len(files)),
                size(sum(each.bytes for each in files)),
                ", ".join(f"{each.step:,}" + " (fork)" * each.birth for each in files),
            )
        )
    print(folded(heading(reader), width) + "\n")
    names = ("lane", "name", "in memory", "size", "on disk", "size", "at steps")
    print(columns(names, rows, "rlrrrrl", width, ("at steps", "name")) + "\n")
    whole = sum(each.bytes for lane in reader.lanes for each in on_disk(lane.pointers))
    if kept is None:
        print(
            "No process runs this race: snapshots in memory are gone, checkpoints on disk are what it can go on from."
        )
        return
    snapshots = sum(lane.count for lane in kept.memory.values())
    print(
        f"{counted(snapshots, 'snapshot')} in memory: {size(kept.bytes)} of {size(kept.memory_budget)}, "
        f"{percent(kept.memory_share)} of the time"
    )
    print(f"on disk: {size(whole)} of {size(kept.disk_budget)}, {percent(kept.disk_share)} of the time")


def held(reader: RunReader) -> Kept | None:
    """What the race says; None where no process answers."""
    if life(reader.path) != "live":
        return None
    client = Client(reader.path, "show")
    try:
        status = client.status()
    finally:
        client.close()
    return status.kept if status is not None else None


def on_disk(pointers: list[Pointer]) -> list[Pointer]:
    """In the order of steps."""
    return sorted(pointers, key=lambda pointer: pointer.step)


def object_of(reader: RunReader, kept: Kept | None) -> dict[str, Any]:
    """The object of `opttui show --snapshots --json`; `memory` is null where no process runs the race."""
    told = kept or NOWHERE
    return {
        "run": reader.manifest.id,
        "memory": None
        if kept is None
        else {"bytes": kept.bytes, "budget": kept.memory_budget, "share": kept.memory_share},
        "disk": {
            "bytes": sum(each.bytes for lane in reader.lanes for each in lane.pointers),
            "budget": told.disk_budget or None,
            "share": told.disk_share if kept is not None else None,
        },
        "lanes": [
            {
                "id": lane.id,
                "name": reader.manifest.lanes[lane.id].name,
                "memory": None
                if kept is None
                else {
                    "count": (memory := told.memory.get(lane.id, KeptLane(0, 0))).count,
                    "bytes": memory.bytes,
                    "steps": memory.steps,
                },
                "disk": [
                    {"step": each.step, "bytes": each.bytes, "file": each.file, "fork": each.birth}
                    for each in on_disk(lane.pointers)
                ],
            }
            for lane in reader.lanes
        ],
    }
