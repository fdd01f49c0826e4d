"""Wishes: what a key, `opttui tell` or a scenario's event asks of a race. Carried out between two steps."""

from typing import Literal

import msgspec


class Command(msgspec.Struct, frozen=True, tag_field="do", forbid_unknown_fields=True):
    """A wish; its children are all there are."""


class Pause(Command, frozen=True, tag="pause"):
    """Stop before the next step."""


class Resume(Command, frozen=True, tag="resume"):
    """Go on."""


class Step(Command, frozen=True, tag="step"):
    """Take some steps in every lane, then pause."""

    count: int = 1


class Set(Command, frozen=True, tag="set"):
    """Turn hypers of a lane, from its next step on."""

    lane: str
    """Its id or its name."""
    values: dict[str, float]
    """Hyper to its new value. `lr` is the rate wanted now: schedules go on in proportion."""
    at: int | None = None
    """The lane's step before which it is done; None is now."""
    factors: dict[str, float] = {}
    """Hyper to what its value is multiplied by then."""


class Schedule(Command, frozen=True, tag="schedule"):
    """Put another schedule in place, from a lane's next step on: it begins at the rate that is used now."""

    lane: str
    schedule: str
    """As after the @ of a lane; `none` holds the rate."""
    at: int | None = None


class Fork(Command, frozen=True, tag="fork"):
    """A new lane that goes on from where a lane is or was, like it but for what is changed."""

    lane: str
    at: int | None = None
    """The lane's step; None is its present one."""
    values: dict[str, float] = {}
    """Hypers that are turned in the fork."""
    schedule: str | None = None
    """Another schedule from there, as after the @ of a lane, or `none`."""
    optimizer: str | None = None
    """Another optimizer from there, as a lane's phrase; it begins without any state."""
    name: str = ""
    factors: dict[str, float] = {}
    """Hypers that are multiplied in the fork."""


class Rescue(Command, frozen=True, tag="rescue"):
    """A fork of a lane that has diverged, from its last good step at half the learning rate."""

    lane: str | None = None
    """None is the one that diverged last."""


class Rewind(Command, frozen=True, tag="rewind"):
    """Go back to a step, as if nothing had happened after it."""

    to: int
    lane: str | None = None
    """None is every lane."""
    for_good: bool = False
    """Whether what the scenario's events turned after the step stays undone; else they turn it again."""


class Add(Command, frozen=True, tag="add"):
    """A new lane from the start, which catches up."""

    phrase: str


class Drop(Command, frozen=True, tag="drop"):
    """Take a lane out of the race; what it has recorded stays."""

    lane: str


class Restore(Command, frozen=True, tag="restore"):
    """Take a lane that was dropped in again; it catches up."""

    lane: str


class Freeze(Command, frozen=True, tag="freeze"):
    """Hold a lane while the others go on."""

    lane: str


class Thaw(Command, frozen=True, tag="thaw"):
    """Let a frozen lane go on; it catches up."""

    lane: str


class Pace(Command, frozen=True, tag="pace"):
    """Slow down to a number of steps a second; None is as fast as it goes."""

    steps_per_second: float | None = None


class Plane(Command, frozen=True, tag="plane"):
    """Draw all paths in another plane through the start, chosen now."""

    kind: Literal["pca", "random"]
    """By the principal components of all lanes' paths so far, or the random one of the start."""


class Stop(Command, frozen=True, tag="stop"):
    """End the race here; what was recorded stays."""


AnyCommand = (
    Pause
    | Resume
    | Step
    | Set
    | Schedule
    | Fork
    | Rescue
    | Rewind
    | Add
    | Drop
    | Restore
    | Freeze
    | Thaw
    | Pace
    | Plane
    | Stop
)


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line from a window to the race process. Without a command it asks how the race stands."""

    client: str
    """A name that the window made up for itself, the same over reconnects."""
    number: int
    """Counts up for each client; a number seen before is answered again and not carried out twice."""
    actor: str = "window"
    """Who is shown as the one who asked."""
    command: AnyCommand | None = None


class KeptLane(msgspec.Struct, frozen=True, array_like=True):
    """Snapshots of a lane in memory."""

    count: int
    bytes: int
    steps: list[int] = []
    """Of some of them, where there are many."""


class Kept(msgspec.Struct, frozen=True):
    """What the race holds to go back and to go on with."""

    memory: dict[int, KeptLane] = {}
    """By lane: snapshots, which are gone with the process."""
    memory_budget: int = 0
    """Bytes."""
    memory_share: float = 0.0
    """Of the time so far."""
    disk: int = 0
    """Bytes of all checkpoints."""
    disk_budget: int = 0
    disk_share: float = 0.0

    @property
    def bytes(self) -> int:
        """Of all snapshots in memory."""
        return sum(lane.bytes for lane in self.memory.values())


class Status(msgspec.Struct, frozen=True):
    """How the race process stands."""

    state: str
    """running, paused or ended."""
    step: int
    reason: str = ""
    """Why it is paused, when nobody asked for it (a full disk)."""
    pace: float | None = None
    speed: float | None = None
    """Steps a second over the last second or two; None before there were two readings."""
    kept: Kept | None = None
    """None where nothing can be gone back to."""


class Reply(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line from the race process to a window."""

    number: int
    kind: Literal["received", "applied", "refused", "status"]
    """`received` comes at once."""
    text: str = ""
    """What was applied, or why it was refused, as a sentence."""
    step: int | None = None
    """Step at which it was applied."""
    status: Status | None = None
