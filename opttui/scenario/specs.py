"""What is asked for, as frozen structs. Nothing here is resolved, built or run."""

from typing import Any, Literal

import msgspec

Axis = Literal["steps", "evaluations", "seconds"]
DType = Literal["float32", "float64"]


class ScheduleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A learning-rate schedule: a class of `torch.optim` and its arguments, functions as expressions in text."""

    name: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    schedules: tuple["ScheduleSpec", ...] = ()
    """Those that SequentialLR and ChainedScheduler are made of."""
    every: int | str = 1
    """Optimizer steps between two steps of the schedule, or `epoch`: one after each pass through the data."""
    on: str = "loss"
    """What ReduceLROnPlateau watches: `loss`, the batch's; `validation`, the loss on held-out data; or a metric's name."""


class InitSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A start other than the problem's own: functions of `torch.nn.init` by name, without the underscore."""

    weights: str = ""
    """For the matrices (parameters of two and more dimensions); empty: as the problem has them."""
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    bias: str = ""
    """For the biases; empty: zeros where `weights` is given, else as the problem has them."""
    bias_arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    scale: float = 1.0
    """Every matrix is multiplied by it."""


class LaneSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One lane as asked for: an optimizer with its arguments, and its schedule if it has one."""

    optimizer: str
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    schedule: ScheduleSpec | None = None
    name: str = ""
    """The lane's name; made from the optimizer's when empty."""
    warmup: int = 0
    """Steps in which the rate rises in a straight line, before the schedule begins."""
    init: InitSpec | None = None
    """A start of its own; None: the scenario's."""


class ProblemSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A problem by name, with what its table in a scenario may change."""

    name: str
    start: tuple[float, ...] | str | None = None
    """Start point, or the name of one, for problems that have a conventional one."""
    dim: int | None = None
    """Number of dimensions, for surfaces that have more than two."""
    noise: float | None = None
    """Standard deviation of what is added to each slope of a surface, anew at every step."""
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    """Arguments of the function that makes a problem of one's own."""


class EventSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A command that the scenario carries out by itself."""

    at: int
    """Step before which it is applied."""
    do: str
    """The command, as `opttui tell` takes it."""


class AlarmSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What raises an alarm in a lane; None and False raise none."""

    divergence: bool = False
    """A loss or a gradient that is not finite, and a lane that fails."""
    spike: float | None = None
    """Losses so many usual deviations above the median of those before."""
    stall: int | None = None
    """So many steps without progress."""
    zigzag: float | None = None
    """Gradients that point back and forth: the mean cosine between successive ones at which that is so."""
    quiet: int = 500
    """Steps between two alarms of a kind in a lane."""
    pause: bool = False
    """Whether an alarm pauses the race."""


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole race as asked for. Fields that are None are settled by the problem when the race is built."""

    problem: ProblemSpec
    lanes: tuple[LaneSpec, ...]
    title: str = ""
    steps: int = 1000
    """Steps that each lane takes."""
    own_steps: bool = False
    """Whether nobody asked for a number of steps, so that a problem of one's own may have another."""
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
    init: InitSpec | None = None
    """Where every lane begins that has no start of its own; None: where the problem does."""
    alarms: AlarmSpec | None = None
    """What raises an alarm; None: nothing does."""
