"""Another plane for the paths of a race that runs: its directions, and where all lanes have been in it. Touches no
lane's numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from opttui.errors import InputError
from opttui.problems.problem import Problem
from opttui.race.components import Floats, components, projected
from opttui.race.lane import Lane
from opttui.race.plane import Plane, plane_along, random_plane
from opttui.race.streams import Streams
from opttui.record.events import Event
from opttui.record.past import Past
from opttui.scenario.specs import Scenario

MOST = 512
"""Points of all lanes from which components are made: their products take 50 ms to take apart, those of 1,024 half a
second."""
MARGIN = 0.25
"""Of what paths span, so much is left free on each side."""
THINNEST = 0.1
"""Height of a box by its width, or width by height, at least."""

Box = tuple[float, float, float, float]


class HasPaths(Protocol):
    """A race, as far as its paths go."""

    scenario: Scenario
    problem: Problem
    plane: Plane | None
    lanes: list[Lane]
    streams: Streams

    def step(self) -> int:
        """The furthest lane's step."""


@dataclass(frozen=True, eq=False)
class Walk:
    """Where a lane has been, as displacements from the common start."""

    steps: list[int]
    points: NDArray[np.float32]
    """Shape (n, number of parameters)."""
    lost: bool
    """It ran away: it does not decide on the plane."""


def replane(
    race: HasPaths, kind: Literal["pca", "random"], number: int
) -> tuple[Event, Plane, dict[int, Past]]:
    """The fact, the plane, and by lane where it has been in it. InputError where there is no such plane."""
    if race.plane is None:
        raise InputError("the plane is the problem's own two parameters; there is no other.")
    walks = {lane.id: walk(lane, race.plane) for lane in race.lanes}
    followed = [one for one in walks.values() if not one.lost] or list(walks.values())
    with race.streams.aside():
        if kind == "pca":
            plane = plane_along(race.problem.model, torch.from_numpy(principal(followed)))
        else:
            plane = random_plane(race.problem.model, race.scenario.seed, race.problem.toward)
    # As rows will be drawn: in the directions' own precision.
    along = np.concatenate([both.cpu().double().numpy() for both in plane.directions], axis=1)
    pasts = {lane.id: past_in(along, walks[lane.id], number, lane.step) for lane in race.lanes}
    shares = explained(along, followed)
    box = box_round([pasts[lane] for lane, one in walks.items() if one in followed])
    data = {"number": number, "plane": kind, "explained": list(shares), "box": list(box)}
    return Event("plane", told(kind, shares), step=race.step(), data=data), plane, pasts


def walk(lane: Lane, plane: Plane) -> Walk:
    """A lane's path as far as it is kept, and where it stands; InputError where nothing is."""
    history = lane.rows.history
    if history is None or not history.most:
        size = sum(start.numel() for start in plane.start)
        raise InputError(
            f"paths through {size:,} parameters are not kept, so that they have one plane alone."
        )
    steps, points = history.points()
    now = flat([parameter.detach() for parameter in lane.model.parameters()])
    points = torch.cat([points, now.unsqueeze(0)]) - flat(plane.start)
    finite = torch.isfinite(points).all(dim=1)
    kept = [step for step, there in zip([*steps, lane.step], finite.tolist(), strict=True) if there]
    return Walk(kept, points[finite].numpy(), lane.outcome in ("diverged", "failed"))


def flat(parameters: Sequence[Tensor]) -> Tensor:
    """All parameters in a row, in float32 on the CPU."""
    return torch.cat([parameter.flatten().to("cpu", torch.float32) for parameter in parameters])


def principal(walks: Sequence[Walk]) -> Floats:
    """Directions in which the paths spread most, each path with as many points, shape (2, number of parameters)."""
    each = max(1, MOST // len(walks))
    thinned = [one.points[::-1][:: max(1, -(-len(one.points) // each))] for one in walks]
    try:
        return components(np.concatenate(thinned))[0]
    except ValueError:
        raise InputError("no lane has moved yet: there are no paths to have components.") from None


def explained(along: Floats, walks: Sequence[Walk]) -> tuple[float, float]:
    """Of the paths' variance about the start, the shares of the two directions."""
    total = sum(float(np.square(one.points, dtype=np.float64).sum()) for one in walks)
    if not total:
        return 0.0, 0.0
    x, y = sum(np.square(projected(one.points, along)).sum(axis=0) for one in walks).tolist()
    return min(x / total, 1.0), min(y / total, 1.0)


def past_in(along: Floats, one: Walk, number: int, step: int) -> Past:
    """A path in the plane."""
    x, y = projected(one.points, along).T
    return Past(number, step, 0, np.array(one.steps, np.float64), x, y)


def box_round(pasts: Sequence[Past]) -> Box:
    """A box in which all points lie with room about them."""
    sides = []
    for values in (np.concatenate([past.x for past in pasts]), np.concatenate([past.y for past in pasts])):
        sides.append((float(values.min(initial=0.0)), float(values.max(initial=0.0))))
    widest = max(high - low for low, high in sides) or 1.0
    ends: list[float] = []
    for low, high in sides:
        room = max(MARGIN * (high - low), (THINNEST * widest - (high - low)) / 2)
        ends += [low - room, high + room]
    return ends[0], ends[1], ends[2], ends[3]


def told(kind: str, shares: tuple[float, float]) -> str:
    """The plane in a sentence."""
    what = "the principal components of their paths" if kind == "pca" else "random directions"
    first, second = (f"{100 * share:.3g} %" for share in shares)
    return f"paths are drawn along {what}: {first} and {second} of their variance about the start"
