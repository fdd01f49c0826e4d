"""Alarms of a race: what happened in, an event for what is worth one out. Knows no torch, no clock and no disk.

A lane that goes back in time, as by a rewind, is watched anew from there.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from opttui.race.detectors import Found, Spike, Stall, Zigzag
from opttui.record.events import Event
from opttui.record.layout import GRAD_NORM, LOSS, STEP, Row
from opttui.scenario.specs import AlarmSpec

LOST = ("diverged", "failed")


class Happened(Protocol):
    """What a race has drained."""

    rows: dict[int, list[Row]]
    cosines: dict[int, list[tuple[int, float]]]
    """Step and cosine of its gradient with the one before, by lane; empty where nobody measures it."""
    events: list[Event]


class Alarms:
    """Watches every lane of a race."""

    def __init__(self, spec: AlarmSpec, name: Callable[[int], str]) -> None:
        """`name` gives a lane's name by its id."""
        self.pauses = spec.pause
        """Whether an alarm pauses the race."""
        self._spec = spec
        self._name = name
        self._lanes: dict[int, _Lane] = {}

    def look(self, happened: Happened) -> list[Event]:
        """Alarms in what has happened since the last look."""
        found: list[Event] = []
        for lane, rows in happened.rows.items():
            watch = self._lane(lane)
            for row in rows:
                found += self._events(lane, watch.row(row))
        for lane, cosines in happened.cosines.items():
            watch = self._lane(lane)
            for step, cosine in cosines:
                found += self._events(lane, watch.cosine(step, cosine))
        if self._spec.divergence:
            found += [self._loss_of(event) for event in happened.events if _is_loss(event)]
        return found

    def _lane(self, lane: int) -> "_Lane":
        if lane not in self._lanes:
            self._lanes[lane] = _Lane(self._spec)
        return self._lanes[lane]

    def _events(self, lane: int, alarms: Sequence[tuple[str, int, Found]]) -> list[Event]:
        return [
            Event(
                "alarm",
                f"{self._name(lane)}'s {found.text}",
                lane=lane,
                step=step,
                data={"alarm": kind, "value": found.value, "usual": [found.low, found.high]},
            )
            for kind, step, found in alarms
        ]

    def _loss_of(self, event: Event) -> Event:
        """The alarm of a lane that is lost."""
        outcome = event.data["outcome"]
        told = f"{self._name(event.lane or 0)} {outcome}" + (f": {event.text}" if event.text else "")
        data = {"alarm": "divergence", "outcome": outcome}
        return Event("alarm", told, lane=event.lane, step=event.step, data=data)


class _Lane:
    """One lane's detectors, and when each rang last."""

    def __init__(self, spec: AlarmSpec) -> None:
        self._spec = spec
        self._begin()

    def _begin(self) -> None:
        spec = self._spec
        self._at = -1
        self._rang: dict[str, int] = {}
        self._of_loss: Mapping[str, Spike | Stall] = {
            **({"spike": Spike(spec.spike)} if spec.spike is not None else {}),
            **({"stall": Stall(spec.stall)} if spec.stall is not None else {}),
        }
        self._zigzag = Zigzag(spec.zigzag) if spec.zigzag is not None else None

    def row(self, row: Row) -> list[tuple[str, int, Found]]:
        """Alarms of a row."""
        step, loss = int(row[STEP]), row[LOSS]
        if step <= self._at:
            self._begin()
        self._at = step
        found = [(kind, step, detector.row(step, loss)) for kind, detector in self._of_loss.items()]
        if self._spec.divergence and math.isfinite(loss) and not math.isfinite(row[GRAD_NORM]):
            text = f"gradient is not finite at step {step}, though the loss is {loss:.4g}"
            found.append(("divergence", step, Found(text, row[GRAD_NORM], 0.0, 0.0)))
        return self._heard(found)

    def cosine(self, step: int, cosine: float) -> list[tuple[str, int, Found]]:
        """Alarms of a cosine."""
        found = self._zigzag.row(step, cosine) if self._zigzag is not None else None
        return self._heard([("zigzag", step, found)])

    def _heard(self, found: list[tuple[str, int, Found | None]]) -> list[tuple[str, int, Found]]:
        """Those that are alarms, each kind at most once in so many steps."""
        heard = []
        for kind, step, one in found:
            if one is not None and step - self._rang.get(kind, -self._spec.quiet) >= self._spec.quiet:
                self._rang[kind] = step
                heard.append((kind, step, one))
        return heard


def _is_loss(event: Event) -> bool:
    return event.kind == "outcome" and event.data.get("outcome") in LOST
