"""A user's own problem: from a name in a file to a problem that lanes can race on. Runs the file, so it was asked for.

What goes wrong in the file on the way is an InputError with its traceback; what goes wrong in a step is the lane's to tell.
"""

import copy
import dataclasses
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, cast

import msgspec
import torch
from torch import Tensor, nn

from opttui.errors import InputError
from opttui.own import Problem as Own
from opttui.own import kind
from opttui.problems.outside import outside
from opttui.problems.own_batches import WrongBatchesError, batches_of, copied
from opttui.problems.own_loss import Loss, Point, complaint_about, landscape_of, metrics_of
from opttui.problems.problem import Problem
from opttui.record.manifest import Handed, ProblemInfo
from opttui.scenario.foreign import shown_name
from opttui.scenario.nearest import meant
from opttui.scenario.specs import ProblemSpec
from opttui.traces import line_of, raised, trace_of

DTYPES = (torch.float32, torch.float64)


@dataclass(frozen=True)
class Taken:
    """What a file has handed over, and how."""

    own: Own
    handed: Handed


def own_problem(spec: ProblemSpec, seed: int) -> Taken:
    """What the file hands over. Its code runs here. InputError, with the traceback if there is one, when it cannot.

    Args:
        spec: Name (`/home/me/task.py::make`), arguments for the function, the point where a function of a point begins.
        seed: Of the race; a function that has an argument `seed` is given it.
    """
    place = shown_name(spec.name)
    found = outside(spec.name)
    if isinstance(found, Own):
        if spec.arguments:
            raise InputError(f"{place} is a Problem, not a function, and takes no arguments.")
        return Taken(_begun(found, spec, place), Handed("problem", start=_point(spec)))
    if isinstance(found, nn.Module) or not callable(found):
        raise InputError(
            f"{place} is {kind(found)}, and what is raced is a Problem, a function that makes one, "
            "or a function of a point."
        )
    needed, known = _arguments_of(found)
    for key in spec.arguments:
        if known is not None and key not in known:
            raise InputError(f"{place} takes no argument {key!r}; {meant(key, known)}")
    if spec.start is not None and needed:
        return _of_point(found, needed, spec, place)
    given = dict(spec.arguments)
    seeded = known is not None and "seed" in known and "seed" not in given
    if seeded:
        given["seed"] = seed
    missing = [name for name in needed if name not in given]
    if missing:
        raise InputError(
            f"{place} needs {' and '.join(missing)}.",
            f"If it makes a Problem: '{place}:{missing[0]}=...'. If it is a function of a point, say where the point "
            f"begins: '{place}:start=[-1.2,1.0]'.",
        )
    try:
        made = found(**given)
    except raised() as error:
        raise InputError(f"{place} failed: {line_of(error)}", details=trace_of(error)) from error
    if not isinstance(made, Own):
        raise InputError(
            f"{place} returned {kind(made)}, and it must return an opttui.Problem.",
            f"If it is a function of a point, say where the point begins: '{place}:start=[-1.2,1.0]'."
            if isinstance(made, Tensor | float | int) and not isinstance(made, bool)
            else "",
        )
    return Taken(_begun(made, spec, place), Handed("function", seeded=seeded, start=_point(spec)))


def adapted(
    taken: Taken,
    spec: ProblemSpec,
    seed: int,
    device: torch.device,
    dtype: torch.dtype | None,
    size: int | None,
) -> Problem:
    """A problem of one's own as every other one. `dtype`: None leaves the model in its own, and a point in float64."""
    place, own = shown_name(spec.name), taken.own
    model = _model(own, place).to(device, dtype)
    parameters = list(model.parameters())
    if not sum(parameter.numel() for parameter in parameters):
        raise InputError(f"{place}: its model has no parameters, so there is nothing to learn.")
    if size is not None and own.batches is None:
        raise InputError(f"--batch-size: {place} has no batches: every step sees the whole problem.")
    first = parameters[0].dtype
    if first not in DTYPES:
        raise InputError(
            f"{place}: its parameters are {str(first).removeprefix('torch.')}, and lanes have float32 or float64.",
            "Give --dtype float32.",
        )
    loss = Loss(own.loss, place, of_point=isinstance(model, Point), alone=own.batches is None)
    try:
        source = batches_of(
            own.batches, size or own.batch_size, seed, lambda batch: copied(batch, device, dtype)
        )
    except WrongBatchesError as error:
        raise InputError(f"{place}: {error}") from None
    _check_loss(loss, model, source.lane, place)
    validate, metrics = _validation(own, model, place)
    count = sum(parameter.numel() for parameter in parameters)
    flat = torch.cat([parameter.detach().flatten() for parameter in parameters])[:2].double().tolist()
    start = (flat[0], flat[1]) if count == 2 else None
    minima = tuple((float(x), float(y)) for x, y in own.minima) if count == 2 else ()
    return Problem(
        info=ProblemInfo(
            title=own.title or place,
            parameters=count,
            batch_size=source.size,
            samples=source.samples,
            axes=own.axes if count == 2 else ("x", "y"),
            plane="" if count == 2 else "random plane through the start",
            minima=minima,
            view=_view(own, start, minima),
            start=start,
            metrics=metrics,
            data=f"{place}, one's own",
            handed=msgspec.structs.replace(
                taken.handed,
                point=isinstance(model, Point),
                batches=source.form,
                size=source.size,
                epoch=source.epoch,
                validates=validate is not None,
                validate_every=own.validate_every,
            ),
        ),
        model=model,
        loss=loss,
        batches=source.lane,
        epoch=source.epoch,
        validate=validate,
        validate_every=own.validate_every,
        landscape=landscape_of(loss, source.lane),
    )


def size_of(own: Own) -> int:
    """Number of its parameters, as far as it can be told without looking into it."""
    return sum(p.numel() for p in own.model.parameters()) if isinstance(own.model, nn.Module) else 0


def _begun(own: Own, spec: ProblemSpec, place: str) -> Own:
    """The problem at the start that was asked for."""
    if spec.start is None:
        return own
    if isinstance(own.model, nn.Module):
        raise InputError(f"{place}: its start is a network, and no point can be given for it.")
    return dataclasses.replace(own, model=spec.start)


def _point(spec: ProblemSpec) -> tuple[float, ...] | None:
    return spec.start if isinstance(spec.start, tuple) else None


def _of_point(function: Callable[..., Any], needed: list[str], spec: ProblemSpec, place: str) -> Taken:
    """A function of a point, `f(x)`, or of its coordinates, `f(x, y)`."""
    point = spec.start
    assert isinstance(point, tuple)
    coordinates = [name for name in needed if name not in spec.arguments]
    if len(coordinates) not in (1, len(point)):
        raise InputError(
            f"{place} takes {len(coordinates)} numbers ({', '.join(coordinates)}), and start has {len(point)}."
        )
    more = dict(spec.arguments)

    def loss(x: Tensor) -> Any:
        return function(x, **more) if len(coordinates) == 1 else function(*x.unbind(), **more)

    title = (inspect.getdoc(function) or "").strip().split("\n")[0].rstrip(".")
    axes = (coordinates[0], coordinates[1]) if len(coordinates) == 2 else ("x", "y")
    by: Literal["of a point", "of coordinates"] = "of a point" if len(coordinates) == 1 else "of coordinates"
    return Taken(Own(model=point, loss=loss, title=title, axes=axes), Handed(by, start=point))


def _model(own: Own, place: str) -> nn.Module:
    """The start as a module, a copy of its own."""
    try:
        if isinstance(own.model, nn.Module):
            return copy.deepcopy(own.model)
        return Point(own.model)
    except raised() as error:
        what = "copied" if isinstance(own.model, nn.Module) else "read as a point"
        raise InputError(
            f"{place}: its model, {kind(own.model)}, cannot be {what}: {line_of(error)}.",
            "" if isinstance(own.model, nn.Module) else "It must be an nn.Module, a tensor or numbers.",
        ) from error


def _check_loss(loss: Loss, model: nn.Module, batches: Callable[[], Any], place: str) -> None:
    """InputError for a loss that can never be stepped on. One that raises is left for the lanes to tell."""
    trial = copy.deepcopy(model).train()
    try:
        value = loss.raw(trial, batches()(0))
    except raised():
        return
    if complaint := complaint_about(value, trial):
        raise InputError(f"{place}: its loss {complaint}.")


def _validation(
    own: Own, model: nn.Module, place: str
) -> tuple[Callable[[nn.Module], dict[str, Tensor]] | None, tuple[str, ...]]:
    """The validation as tensors, and the names of its metrics, which one evaluation at the start tells."""
    if own.validate is None:
        return None, ()
    raw, of_point = own.validate, isinstance(model, Point)

    def measured(model: nn.Module) -> dict[str, Tensor]:
        return metrics_of(raw, cast(Point, model).point if of_point else model)

    trial = copy.deepcopy(model).eval()
    try:
        with torch.no_grad():
            first = measured(trial)
    except raised() as error:
        raise InputError(
            f"{place}: its validate failed: {line_of(error)}", details=trace_of(error)
        ) from error
    names = tuple(first)
    if not names or any(value.numel() != 1 for value in first.values()):
        raise InputError(f"{place}: its validate must return numbers by name, like {{'accuracy': 0.9}}.")
    place_of_values = next(model.parameters()).device

    def validate(model: nn.Module) -> dict[str, Tensor]:
        found = measured(model)
        return {name: found[name].to(place_of_values).reshape(()) for name in names}

    return validate, names


def _view(
    own: Own, start: tuple[float, float] | None, minima: tuple[tuple[float, float], ...]
) -> tuple[float, float, float, float] | None:
    """The picture to begin with: what was asked for, else the start and the minima with room around them."""
    if own.view is not None:
        return own.view
    points = [point for point in (start, *minima) if point and all(map(math.isfinite, point))]
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    room = max(1.0, 0.5 * (max(xs) - min(xs)), 0.5 * (max(ys) - min(ys)))
    return (min(xs) - room, max(xs) + room, min(ys) - room, max(ys) + room)


def _arguments_of(function: Callable[..., Any]) -> tuple[list[str], list[str] | None]:
    """Names of the arguments that must be given, and of all; None where any are taken."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return [], None
    named = [p for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    needed = [p.name for p in named if p.default is p.empty]
    takes_any = any(p.kind is p.VAR_KEYWORD for p in parameters)
    return needed, None if takes_any else [p.name for p in named]
