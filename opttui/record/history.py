"""Facts that still hold of a lane: those that no later rewind has undone."""

from collections.abc import Sequence

from opttui.record.events import Event

BY_HAND = ("set", "schedule")


def present(events: Sequence[Event], lane: int) -> list[Event]:
    """A lane's events in order; those at or after the step to which it went back later are left out."""
    kept: list[Event] = []
    for event in events:
        if event.lane != lane:
            continue
        if event.kind == "rewound" and event.step is not None:
            to = event.step
            kept = [each for each in kept if each.kind in LASTING or each.step is None or each.step < to]
        kept.append(event)
    return kept


LASTING = ("forked", "added", "rewound", "dropped", "restored", "frozen", "thawed")
"""Whether a lane takes part is no step of it, and is not undone by going back."""


def touched(events: Sequence[Event], lane: int) -> bool:
    """Whether somebody turned the lane, as far as that was not undone."""
    return any(event.kind in BY_HAND for event in present(events, lane))
