"""A lane's result in words, as every table has them. Knows no table."""

from opttui.record.manifest import LaneResult


def described(result: LaneResult) -> str:
    """The phrase, where it is a fork of what, and whether somebody turned it."""
    parts = [unnamed(result)]
    if result.parent is not None:
        changed = f" with {result.changes}" if result.changes else ""
        unlike = "" if result.exact.startswith("exact") or result.changes else f", {result.exact}"
        parts.append(f"fork of lane {result.parent} at {result.forked_at}{changed}{unlike}")
    if result.by_hand and not result.changes:
        parts.append("turned by hand")
    return ", ".join(parts)


def unnamed(result: LaneResult) -> str:
    """The phrase without the name, which has a column of its own."""
    for name in (f"{result.name}=", f"{result.name!r}="):
        if result.phrase.startswith(name):
            return result.phrase[len(name) :]
    return result.phrase
