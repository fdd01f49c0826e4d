"""What the events of a run say about each lane: turns, plan, target, end. Knows no curve and no screen.

Events are read once each: a ledger remembers how many it has read, so that a frame costs the same late in a long run.
"""

import math
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from opttui.record.events import Event
from opttui.record.history import BY_HAND, present
from opttui.record.manifest import Plan
from opttui.record.results import OUTCOMES
from opttui.record.seen import SeenRun


@dataclass
class LaneFacts:
    """What is known of a lane beside its rows."""

    turns: list[int] = field(default_factory=list)
    """Steps before which a hyper was turned, ascending, each once."""
    turned: dict[str, float] = field(default_factory=dict)
    """Hyper to the value that it was last turned to."""
    alarms: list[int] = field(default_factory=list)
    """Steps of its alarms, ascending."""
    forks: list[int] = field(default_factory=list)
    """Steps at which other lanes began as forks of it."""
    touched: bool = False
    """Somebody turned it or put another schedule in place."""
    held: str = ""
    """frozen or dropped; empty while it takes part."""
    plan: Plan | None = None
    """The learning rate to come since its last change; None: the manifest's plan holds."""
    changed: int | None = None
    """Step at which it changed last."""
    before: Plan | None = None
    """The plan that held until then; None: the manifest's."""
    target_step: int | None = None
    """Step at which the target was reached."""
    outcome: str = ""
    """How the lane ended; empty while it goes on."""
    reason: str = ""
    """The outcome's sentence."""
    end_step: int | None = None
    """Step at which it ended."""


NO_FACTS = LaneFacts()
"""Nobody writes into them."""


@dataclass(frozen=True)
class Plane:
    """The plane in which paths are drawn."""

    number: int = 0
    kind: str = ""
    """pca or random; empty for that in which the race began."""
    explained: tuple[float, ...] = ()
    """Of the variance of all paths about the start, the share along each axis."""
    box: tuple[float, float, float, float] | None = None
    """Round all paths when it was chosen."""


class Ledger:
    """The facts of a run's lanes, kept up with its growing list of events."""

    def __init__(self) -> None:
        self._lanes: dict[int, LaneFacts] = {}
        self._events: dict[int, list[Event]] = {}
        self._read = 0
        self.plane = Plane()

    def catch_up(self, events: list[Event]) -> None:
        """Take in the events that are new; start over when there are fewer than before."""
        if len(events) < self._read:
            self._lanes, self._events, self._read, self.plane = {}, {}, 0, Plane()
        for event in events[self._read :]:
            if event.kind == "plane":
                self.plane = _plane_of(event) or self.plane
            if event.lane is not None:
                self._take(event.lane, event)
        self._read = len(events)

    def _take(self, lane: int, event: Event) -> None:
        events = self._events.setdefault(lane, [])
        events.append(event)
        if event.kind == "forked" and isinstance(parent := event.data.get("parent"), int):
            self._lanes.setdefault(parent, LaneFacts()).forks.append(event.step or 0)
        if event.kind != "rewound":
            _take(self._lanes.setdefault(lane, LaneFacts()), event)
            return
        # What was undone is no fact any more.
        self._events[lane] = present(events, lane)
        forks = self._lanes.get(lane, LaneFacts()).forks
        self._lanes[lane] = facts = LaneFacts(forks=[step for step in forks if step <= (event.step or 0)])
        for kept in self._events[lane]:
            _take(facts, kept)

    def lane(self, lane: int) -> LaneFacts:
        """A lane's facts; empty ones where no event speaks of it."""
        return self._lanes.get(lane, NO_FACTS)


_ledgers: WeakKeyDictionary[SeenRun, Ledger] = WeakKeyDictionary()


def ledger(reader: SeenRun) -> Ledger:
    """The run's ledger, up to date."""
    found = _ledgers.get(reader)
    if found is None:
        found = _ledgers[reader] = Ledger()
    found.catch_up(reader.events)
    return found


def _plane_of(event: Event) -> Plane | None:
    """The plane of an event; None where it makes no sense."""
    number, box, explained = (event.data.get(name) for name in ("number", "box", "explained"))
    if not isinstance(number, int) or not isinstance(explained, list):
        return None
    ends = tuple(map(_number, box)) if isinstance(box, list) and len(box) == 4 else ()
    fine = len(ends) == 4 and all(map(math.isfinite, ends)) and ends[0] < ends[1] and ends[2] < ends[3]
    return Plane(
        number,
        str(event.data.get("plane", "")),
        tuple(map(_number, explained[:2])),
        (ends[0], ends[1], ends[2], ends[3]) if fine else None,
    )


def _take(facts: LaneFacts, event: Event) -> None:
    step = event.step
    if event.kind in BY_HAND:
        facts.touched = True
    if event.kind == "set" and step is not None:
        if not facts.turns or facts.turns[-1] != step:
            facts.turns.append(step)
        facts.turned[str(event.data.get("hyper", ""))] = _number(event.data.get("new"))
    elif event.kind == "plan":
        if facts.changed is None or step != facts.changed:
            # Several turns before one step are one change.
            facts.before, facts.changed = facts.plan, step
        facts.plan = _plan(event)
    elif event.kind == "alarm" and step is not None:
        facts.alarms.append(step)
    elif event.kind == "target":
        facts.target_step = step
    elif event.kind in OUTCOMES:
        _stand(facts, event)


def _stand(facts: LaneFacts, event: Event) -> None:
    """How the lane stands, by an event that says so."""
    outcome, reason = str(event.data.get("outcome", "")), event.data.get("reason")
    facts.held = {"dropped": "dropped", "frozen": "frozen"}.get(
        event.kind, facts.held if event.kind == "rewound" else ""
    )
    if event.kind == "rewound" and facts.held:
        return
    going = outcome == "running"
    facts.outcome = "" if going else outcome
    facts.reason = "" if going else str(reason) if reason else event.text
    facts.end_step = None if going else event.step
    if outcome == "reached" and facts.target_step is None:
        facts.target_step = event.step


def _plan(event: Event) -> Plan:
    """The plan of an event; an empty one (no future is drawn) when its lists do not fit together."""
    steps, rates = event.data.get("steps"), event.data.get("lr")
    if not isinstance(steps, list) or not isinstance(rates, list) or len(steps) != len(rates):
        return Plan(steps=(), lr=())
    return Plan(
        steps=tuple(map(int, steps)), lr=tuple(map(_number, rates)), note=str(event.data.get("note", ""))
    )


def _number(value: object) -> float:
    """A float of a JSON value; NaN for what is none (null stands for NaN and infinity)."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
