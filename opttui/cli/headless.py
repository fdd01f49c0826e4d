"""A race watched to its end without a screen. Reads the run like any window, and asks for nothing but to stop."""

import time
from pathlib import Path

from opttui.cli.numbers import number
from opttui.cli.stdio import complain
from opttui.cli.stop import wait_until_over
from opttui.control.begin import Show
from opttui.control.client import Client
from opttui.control.commands import Stop
from opttui.control.life import life
from opttui.errors import OpttuiError
from opttui.printable import printable
from opttui.record.fair import best_of, by_held_out
from opttui.record.layout import LOG, STEP
from opttui.record.manifest import LaneResult
from opttui.record.reader import RunReader
from opttui.record.results import results

LOOK = 0.1
"""Seconds between two looks at the record."""
ASK = 2.0
"""Seconds between two questions whether the race waits for something; what it waits for may keep it from writing."""
STOPPING = 10.0
"""Seconds that a race may take to hear Ctrl-C; a second one leaves at once."""


def watch(reader: RunReader, show: Show) -> None:
    """Return when the race is over, whichever way."""
    client = Client(reader.path, actor="headless")
    trouble, next_question = "", time.monotonic() + ASK
    try:
        # Life is asked before the last look, so that what is written just before the end is seen.
        while life(reader.path) in ("live", "starting"):
            reader.poll()
            show(done(reader), words(reader))
            if time.monotonic() >= next_question:
                trouble = _waiting_for(client, trouble)
                next_question = time.monotonic() + ASK
            time.sleep(LOOK)
        reader.poll()
        show(done(reader), words(reader))
    finally:
        client.close()


def ended_as(reader: RunReader) -> int:
    """The exit status of a race that is over: 1 when its process died or every lane failed."""
    if life(reader.path) == "crashed":
        complain(
            f"The process of {reader.path.name} died; what it had recorded is above, its log in {reader.path / LOG}. "
            f"It goes on with: opttui resume {reader.path.name}."
        )
        return 1
    return int(all(lane.outcome == "failed" for lane in results(reader, alive=False)))


def stop(path: Path) -> None:
    """End the race because of Ctrl-C here, and wait for its last words."""
    client = Client(path, actor="headless")
    try:
        client.send(Stop(), STOPPING)
        wait_until_over(path, STOPPING)
    except OpttuiError as error:  # it is over already, or does not answer: what there is will be printed
        if life(path) in ("live", "starting"):
            complain(str(error))
    finally:
        client.close()


def done(reader: RunReader) -> float:
    """The fraction of all steps that has been taken; a lane that is over has done its share."""
    lanes = results(reader, alive=True)
    steps = max(reader.manifest.scenario.steps, 1)
    shares = [1.0 if over(lane) else min(lane.steps / steps, 1.0) for lane in lanes]
    return sum(shares) / max(len(shares), 1)


def over(lane: LaneResult) -> bool:
    """Whether a lane takes no more steps."""
    return lane.outcome not in ("running", "paused")


def words(reader: RunReader) -> str:
    """Step and leader."""
    furthest = max((lane.last[STEP] for lane in reader.lanes if lane.last is not None), default=-1.0)
    text = f"step {int(furthest) + 1:,} of {reader.manifest.scenario.steps:,}"
    held_out = by_held_out(reader)
    named = zip(reader.lanes, reader.manifest.lanes, strict=True)
    best = min(
        ((best, info.name) for lane, info in named if (best := best_of(lane, held_out)) is not None),
        default=None,
    )
    return text if best is None else f"{text} · best {number(best[0])} {printable(best[1], 30)}"


def _waiting_for(client: Client, told: str) -> str:
    """Say once why the race is paused, when it is; the reason said."""
    status = client.status()
    if status is None or status.state != "paused":
        return ""
    reason = status.reason or "somebody paused it"
    if reason != told:
        complain(f"The race is paused at step {status.step}: {reason}.")
    return reason
