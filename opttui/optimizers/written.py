"""A call as the Python that carries it out, for a script without opttui. Imports nothing that a call names.

Names come from a manifest, which may be anybody's: one that is no name is refused.
"""

from collections.abc import Iterator

from opttui.optimizers.make import as_tuple
from opttui.optimizers.quirks import lines_before
from opttui.problems.outside import FROM_FILE, IMPORTS_OF_FROM_FILE, in_file
from opttui.record.manifest import Call
from opttui.scenario.foreign import halves, is_file, is_foreign, named

PARAMETERS = {
    "all": "model.parameters()",
    "matrices": "[p for p in model.parameters() if p.ndim == 2]",
    "rest": "[p for p in model.parameters() if p.ndim != 2]",
    "use_muon": "use_muon_groups(model)",
}
USE_MUON = """def use_muon_groups(model):
    groups = [
        {"params": [p for p in model.parameters() if p.ndim >= 2], "use_muon": True},
        {"params": [p for p in model.parameters() if p.ndim < 2], "use_muon": False},
    ]
    return [group for group in groups if group["params"]]"""


def written(call: Call) -> str:
    """The expression that builds the optimizer of `model`."""
    if call.rest is not None:
        first = Call(call.kind, call.arguments, call.leading, "matrices", call.inner)
        rest = Call(call.rest.kind, call.rest.arguments, call.rest.leading, "rest", call.rest.inner)
        return f"Both({written(first)}, {written(rest)})"
    leading = [_leading(call, what) for what in call.leading]
    keywords = [f"{named(key)}={as_tuple(value)!r}" for key, value in call.arguments.items()]
    keywords += [
        f"{named(key)}={_kind(inner.kind) if inner.as_class else written(inner)}"
        for key, inner in call.inner.items()
        if key not in call.leading
    ]
    return f"{_kind(call.kind)}({', '.join([*leading, *keywords])})"


def imports(call: Call) -> set[str]:
    """Import lines that the expression needs."""
    lines = set()
    for each in _all(call):
        if is_file(each.kind):
            lines |= set(IMPORTS_OF_FROM_FILE)
        elif is_foreign(each.kind):
            lines.add(f"import {named(halves(each.kind)[0])}")
        lines |= {line for line in lines_before(each.kind) if line.startswith("import ")}
    return lines


def before(call: Call) -> list[str]:
    """Lines that come before anything is built, in order."""
    lines = [line for each in _all(call) for line in lines_before(each.kind)]
    return [line for line in dict.fromkeys(lines) if not line.startswith("import ")]


def helpers(call: Call) -> list[str]:
    """Functions that the expression calls."""
    calls = list(_all(call))
    found = [FROM_FILE] if any(is_file(each.kind) for each in calls) else []
    return found + ([USE_MUON] if any(each.parameters == "use_muon" for each in calls) else [])


def has_rest(call: Call) -> bool:
    """Whether the expression needs the class Both."""
    return any(each.rest is not None for each in _all(call))


def _all(call: Call) -> Iterator[Call]:
    yield call
    for each in [*call.inner.values(), *([call.rest] if call.rest is not None else [])]:
        yield from _all(each)


def _leading(call: Call, what: str) -> str:
    if what in call.inner:
        return written(call.inner[what])
    return "model" if what == "model" else PARAMETERS[call.parameters]


def _kind(kind: str) -> str:
    if is_file(kind):
        return in_file(kind)
    return named(kind) if is_foreign(kind) else f"torch.optim.{named(kind)}"
