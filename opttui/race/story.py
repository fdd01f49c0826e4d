"""What happened to a lane from step 0 on, as a plain script has to do it: its spec, what was turned before which step, and
for a fork its parent's way up to where it began. Knows no torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from opttui.errors import InputError
from opttui.optimizers.build_schedule import in_sequence
from opttui.printable import printable
from opttui.race.turning import spec_with
from opttui.record.events import Event
from opttui.record.history import present
from opttui.record.manifest import Manifest
from opttui.scenario.check_lane import check_lane
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec

SWAP = "@"
"""In place of a key: another schedule is put in place."""
Turn = tuple[str, int | None, Any]
"""Key in the parameter group, index where that holds a tuple, and the value; or SWAP, None and the lane's new spec."""


@dataclass
class Story:
    """A lane from step 0 on."""

    spec: LaneSpec
    begin: int = 0
    """The step of its first row."""
    turns: dict[int, list[Turn]] = field(default_factory=dict)
    """What is turned before a step."""

    @property
    def swaps(self) -> list[LaneSpec]:
        """The specs whose schedules are put in place while it walks."""
        return [value for turns in self.turns.values() for key, _, value in turns if key == SWAP]


def story_of(manifest: Manifest, events: Sequence[Event], lane: int) -> Story:
    """The story of a lane. InputError, in one sentence, for what no script can tell."""
    info = manifest.lanes[lane]
    story = Story(spec_of(manifest, lane))
    if info.parent is not None:
        story = forked(manifest, events, lane, info.parent)
    for event in present(events, lane):
        if event.kind in ("set", "schedule") and event.step is not None:
            put(story, manifest, event.step, turn_of(story, manifest, event))
    return story


def spec_of(manifest: Manifest, lane: int) -> LaneSpec:
    """A lane's spec: of the scenario, or of the phrase with which it joined."""
    lanes = manifest.scenario.lanes
    if lane < len(lanes):
        return lanes[lane]
    spec = parse_lane(manifest.lanes[lane].phrase)
    check_lane(spec, (), lambda _: f"lane {lane}", manifest.scenario.steps)
    return spec


def forked(manifest: Manifest, events: Sequence[Event], lane: int, parent: int) -> Story:
    """The parent's way up to the fork, and what was changed there."""
    place = next(
        (at for at, event in enumerate(events) if event.kind == "forked" and event.lane == lane), None
    )
    if place is None or not 0 <= parent < lane:
        raise _none(manifest, f"the record does not say where lane {lane} was forked")
    event = events[place]
    step, data = int(event.step or 0), event.data
    if data.get("optimizer"):
        name = printable(manifest.lanes[lane].name)
        raise InputError(
            f"'{name}' took another optimizer at step {step}, and a plain loop has one from its start.",
            "--lane writes the others.",
        )
    before = story_of(manifest, events[:place], parent)
    story = Story(before.spec, step)
    for at, turns in before.turns.items():
        if at < step or (at == step and data.get("now")):
            story.turns[at] = list(turns)
    if data.get("schedule"):
        put(story, manifest, step, (SWAP, None, swapped(story, manifest, str(data["schedule"]))))
    for hyper, new in dict(data.get("values") or {}).items():
        put(story, manifest, step, _checked(manifest, (data.get("places") or {}).get(hyper), new))
    return story


def turn_of(story: Story, manifest: Manifest, event: Event) -> Turn:
    """What an event turned."""
    if event.kind == "schedule":
        return SWAP, None, swapped(story, manifest, str(event.data.get("schedule")))
    return _checked(manifest, event.data.get("place"), event.data.get("new"))


def put(story: Story, manifest: Manifest, step: int, turn: Turn) -> None:
    """Add a turn."""
    story.turns.setdefault(step, []).append(turn)


def swapped(story: Story, manifest: Manifest, words: str) -> LaneSpec:
    """The spec with another schedule. InputError where a plain loop would need more than one way of stepping."""
    other = spec_with(story.spec, words, manifest.scenario.steps)
    for spec in (story.spec, other):
        schedule = spec.schedule
        plain = schedule is None or (schedule.every == 1 and schedule.on == "loss")
        if not plain or (schedule and spec.warmup and not in_sequence(schedule)):
            raise InputError(
                "a plain loop cannot change from or to a schedule with a unit, a metric or a warm-up beside it."
            )
    return other


def _checked(manifest: Manifest, place: Any, new: Any) -> Turn:
    """Key in a parameter group, index where that holds a tuple, and a finite value: it becomes code."""
    good = isinstance(place, list | tuple) and len(place) == 2 and isinstance(place[0], str)
    if not good or not place[0].isidentifier() or not (place[1] is None or type(place[1]) is int):
        raise _none(manifest, "it turns something that cannot be turned")
    if isinstance(new, bool) or not isinstance(new, int | float) or not math.isfinite(new):
        raise _none(manifest, f"it turns {place[0]} to {new!r}")
    return place[0], place[1], new


def _none(manifest: Manifest, why: str) -> InputError:
    return InputError(f"There is no script of {printable(manifest.id)}, because {why}.")
