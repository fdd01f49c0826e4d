"""Everything that a lane is between two steps: taken from it, and put into a lane built afresh from the same recipe.

A tree of tensors and plain values that shares no memory with the lane, so that it can be kept, compared and, unless an
optimizer holds objects of its own, written to a disk. What can be had again from the recipe (the functions of a schedule,
a step's batch) is not in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from opttui.optimizers import state
from opttui.optimizers.tree import Copier, NotDataError, same
from opttui.race.lane import Lane
from opttui.race.streams import Ambient, Streams
from opttui.record.manifest import Outcome

Tree = dict[str, Any]
MODULES_OWN = frozenset(vars(nn.Module()))
"""Attributes that every module has; those beside them belong to its class, and a forward pass may count in them."""


@dataclass(frozen=True)
class Snapshot:
    """A lane as it was. Never changed; it can be put back any number of times."""

    step: int
    tree: Tree
    bytes: int
    """What it takes in memory, about."""
    is_data: bool
    """Tensors and plain values all through, so that it can be written to a disk."""
    done: int = 0
    """Of what was done to the lane by hand since it began, how much is in it."""


def taken(lane: Lane, streams: Streams, lend: bool = False) -> Snapshot:
    """A lane's snapshot. NotDataError when it holds what cannot be copied. Its ambient is in place afterwards.

    `lend`: its tensors are the lane's own, to be looked at before the lane takes its next step.
    """
    streams.enter(lane.ambient)
    names = state.names_of(lane.model, lane.optimizer)
    copier = Copier(names, opaque=True, lend=lend)
    with lane.voice:
        tree = {
            "model": _model(lane.model, copier),
            "optimizer": state.taken(lane.optimizer, copier),
            "course": None if lane.course is None else copier(lane.course.state()),
            "scheduled": (lane.scheduled, lane.since),
            "plan": (lane.plan, lane.first_rate),
            "knob": [lane.knob.at, lane.knob.wanted],
            "ambient": _ambient(streams.present()),
            "counters": _counters(lane),
        }
    return Snapshot(lane.step, tree, copier.bytes + AMBIENT_BYTES, copier.is_data, len(lane.past.changes))


def put_back(lane: Lane, snapshot: Snapshot, streams: Streams) -> None:
    """Make a lane that was just built what another of the same recipe was."""
    tree = snapshot.tree
    if tree["scheduled"] != (lane.scheduled, lane.since):
        lane.schedule(*tree["scheduled"])
    names = state.names_of(lane.model, lane.optimizer)
    # What was copied as an object of a class of its own is copied again: a snapshot can be put back more than once.
    copier = Copier(found=names, opaque=True)
    streams.enter(lane.ambient)
    with lane.voice:
        _put_model(lane.model, tree["model"], copier)
        state.put(lane.optimizer, tree["optimizer"], copier)
        if lane.course is not None and tree["course"] is not None:
            lane.course.load(copier(tree["course"]))
    lane.knob.at, lane.knob.wanted = tree["knob"]
    lane.plan, lane.first_rate = tree["plan"]
    put_counters(lane, tree["counters"])
    streams.replace(lane.ambient, _ambient_of(tree["ambient"]))


def put_parameters(lane: Lane, snapshot: Snapshot, streams: Streams) -> None:
    """Put a lane with another optimizer where a lane was: its model, its counters, its streams; no optimizer's state."""
    streams.enter(lane.ambient)
    _put_model(lane.model, snapshot.tree["model"], Copier(found=state.names_of(lane.model, lane.optimizer)))
    put_counters(lane, snapshot.tree["counters"])
    streams.replace(lane.ambient, _ambient_of(snapshot.tree["ambient"]))


def put_counters(lane: Lane, counters: Tree) -> None:
    """Where it stands, and what it has measured last."""
    lane.step, lane.evaluations = counters["step"], counters["evaluations"]
    lane.outcome, lane.reason = counters["outcome"], counters["reason"]
    lane.voice.kept = counters["noted"]
    last = counters["last"]
    lane.rows.go_on(counters["seconds"], None if last is None else tuple(last))
    lane.before = None if last is None else tuple(last)
    if not counters["validates"]:
        lane.validate_no_more()


def alike(some: Any, other: Any) -> bool:
    """Whether two snapshots' trees are equal bit for bit, in all that both of them hold.

    Loading a state gives some optimizers attributes that their class held before.
    """
    if not (isinstance(some, dict) and isinstance(other, dict)):
        return same(some, other)
    return all(alike(some[key], other[key]) for key in some.keys() & other.keys())


def same_state(some: Snapshot, other: Snapshot) -> bool:
    """Whether two lanes would go on alike from them: all but what was counted and rehearsed is equal, and they are at one
    step."""
    mine = {key: value for key, value in some.tree.items() if key not in ("counters", "plan")}
    return some.step == other.step and alike(mine, other.tree)


def walked(lane: Lane) -> Iterator[Tensor]:
    """All of a lane that a step can move, to be compared bit for bit: parameters and buffers."""
    yield from (parameter.detach() for parameter in lane.model.parameters())
    yield from lane.model.buffers()


def walked_of(snapshot: Snapshot) -> Iterator[Tensor]:
    """The same of a snapshot."""
    model = snapshot.tree["model"]
    yield from model["parameters"].values()
    yield from model["buffers"].values()


def at_large(lane: Lane) -> tuple[Outcome, str]:
    """A lane's outcome and its reason as if nobody held it: whether it takes part is the race's affair."""
    return lane.past.before_held if lane.past.held else (lane.outcome, lane.reason)


def _counters(lane: Lane) -> Tree:
    outcome, reason = at_large(lane)
    last = lane.rows.newest()[0] if lane.rows.known_at_once and lane.step > lane.begin else lane.before
    return {
        "step": lane.step,
        "evaluations": lane.evaluations,
        "seconds": lane.rows.seconds,
        "outcome": outcome,
        "reason": reason,
        "last": None if last is None else list(last),
        "noted": lane.voice.kept,
        "validates": lane.validates,
    }


def _model(model: nn.Module, copier: Copier) -> Tree:
    """Parameters with their gradients (some optimizers start from the last one), buffers, modes, and what a module's
    class keeps beside them."""
    # Each walk over a model's modules costs a small network 20 µs.
    parameters, modules = dict(model.named_parameters()), dict(model.named_modules())
    return {
        "parameters": {name: copier.fresh(p) for name, p in parameters.items()},
        "gradients": {name: None if p.grad is None else copier(p.grad) for name, p in parameters.items()},
        "asked": {name: p.requires_grad for name, p in parameters.items()},
        "buffers": {name: copier(b) for name, b in model.named_buffers()},
        "modes": {name: module.training for name, module in modules.items()},
        "attributes": {name: _attributes(module, copier) for name, module in modules.items()},
        "on parameters": {name: _attributes(p, copier) for name, p in parameters.items() if vars(p)},
    }


def _attributes(thing: Any, copier: Copier) -> Tree:
    found: Tree = {}
    for key, value in vars(thing).items():
        if key in MODULES_OWN or callable(value):
            continue
        try:
            if not state.points(copied := copier.strictly(value)):
                found[key] = copied
        except NotDataError:
            continue
    return found


def _put_model(model: nn.Module, tree: Tree, copier: Copier) -> None:
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(tree["parameters"][name])
            parameter.requires_grad_(tree["asked"][name])
            parameter.grad = copier(tree["gradients"][name])
            vars(parameter).update(copier(tree["on parameters"].get(name, {})))
        for path, kept in tree["buffers"].items():
            owner, _, name = path.rpartition(".")
            module = model.get_submodule(owner)
            held = module._buffers.get(name)
            if held is not None and held.shape == kept.shape and held.dtype == kept.dtype:
                held.copy_(kept)
            else:
                module._buffers[name] = copier(kept)
    for name, module in model.named_modules():
        module.training = tree["modes"][name]
        for key, value in tree["attributes"][name].items():
            setattr(module, key, copier(value))


AMBIENT_BYTES = 16_000
"""Python's and NumPy's streams are mostly shared between snapshots; torch's is 5 kB."""


def _ambient(ambient: Ambient) -> Tree:
    return {
        "torch": ambient.torch_state,
        "python": ambient.python_state,
        "numpy": ambient.numpy_state,
        "cuda": ambient.cuda_state,
        "settings": ambient.settings,
    }


def _ambient_of(tree: Tree) -> Ambient:
    return Ambient(
        torch_state=tree["torch"].clone(),
        python_state=tree["python"],
        numpy_state=tree["numpy"],
        cuda_state=None if tree["cuda"] is None else tree["cuda"].clone(),
        settings=tree["settings"],
    )
