"""Whose fork a lane is: its place in the family, a shade of its family's ink, what is said of it. Knows no panel."""

from opttui.record.manifest import LaneInfo
from opttui.record.seen import SeenRun
from opttui.tui.panels.inks import LANE_INKS, SHADES, lane_role
from opttui.tui.panels.memo import once

EXACT = "exact"


def descent(reader: SeenRun, lane: int) -> tuple[int, ...]:
    """Ids from the lane that began at the start down to this one."""
    return once(reader, "descents", lambda: _descents(reader)).get(lane, (lane,))


def _descents(reader: SeenRun) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    # A fork comes after its parent.
    for info in reader.manifest.lanes:
        above = found.get(info.parent, ()) if info.parent is not None else ()
        found[info.id] = (*above, info.id)
    return found


def family_place(reader: SeenRun, lane: int) -> int:
    """0 for a lane that began at the start, else how many forks its family had with this one. It never changes."""
    return once(reader, "family places", lambda: _places(reader)).get(lane, 0)


def _places(reader: SeenRun) -> dict[int, int]:
    found: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for info in reader.manifest.lanes:
        root = descent(reader, info.id)[0]
        found[info.id] = sizes.get(root, 0)
        sizes[root] = found[info.id] + 1
    return found


def ink_of(reader: SeenRun, lane: int) -> str:
    """The role of a lane's ink, its own for life: a fork has a shade of its family's."""
    inks = once(reader, "inks", lambda: {info.id: _ink(reader, info.id) for info in reader.manifest.lanes})
    return inks.get(lane) or _ink(reader, lane)


def _ink(reader: SeenRun, lane: int) -> str:
    root, place = descent(reader, lane)[0], family_place(reader, lane)
    return lane_role(root, 1 + (place - 1) % SHADES if place else 0)


def dash_of(reader: SeenRun, lane: int) -> int:
    """Which dashes tell lanes of one ink apart."""
    root, place = descent(reader, lane)[0], family_place(reader, lane)
    return root // LANE_INKS + (place - 1) // SHADES if place else root // LANE_INKS


def branch(depth: int) -> str:
    """What stands before the name of a fork of a fork of … in a list."""
    return "  " * (depth - 1) + "└ " if depth else ""


def fork_words(info: LaneInfo, parent: str) -> str:
    """Where a lane comes from, in words; empty for one that began at the start."""
    if info.parent is None:
        return ""
    changed = f" with {info.changes}" if info.changes else ""
    return f"fork of {parent} at {info.forked_at}{changed}, {info.exact}"


def fork_sign(info: LaneInfo) -> str:
    """The same in a few cells: `= 300` where copies go on alike bit for bit, `≈ 300` where not or with fresh state."""
    if info.parent is None:
        return ""
    return f"{'=' if info.exact.startswith(EXACT) else '≈'} {info.forked_at}"
