"""Races on surfaces: noisy ones, many dimensions, every kind of formula; the plain loop and the exported script agree."""

import contextlib
import io

import pytest
import torch
from oracle import run
from test_race_script import manifest_of

from opttui.race.build import build_race
from opttui.race.race import Race
from opttui.race.script import script
from opttui.record.layout import LOSS, X, Y
from opttui.scenario.resolve import Options, scenario_from

STEPS, SEED = 30, 5
LANES = ["SGD:lr=0.0001,momentum=0.9", "Adam:lr=0.05", "LBFGS:lr=0.1"]


def plain_beale(x: torch.Tensor, step: int) -> torch.Tensor:
    """Beale's function with noisy slopes, written without any of the project's code."""
    generator = torch.Generator().manual_seed(SEED * 1_000_003 + step)
    noise = 0.1 * torch.randn(2, generator=generator, dtype=torch.float64)
    u, v = x
    value = (1.5 - u + u * v) ** 2 + (2.25 - u + u * v**2) ** 2 + (2.625 - u + u * v**3) ** 2
    return value + (noise * x).sum()


def plain_rosenbrock(x: torch.Tensor, step: int) -> torch.Tensor:
    """Rosenbrock's function in any number of dimensions, likewise."""
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


def plain_losses(loss_of, start: list[float], optimizer: str, arguments: dict[str, float]) -> list[float]:
    x = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
    walker = getattr(torch.optim, optimizer)([x], **arguments)
    losses = []
    for step in range(STEPS):

        def closure(step: int = step) -> torch.Tensor:
            walker.zero_grad()
            loss = loss_of(x, step)
            loss.backward()
            return loss

        losses.append(walker.step(closure).item())
    return losses


def printed_losses(race: Race, events: list) -> dict[int, list[float]]:
    """What the exported script prints. It runs here and not in a process of its own, which costs seconds for torch."""
    source = script(manifest_of(race), events, range(len(race.lanes)))
    assert "opttui" not in source
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(source, "race.py", "exec"), {"__name__": "__main__"})
    losses: dict[int, list[float]] = {}
    for line in out.getvalue().splitlines()[1:]:
        lane, _, loss, _ = line.split(",")
        losses.setdefault(int(lane), []).append(float(loss))
    return losses


def race_on(what: str, lanes: list[str]) -> Race:
    return build_race(scenario_from(what, lanes, Options(steps=STEPS, seed=SEED)))


def test_noisy_slopes_are_the_plain_loop_and_the_script() -> None:
    race = race_on("beale:noise=0.1", LANES)
    rows, events = run(race)
    losses = {lane: [row[LOSS] for row in rows[lane]] for lane in rows}
    for lane, spec in enumerate(race.scenario.lanes):
        assert losses[lane] == plain_losses(plain_beale, [1.0, 1.0], spec.optimizer, spec.arguments)
    assert printed_losses(race, events) == losses


def test_ten_dimensions_are_the_plain_loop_and_the_script() -> None:
    race = race_on("rosenbrock:dim=10", LANES)
    rows, events = run(race)
    losses = {lane: [row[LOSS] for row in rows[lane]] for lane in rows}
    for lane, spec in enumerate(race.scenario.lanes):
        assert losses[lane] == plain_losses(plain_rosenbrock, [-1.2, 1.0] * 5, spec.optimizer, spec.arguments)
        assert rows[lane][0][X : Y + 1] == pytest.approx((0, 0), abs=1e-12)
    assert printed_losses(race, events) == losses


@pytest.mark.parametrize(
    "what", ["ackley:dim=3,noise=0.01,start=far", "jennrich-sampson", "holder-table", "levy"]
)
def test_any_formula_can_be_pasted(what: str) -> None:
    race = race_on(what, LANES[:2])
    rows, events = run(race)
    assert printed_losses(race, events) == {lane: [row[LOSS] for row in rows[lane]] for lane in rows}


def test_lanes_meet_the_same_noise_whoever_else_races() -> None:
    alone, _ = run(race_on("beale:noise=0.1", LANES[1:2]))
    among, _ = run(race_on("beale:noise=0.1", ["SGD:lr=0.01", *LANES]))
    assert [row[LOSS] for row in alone[0]] == [row[LOSS] for row in among[2]]
