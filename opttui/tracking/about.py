"""What a window is told of a tracked script before its first step. Reads objects, keeps none and changes none."""

import inspect
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from opttui.optimizers import hypers
from opttui.printable import printable
from opttui.record.manifest import LaneInfo, ProblemInfo
from opttui.scenario.names import free_name
from opttui.scenario.phrase import phrase_of
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario, ScheduleSpec

LONGEST = 60
"""Characters of a name."""
UNSAID = ("optimizer", "last_epoch", "verbose", "self")
"""Arguments of a schedule that are no settings."""


def script_name() -> str:
    """The file that Python runs, without its suffix; what is there instead where there is none."""
    if hasattr(sys, "ps1") or "ipykernel" in sys.modules:
        return "notebook" if "ipykernel" in sys.modules else "session"
    main = getattr(sys.modules.get("__main__"), "__file__", None) or (sys.argv[0] if sys.argv else "")
    stem = Path(main).stem
    if stem == "__main__":
        stem = Path(main).parent.name
    return printable(stem, LONGEST) if stem not in ("", "-c", "-") else "script"


def scenario_of(name: str, title: str, lanes: Sequence[LaneSpec], steps: int | None, dtype: str) -> Scenario:
    """What was asked for, as far as a script says it."""
    return Scenario(
        problem=ProblemSpec(name),
        lanes=tuple(lanes),
        title=title,
        steps=steps or 1,
        seed=torch.initial_seed() % 2**63,
        dtype="float64" if dtype == "float64" else "float32",
    )


def problem_of(model: Any, optimizers: Sequence[Any], script: str) -> ProblemInfo:
    """Title and size."""
    kind = type(getattr(model, "_orig_mod", model)).__name__
    kind = type(model.module).__name__ if kind in WRAPPED and hasattr(model, "module") else kind
    what = f"{kind}, " if model is not None else ""
    return ProblemInfo(title=f"{what}tracked in {script}", parameters=size_of(model, optimizers))


WRAPPED = ("DataParallel", "DistributedDataParallel", "FullyShardedDataParallel")


def size_of(model: Any, optimizers: Sequence[Any]) -> int:
    """Number of parameters: of the model, else of what the optimizers have."""
    if model is not None and hasattr(model, "parameters"):
        found = list(model.parameters())
    else:
        found = [
            each for optimizer in optimizers for group in optimizer.param_groups for each in group["params"]
        ]
    unique = {id(each): each for each in found}
    return sum(each.numel() for each in unique.values() if not lazy(each))


def lazy(parameter: Any) -> bool:
    """Whether its shape is not known yet."""
    return isinstance(parameter, torch.nn.UninitializedParameter)


def kind_of(optimizers: Sequence[Any]) -> tuple[str, str]:
    """Device and dtype of the first parameter, as words."""
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                return str(parameter.device), str(parameter.dtype).removeprefix("torch.")
    return "cpu", ""


def lane_of(optimizer: Any, scheduler: Any, name: str = "") -> LaneSpec:
    """An optimizer and its schedule in the form in which lanes are asked for, numbers and words only."""
    group = optimizer.param_groups[0] if optimizer.param_groups else {}
    defaults = _defaults(type(optimizer))
    others = "kwargs" in defaults or not defaults
    arguments = {
        key: plain(group.get(key, value))
        for key, value in (getattr(optimizer, "defaults", None) or {}).items()
        if is_plain(group.get(key, value))
        and (key in defaults or others)
        and (key == "lr" or plain(group.get(key, value)) != defaults.get(key))
    }
    arguments = dict(sorted(arguments.items(), key=lambda item: item[0] != "lr"))
    kind = type(optimizer).__name__
    return LaneSpec(kind, arguments, schedule_of(scheduler), "" if name == kind else name)


def schedule_of(scheduler: Any) -> ScheduleSpec | None:
    """A schedule by name, with the settings that it keeps as attributes."""
    if scheduler is None:
        return None
    parts = tuple(
        found for each in getattr(scheduler, "_schedulers", ()) if (found := schedule_of(each)) is not None
    )
    defaults = _defaults(type(scheduler))
    arguments = {
        name: plain(getattr(scheduler, name))
        for name in defaults
        if name not in UNSAID
        and is_plain(getattr(scheduler, name, None))
        and plain(getattr(scheduler, name)) != defaults[name]
    }
    return ScheduleSpec(type(scheduler).__name__, arguments, parts)


def infos_of(
    specs: Sequence[LaneSpec], optimizers: Sequence[Any], names: Sequence[str]
) -> tuple[LaneInfo, ...]:
    """Lanes as windows know them."""
    infos = []
    for number, (spec, optimizer, name) in enumerate(zip(specs, optimizers, names, strict=True)):
        numbers = {name: hypers.read(optimizer, place) for name, place in hypers.places(optimizer).items()}
        infos.append(LaneInfo(number, name, printable(phrase_of(spec), 400), numbers))
    return tuple(infos)


def names_of(optimizers: Sequence[Any], names: Sequence[str]) -> list[str]:
    """A name for each: the one that it was given, else its class's, with a number where that is taken."""
    found: list[str] = []
    for optimizer, name in zip(optimizers, names, strict=True):
        found.append(free_name(printable(name, LONGEST).strip() or type(optimizer).__name__, set(found)))
    return found


def plain(value: Any) -> Any:
    """As JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def is_plain(value: Any) -> bool:
    """Whether a value is a number, a word, or a few of them."""
    if isinstance(value, (list, tuple)):
        return 0 < len(value) <= 8 and all(map(is_plain, value))
    return isinstance(value, (bool, int, float, str)) and len(str(value)) <= LONGEST


def _defaults(kind: type[Any]) -> dict[str, Any]:
    """The arguments of a class and what they are when nobody says."""
    try:
        found = inspect.signature(kind.__init__).parameters
    except (TypeError, ValueError):
        return {}
    return {name: plain(each.default) for name, each in found.items()}
