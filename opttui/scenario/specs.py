"""What is asked for, as frozen structs. Nothing here is resolved, built or run."""

from typing import Any, Literal

import msgspec

Axis = Literal["steps", "evaluations", "seconds"]
DType = Literal["float32", "float64"]


class ScheduleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A learning-rate schedule: a class of `torch.optim.lr_scheduler` and its arguments."""

    name: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)


class LaneSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lane as asked for: an optimizer with its arguments, and its schedule if it has one."""

    optimizer: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    schedule: ScheduleSpec | None = None
    name: str = ""
    """The lane's name; made from the optimizer's when empty."""


class ProblemSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A problem by name, with what its table in a scenario may change."""

    name: str
    start: tuple[float, ...] | str | None = None
    """Start point, or the name of one, for problems that have a conventional one."""
    dim: int | None = None
    """Number of dimensions, for surfaces that have more than two."""
    noise: float | None = None
    """Standard deviation of what is added to each slope of a surface, anew at every step."""


class EventSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command that the scenario carries out by itself."""

    at: int
    """Step before which it is applied."""
    do: str
    """The command, as `opttui tell` takes it."""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole race as asked for. Fields that are None are settled by the problem when the race is built."""

    problem: ProblemSpec
    lanes: tuple[LaneSpec, ...]
    title: str = ""
    steps: int = 1000
    """Steps that each lane takes."""
    seed: int = 0
    device: str = "auto"
    """auto, cpu, cuda, cuda:N or mps."""
    dtype: DType | None = None
    batch_size: int | None = None
    target: float | None = None
    """Loss at which a lane has reached its goal and stops."""
    axis: Axis = "steps"
    """What the lanes are kept level on."""
    pace: float | None = None
    """Steps a second; None is as fast as it goes."""
    events: tuple[EventSpec, ...] = ()
