"""Whether a start can be made, as far as names, kinds and bounds tell; what fits no tensor comes out later. No torch."""

from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import is_number, shown
from opttui.scenario.catalogue import INITIALISERS
from opttui.scenario.check_call import check_arguments, unknown
from opttui.scenario.init_table import KEEP, InitEntry
from opttui.scenario.places import Path, Where
from opttui.scenario.specs import InitSpec


def check_init(spec: Any, path: Path, where: Where) -> None:
    """InputError for names, arguments and a scale that cannot be right."""
    if not isinstance(spec, InitSpec):
        raise InputError(f"{where(path)}: init must be the name of an initialiser, not {shown(spec)}")
    if spec.weights:
        entry = _known(spec.weights, where(path))
        check_arguments(entry.name, entry.arguments, spec.arguments, path, where)
    elif spec.arguments:
        key = next(iter(spec.arguments))
        raise InputError(
            f"{where((*path, key))}: {KEEP} leaves the matrices as they are and takes no {key!r}"
        )
    if spec.bias:
        bias = _known(spec.bias, where((*path, "bias")))
        if bias.least > 1:
            flat = ", ".join(name for name, each in INITIALISERS.items() if each.least <= 1)
            raise InputError(
                f"{where((*path, 'bias'))}: {bias.name} is for matrices; biases take one of {flat}"
            )
        check_arguments(bias.name, bias.arguments, spec.bias_arguments, (*path, "bias"), where)
    if not is_number(spec.scale):
        raise InputError(f"{where((*path, 'scale'))}: scale must be a finite number, not {shown(spec.scale)}")


def _known(name: object, place: str) -> InitEntry:
    entry = INITIALISERS.get(name) if isinstance(name, str) else None
    if entry is not None:
        return entry
    raise InputError(f"{place}: {unknown(name, 'initialiser', [*INITIALISERS, KEEP], {})}")
