"""Whether a name is known and its arguments are right: what optimizers, schedules and initialisers have in common."""

from collections.abc import Sequence
from typing import Any

from opttui.errors import InputError
from opttui.scenario.arguments import Argument
from opttui.scenario.nearest import meant
from opttui.scenario.places import Path, Where

LANES_OWN = ("warmup", "init")
"""Keys of a lane, where a schedule is looking for an argument."""


def unknown(name: object, what: str, known: Any, refused: dict[str, str]) -> str:
    """Why a name stands for nothing, and which name would."""
    if not isinstance(name, str):
        return f"the name of {'an' if what[0] in 'aeiou' else 'a'} {what} is a string, not {name!r}"
    if name in refused:
        return refused[name]
    near = meant(name.rpartition(".")[2], known)
    if ("." in name or "::" in name) and not near.startswith("did you mean"):
        return f"{name!r} cannot race: this version knows the {what}s of torch only, by their names; {near}"
    return f"unknown {what} {name!r}; {near}"


def check_arguments(
    owner: str, known: Sequence[Argument], given: dict[str, Any], path: Path, where: Where
) -> None:
    """InputError for an argument that is unknown, wrong or missing."""
    by_name = {argument.name: argument for argument in known}
    for key, value in given.items():
        argument = by_name.get(key)
        if argument is None:
            near = meant(key, [each.name for each in known if not each.why_not])
            if key in LANES_OWN:
                near = "it belongs to the lane"
            raise InputError(f"{where((*path, key))}: {owner} takes no argument {key!r}; {near}")
        if argument.kind == "schedules":
            continue
        if complaint := argument.complaint(value):
            raise InputError(f"{where((*path, key))}: {key} {complaint}")
    missing = [argument.name for argument in known if argument.required and argument.name not in given]
    if missing:
        raise InputError(f"{where(path)}: {owner} needs {' and '.join(missing)}")
