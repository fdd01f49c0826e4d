"""Facts about a run other than rows: one line of `events.jsonl` each, in the order in which they happened."""

from typing import Any, Literal

import msgspec

EventKind = Literal[
    "ready",  # the race is built; steps begin
    "paused",
    "resumed",  # of a lane: a later process has brought it back; data: outcome
    "set",  # data: hyper, old, new
    "schedule",  # another schedule was put in place; data: schedule, as the command says it
    "forked",  # the lane began as a fork; data: parent, forked_at, exact, changes
    "added",  # the lane was added while the race ran
    "rewound",  # the lane went back to this step: what it did after it is no longer part of its history; data: from
    "dropped",  # the lane was taken out; data: outcome
    "restored",  # and in again; data: outcome
    "frozen",  # the lane is held; data: outcome
    "thawed",  # and goes on; data: outcome
    "pace",  # data: pace (steps a second, null for as fast as it goes)
    "outcome",  # data: outcome; text is the reason
    "target",  # the lane's loss reached the target at this step
    "plan",  # data: steps, lr, note: the learning rate to come has changed
    "plane",  # data: number, plane ("random" or "pca"), explained (shares of the two axes), box
    "note",  # what an optimizer printed or warned; a schedule that has come to its end
    "alarm",  # data: alarm (its kind), value, usual (two values); text is a sentence with the lane's name
    "disk",  # writing failed, or works again
    "stopped",  # a person stopped the race
    "ended",  # the last line of a run that came to its end
]

CHECKING = "being checked"
"""Of a fork that has not been seen going on like its parent yet. No record holds it."""


class Event(msgspec.Struct, frozen=True):
    """A fact, with who, what and when."""

    kind: EventKind
    text: str = ""
    """The fact as a sentence or a few words, printable."""
    lane: int | None = None
    step: int | None = None
    """The lane's step before which it took effect; for facts of the whole race, the furthest lane's."""
    time: float = 0.0
    """Seconds since the epoch."""
    actor: str = ""
    """Who asked: a window's name, `tell`, `scenario`; empty when nobody did."""
    requested: int | None = None
    """Step at which it was asked for."""
    data: dict[str, Any] = msgspec.field(default_factory=dict)
