"""One optimizer of a tracked script, step by step. Reads what is there and changes nothing, but for the rates and other
hypers that somebody turns. Knows no row: it notes what happens, as shortly as it can.
"""

import math
import weakref
from collections.abc import Callable
from time import perf_counter
from typing import Any

import torch
from torch import Tensor

from opttui.optimizers.rate import RateKnob
from opttui.tracking.clock import Clock
from opttui.tracking.ferry import Ferry, number_in
from opttui.tracking.hooks import Arguments
from opttui.tracking.norms import Norms
from opttui.tracking.often import Often
from opttui.tracking.rows import Cell, Out, Rows, Step, Value


class TrackedLane:
    """Used from the thread that trains."""

    def __init__(
        self,
        number: int,
        name: str,
        optimizer: Any,
        ferry: Ferry,
        clock: Clock,
        out: Out,
        every: int | None = None,
    ) -> None:
        """`clock`: seconds that the script has trained; `every`: steps between two measurements of norms."""
        self.id, self.name = number, name
        self.step = 0
        """The next one."""
        self.knob = RateKnob()
        self.rows = Rows(number, name, out)
        self.optimizer: Callable[[], Any] = weakref.ref(optimizer)
        """Hands it out while it lives."""
        self._logs_first: bool | None = None
        """Whether a step's loss is logged before the step, as what comes first shows; None while nothing was logged."""
        self._ferry, self._clock, self._out = ferry, clock, out
        self._norms = Norms(self.optimizer)
        self._often = Often(0 if is_sharded(self._norms.parameters()) else every)
        self._first_gradient = hasattr(optimizer, "first_step")
        """SAM and its kin: the gradient of the step is there before the closure is called."""
        self._in_step = False
        self._measures = False
        self._cost = 0.0
        """Seconds that measuring this step has taken."""
        self._ended = math.nan
        """When the step before ended."""
        self._rate: Value = math.nan
        self._gradient: Value = math.nan
        self._calls = 0
        self._returned: Value | None = None
        self._inside: Value | None = None
        self._rates: dict[str, float] = {}
        """Of the groups after the first, as they were told last."""
        self._scheduled: list[float] | None = None
        """The rates of the schedule, while turned ones stand in the groups."""

    def before(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments | None:
        """A step begins."""
        optimizer = self.optimizer()
        if self._scheduled is not None:  # the step before has raised
            self.let_go()
        if self.knob.turned:
            self._scheduled = self.knob.put(optimizer)
        self._in_step = True
        rate = optimizer.param_groups[0].get("lr") if optimizer.param_groups else None
        self._rate = rate if type(rate) is float else self._read(rate)
        self._measures = self._often.due()
        if self._measures:
            self._cost, self._gradient = 0.0, math.nan
        if len(args) < 2 and not kwargs:
            if self._measures:
                self._measure(gradient=True, keep=True)
            return None
        return self._with_closure(args, kwargs)

    def after(self) -> None:
        """It is done."""
        if self._scheduled is not None:
            self.let_go()
        gradient, update = math.nan, math.nan
        if self._measures:
            begin = self._clock()
            with no_gradients():
                gradient, update = self._gradient, self._value(self._norms.update())  # type: ignore[assignment]
            seconds = self._clock()
            self._often.took(self._cost + seconds - begin, seconds - self._ended)
        else:
            seconds = perf_counter() - self._clock.begin
        self._ended = seconds
        note = Step(seconds, self._rate, gradient, update, self._calls, self._returned, self._inside)
        self.rows.notes.append(note)
        self.step += 1
        self._in_step, self._calls, self._returned, self._inside = False, 0, None, None
        if len(self.optimizer().param_groups) > 1:
            self._tell_rates(self.step - 1)

    def log_loss(self, value: float | Tensor) -> None:
        """The loss of the step that is under way, was taken last, or comes."""
        loss = value if type(value) is float else self._value(value)
        if self._in_step:
            self._inside = loss
            return
        if self._logs_first is None:
            self._logs_first = self.rows.logs_first = self.step == 0
        self.rows.notes.append(loss)

    @property
    def logs_after(self) -> bool:
        """Whether a step's loss is logged after the step."""
        return self._logs_first is False

    @property
    def awaits_loss(self) -> bool:
        """Whether the loss of the step that was just taken may still be logged."""
        return self._logs_first is False or (self._logs_first is None and self.step == 1)

    def at(self) -> int:
        """The step to which a number belongs that is logged now."""
        return self.step if self._in_step or self._logs_first else max(self.step - 1, 0)

    def let_go(self) -> None:
        """Write back what a step has left turned."""
        optimizer = self.optimizer()
        if self._scheduled is not None and optimizer is not None:
            self.knob.take_back(optimizer, self._scheduled)
        self._scheduled = None

    def _measure(self, gradient: bool = False, keep: bool = False) -> None:
        begin = self._clock()
        with no_gradients():
            if gradient:
                self._gradient = self._value(self._norms.gradient())
            if keep:
                self._norms.keep()
        self._cost += self._clock() - begin

    def _with_closure(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Arguments | None:
        """The arguments of step() with its closure counted, if it has one."""
        place: int | str = "closure" if callable(kwargs.get("closure")) else 1
        closure = kwargs.get("closure") if place == "closure" else args[1] if len(args) > 1 else None
        if self._measures:
            self._measure(gradient=not callable(closure) or self._first_gradient, keep=True)
        if not callable(closure):
            return None
        counted = self._counted(closure)
        return (
            (args, {**kwargs, "closure": counted})
            if place == "closure"
            else ((args[0], counted, *args[2:]), kwargs)
        )

    def _counted(self, closure: Callable[..., Any]) -> Callable[..., Any]:
        """The closure, counted; the loss and the gradient of its first call are the step's."""

        def counted(*args: Any, **kwargs: Any) -> Any:
            loss = closure(*args, **kwargs)
            self._calls += 1
            if self._calls == 1:
                if (value := number_in(loss)) is not None:
                    self._returned = self._value(value)
                if self._measures and not self._first_gradient:
                    self._measure(gradient=True)
            return loss

        return counted

    def _read(self, rate: Any) -> Value:
        found = number_in(rate)
        return math.nan if found is None else self._value(found)

    def _tell_rates(self, step: int) -> None:
        """Of the groups after the first, those that have changed."""
        changed = {}
        for number, group in enumerate(self.optimizer().param_groups[1:], 1):
            rate, name = group.get("lr"), f"lr/{group.get('name', number)}"
            if isinstance(rate, int | float) and self._rates.get(name) != rate:
                self._rates[name] = changed[name] = float(rate)
        if changed:
            self._out.metrics(self.id, step, changed)

    def _value(self, value: float | Tensor) -> Value:
        """A number; what lies on a device is sent for."""
        if not isinstance(value, Tensor):
            return value
        cell = Cell()
        self._ferry.send(value, cell.put)
        return cell if cell.value is None else cell.value


class no_gradients:  # noqa: N801 (used like torch's own)
    """No graph is made meanwhile. It costs 0.5 µs, torch.no_grad() 3 µs."""

    __slots__ = ("_before",)

    def __enter__(self) -> None:
        self._before = torch.is_grad_enabled()
        torch._C._set_grad_enabled(False)

    def __exit__(self, *_: object) -> None:
        torch._C._set_grad_enabled(self._before)


def is_sharded(parameters: list[Tensor]) -> bool:
    """Whether norms would need all processes, where one of them alone asks: it would wait for ever."""
    return any(type(parameter).__name__ == "DTensor" for parameter in parameters)
