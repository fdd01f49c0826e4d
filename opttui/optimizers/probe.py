"""Finds out, on clones, how an optimizer that no table knows must be stepped. Touches no lane.

Ways are tried until one runs: step() after a gradient, step(closure), step(closure) with a gradient before it,
a gradient with a graph. Then the way that runs is repeated, and run with half the learning rate.
"""

import copy
import inspect
import math
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from opttui.optimizers.calls import mentions
from opttui.optimizers.evaluating import backward, backward_with_graph, counting_products
from opttui.optimizers.kinds import is_torchs, kind_of
from opttui.optimizers.make import make
from opttui.optimizers.quirks import advice
from opttui.problems.problem import Problem
from opttui.record.manifest import Call, Stepping
from opttui.scenario.foreign import short_name
from opttui.traces import raised, words_of

Mode = Literal["plain", "closure", "gradient first", "create_graph"]
Apart = Callable[[], AbstractContextManager[object]]
"""A fresh lane's random streams and settings, and nothing kept of what happens to them."""

STEPS = 2
"""Steps of a trial: at most ten in all where an optimizer runs one way or the other."""
GRAPH_WANTED = ("grad_fn", "create_graph", "does not require grad")
PRODUCT = 2
"""Gradient evaluations that a Hessian-vector product counts as."""


@dataclass
class Trial:
    """What came of a few steps on a clone."""

    parameters: list[Tensor] = field(default_factory=list)
    moved: bool = False
    moved_last: bool = False
    closures: int = 0
    products: int = 0
    draws: set[str] = field(default_factory=set)
    rate: Any = None
    averages: bool = False
    error: BaseException | None = None

    @property
    def runs(self) -> bool:
        """Whether it came to its end."""
        return self.error is None

    def same(self, other: "Trial") -> bool:
        """Whether both ended at the same parameters, bit for bit."""
        pairs = zip(self.parameters, other.parameters, strict=True)
        return all(torch.equal(torch.nan_to_num(a), torch.nan_to_num(b)) for a, b in pairs)

    def distance(self, other: "Trial") -> float:
        """How far apart they ended."""
        pairs = zip(self.parameters, other.parameters, strict=True)
        return math.sqrt(sum(float(((a - b).double() ** 2).sum()) for a, b in pairs))


def stepping_of(call: Call, problem: Problem, apart: Apart) -> Stepping:
    """How the optimizer of a call is stepped: from what is known of torch's own, else by a probe on the problem."""
    if is_torchs(call.kind) and (call.rest is None or is_torchs(call.rest.kind)):
        mode: Mode = "closure" if call.kind == "LBFGS" else "plain"
        return Stepping(call, mode, rate="no effect" if call.kind == "Rprop" else "")
    return probe(call, problem, apart)


def probe(call: Call, problem: Problem, apart: Apart) -> Stepping:
    """Try the ways in turn; the stepping of the first that runs, or the fault of the plainest one."""
    kind = kind_of(call.kind)
    faults: list[BaseException] = []
    still: tuple[Call, Mode, Trial] | None = None
    for candidate in _calls(call, kind):
        for mode in _modes(kind):
            trial = run(candidate, mode, problem, apart)
            if trial.error is not None and any(word in words_of(trial.error) for word in GRAPH_WANTED):
                mode, trial = "create_graph", run(candidate, "create_graph", problem, apart)  # noqa: PLW2901
            if mode == "closure" and _wants_gradient_first(candidate, trial, problem, apart):
                continue
            if trial.runs and trial.moved:
                return _examined(candidate, mode, trial, problem, apart)
            if trial.error is not None:
                faults.append(trial.error)
            elif still is None:
                still = candidate, mode, trial
    if still is not None:
        # Some take no step for a while (RAdam's first five, AdaShift's first ten).
        return _examined(*still, problem, apart)
    return Stepping(call, _modes(kind)[0], fault=_fault(call, faults, problem, apart), probed=True)


def run(
    call: Call,
    mode: Mode,
    problem: Problem,
    apart: Apart,
    *,
    gradient: bool = False,
    halve: bool = False,
) -> Trial:
    """A few steps on a clone.

    Args:
        call: Builds the optimizer.
        mode: How it is stepped.
        problem: Its start is copied.
        apart: Random streams and settings of the trial's own.
        gradient: Whether a gradient lies ready before the first step(closure), though nothing asked for it.
        halve: Whether the learning rate is halved before the last step.
    """
    trial = Trial()
    with apart():
        model = copy.deepcopy(problem.model).train()
        start = [p.detach().clone() for p in model.parameters()]
        try:
            _steps(trial, call, mode, model, problem, gradient, halve)
        except raised() as error:
            trial.error = error
        trial.parameters = [p.detach().clone() for p in model.parameters()]
    trial.moved = not _equal(start, trial.parameters)
    return trial


def _steps(
    trial: Trial, call: Call, mode: Mode, model: nn.Module, problem: Problem, gradient: bool, halve: bool
) -> None:
    before = _streams()
    optimizer = make(call, model)
    trial.averages = switches(optimizer)
    trial.rate = rate_of(optimizer)
    batches = problem.batches()
    walk = backward_with_graph if mode == "create_graph" else backward
    for step in range(STEPS):
        batch = batches(step)

        def evaluate(batch: Any = batch) -> Tensor:
            optimizer.zero_grad()
            loss = problem.loss(model, batch)
            walk(loss)
            return loss

        @torch.enable_grad()
        def closure(evaluate: Callable[[], Tensor] = evaluate) -> Tensor:
            trial.closures += 1
            return evaluate()

        if mode != "closure" or (gradient and step == 0):
            evaluate()
        before_last = [p.detach().clone() for p in model.parameters()]
        if halve and step == STEPS - 1:
            for group in optimizer.param_groups:
                group["lr"] = group["lr"] * 0.5
        with counting_products(lambda: _count(trial)):
            optimizer.step() if mode in ("plain", "create_graph") else optimizer.step(closure)
    trial.moved_last = not _equal(before_last, list(model.parameters()))
    after = _streams()
    trial.draws |= {name for name, state in after.items() if state != before[name]}


def _equal(some: list[Tensor], others: list[Tensor]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(some, others, strict=True))


def _count(trial: Trial) -> None:
    trial.products += 1


def _modes(kind: Callable[..., Any]) -> tuple[Mode, ...]:
    """The ways to try, in order. SAM and its kin step without a closure only to say that they cannot."""
    closure = inspect.signature(getattr(kind, "step", lambda: None)).parameters.get("closure")
    if hasattr(kind, "first_step") or (closure is not None and closure.default is inspect.Parameter.empty):
        return ("closure", "gradient first")
    return ("plain", "closure", "gradient first")


def _calls(call: Call, kind: Callable[..., Any]) -> list[Call]:
    """The call, and the same with its parameters in two groups where the class speaks of the flag."""
    if call.leading[:1] != ("parameters",) or not mentions(kind, "use_muon"):
        return [call]
    return [call, msgspec.structs.replace(call, parameters="use_muon")]


def _wants_gradient_first(call: Call, bare: Trial, problem: Problem, apart: Apart) -> bool:
    """Whether step(closure) uses a gradient from before its first closure.

    It would silently be the stale one of the last closure: the trial is repeated with a gradient lying ready, and
    compared.
    """
    if not bare.runs:
        return True
    ready = run(call, "closure", problem, apart, gradient=True)
    return ready.runs and not ready.same(bare) and run(call, "closure", problem, apart).same(bare)


def _examined(call: Call, mode: Mode, trial: Trial, problem: Problem, apart: Apart) -> Stepping:
    """What else there is to know about a way that runs."""
    again = run(call, mode, problem, apart)
    repeatable = again.runs and again.same(trial)
    closures = trial.closures / STEPS + (mode != "closure")
    return Stepping(
        call,
        mode,
        averages=trial.averages,
        rate=_rate(call, mode, trial, again, problem, apart),
        draws=tuple(sorted(trial.draws)),
        evaluations=closures + PRODUCT * trial.products / STEPS,
        repeatable=repeatable,
        probed=True,
    )


def _rate(
    call: Call, mode: Mode, trial: Trial, again: Trial, problem: Problem, apart: Apart
) -> Literal["", "none", "no effect"]:
    """Whether turning the learning rate while it runs changes a step."""
    if trial.rate is None:
        return "none"
    if not trial.moved_last:
        return ""
    half = run(call, mode, problem, apart, halve=True)
    if not half.runs:
        return ""
    noise = 0.0 if trial.same(again) else 10 * trial.distance(again)
    return "no effect" if half.same(trial) or half.distance(trial) <= noise else ""


def _fault(call: Call, faults: list[BaseException], problem: Problem, apart: Apart) -> str:
    """Why nothing runs: the library's own words, and what is known to help."""
    name = short_name(call.kind)
    first = faults[0]
    said = words_of(first).strip()
    words = f"{type(first).__name__}: {said.splitlines()[0] if said else ''}".rstrip(": ")
    help_ = advice(said)
    if (
        not help_
        and next(problem.model.parameters()).dtype is torch.float64
        and _runs_in_float32(call, problem, apart)
    ):
        help_ = f"{name} runs in float32 only: --dtype float32."
    return f"{words}. {help_}".strip() if help_ else words


def _runs_in_float32(call: Call, problem: Problem, apart: Apart) -> bool:
    single = Problem(
        info=problem.info,
        model=copy.deepcopy(problem.model).float(),
        loss=problem.loss,
        batches=lambda: _in_float32(problem.batches()),
    )
    return any(run(call, mode, single, apart).runs for mode in _modes(kind_of(call.kind)))


def _in_float32(batches: Callable[[int], Any]) -> Callable[[int], Any]:
    def cast(value: Any) -> Any:
        if isinstance(value, Tensor) and value.is_floating_point():
            return value.float()
        return tuple(map(cast, value)) if isinstance(value, tuple | list) else value

    return lambda step: cast(batches(step))


def switches(optimizer: Any) -> bool:
    """Put an optimizer with train() and eval() in train mode; whether it has both."""
    if not (callable(getattr(optimizer, "train", None)) and callable(getattr(optimizer, "eval", None))):
        return False
    try:
        optimizer.train()
    except AttributeError:  # a wrapper may pass it on to an optimizer that has none
        return False
    return True


def rate_of(optimizer: Any) -> float | None:
    """The learning rate of the first group; None where there is no number."""
    groups = getattr(optimizer, "param_groups", None)
    rate = groups[0].get("lr") if groups else None
    try:
        return None if rate is None else float(rate)
    except (TypeError, ValueError):
        return None


def _streams() -> dict[str, Any]:
    """The states of the process-wide random streams, to be compared."""
    numpy_state = np.random.get_state(legacy=False)
    return {
        "torch": torch.get_rng_state().numpy().tobytes(),
        "python": random.getstate(),
        "numpy": (numpy_state["state"]["key"].tobytes(), numpy_state["state"]["pos"]),
    }
