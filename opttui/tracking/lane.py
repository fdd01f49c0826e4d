"""One optimizer of a tracked script: a row for each of its steps. Reads what is there and changes nothing, but for the
rates and other hypers that somebody turns.

Whether a script logs a step's loss before or after the step is found out from what comes first, and then kept to.
"""

import math
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import torch
from torch import Tensor

from opttui.optimizers.rate import RateKnob
from opttui.record.events import Event
from opttui.record.layout import Row
from opttui.tracking.draft import Cell, Draft
from opttui.tracking.ferry import Ferry, number_in
from opttui.tracking.hooks import Arguments
from opttui.tracking.norms import Norms
from opttui.tracking.often import Often

MOST_LOSSES = 1000
"""Losses kept for one step: a script whose steps nobody sees (in a CUDA graph) must not fill the memory."""


class Out(Protocol):
    """Where it all goes."""

    def row(self, lane: int, row: Row) -> None: ...
    def metrics(self, lane: int, step: int, metrics: Mapping[str, float]) -> None: ...
    def event(self, event: Event) -> None: ...


class TrackedLane:
    """Used from the thread that trains."""

    def __init__(
        self,
        number: int,
        name: str,
        optimizer: Any,
        ferry: Ferry,
        clock: Callable[[], float],
        out: Out,
        every: int | None = None,
    ) -> None:
        """`clock`: seconds that the script has trained; `every`: steps between two measurements of norms."""
        self.id, self.name = number, name
        self.step = 0
        """The next one."""
        self.knob = RateKnob()
        self.broke: tuple[int, float] | None = None
        """Step and value of the newest loss, where that is no number."""
        self.logs_first: bool | None = None
        """Whether a step's loss is logged before the step; None while nothing was logged."""
        self._ferry, self._clock, self._out = ferry, clock, out
        self.optimizer: Callable[[], Any] = weakref.ref(optimizer)
        """Hands it out while it lives."""
        self._norms = Norms(self.optimizer)
        self._often = Often(0 if is_sharded(self._norms.parameters()) else every)
        self._first_gradient = hasattr(optimizer, "first_step")
        """SAM and its kin: the gradient of the step is there before the closure is called."""
        self._drafts: deque[Draft] = deque()
        """Of steps that have begun, oldest first."""
        self._now: Draft | None = None
        """Of the step that is under way, or of the newest that may still be told its loss."""
        self._coming: Draft | None = None
        """Of the next step, where something was logged for it."""
        self._evaluations = 0
        self._measures = False
        self._cost = 0.0
        """Seconds that measuring this step has taken."""
        self._ended = math.nan
        """When the step before ended."""
        self._rates: dict[str, float] = {}
        """Of the groups after the first, as they were told last."""
        self._scheduled: list[float] | None = None
        """The rates of the schedule, while turned ones stand in the groups."""

    def before(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments | None:
        """A step begins."""
        self.let_go()
        self._close(self._now)
        draft = self._now = self._coming or Draft(self.step)
        self._coming = None
        draft.step = self.step
        self._drafts.append(draft)
        self._scheduled = self.knob.put(self.optimizer()) if self.knob.turned else None
        self._read_rate(draft)
        self._measures, self._cost = self._often.due(), 0.0
        closure, place = closure_of(args, kwargs)
        if self._measures:
            begin = self._clock()
            with torch.no_grad():
                if closure is None or self._first_gradient:
                    self._send(self._norms.gradient(), draft.gradient)
                self._norms.keep()
            self._cost += self._clock() - begin
        if closure is None:
            return None
        return with_closure(args, kwargs, place, self._counted(closure, draft))

    def after(self) -> None:
        """It is done."""
        self.let_go()
        draft, begin = self._now, self._clock()
        if draft is None:
            return
        if self._measures:
            with torch.no_grad():
                self._send(self._norms.update(), draft.update)
        end = draft.seconds = self._clock()
        if self._measures:
            self._often.took(self._cost + end - begin, end - self._ended)
        self._ended = end
        self.step += 1
        if self.logs_first:
            self._close(draft)
            self._now = None
        self._tell_rates(draft.step)

    def log_loss(self, value: float | Tensor) -> None:
        """The loss of the step that is under way, was taken last, or comes."""
        now = self._now
        if now is None or self.logs_first:
            if self.logs_first is None:
                self.logs_first = True
            draft = self._coming = self._coming or Draft(self.step)
            draft.losses.append(self._cell(value))
            draft.logs += 1
            del draft.losses[:-MOST_LOSSES]
            return
        self.logs_first = False
        # What was logged since the step before belongs to a step that never was (one that a GradScaler has skipped).
        now.losses = [self._cell(value)]
        now.logs = 1
        self._close(now)
        self._now = None

    def at(self) -> int:
        """The step to which a number belongs that is logged now."""
        if self._now is not None:
            return self._now.step
        return self.step if self.logs_first else max(self.step - 1, 0)

    def publish(self) -> None:
        """Hand out the rows that are complete, in order."""
        while self._drafts and self._drafts[0].ready():
            draft = self._drafts.popleft()
            self._out.row(self.id, draft.row())
            if draft.parts():
                self._judge(draft)

    def finish(self) -> None:
        """Nothing more is logged."""
        self._close(self._now)
        self._now = None

    def let_go(self) -> None:
        """Write back what a step has left turned."""
        optimizer = self.optimizer()
        if self._scheduled is not None and optimizer is not None:
            self.knob.take_back(optimizer, self._scheduled)
        self._scheduled = None

    def _judge(self, draft: Draft) -> None:
        """Say once, of all steps in a row, that the loss is no number any more."""
        fine, self.broke = self.broke is None, None
        if math.isfinite(loss := draft.loss()):
            return
        self.broke = draft.step, loss
        if fine:
            text = f"{self.name}: the loss is {loss} at step {draft.step}"
            data = {"alarm": "divergence", "value": loss}
            self._out.event(Event("alarm", text, lane=self.id, step=draft.step, data=data))

    def _close(self, draft: Draft | None) -> None:
        if draft is None or draft.closed:
            return
        if math.isnan(draft.seconds):  # the step has raised
            self._drafts.remove(draft)
            return
        self._evaluations += draft.calls or max(draft.logs, 1)
        draft.evaluations, draft.closed = self._evaluations, True
        self.publish()

    def _counted(self, closure: Callable[..., Any], draft: Draft) -> Callable[..., Any]:
        """The closure, counted; the loss and the gradient of its first call are the step's."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            loss = closure(*args, **kwargs)
            draft.calls += 1
            if draft.calls == 1:
                begin = self._clock()
                if (value := number_in(loss)) is not None:
                    draft.returned = self._cell(value)
                if self._measures and not self._first_gradient:
                    with torch.no_grad():
                        self._send(self._norms.gradient(), draft.gradient)
                self._cost += self._clock() - begin
            return loss

        return counted

    def _read_rate(self, draft: Draft) -> None:
        groups = self.optimizer().param_groups
        rate = number_in(groups[0].get("lr")) if groups else None
        if rate is not None:
            draft.rate = self._cell(rate)

    def _tell_rates(self, step: int) -> None:
        """Of the groups after the first, those that have changed."""
        groups = self.optimizer().param_groups
        if len(groups) < 2:
            return
        changed = {}
        for number, group in enumerate(groups[1:], 1):
            rate, name = group.get("lr"), f"lr/{group.get('name', number)}"
            if isinstance(rate, int | float) and self._rates.get(name) != rate:
                self._rates[name] = changed[name] = float(rate)
        if changed:
            self._out.metrics(self.id, step, changed)

    def _cell(self, value: float | Tensor) -> Cell:
        cell = Cell()
        self._send(value, cell)
        return cell

    def _send(self, value: float | Tensor, cell: Cell) -> None:
        if isinstance(value, Tensor):
            cell.value = None
            self._ferry.send(value, cell.put)
        else:
            cell.value = value


def closure_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Callable[..., Any] | None, int | str]:
    """The closure with which step() was called, and its place there."""
    if callable(kwargs.get("closure")):
        return kwargs["closure"], "closure"
    if len(args) > 1 and callable(args[1]):
        return args[1], 1
    return None, 0


def with_closure(
    args: tuple[Any, ...], kwargs: dict[str, Any], place: int | str, closure: Callable[..., Any]
) -> Arguments:
    """The arguments of step() with another closure."""
    if isinstance(place, str):
        return args, {**kwargs, place: closure}
    return (*args[:place], closure, *args[place + 1 :]), kwargs


def is_sharded(parameters: list[Tensor]) -> bool:
    """Whether norms would need all processes, where one of them alone asks: it would wait for ever."""
    return any(type(parameter).__name__ == "DTensor" for parameter in parameters)
