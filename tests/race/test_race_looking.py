"""Lanes that are looked at stay what they are."""

import numpy as np
import pytest
import torch

from opttui.race.build import build_race
from opttui.race.looking import Looker
from opttui.record.look import TRUTH
from opttui.scenario.resolve import scenario_from


def race_of(problem: str, *lanes: str):
    return build_race(scenario_from(problem, lanes))


@pytest.mark.parametrize(
    ("problem", "kind", "shape"),
    [
        ("image-factors", "image", (96, 128)),
        ("digits-autoencoder", "points", (360, 2)),
        ("poisson-pinn", "curve", None),
    ],
)
def test_each_lane_is_looked_at_once_a_step(problem: str, kind: str, shape) -> None:
    race, plain = race_of(problem, "SGD:lr=0.01", "Adam"), race_of(problem, "SGD:lr=0.01", "Adam")
    looker = Looker(race)
    first = looker.looks()
    assert [look.lane for look in first] == ([0, 1] if kind == "points" else [TRUTH, 0, 1])
    assert {look.kind for look in first} == {kind}
    assert shape is None or first[-1].values.shape == shape
    assert (first[-1].labels is not None) == (kind == "points")
    np.testing.assert_array_equal(first[-1].values, first[-2].values)
    assert looker.looks() == []
    for _ in range(3):
        race.round()
    again = looker.looks()
    assert [(look.lane, look.step) for look in again] == [(0, 3), (1, 3)]
    assert not np.array_equal(again[0].values, again[1].values)
    for _ in range(3):
        race.round()
    for _ in range(6):
        plain.round()
    for a, b in zip(race.lanes, plain.lanes, strict=True):
        assert a.model.training and a.step == 6
        for p, q in zip(a.model.parameters(), b.model.parameters(), strict=True):
            assert torch.equal(p, q)
    race.hand_back()
    plain.hand_back()


def test_a_look_that_raises_is_noted_and_is_the_last() -> None:
    race = race_of("image-factors", "SGD", "Adam")
    calls = []

    def look(model):
        calls.append(model)
        raise ValueError("no picture today")

    object.__setattr__(race.problem, "look", look)
    looker = Looker(race)
    assert looker.looks() == looker.looks() == []
    assert len(calls) == 1
    (event,) = race.drain().events
    assert (event.kind, event.lane) == ("note", 0)
    assert "no picture today" in event.text
    race.round()
    assert all(lane.running for lane in race.lanes)
