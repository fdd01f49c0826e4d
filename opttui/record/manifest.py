"""The manifest of a run: what the race is, where its process lives, and, at the end, how each lane did."""

from typing import Any, Literal

import msgspec

from opttui.scenario.specs import Scenario

FORMAT = 1

Outcome = Literal["running", "paused", "finished", "reached", "diverged", "failed", "stopped"]
State = Literal["starting", "running", "ended"]


class LaneInfo(msgspec.Struct, frozen=True):
    """A lane of the run."""

    id: int
    name: str
    phrase: str
    hypers: dict[str, float] = msgspec.field(default_factory=dict)
    """The numbers that can be turned, at their first values, `lr` first; known once the lane is built."""
    plan: "Plan | None" = None
    """The learning rate to come, from a rehearsal on a dummy; None where it depends on the loss."""
    parent: int | None = None
    forked_at: int | None = None


class Plan(msgspec.Struct, frozen=True):
    """The learning rate to come, thinned to at most a few hundred points."""

    steps: tuple[int, ...]
    lr: tuple[float, ...]
    note: str = ""
    """Why the plan ends early or is missing, for a person."""


class ProblemInfo(msgspec.Struct, frozen=True):
    """What the race process found out about the problem."""

    title: str
    """What is minimised, in a few words."""
    parameters: int
    """Number of parameters."""
    batch_size: int | None = None
    """Samples in a batch; None where every step sees the whole problem."""
    axes: tuple[str, str] = ("x", "y")
    """What the two drawn coordinates are."""
    plane: str = ""
    """How the drawn plane was chosen, when it is not the problem's own two parameters."""
    surface: str | None = None
    """Name in `opttui.surfaces` whose formula a window can draw; None: draw the run's grids."""
    minima: tuple[tuple[float, float], ...] = ()
    view: tuple[float, float, float, float] | None = None
    """x_low, x_high, y_low, y_high of the conventional picture."""
    start: tuple[float, float] | None = None
    metrics: tuple[str, ...] = ()
    """Names of the validation metrics."""
    data: str = ""
    """Where the data are from; with their hash where they vary between machines."""
    look: Literal["", "image", "points", "curve"] = ""
    """What a trained model can be looked at as; empty where there is nothing to look at."""


class ProcessInfo(msgspec.Struct, frozen=True):
    """The race process, for display and signals; whether it lives is told by the lock alone."""

    host: str
    boot_id: str
    pid: int
    start_time: float
    """Seconds since the epoch at which the process started (guards against a reused pid)."""
    socket: str
    """Path of the Unix socket."""


class LaneResult(msgspec.Struct, frozen=True):
    """How a lane did: the object that `--json` prints for it. Numbers that do not exist are None."""

    id: int
    name: str
    phrase: str
    outcome: Outcome
    reason: str
    steps: int
    evaluations: int
    seconds: float
    first_loss: float | None
    final_loss: float | None
    best_loss: float | None
    best_step: int | None
    target_step: int | None
    final_lr: float | None
    diverged_step: int | None
    parent: int | None
    forked_at: int | None


class Manifest(msgspec.Struct, frozen=True):
    """The run as a whole; replaced atomically when the race becomes ready and when it ends."""

    id: str
    created: float
    """Seconds since the epoch."""
    scenario: Scenario
    lanes: tuple[LaneInfo, ...]
    format: int = FORMAT
    state: State = "starting"
    device: str = ""
    """The device that the race runs on (auto is resolved)."""
    dtype: str = ""
    problem: ProblemInfo | None = None
    process: ProcessInfo | None = None
    versions: dict[str, Any] = msgspec.field(default_factory=dict)
    """opttui, python, torch, numpy; `threads`, `cpu` (kernel capability): what a bit-for-bit repeat needs."""
    results: tuple[LaneResult, ...] = ()
    ended: float | None = None
