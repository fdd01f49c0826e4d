"""The manifest of a run: what the race is, where its process lives, and, at the end, how each lane did."""

from typing import Any, Literal

import msgspec

from opttui.scenario.specs import Scenario

FORMAT = 1

Outcome = Literal["running", "paused", "finished", "reached", "diverged", "failed", "stopped"]
State = Literal["starting", "running", "ended"]
Kind = Literal["race", "tracked"]
"""tracked: a training script of the user's own, which tells of its steps by itself (`opttui.track`)."""
Form = Literal[
    "none",
    "whole",
    "tensors",
    "loader",
    "dataset",
    "loader in turn",
    "dataset in turn",
    "list",
    "function",
]
"""What batches of a problem of one's own are made of."""


class Call(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an optimizer is built: enough to build it again, and to write the line of Python that does."""

    kind: str
    """A name of torch.optim, an import path, or `file.py::Name`."""
    arguments: dict[str, Any] = msgspec.field(default_factory=dict)
    """What it is called with, by name, without the optimizers among them; sequences are tuples in Python."""
    leading: tuple[str, ...] = ("parameters",)
    """What comes before: "parameters", "model", or the argument that is an optimizer."""
    parameters: Literal["all", "matrices", "rest", "use_muon"] = "all"
    """Which parameters: all; those of exactly two dimensions, or the others; all in two groups with a flag."""
    inner: "dict[str, Call]" = msgspec.field(default_factory=dict)
    """The optimizers among its arguments."""
    as_class: bool = False
    """Whether it is handed to the optimizer around it as a class, which builds it itself."""
    rest: "Call | None" = None
    """The optimizer of all parameters that are no matrices, stepped right after this one."""


class Stepping(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a lane's optimizer is stepped: known of torch's own, found out by a probe for any other."""

    call: Call
    mode: Literal["plain", "closure", "gradient first", "create_graph"] = "plain"
    """step() after a gradient; step(closure) without one; with one before (SAM); a gradient with a graph."""
    averages: bool = False
    """It has train() and eval(): it walks on one point and is measured at another."""
    rate: Literal["", "none", "no effect"] = ""
    """What is odd about its learning rate: it has none, or turning it while it runs changes nothing."""
    draws: tuple[str, ...] = ()
    """Random streams that it draws from: torch, python, numpy."""
    evaluations: float = 1.0
    """Gradient evaluations a step, in the probe; a Hessian-vector product counts as 2."""
    repeatable: bool = True
    """Whether the probe, repeated, came out the same bit for bit."""
    fault: str = ""
    """Why it cannot run here; empty when it can."""
    probed: bool = False


class LaneInfo(msgspec.Struct, frozen=True):
    """A lane of the run."""

    id: int
    name: str
    phrase: str
    hypers: dict[str, float] = msgspec.field(default_factory=dict)
    """The numbers that can be turned, at their first values, `lr` first; known once the lane is built."""
    plan: "Plan | None" = None
    """The learning rate to come, from a rehearsal on a dummy; None where it depends on the loss."""
    stepping: Stepping | None = None
    """How its optimizer is built and stepped; known once the lane is built."""
    start: str = ""
    """How its start was initialised, and what was left as it was and why; empty for the problem's own."""
    parent: int | None = None
    """The lane that it is a fork of."""
    forked_at: int | None = None
    exact: str = ""
    """Of a fork: "exact" when copies of its parent go on alike bit for bit, else what is not and why."""
    changes: str = ""
    """What was changed when it was forked, as the command says it; empty: nothing."""
    by_hand: bool = False
    """Whether it is no longer what its phrase says: turned, with another schedule, forked with changes."""


class Plan(msgspec.Struct, frozen=True):
    """The learning rate to come, thinned to at most a few hundred points."""

    steps: tuple[int, ...]
    lr: tuple[float, ...]
    note: str = ""
    """Why the plan ends early or is missing, for a person."""
    momentum: tuple[float, ...] = ()
    """The momentum, or the first of the betas, at the same steps; empty where the schedule does not move it."""


class Handed(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a problem of one's own was handed over: enough to take it from its file again in a plain script."""

    by: Literal["problem", "function", "of a point", "of coordinates"]
    """A Problem; a function that makes one; a function to be minimised, of a point or of its coordinates."""
    seeded: bool = False
    """The function that makes it was given the race's seed."""
    point: bool = False
    """Its model is a point."""
    start: tuple[float, ...] | None = None
    """Where it begins, if somebody said so."""
    batches: Form = "none"
    size: int | None = None
    """Samples in a batch, where batches are cut by us."""
    epoch: int | None = None
    """Steps of one pass through the data."""
    validates: bool = False
    validate_every: int = 100


class ProblemInfo(msgspec.Struct, frozen=True):
    """What the race process found out about the problem."""

    title: str
    """What is minimised, in a few words."""
    parameters: int
    """Number of parameters."""
    batch_size: int | None = None
    """Samples in a batch; None where every step sees the whole problem."""
    samples: int | None = None
    """Samples in an epoch, the last batch of which may be smaller; 0 where batches are drawn anew and all of one size;
    None where nobody knows."""
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
    handed: Handed | None = None
    """Of a problem of one's own: how it came from its file."""


class ProcessInfo(msgspec.Struct, frozen=True):
    """The race process, for display and signals; whether it lives is told by the lock alone."""

    host: str
    boot_id: str
    pid: int
    start_time: float
    """Seconds since the epoch at which the process started (guards against a reused pid)."""
    socket: str
    """Path of the Unix socket."""
    ticks: int = 0
    """The kernel's own count of the start, since the boot: unlike the time it stays when somebody sets the clock. 0 where
    there is none."""


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
    exact: str = ""
    """Of a fork: "exact", or what is not and why."""
    changes: str = ""
    """What was changed when it was forked."""
    by_hand: bool = False
    """Whether somebody turned it, so that it is no longer what its phrase says."""


class Best(msgspec.Struct, frozen=True):
    """The lane that did best, as the tables rank them."""

    lane: str
    """Its name."""
    loss: float
    """Its least loss, on fixed data where the lanes are ranked by that."""
    by_hand: bool = False
    """Whether it is no longer what its phrase says."""


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
    best: Best | None = None
    """Known once the race has ended; None where no lane came through."""
    ended: float | None = None
    kind: Kind = "race"
    control: bool = True
    """Whether its process carries commands out."""
    open_ended: bool = False
    """Whether nobody knows how many steps there will be; the scenario's number means nothing then."""

    @property
    def steps(self) -> int | None:
        """Steps that each lane takes; None where nobody knows."""
        return None if self.open_ended else self.scenario.steps
