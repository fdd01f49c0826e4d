"""Forks that must go on like their parents, and problems that none of the shipped ones is: dropout, batch norm."""

from collections.abc import Iterable
from typing import Any

from opttui.control.commands import Fork
from opttui.race.build import build_race
from opttui.race.race import Race
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

NETWORKS = '''
import torch
from torch import nn
import opttui


def data(count, *shape):
    generator = torch.Generator().manual_seed(1)
    return torch.randn(count, *shape, generator=generator), torch.randint(0, 3, (count,), generator=generator)


def dropout(seed):
    """An MLP that draws a mask at each step."""
    torch.manual_seed(seed)
    x, y = data(96, 5)
    model = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))
    return opttui.Problem(
        model,
        lambda model, batch: nn.functional.cross_entropy(model(batch[0]), batch[1]),
        batches=(x, y),
        batch_size=16,
        validate=lambda model: {"loss": nn.functional.cross_entropy(model(x), y)},
        validate_every=4,
    )


def normed(seed):
    """A CNN with batch normalisation: running means, and a mode that counts."""
    torch.manual_seed(seed)
    x, y = data(64, 1, 6, 6)
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(64, 3)
    )
    return opttui.Problem(
        model,
        lambda model, batch: nn.functional.cross_entropy(model(batch[0]), batch[1]),
        batches=(x, y),
        batch_size=16,
        validate=lambda model: {"loss": nn.functional.cross_entropy(model(x), y)},
        validate_every=4,
    )
'''


def race_on(problem: str, lanes: Iterable[LaneSpec], steps: int, **more: Any) -> Race:
    return build_race(Scenario(ProblemSpec(problem), tuple(lanes), steps=steps, **more))


def forked(race: Race, lane: int, **changes: Any) -> int:
    """Fork a lane; the id of the fork, which must be exact unless its optimizer is new."""
    event = race.carry_out(Fork(str(lane), **changes), "test", race.step())[0]
    assert event.lane is not None
    labels = ["exact", "fresh optimizer", *(["being checked"] if race.checks_wait else [])]
    assert event.data["exact"] in labels, event.text
    return event.lane


def measured(row: tuple[float, ...]) -> tuple[float, ...]:
    """All of a row but its seconds, comparable where it holds NaN."""
    return tuple(repr(value) for value in (*row[:2], *row[3:]))  # type: ignore[misc]


def rows_of(race: Race, rounds: int | None = None) -> dict[int, list[tuple[float, ...]]]:
    """Rows of some rounds, or of all that are left."""
    rows: dict[int, list[tuple[float, ...]]] = {}
    left = 10**9 if rounds is None else rounds
    while left and race.round():
        left -= 1
    for lane, new in race.drain(wait=True).rows.items():
        rows[lane] = [measured(row) for row in new]
    return rows
