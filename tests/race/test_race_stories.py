"""Every scenario that comes with opttui is built and raced for its first steps; some are held to what they tell."""

import importlib.util
import sys
from typing import Any

import pytest
from oracle import run

from opttui.race.build import build_race
from opttui.record.layout import EVALUATIONS, LOSS, X, Y
from opttui.scenario.foreign import foreign_code
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.shipped import shipped_paths

FIRST = {"text-transformer": 2, "text-skipgram": 3}
"""Steps, where twelve would cost seconds."""

EARLY = {
    ("well-begun", "Kaiming, relu"): "diverged",
    ("fair-count", "LBFGS, line search"): "reached",
    ("fair-count", "LBFGS, no search"): "reached",
}


@pytest.mark.parametrize("name", shipped_paths())
def test_its_first_steps(name: str) -> None:
    whole = scenario_from(name)
    for package in {foreign.name.partition(".")[0] for foreign in foreign_code(whole)}:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed here")
    race = build_race(scenario_from(name, options=Options(steps=FIRST.get(whole.problem.name, 12))))
    streams = sys.stdout, sys.stderr
    rows, _ = run(race)
    assert (sys.stdout, sys.stderr) == streams
    for lane in race.lanes:
        early = (name, lane.name) in EARLY
        assert lane.outcome == EARLY.get((name, lane.name), "finished"), lane.name
        assert early or len(rows[lane.id]) == race.scenario.steps


def told(name: str, **options: Any) -> dict[str, list[tuple[float, ...]]]:
    """The rows of a whole race by the lanes' names."""
    race = build_race(scenario_from(name, options=Options(**options)))
    rows, _ = run(race)
    return {lane.name: rows[lane.id] for lane in race.lanes}


def test_himmelblaus_lanes_end_in_four_minima() -> None:
    ends = {name: (rows[-1][X], rows[-1][Y]) for name, rows in told("four-minima").items()}
    assert ends == {
        "plain": pytest.approx((3.584428, -1.848127), abs=0.02),
        "Adam": pytest.approx((3.0, 2.0), abs=0.02),
        "momentum 0.8": pytest.approx((-3.779310, -3.283186), abs=0.02),
        "momentum 0.95": pytest.approx((-2.805118, 3.131313), abs=0.02),
        "Adagrad, bold": pytest.approx((3.584428, -1.848127), abs=0.02),
    }


def test_decay_in_the_gradient_moves_the_minimum_and_decay_beside_it_is_a_fence() -> None:
    ends = {name: (rows[-1][X], rows[-1][Y]) for name, rows in told("two-decays").items()}
    assert ends["Adam, none"] == pytest.approx((1, 3), abs=0.01)
    # (x + 2y − 7)² + (2x + y − 5)² + x² + y² has its minimum where 12x + 8y = 34 and 8x + 12y = 38.
    assert ends["SGD, decay 2"] == pytest.approx((1.3, 2.3), abs=1e-6)
    assert ends["Adam, decay 2"] == pytest.approx((1.3, 2.3), abs=0.01)
    assert ends["AdamW, decay 0.1"] == pytest.approx((1, 3), abs=0.02)
    x, y = ends["AdamW, decay 0.5"]
    assert 1.5 < x < 1.9 and 1.85 < y < 2.0


def test_lbfgs_is_done_in_fewer_evaluations_however_they_are_counted() -> None:
    rows = told("fair-count")
    spent = {name: lane[-1][EVALUATIONS] for name, lane in rows.items()}
    assert spent["LBFGS, line search"] < 70 and spent["LBFGS, no search"] < 100
    assert spent["LBFGS, 1 a step"] < 300
    assert all(rows[name][-1][LOSS] > 1e-4 for name in ("Adam", "momentum"))
