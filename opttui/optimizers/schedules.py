"""A lane's learning rate over its steps: warm-up and schedule, stepped as the lane steps. Knows no lane.

Alone, or before a schedule that steps at every step, a warm-up is torch's own: LinearLR, and a SequentialLR of it and
the schedule. The schedules for which SequentialLR is no help (ReduceLROnPlateau, ChainedScheduler, MultiplicativeLR,
those that step every N steps) are built first and LinearLR on top of them: it is stepped in the first `warmup` steps,
they in those after.
"""

from collections.abc import Mapping
from typing import Any

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from opttui.errors import InputError
from opttui.optimizers.build import refused
from opttui.optimizers.build_schedule import (
    advance,
    build_schedule,
    in_sequence,
    names_in,
    warm_up,
    warmed_up,
)
from opttui.scenario.expressions import NoValueError
from opttui.scenario.nearest import meant
from opttui.scenario.specs import LaneSpec, ScheduleSpec
from opttui.traces import raised

VALIDATION = "validation"
"""What a problem measures first on held-out data: its loss there."""


class Course:
    """Steps a schedule with its warm-up. Building it sets the optimizer's first rate."""

    def __init__(
        self,
        spec: LaneSpec,
        optimizer: Optimizer,
        lane: str,
        epoch: int | None = None,
        metrics: tuple[str, ...] = (),
        begin: int = 0,
    ) -> None:
        """InputError when the optimizer or the problem cannot give what the schedule needs.

        Args:
            spec: Of the lane; it has a schedule or a warm-up.
            optimizer: Its rate is moved.
            lane: The lane's name, for errors.
            epoch: Steps of a pass through the problem's data; None where it has none.
            metrics: What the problem measures on held-out data.
            begin: The lane's step at which it begins; its own steps count from there.
        """
        scheduled = spec.schedule
        check_rate(optimizer, lane)
        names = names_in(scheduled) if scheduled else set()
        self.every = every_of(scheduled, epoch, lane)
        self.metric = metric_of(scheduled, metrics, lane)
        """What is watched on held-out data; None: the batch's loss, if anything."""
        self.warm: LRScheduler | None = None
        self.warmup = 0
        """Steps of a warm-up that is not part of the schedule itself."""
        try:
            if scheduled is None:
                self.schedule: LRScheduler = warm_up(optimizer, spec.warmup)
            elif spec.warmup and in_sequence(scheduled):
                self.schedule = warmed_up(scheduled, optimizer, spec.warmup)
            else:
                self.schedule = build_schedule(scheduled, optimizer)
                if spec.warmup:
                    self.warm, self.warmup = warm_up(optimizer, spec.warmup), spec.warmup
        except raised() as error:
            raise cannot_take(scheduled, optimizer, lane, error) from error
        self.watches = isinstance(self.schedule, ReduceLROnPlateau)
        self.reads_loss = self.watches and self.metric is None
        """Whether it needs the value of each loss (which on a GPU waits for the device)."""
        self._may_end = "OneCycleLR" in names
        self.moves_momentum = moving(self.schedule)
        """Name of the schedule that moves the momentum, or the first of the betas; empty when none does."""
        self.begin = begin
        """The lane's step at which it began."""
        self._ended = False

    def follow(self, step: int, loss: float) -> str:
        """After an optimizer step. Returns a sentence once: when OneCycleLR has come to its end."""
        own = step - self.begin
        if own < self.warmup and self.warm is not None:
            self.warm.step()
        elif (own + 1) % self.every or self.metric is not None:
            return ""
        elif self.watches:
            self.schedule.step(loss)  # type: ignore[arg-type]
        elif not self._may_end:
            self.schedule.step()
        elif not advance(self.schedule) and not self._ended:
            self._ended = True
            rate = float(self.schedule.optimizer.param_groups[0]["lr"])
            return f"OneCycleLR has come to its end after step {step} and holds its last rate, {rate:.6g}"
        return ""

    def measured(self, step: int, metrics: Mapping[str, float]) -> None:
        """Before an optimizer step, where the metrics on held-out data were measured."""
        if self.metric is not None and step - self.begin >= self.warmup:
            self.schedule.step(metrics[self.metric])  # type: ignore[arg-type]

    def state(self) -> dict[str, Any]:
        """Where it stands, without the functions that it was built with; its parts are the schedule's own."""
        parts = (self.schedule, self.warm)
        states = [None if part is None else without_functions(part.state_dict()) for part in parts]
        return {"schedule": states[0], "warm": states[1], "ended": self._ended}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from where another of the same spec stood."""
        self.schedule.load_state_dict(state["schedule"])
        if self.warm is not None:
            self.warm.load_state_dict(state["warm"])
        self._ended = state["ended"]


def without_functions(state: dict[str, Any]) -> dict[str, Any]:
    """A schedule's state without what only its construction can bring."""
    return {
        key: [without_functions(part) if isinstance(part, dict) else part for part in value]
        if key == "_schedulers"
        else value
        for key, value in state.items()
        if not callable(value)
    }


def moving(schedule: LRScheduler) -> str:
    """Name of the first part of a schedule that cycles the momentum."""
    if getattr(schedule, "cycle_momentum", False):
        return type(schedule).__name__
    parts = getattr(schedule, "_schedulers", [])
    return next((name for part in parts if (name := moving(part))), "")


def check_rate(optimizer: Optimizer, lane: str) -> None:
    """InputError when there is no rate to move."""
    groups = getattr(optimizer, "param_groups", [])
    kind = type(optimizer).__name__
    if not groups or any("lr" not in group for group in groups):
        raise InputError(
            f"lane '{lane}': {kind} has no learning rate that a schedule or a warm-up could move; leave them out."
        )
    if any(group["lr"] is None for group in groups):
        raise InputError(
            f"lane '{lane}': {kind} has no learning rate yet; lr=0.001 or the like makes it work."
        )


def every_of(spec: ScheduleSpec | None, epoch: int | None, lane: str) -> int:
    """Optimizer steps between two steps of the schedule."""
    if spec is None:
        return 1
    if spec.every != "epoch":
        return int(spec.every)
    if epoch is None:
        raise InputError(
            f"lane '{lane}': the problem has no epochs, since no step sees a part of its data; "
            "write every as a number of steps."
        )
    return epoch


def metric_of(spec: ScheduleSpec | None, metrics: tuple[str, ...], lane: str) -> str | None:
    """The metric that is watched; None for the batch's loss."""
    on = spec.on if spec else "loss"
    if on == "loss":
        return None
    if not metrics:
        raise InputError(
            f"lane '{lane}': its schedule watches {on!r}, and the problem measures nothing on held-out data; "
            "on=loss, the batch's loss, makes it work."
        )
    if on == VALIDATION:
        return metrics[0]
    if on not in metrics:
        raise InputError(
            f"lane '{lane}': its schedule watches {on!r}, which the problem does not measure; "
            f"{meant(on, [VALIDATION, *metrics])}"
        )
    return on


def cannot_take(
    spec: ScheduleSpec | None, optimizer: Optimizer, lane: str, error: BaseException
) -> InputError:
    """Why torch does not put schedule and optimizer together, and what would."""
    name = spec.name if spec else "warm-up"
    kind = type(optimizer).__name__
    if isinstance(error, NoValueError):
        return InputError(f"lane '{lane}': {name}: {error}.")
    if "cycle_momentum" in str(error):
        return InputError(
            f"lane '{lane}': {name} turns the momentum too, and {kind} has none; cycle_momentum=False makes it work."
        )
    if isinstance(error, TypeError) and "not an Optimizer" in str(error):
        return InputError(
            f"lane '{lane}': {kind} is no optimizer of torch's kind, and {name} takes no other."
        )
    return refused(lane, name, error)
