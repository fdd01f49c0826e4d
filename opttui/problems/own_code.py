"""A user's own problem as text, for the plain script: taken from its file again, as it was handed over. Runs no file.

What is written comes from a manifest, which may be anybody's: names are checked, everything else is written as a literal.
"""

import inspect
import re
from collections.abc import Callable, Sequence
from typing import Any

from torch import nn

from opttui.problems.batches import epoch_order
from opttui.problems.outside import FROM_FILE, IMPORTS_OF_FROM_FILE, in_file
from opttui.problems.own_batches import InTurn, called, copied, cut, fetch, fetched, loader_of, seeded_aside
from opttui.problems.own_loss import Point, metrics_of
from opttui.problems.problem import Code, Problem
from opttui.record.manifest import Form, Handed, ProblemInfo
from opttui.scenario.foreign import named
from opttui.scenario.specs import ProblemSpec

MADE = "own_problem()"
PASTED: dict[Form, tuple[Callable[..., Any], ...]] = {
    "none": (),
    "whole": (copied,),
    "tensors": (copied, epoch_order, cut),
    "loader": (copied, seeded_aside, fetch, fetched),
    "dataset": (copied, seeded_aside, fetch, fetched, loader_of),
    "loader in turn": (copied, seeded_aside, InTurn),
    "dataset in turn": (copied, seeded_aside, loader_of, InTurn),
    "list": (copied,),
    "function": (copied, seeded_aside, called),
}
"""What a script needs to make the same batches."""
IMPORTS = {
    "contextlib": "import contextlib",
    "copy": "import copy",
    "numpy": "import numpy",
    "np": "import numpy as np",
    "random": "import random",
    "Callable": "from collections.abc import Callable",
    "Iterator": "from collections.abc import Iterator",
    "Sequence": "from collections.abc import Sequence",
    "Any": "from typing import Any",
    "Tensor": "from torch import Tensor, nn",
    "nn": "from torch import Tensor, nn",
    "DataLoader": "from torch.utils.data import DataLoader",
    "IterableDataset": "from torch.utils.data import IterableDataset",
}
"""By a word in what is pasted."""


def own_source(spec: ProblemSpec, info: ProblemInfo, handed: Handed, cast: bool) -> Problem:
    """What a script can know of the problem without its file: no model, and a loss that cannot be called.

    Args:
        spec: As the scenario names it.
        info: What the race process found out about it.
        handed: How it was handed over.
        cast: Whether the race asked for a dtype, so that the model and its batches are cast to it.
    """
    data, batch = _batches(handed, cast)
    pasted: tuple[Callable[..., Any] | str, ...] = (FROM_FILE, _made(spec, handed), *PASTED[handed.batches])
    pasted += (Point,) if handed.point else ()
    pasted += (metrics_of,) if handed.validates else ()
    walker, model = "model.point" if handed.point else "model", _model(handed, cast)
    code = Code(
        imports=(*IMPORTS_OF_FROM_FILE, *_imports(pasted, model)),
        functions=pasted,
        data=data,
        model=model,
        batch=batch,
        loss=_loss(spec, handed),
        held_out="None" if handed.validates else "",
        metrics=f"metrics_of({MADE}.validate, {walker})" if handed.validates else "",
        draws=("numpy", "python"),
    )
    return Problem(
        info=info,
        model=nn.Module(),
        loss=_none,
        batches=lambda: lambda step: None,
        validate_every=handed.validate_every,
        epoch=handed.epoch,
        code=code,
    )


def _none(model: nn.Module, batch: Any) -> Any:
    """Stands where a problem has its loss: a script takes that from the user's file, and nothing is run to write it."""
    raise AssertionError("a problem that only writes a script was raced")


def _imports(pasted: Sequence[Callable[..., Any] | str], model: str) -> list[str]:
    """The import lines that what is pasted asks for."""
    text = "\n".join(
        [model, *(each if isinstance(each, str) else inspect.getsource(each) for each in pasted)]
    )
    return list(dict.fromkeys(line for word, line in IMPORTS.items() if re.search(rf"\b{word}\b", text)))


def _made(spec: ProblemSpec, handed: Handed) -> str:
    """The function that takes the problem from its file, once, as the race did."""
    given = [f"{named(key)}={value!r}" for key, value in spec.arguments.items()]
    given += ["seed=SEED"] if handed.seeded else []
    call = f"({', '.join(given)})" if handed.by == "function" else ""
    return "\n".join(
        [
            "@functools.cache",
            "def own_problem():",
            '    """What the file hands over, made once; what is random in it follows from the seed."""',
            "    threads, dtype = torch.get_num_threads(), torch.get_default_dtype()",
            "    torch.manual_seed(SEED)",
            "    random.seed(SEED)",
            "    numpy.random.seed(SEED % 2**32)",
            f"    made = {in_file(spec.name)}{call}",
            "    torch.set_num_threads(threads)",
            "    torch.set_default_dtype(dtype)",
            "    return made",
        ]
    )


def _model(handed: Handed, cast: bool) -> str:
    """The start."""
    place = "DEVICE, DTYPE" if cast else "DEVICE"
    if not handed.point:
        return f"copy.deepcopy({MADE}.model).to({place}).train()"
    start = f"{MADE}.model" if handed.start is None else repr(handed.start)
    return f"Point({start}).to({place})"


def _loss(spec: ProblemSpec, handed: Handed) -> str:
    """The loss of `model` on `batch`."""
    walker = "model.point" if handed.point else "model"
    if handed.by in ("problem", "function"):
        given = walker if handed.batches == "none" else f"{walker}, batch"
        return f"{MADE}.loss({given}).reshape(())"
    more = "".join(f", {named(key)}={value!r}" for key, value in spec.arguments.items())
    return f"{MADE}({'*' if handed.by == 'of coordinates' else ''}{walker}{more}).reshape(())"


def _batches(handed: Handed, cast: bool) -> tuple[str, str]:
    """A lane's batches, and the batch of `step`."""
    put = f"DEVICE, {'DTYPE' if cast else None}"
    given = f"{MADE}.batches"
    whole = given if "dataset" not in handed.batches else f"loader_of({given}, {handed.size})"
    known: dict[Form, tuple[str, str]] = {
        "none": ("None", "None"),
        "whole": (f"copied({given}, {put})", "data"),
        "tensors": (f"cut({given}, {handed.size}, SEED)", f"copied(data(step), {put})"),
        "list": (given, f"copied(data[step % len(data)], {put})"),
        "function": (given, f"copied(called(data, step, SEED), {put})"),
    }
    if handed.batches in known:
        return known[handed.batches]
    if handed.batches in ("loader", "dataset"):
        return f"fetched({whole}, SEED)", f"copied(data(step), {put})"
    return f"InTurn({whole}, SEED, lambda batch: copied(batch, {put}))", "data(step)"
