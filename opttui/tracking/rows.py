"""Rows of a tracked lane, made from what happened in its order: steps, and losses that were logged between them. Knows no
optimizer.

Made a few at a time: in a script with steps of 5 ms each call of Python's comes from cold memory and costs three times what
it costs here.
"""

import math
import threading
from collections import deque
from collections.abc import Mapping
from typing import NamedTuple, Protocol

from opttui.record.events import Event
from opttui.record.layout import Row

MOST_LOSSES = 1000
"""Losses kept for one step: a script whose steps nobody sees (in a CUDA graph) must not fill the memory."""


class Out(Protocol):
    """Where it all goes."""

    def row(self, lane: int, row: Row) -> None: ...
    def metrics(self, lane: int, step: int, metrics: Mapping[str, float]) -> None: ...
    def event(self, event: Event) -> None: ...


class Cell:
    """A number on its way from a device; None until it has come."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value: float | None = None

    def put(self, value: float) -> None:
        """It has come."""
        self.value = value


Value = float | Cell


class Step(NamedTuple):
    """A step that was taken."""

    seconds: float
    rate: Value
    gradient: Value
    update: Value
    calls: int
    """Of its closure."""
    returned: Value | None
    """What the closure returned at its first call."""
    inside: Value | None
    """The loss that was logged while it was taken."""


class Draft:
    """A row in the making."""

    def __init__(self, number: int, taken: Step, losses: list[Value]) -> None:
        self.number, self.taken = number, taken
        self.losses = losses
        """What was logged for it."""
        self.logs = len(losses)
        self.evaluations = 0

    def told(self) -> list[Value]:
        """The losses of which the row's is the mean: those logged, else the closure's."""
        if self.losses:
            return self.losses
        return [each for each in (self.taken.inside, self.taken.returned) if each is not None][:1]

    def ready(self) -> bool:
        """Whether all its numbers have come."""
        return None not in map(come, (*self.taken[1:4], *self.told()))

    def loss(self) -> float:
        """NaN where none was told."""
        found = [number(each) for each in self.told()]
        return sum(found) / len(found) if found else math.nan

    def row(self) -> Row:
        """As it is recorded; a script has no plane, so that there is no point drawn."""
        seconds, rate, gradient, update = self.taken[:4]
        norms = number(gradient), number(update)
        return (self.number, self.evaluations, seconds, self.loss(), number(rate), *norms, math.nan, math.nan)


class Rows:
    """Noted by the thread that trains; caught up with by it, and by the one that writes while it does something else."""

    def __init__(self, lane: int, name: str, out: Out) -> None:
        self.notes: deque[Step | Value] = deque()
        """What has happened and was not looked at yet: steps, and losses between them."""
        self.logs_first = False
        """Whether a step's loss is logged before the step."""
        self.broke: tuple[int, float] | None = None
        """Step and value of the newest loss, where that is no number."""
        self._lane, self._name, self._out = lane, name, out
        self._lock = threading.Lock()
        """Held by whoever catches up."""
        self._steps = self._evaluations = 0
        self._waiting: deque[Draft] = deque()
        """Nothing more belongs to them, but some of their numbers may not have come."""
        self._open: Draft | None = None
        """The newest, while its loss may still be logged."""
        self._coming: list[Value] = []
        """Losses of the next step."""

    def catch_up(self) -> None:
        """Make rows of what has happened, and hand out those that are complete, in order."""
        with self._lock:
            while self.notes:
                note = self.notes.popleft()
                if isinstance(note, Step):
                    self._take(note)
                else:
                    self._hear(note)
            while self._waiting and self._waiting[0].ready():
                draft = self._waiting.popleft()
                self._out.row(self._lane, draft.row())
                self._judge(draft)

    def finish(self) -> None:
        """Nothing more is logged."""
        self.catch_up()
        with self._lock:
            self._close()
        self.catch_up()

    def _take(self, step: Step) -> None:
        self._close()
        self._open = Draft(self._steps, step, self._coming[-MOST_LOSSES:])
        self._steps += 1
        self._coming = []
        if self.logs_first:
            self._close()

    def _hear(self, loss: Value) -> None:
        if self.logs_first:
            self._coming.append(loss)
            del self._coming[:-MOST_LOSSES]
        elif self._open is not None:
            self._open.losses = [loss]
            self._close()
        # Else it belongs to a step that never was: one that a GradScaler has skipped.

    def _close(self) -> None:
        draft, self._open = self._open, None
        if draft is not None:
            self._evaluations += draft.taken.calls or max(draft.logs, 1)
            draft.evaluations = self._evaluations
            self._waiting.append(draft)

    def _judge(self, draft: Draft) -> None:
        """Say once, of all steps in a row, that the loss is no number any more."""
        if not draft.told():
            return
        fine, self.broke = self.broke is None, None
        if math.isfinite(loss := draft.loss()):
            return
        self.broke = draft.number, loss
        if fine:
            text = f"{self._name}: the loss is {loss} at step {draft.number}"
            data = {"alarm": "divergence", "value": loss}
            self._out.event(Event("alarm", text, lane=self._lane, step=draft.number, data=data))


def come(value: Value) -> float | None:
    """A number, once it has come."""
    return value.value if isinstance(value, Cell) else value


def number(value: Value) -> float:
    """A number that has come."""
    found = come(value)
    return math.nan if found is None else found
