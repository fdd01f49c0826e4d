"""A race with everything that was done to it as a scenario: run again, it gives the same rows. Runs nothing.

What was done is said in the order in which it was, each with the race's step at that moment; what a lane was told when it
was not level with the race is said with the lane's own step.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from opttui.control.commands import (
    Add,
    Command,
    Drop,
    Fork,
    Freeze,
    Plane,
    Restore,
    Rewind,
    Schedule,
    Set,
    Stop,
    Thaw,
)
from opttui.control.words import words_of
from opttui.errors import InputError
from opttui.record.events import Event
from opttui.record.manifest import LaneInfo, Manifest
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.specs import EventSpec, Scenario

LEVEL = ("frozen", "dropped", "rewound")
"""What only gives the same rows where the lane stands where it stood."""
PUTTING = ("forked", "added", "rewound", "dropped", "restored", "frozen", "thawed")
"""After what it is known where a lane stands."""


def again(manifest: Manifest, events: Sequence[Event]) -> Scenario:
    """The scenario. InputError, in one sentence, for what no scenario can say."""
    if len(manifest.lanes) > len(manifest.scenario.lanes) and manifest.scenario.axis != "steps":
        raise InputError(
            f"{manifest.id} has lanes that joined while others were kept level on {manifest.scenario.axis}: "
            "no scenario can say when that was."
        )
    specs = [EventSpec(at, words_of(command)) for at, command in done(manifest, events)]
    return msgspec.structs.replace(manifest.scenario, events=tuple(specs))


def done(manifest: Manifest, events: Sequence[Event]) -> list[tuple[int, Any]]:
    """The race's step and what was done then, in order."""
    infos = {info.id: info for info in manifest.lanes}
    found: list[tuple[int, Command]] = []
    whole = -1
    still = Still()
    for event in events:
        if event.kind == "set" and found and _joins(found[-1], event):
            found[-1][1].values[event.data["hyper"]] = event.data["new"]  # type: ignore[attr-defined]
            continue
        if event.data.get("all"):
            # One command put every lane back; its events come together.
            if whole == event.requested:
                continue
            whole = event.requested or 0
        else:
            whole = -1
        command = command_of(event, infos)
        if command is not None:
            found.append((_at(event, manifest, still), command))
        still.follow(event)
    return found


class Still:
    """Lanes that stand where they were put: what is done to one there is done at once, also where the race is further."""

    def __init__(self) -> None:
        self._lanes: dict[int, tuple[int, int | None]] = {}
        """The lane's step, and the race's until when that is sure; None: until it is let go."""
        self._held: set[int] = set()

    def follow(self, event: Event) -> None:
        """Take in what was done."""
        if event.lane is None or event.kind not in PUTTING:
            return
        if event.kind in ("frozen", "dropped"):
            self._held.add(event.lane)
        elif event.kind in ("thawed", "restored"):
            self._held.discard(event.lane)
        until = None if event.lane in self._held else int(event.data.get("at", event.step or 0))
        self._lanes[event.lane] = event.step or 0, until

    def at(self, lane: int | None, step: int, race: int) -> bool:
        """Whether a lane is known to stand at a step when the race is at one."""
        stands, until = self._lanes.get(-1 if lane is None else lane, (-1, -1))
        return stands == step and until in (None, race)


def command_of(event: Event, infos: dict[int, LaneInfo]) -> Command | None:
    """What makes an event happen again; None for what happens by itself."""
    make = MAKING.get(event.kind)
    return None if make is None else make(event, infos)


def _at(event: Event, manifest: Manifest, still: Still) -> int:
    """The race's step at which it was done. InputError where a lane stood behind, and nothing can say when."""
    at = event.data.get("at", event.step)
    behind = event.kind in LEVEL and not (event.data.get("all") or event.data.get("again"))
    stood = event.data.get("from", event.step)
    known = stood == at or still.at(event.lane, int(stood or 0), int(at or 0))
    if behind and not known and manifest.scenario.axis == "steps":
        raise InputError(
            f"lane {event.lane} was {event.kind} at its step {stood} while the race was at {at}: "
            "no scenario can say when that was."
        )
    return int(at or 0)


def _joins(before: tuple[int, Any], event: Event) -> bool:
    """Whether a hyper was turned by the same command as the one before."""
    at, command = before
    same = isinstance(command, Set) and command.lane == str(event.lane) and at == event.data.get("at")
    return same and event.data["hyper"] not in command.values and command.at in (None, event.step)


def _lane_step(event: Event) -> int | None:
    """The lane's step, where the race had come further."""
    return None if event.step == event.data.get("at", event.step) else event.step


def _set(event: Event, infos: dict[int, LaneInfo]) -> Command:
    return Set(str(event.lane), {event.data["hyper"]: event.data["new"]}, _lane_step(event))


def _schedule(event: Event, infos: dict[int, LaneInfo]) -> Command:
    return Schedule(str(event.lane), event.data["schedule"], _lane_step(event))


def _forked(event: Event, infos: dict[int, LaneInfo]) -> Command:
    info = infos[event.lane or 0]
    data = event.data
    return Fork(
        str(data["parent"]),
        data["forked_at"],
        data.get("values", {}),
        data.get("schedule"),
        data.get("optimizer"),
        info.name,
    )


def _added(event: Event, infos: dict[int, LaneInfo]) -> Command:
    info = infos[event.lane or 0]
    return Add(phrase_of(msgspec.structs.replace(parse_lane(event.data["phrase"]), name=info.name)))


def _rewound(event: Event, infos: dict[int, LaneInfo]) -> Command:
    to = event.data.get("to", event.step or 0)
    return Rewind(to, None if event.data.get("all") else str(event.lane), for_good=True)


def _whole(kind: type[Drop] | type[Restore] | type[Freeze] | type[Thaw]) -> Callable[..., Command]:
    return lambda event, infos: kind(str(event.lane))


MAKING: dict[str, Callable[[Event, dict[int, LaneInfo]], Command]] = {
    "set": _set,
    "schedule": _schedule,
    "forked": _forked,
    "added": _added,
    "rewound": _rewound,
    "dropped": lambda event, infos: (
        _rewound(event, infos) if event.data.get("all") else Drop(str(event.lane))
    ),
    "restored": _whole(Restore),
    "frozen": _whole(Freeze),
    "thawed": _whole(Thaw),
    "plane": lambda event, infos: Plane(event.data["plane"]),
    "stopped": lambda event, infos: Stop(),
}
