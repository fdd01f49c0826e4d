"""Facts worth a toast, from a run's events: a lane diverged, a target was reached, the race ended, somebody else turned
a hyper, an alarm. Knows no widget."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from opttui.record.events import Event
from opttui.record.manifest import Manifest
from opttui.tui.panels.cells import tame
from opttui.tui.panels.inks import FORK, TURN
from opttui.tui.panels.kin import EXACT
from opttui.tui.panels.numbers import count, short

SIGNS = {
    **{"forked": FORK, "added": "+", "rewound": "«", "dropped": "-", "restored": "+"},
    **{"frozen": "‖", "thawed": "●", "schedule": TURN, "ended": "■"},
}
"""The sign before what was done to a lane or the race, by the kind of its event."""

MOST = 3
"""Facts told one by one; of more at once, the rest is counted."""


@dataclass(frozen=True)
class News:
    """A fact."""

    sentence: str
    severity: str = "information"
    """As toasts have it: information, warning or error."""
    key: str = ""
    """What a key can do about it, for a window that is not read-only."""


class Newsroom:
    """Tells each event once, and none that was there when it opened."""

    def __init__(self, seen: int) -> None:
        """`seen`: how many events are old."""
        self._seen = seen

    def fresh(self, manifest: Manifest, events: list[Event], mine: Callable[[Event], bool]) -> list[News]:
        """What has happened since the last call; `mine` says whether a turn was asked for by this window."""
        new, self._seen = events[self._seen :], len(events)
        facts = [fact for event in new if (fact := told(manifest, event, mine)) is not None]
        if len(facts) > MOST + 1:
            facts = [
                *facts[:MOST],
                News(f"… and {len(facts) - MOST} more facts on the curves and in the table"),
            ]
        return facts


def told(manifest: Manifest, event: Event, mine: Callable[[Event], bool]) -> News | None:
    """An event as a toast; None for one that is none."""
    lane = next((tame(info.name) for info in manifest.lanes if info.id == event.lane), "a lane")
    at = f" at step {count(event.step)}" if event.step is not None else ""
    if event.kind == "target":
        return News(f"★ {lane} reached the target{at}")
    if event.kind == "outcome" and event.data.get("outcome") in ("diverged", "failed"):
        # The reason begins with its step, which stands here already.
        reason = tame(event.text).removeprefix(f"step {event.step}: ")
        why = f": {reason}" if reason else ""
        more = " · ! goes on from before, at half the rate" if event.data["outcome"] == "diverged" else ""
        return News(f"✗ {lane} {event.data['outcome']}{at}{why}", "warning", more)
    if event.kind == "set" and not mine(event):
        change = " → ".join(_number(event.data.get(side)) for side in ("old", "new"))
        return News(
            f"◆ {tame(event.actor) or 'somebody'}: {lane} {tame(str(event.data.get('hyper', '')))} {change}"
        )
    if event.kind in ("alarm", "disk") and "outcome" not in event.data:  # an outcome is told as such
        return News(("! " if event.kind == "alarm" else "") + tame(event.text), "warning")
    if event.kind in SIGNS:
        exact = event.kind != "forked" or str(event.data.get("exact", "")).startswith(EXACT)
        text = f"{SIGNS[event.kind]} {'The race is over.' if event.kind == 'ended' else tame(event.text)}"
        return News(text, "information" if exact else "warning")
    return None


def _number(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "?"
    return short(float(value)) if math.isfinite(value) else "?"
