"""An optimizer's state out of it, and into one that was built afresh from the same recipe. Knows no lane.

Three traps (measured on torch 2.13): `copy.deepcopy(optimizer)` loses every attribute but state and groups; loading
`state_dict()` itself shares its buffers silently; loading casts state to the parameters' dtype. So the state is copied,
loaded into a fresh optimizer, and whatever was cast is put back as it was. Numbers that an optimizer keeps in attributes
of its own, and optimizers inside of it, come along; what points to parameters belongs to the build and stays.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn
from torch.optim import Optimizer

from opttui.optimizers.tree import Copier, Named, NotDataError, View

Tree = dict[str, Any]
BUILT = ("state", "param_groups", "defaults")
"""Attributes that are copied otherwise, or are the same for every build."""


def names_of(model: nn.Module, optimizer: Any) -> dict[Named, Any]:
    """What a tree names: the model's parameters, the model's modules, the optimizer and those inside of it."""
    found: dict[Named, Any] = {}
    for name, module in model.named_modules():
        found[Named("module", name)] = module
    for name, parameter in model.named_parameters():
        found[Named("parameter", name)] = parameter
    for path, each in family(optimizer).items():
        found[Named("optimizer", path)] = each
    return found


def taken(optimizer: Any, copier: Copier) -> Tree:
    """Everything that changes in an optimizer. NotDataError where it holds what cannot be copied."""
    tree: Tree = {"loaded": None, "each": {}}
    if not is_plain(optimizer):
        # Some wrappers inherit a state_dict that they never made work.
        with contextlib.suppress(AttributeError, TypeError, KeyError):
            tree["loaded"] = copier(optimizer.state_dict())
    numbers: dict[int, int] = {}
    members = family(optimizer)
    held = {id(getattr(each, key, None)) for each in members.values() for key in BUILT[:2]}
    for path, each in members.items():
        groups = getattr(each, "param_groups", None) or []
        tree["each"][path] = {
            "state": _state(each, copier),
            "shared": [numbers.setdefault(id(group), len(numbers)) for group in groups],
            "groups": [{key: copier(group[key]) for key in group if key != "params"} for group in groups],
            "attributes": _attributes(each, copier, held),
        }
    return tree


def put(optimizer: Any, tree: Tree, copier: Copier) -> None:
    """Into a fresh optimizer of the same recipe; `copier` knows what the names stand for there."""
    if tree["loaded"] is not None:
        with contextlib.suppress(AttributeError, TypeError, KeyError):
            optimizer.load_state_dict(copier(tree["loaded"]))
    known: dict[int, dict[str, Any]] = {}
    for path, each in family(optimizer).items():
        told = tree["each"].get(path)
        if told is None:
            continue
        _put_groups(each, told, known, copier)
        if told["state"] is not None and isinstance(getattr(each, "state", None), dict):
            each.state.clear()
            each.state.update(copier(told["state"]))
        elif tree["loaded"] is not None and not path:
            mend(optimizer.state_dict(), copier(tree["loaded"]))
        for key, value in told["attributes"].items():
            setattr(each, key, copier(value))


def is_plain(optimizer: Any) -> bool:
    """Whether state and groups are all that loading would put in place: torch's own do nothing else with them, and
    looking into them twice takes a third of a snapshot's time."""
    return type(optimizer).__module__.startswith("torch.optim.") and isinstance(optimizer, Optimizer)


def family(optimizer: Any) -> dict[str, Any]:
    """The optimizer under the path "", and those that it holds, by the path of attributes to them."""
    found: dict[str, Any] = {"": optimizer}
    seen = {id(optimizer)}
    waiting = [("", optimizer)]
    while waiting:
        path, each = waiting.pop(0)
        for name, inner in _held(each):
            if id(inner) not in seen:
                seen.add(id(inner))
                longer = f"{path}.{name}" if path else name
                found[longer] = inner
                waiting.append((longer, inner))
    return found


def mend(live: Any, told: Any) -> None:
    """Put back what loading has cast to another dtype, wherever it lies."""
    if isinstance(live, dict) and isinstance(told, Mapping):
        pairs: list[tuple[Any, Any]] = [(key, told[key]) for key in live if key in told]
    elif isinstance(live, list) and isinstance(told, list | tuple) and len(live) == len(told):
        pairs = list(enumerate(told))
    else:
        return
    for key, value in pairs:
        if isinstance(live[key], Tensor) and isinstance(value, Tensor):
            if live[key].dtype != value.dtype or live[key].device != value.device:
                live[key] = value
        elif isinstance(live[key], tuple) and isinstance(value, tuple):
            if any(isinstance(part, Tensor) for part in value):
                live[key] = value
        else:
            mend(live[key], value)


def _held(optimizer: Any) -> Iterator[tuple[str, Any]]:
    for key, value in getattr(optimizer, "__dict__", {}).items():
        if isinstance(value, Optimizer):
            yield key, value
        elif isinstance(value, list | tuple):
            yield from ((f"{key}.{at}", part) for at, part in enumerate(value) if isinstance(part, Optimizer))


def _state(optimizer: Any, copier: Copier) -> Any:
    """The state by parameter; None where it is kept under other keys, and only `state_dict` can tell."""
    state = getattr(optimizer, "state", None)
    if not isinstance(state, dict):
        return None
    copied = {copier(key): copier(value) for key, value in state.items()}
    return None if any(isinstance(key, Tensor | View) for key in copied) else copied


def _put_groups(optimizer: Any, told: Tree, known: dict[int, dict[str, Any]], copier: Copier) -> None:
    """Values of the groups; groups that were shared by two optimizers are shared again."""
    groups = getattr(optimizer, "param_groups", None)
    if not groups or len(groups) != len(told["shared"]):
        return
    for at, number in enumerate(told["shared"]):
        if number in known:
            groups[at] = known[number]
            continue
        known[number] = groups[at]
        values = copier(told["groups"][at])
        for key in groups[at].keys() - values.keys() - {"params"}:
            del groups[at][key]
        groups[at].update(values)


def _attributes(optimizer: Any, copier: Copier, held: set[int]) -> Tree:
    found: Tree = {}
    for key, value in getattr(optimizer, "__dict__", {}).items():
        if key in BUILT or "_hooks" in key or id(value) in held or callable(value):
            continue
        try:
            if not points(copied := copier.strictly(value)):
                found[key] = copied
        except NotDataError:
            continue
    return found


def points(value: Any) -> bool:
    """Whether a copied value points to a parameter, a module or an optimizer otherwise than by a key."""
    if isinstance(value, Named | View):
        return True
    if isinstance(value, Mapping):
        return any(map(points, value.values()))
    return isinstance(value, list | tuple | set | frozenset) and any(map(points, value))
