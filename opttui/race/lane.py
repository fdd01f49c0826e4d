"""One optimizer with its schedule on the problem. A lane is the plain PyTorch loop, bit for bit; it knows no other lane.

batch k → zero_grad → loss → backward → [meters] → optimizer.step → schedule.step → row k
"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from opttui.optimizers.build import build_optimizer
from opttui.optimizers.evaluating import backward, backward_with_graph, clear_gradients, counting_products
from opttui.optimizers.probe import PRODUCT, switches
from opttui.optimizers.rate import RateKnob
from opttui.optimizers.schedules import Course
from opttui.problems.copied import copied
from opttui.problems.problem import Batch, Problem
from opttui.race import cause
from opttui.race.cosines import Cosines
from opttui.race.measuring import rows_for
from opttui.race.past import Past
from opttui.race.plane import Plane
from opttui.race.ring import Ring
from opttui.race.rows import Rows
from opttui.race.streams import Ambient
from opttui.race.voice import Voice
from opttui.record.events import Event
from opttui.record.layout import GRAD_NORM, LOSS, STEP, Row
from opttui.record.manifest import Outcome, Plan, Stepping
from opttui.scenario.specs import LaneSpec
from opttui.traces import raised


class Halt(BaseException):
    """Ends a step before its update. Not an Exception, so that an optimizer's own `except Exception` lets it pass."""


@dataclass(frozen=True)
class Recipe:
    """How a lane is built: enough to build it again."""

    id: int
    name: str
    phrase: str
    spec: LaneSpec
    steps: int
    """Steps of its budget."""
    target: float | None
    """Loss at which it has reached its goal."""
    stepping: Stepping
    """How its optimizer is built and stepped."""
    cosines: bool = False
    """Whether each gradient is compared with the one before."""


class Lane:
    """A lane between two steps. Its ambient must be in place when `advance` or `validate` is called."""

    def __init__(
        self,
        recipe: Recipe,
        problem: Problem,
        plane: Plane | None,
        ambient: Ambient,
        device: torch.device,
        clock: Callable[[], float],
        rows: Rows | None = None,
        begin: int = 0,
        *,
        others_wait: bool = False,
    ) -> None:
        """`rows` other than those that suit the lane; `begin`: the step at which its optimizer is new.

        `others_wait`: a race stands still meanwhile.
        """
        self.recipe = recipe
        self.problem = problem
        """Where it starts, were it built again."""
        self.id, self.name = recipe.id, recipe.name
        self.ambient = ambient
        self.start = ""
        """How its start was initialised, in words; empty for the problem's own."""
        self.model = copied(problem.model).train()
        self.voice = Voice()
        with self.voice:
            self.optimizer = build_optimizer(recipe.stepping.call, self.model, recipe.name)
            self.schedule(recipe.spec, begin)
        self.knob = RateKnob()
        self.begin = begin
        """The step of its first row: that at which it was forked, 0 for one that was there from the start."""
        self.step = 0
        self.evaluations = 0
        self.outcome: Outcome = "running"
        self.reason = ""
        self.events: list[Event] = []
        self.past = Past()
        self.plan: Plan | None = None
        """The learning rate by its schedule, before any turning; None where it is not known."""
        self.rows = rows or rows_for(self.model, plane, device, clock, others_wait)
        self._loss = problem.loss
        self._batch = problem.batches()
        self._metrics = problem.validate
        self._metric_names = problem.info.metrics
        self._metric_ring = (
            Ring(len(problem.info.metrics), device, torch.float64) if problem.validate else None
        )
        self._metric_steps: list[int] = []
        mode = recipe.stepping.mode
        self.rows.at_once = mode == "closure"
        self._take = self._closure_step if mode == "closure" else self._plain_step
        self._backward = backward_with_graph if mode == "create_graph" else backward
        self._update = {"gradient first": self._second_look, "create_graph": self._counted}.get(
            mode, self._step_of_optimizer
        )
        # A gradient with a graph must not drag what is measured into that graph.
        self.cosines = Cosines(self.model, self.rows, lambda: self.step) if recipe.cosines else None
        measure = self.rows.before if self.cosines is None else self.cosines.measure
        self._measure = torch.no_grad()(measure) if mode == "create_graph" else measure
        with self.voice:
            self._averages = recipe.stepping.averages and switches(self.optimizer)
        self._has_groups = bool(getattr(self.optimizer, "param_groups", None))
        self.before: Row | None = None
        """On a GPU, the row before those that are not known yet."""

    def schedule(self, spec: LaneSpec, begin: int) -> None:
        """Follow the schedule and warm-up of a spec from a step on. InputError when the optimizer cannot."""
        rate = (getattr(self.optimizer, "param_groups", None) or [{}])[0].get("lr")
        self.first_rate = None if rate is None else float(rate)
        """The learning rate before the schedule begins; None where the optimizer has none."""
        self.course: Course | None = None
        if spec.schedule is not None or spec.warmup:
            problem = self.problem
            self.course = Course(
                spec, self.optimizer, self.name, problem.epoch, problem.info.metrics, begin=begin
            )
        self.scheduled, self.since = spec, begin
        self._waits = self.course is not None and self.course.reads_loss

    @property
    def running(self) -> bool:
        """Whether it still takes steps. On a GPU its outcome may come later, with its last rows."""
        return self.outcome == "running" and self.step < self.recipe.steps

    @property
    def lr(self) -> float:
        """The learning rate of the next step, as turned; NaN where the optimizer has none."""
        # Looked up at each step: loading a state gives an optimizer new groups.
        rate = self.optimizer.param_groups[0].get("lr") if self._has_groups else None
        return math.nan if rate is None else self.knob.applied(float(rate))

    def advance(self) -> None:
        """Take one step. What goes wrong in it is the lane's outcome, never an exception."""
        try:
            with self.voice:
                self._take()
        except Halt:
            self._judge(*self.rows.newest())
        except raised() as error:
            line, trace = cause.failure(error)
            reason = self.recipe.stepping.fault or line
            self._end("failed", f"step {self.step}: {reason}", traceback=trace)
        else:
            self.step += 1
            if self.step >= self.recipe.steps and self.rows.known_at_once:
                self._finish()

    def validate(self) -> None:
        """Measure the validation metrics at the present parameters, leaving the lane as it was.

        A validation that raises is noted and left out from then on: it is no part of the step.
        """
        if self._metrics is None or self._metric_ring is None:
            return
        modes = [(module, module.training) for module in self.model.modules()]
        self.model.eval()
        try:
            with self.voice, torch.no_grad(), self.at_average():
                values = [value.double() for value in self._metrics(self.model).values()]
                torch.stack(values, out=self._metric_ring.slot())
        except raised() as error:
            line, trace = cause.failure(error)
            text = f"the validation failed and is left out: {line}"
            self.events.append(Event("note", text, lane=self.id, step=self.step, data={"traceback": trace}))
            self.validate_no_more()
            return
        finally:
            for module, training in modes:
                module.training = training
        self._metric_steps.append(self.step)
        if self.course is not None and self.course.metric is not None and self.running:
            measured = zip(self._metric_names, (float(value.double()) for value in values), strict=True)
            self.course.measured(self.step, dict(measured))

    @contextmanager
    def at_average(self) -> Iterator[None]:
        """Parameters where the optimizer would have them measured; the very ones that were there, afterwards.

        eval() and train() alone would not come back exactly: they interpolate there and back.
        """
        if not self._averages or self.step == 0:
            # At the start both are one point, and some optimizers have nothing to go by yet.
            yield
            return
        parameters = list(self.model.parameters())
        with torch.no_grad(), self.voice:
            kept = [parameter.detach().clone() for parameter in parameters]
            self.optimizer.eval()  # type: ignore[attr-defined]
            try:
                yield
            finally:
                self.optimizer.train()  # type: ignore[attr-defined]
                for parameter, value in zip(parameters, kept, strict=True):
                    parameter.copy_(value)

    @property
    def validates(self) -> bool:
        """Whether held-out data are measured."""
        return self._metrics is not None

    def validate_no_more(self) -> None:
        """Leave the validation out from now on."""
        self._metrics = None

    def drain(self, wait: bool = False) -> list[Row]:
        """Rows since the last call. Rows of a GPU come late; a divergence is then found here and later rows are cut."""
        rows = self.rows.drain(wait)
        if self.rows.known_at_once or self.outcome != "running":
            return rows if self.rows.known_at_once else []
        for index, row in enumerate(rows):
            if self._judge(row, self.before):
                return rows[: index + 1]
            self.before = row
        if self.step >= self.recipe.steps and wait:
            self._finish()
        return rows

    def drain_metrics(self, names: tuple[str, ...], wait: bool = False) -> list[tuple[int, dict[str, float]]]:
        """Validation rows since the last call: step and metrics."""
        if self._metric_ring is None:
            return []
        self._metric_ring.ship()
        found = self._metric_ring.collect(wait)
        steps, self._metric_steps = self._metric_steps[: len(found)], self._metric_steps[len(found) :]
        return [
            (step, dict(zip(names, values, strict=True))) for step, values in zip(steps, found, strict=True)
        ]

    def stop(self, reason: str) -> None:
        """End the lane because a person asked for it."""
        if self.running:
            self._end("stopped", reason)

    def _plain_step(self) -> None:
        batch, clock, rows = self._batch(self.step), self.rows.clock, self.rows
        begin = clock()
        clear_gradients(self.optimizer)
        loss = self._loss(self.model, batch)
        self._backward(loss)
        middle = clock()
        self.evaluations += 1
        value = self._measure(loss)
        lr = self.lr
        if value is not None:
            self._look(value, lr, (begin, middle))
        elif self._waits:
            value = loss.item()
        resume = clock()
        if self.knob.turned:
            scheduled = self.knob.put(self.optimizer)
            self._update(batch)
            self.knob.take_back(self.optimizer, scheduled)
        else:
            self._update(batch)
        if self.course is not None:
            self._follow(self.course, value or 0.0)
        end = clock()
        rows.after()
        rows.add(self.step, self.evaluations, lr, (begin, middle, resume, end), updated=True)

    def _step_of_optimizer(self, batch: Batch) -> None:
        """The update from the gradient that is there."""
        self.optimizer.step()

    def _counted(self, batch: Batch) -> None:
        """The update of an optimizer that takes Hessian-vector products inside."""
        with counting_products(self._count_product):
            self.optimizer.step()

    def _count_product(self) -> None:
        self.evaluations += PRODUCT

    def _second_look(self, batch: Batch) -> None:
        """The update of an optimizer that moves away, asks for another gradient there, and comes back."""

        @torch.enable_grad()  # some optimizers call it with gradients switched off
        def closure() -> Tensor:
            clear_gradients(self.optimizer)
            loss = self._loss(self.model, batch)
            self._backward(loss)
            self.evaluations += 1
            return loss

        self.optimizer.step(closure)  # type: ignore[arg-type]

    def _closure_step(self) -> None:
        batch, clock, rows = self._batch(self.step), self.rows.clock, self.rows
        lr, moments = self.lr, [clock()]
        first: list[float | None] = []

        @torch.enable_grad()  # some optimizers call it with gradients switched off
        def closure() -> Tensor:
            clear_gradients(self.optimizer)
            loss = self._loss(self.model, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            self.evaluations += 1
            if not first:
                moments.append(clock())
                first.append(self._measure(loss))
                if first[0] is not None:
                    self._look(first[0], lr, tuple(moments))
                moments.append(clock())
            return loss

        scheduled = self.knob.put(self.optimizer) if self.knob.turned else []
        try:
            loss: Any = self.optimizer.step(closure)  # type: ignore[arg-type]
        finally:
            if scheduled:
                self.knob.take_back(self.optimizer, scheduled)
        value = first[0]
        if value is None and self._waits:
            value = float(loss)
        if self.course is not None:
            self._follow(self.course, value or 0.0)
        moments.append(clock())
        rows.after()
        rows.add(self.step, self.evaluations, lr, tuple(moments), updated=True)

    def _follow(self, course: Course, loss: float) -> None:
        """Step the schedule; what it says of itself becomes a note."""
        if said := course.follow(self.step, loss):
            self.events.append(Event(kind="note", text=said, lane=self.id, step=self.step + 1))

    def _look(self, loss: float, lr: float, moments: tuple[float, ...]) -> None:
        """Halt before the update when the loss ends the lane; its row is kept."""
        if math.isfinite(loss) and not self._reached(loss):
            return
        self.rows.add(self.step, self.evaluations, lr, moments, updated=False)
        raise Halt

    def _reached(self, loss: float) -> bool:
        return self.recipe.target is not None and loss <= self.recipe.target

    def _judge(self, row: Row, before: Row | None) -> bool:
        """Whether the row ends the lane: a loss that is not finite, or the target."""
        loss, step = row[LOSS], int(row[STEP])
        if not math.isfinite(loss):
            self.step = step
            past = (before[LOSS], before[GRAD_NORM]) if before else None
            reason = cause.divergence(loss, self.model.named_parameters(), row[GRAD_NORM], past)
            self._end("diverged", f"step {step}: {reason}")
        elif self._reached(loss):
            self.step = step
            self._end(
                "reached", f"the loss {loss:.6g} reached the target {self.recipe.target:.6g} at step {step}"
            )
        else:
            return False
        return True

    def _finish(self) -> None:
        broken = cause.first_broken(self.model.named_parameters())
        if broken:
            self._end(
                "diverged", f"step {self.step - 1}: the last update made parameter {broken[0]} {broken[1]}"
            )
        else:
            self._end("finished", "")

    def _end(self, outcome: Outcome, reason: str, traceback: str = "") -> None:
        self.outcome, self.reason = outcome, reason
        data = {"outcome": outcome} | ({"traceback": traceback} if traceback else {})
        self.events.append(Event(kind="outcome", text=reason, lane=self.id, step=self.step, data=data))
