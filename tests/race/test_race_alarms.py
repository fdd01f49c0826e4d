"""Alarms in a race: rows are what they are without, and gradients are compared as plain autograd has them."""

import pytest
import torch
from oracle import OPTIMIZERS, plain_problem, race_of, run

from opttui.race.ring import BLOCK, Ring
from opttui.record.layout import SECONDS
from opttui.scenario.alarms import read_alarms
from opttui.scenario.specs import LaneSpec

ALL = read_alarms("all")
LANES = [LaneSpec(name, OPTIMIZERS[name]) for name in ("SGD", "Adam", "LBFGS")]


@pytest.mark.parametrize("problem", ["rosenbrock", "digits-cnn"])
def test_rows_and_parameters_are_the_same_bit_for_bit(problem: str) -> None:
    watched, plain = (race_of(problem, LANES, 30, alarms=alarms) for alarms in (ALL, None))
    both = []
    for race in (watched, plain):
        rows, _ = run(race)
        both.append({lane: [row[:SECONDS] + row[SECONDS + 1 :] for row in rows[lane]] for lane in rows})
    assert repr(both[0]) == repr(both[1])
    for mine, other in zip(watched.lanes, plain.lanes, strict=True):
        assert mine.cosines is not None and other.cosines is None
        for a, b in zip(mine.model.parameters(), other.model.parameters(), strict=True):
            assert torch.equal(a, b)


def test_cosines_are_those_of_successive_gradients() -> None:
    spec = LaneSpec("SGD", {"lr": 0.1})
    race = race_of("digits-cnn", [spec], 6, alarms=ALL)
    found = []
    for _ in range(6):
        race.round()
        found += race.drain().cosines[0]
    race.hand_back()
    parameters, loss_at = plain_problem("digits-cnn", 0)
    before, expected = None, []
    for step in range(6):
        gradient = torch.cat([g.flatten() for g in torch.autograd.grad(loss_at(step), parameters)]).double()
        expected.append(
            (step, float("nan") if before is None else float(torch.cosine_similarity(gradient, before, 0)))
        )
        before = gradient
        with torch.no_grad():
            flat = iter(torch.split(gradient.float(), [p.numel() for p in parameters]))
            for parameter in parameters:
                parameter.sub_(0.1 * next(flat).view_as(parameter))
    assert [step for step, _ in found] == list(range(6))
    assert [cosine for _, cosine in found] == pytest.approx(
        [cosine for _, cosine in expected], abs=1e-5, nan_ok=True
    )


def test_a_ring_whose_block_is_collected_when_it_is_just_full_goes_on() -> None:
    ring = Ring(1, torch.device("cpu"), torch.float64)
    found = []
    for value in range(2 * BLOCK + 3):
        ring.slot().fill_(value)
        ring.ship()
        found += [row[0] for row in ring.collect()]
    assert found == list(range(2 * BLOCK + 3))
