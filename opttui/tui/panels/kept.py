"""What there is to go back to and to go on with: a lane's snapshots in memory, its checkpoints on disk, and their sizes.

Knows no ink.
"""

from collections.abc import Sequence

from opttui.control.commands import Kept, KeptLane
from opttui.record.pointer import Pointer
from opttui.tui.panels.cells import first_that_fits
from opttui.tui.panels.machine import size

MEMORY, DISK = "┴", "▴"
"""A snapshot in memory, a checkpoint on disk."""


def kept_words(kept: Kept | None, lane: int, pointers: Sequence[Pointer], width: int) -> str:
    """Numbers, sizes, budgets and shares of the time, as many of them as there is room for. `kept`: None where no process
    holds anything."""
    own = kept.memory.get(lane, KeptLane(0, 0)) if kept is not None else None
    on_disk = sum(pointer.bytes for pointer in pointers)
    whole, few = len(pointers), f"{DISK} {len(pointers)} on disk, {size(on_disk)}"
    disk = f"{DISK} {counted(whole, 'checkpoint')} on disk, {size(on_disk)}"
    if kept is None or own is None:
        return first_that_fits([f"{disk}; snapshots in memory are gone with the process", disk, few], width)
    memory = f"{MEMORY} {counted(own.count, 'snapshot')} in memory, {size(own.bytes)}"
    held = f"all lanes {size(kept.bytes)} of {size(kept.memory_budget)}, {percent(kept.memory_share)} of the time"
    written = f"all {size(kept.disk)} of {size(kept.disk_budget)}, {percent(kept.disk_share)} of the time"
    short = f"{MEMORY} {own.count} in memory, {size(own.bytes)}"
    return first_that_fits(
        [
            f"{memory} ({held})  {disk} ({written})",
            f"{short} (all {size(kept.bytes)} of {size(kept.memory_budget)}, {percent(kept.memory_share)})  {few}",
            f"{short} ({percent(kept.memory_share)} of the time)  {few}",
            f"{short}  {few}",
            f"{MEMORY} {size(own.bytes)}  {DISK} {size(on_disk)}",
        ],
        width,
    )


def counted(number: int, word: str) -> str:
    """`1 snapshot`, `12 snapshots`."""
    return f"{number:,} {word}{'s' * (number != 1)}"


def percent(share: float) -> str:
    """`0.41 %`."""
    return f"{100 * share:.2g} %"
