"""What can be said of an optimizer that no table knows: its arguments, its own words, and what a probe finds.

Imports it and lets it take a few steps on a small network: who asks for that has named it.
"""

import inspect
from typing import Any

import torch

from opttui.errors import InputError
from opttui.optimizers.build import sentence
from opttui.optimizers.calls import call_of
from opttui.optimizers.kinds import Kind, kind_of, shape_of
from opttui.optimizers.probe import Apart, probe
from opttui.problems.problem import Setting
from opttui.problems.table import PROBLEMS
from opttui.record.manifest import Stepping
from opttui.scenario.foreign import short_name
from opttui.scenario.specs import LaneSpec

PROBLEM = "digits-mlp"
"""What it is tried on: small, with matrices and others, in float32."""
LINES = 12
"""Of its documentation."""


def look_at(spec: LaneSpec, apart: Apart) -> dict[str, Any]:
    """What there is to say of a lane's optimizer. InputError when it cannot be had at all.

    An argument that it needs and that is not given leaves it untried, and says so.
    """
    kind = kind_of(spec.optimizer)
    shape = shape_of(kind)
    arguments = [
        {
            "name": name,
            "required": default is inspect.Parameter.empty,
            "default": None if default is inspect.Parameter.empty else _plain(default),
            "kind": "other",
        }
        for name, default in shape.arguments.items()
    ]
    return {
        "name": short_name(spec.optimizer),
        "about": _first_line(kind),
        "takes": list(shape.leading),
        "arguments": arguments,
        "others": shape.open,
        **_found(spec, apart),
        "documentation": _documentation(kind),
    }


def _found(spec: LaneSpec, apart: Apart) -> dict[str, Any]:
    """What the probe finds, or why there was none."""
    setting = Setting(seed=0, device=torch.device("cpu"), dtype=torch.float32)
    problem = PROBLEMS[PROBLEM](setting)
    try:
        call = call_of(spec)
    except InputError as error:
        return {"stepping": None, "untried": sentence(error.message)}
    found: Stepping = probe(call, problem, apart)
    return {
        "stepping": {
            "mode": found.mode,
            "averages": found.averages,
            "parameters": found.call.parameters,
            "rate": found.rate or "counts",
            "draws": list(found.draws),
            "evaluations": found.evaluations,
            "repeatable": found.repeatable,
            "fault": found.fault,
        },
        "untried": "",
    }


def _first_line(kind: Kind) -> str:
    lines = _documentation(kind)
    return lines[0] if lines else ""


def _documentation(kind: Kind) -> list[str]:
    """The first lines that it says of itself; a class without words has none, whatever it is made from."""
    text = inspect.cleandoc(kind.__doc__) if isinstance(kind.__doc__, str) else ""
    return text.splitlines()[:LINES]


def _plain(value: Any) -> Any:
    """A default as JSON can hold it."""
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float | str) else repr(value)
