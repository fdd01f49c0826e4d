"""Lanes against what mathematics says of them: rates of convergence, stability, first steps, and SciPy's LBFGS."""

import math
from typing import Any

import numpy as np
import pytest
from oracle import race_of, run
from scipy.optimize import minimize, rosen, rosen_der

from opttui.race.build import build_race
from opttui.record.layout import EVALUATIONS, LOSS, UPDATE_NORM, X, Y
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario

STEEP, GENTLE = 100.0, 1.0
"""Curvatures of the surface `quadratic`, ½ (x² + 100 y²)."""


def walked(problem: ProblemSpec, steps: int, *lanes: LaneSpec) -> list[list[tuple[float, ...]]]:
    """The rows of each lane, in float64."""
    rows, _ = run(build_race(Scenario(problem, lanes, steps=steps, dtype="float64")))
    return [rows[lane] for lane in range(len(lanes))]


def sgd(lr: float, momentum: float = 0.0) -> LaneSpec:
    return LaneSpec("SGD", {"lr": lr, "momentum": momentum})


def companion(lr: float, momentum: float, curvature: float) -> np.ndarray[Any, Any]:
    """The matrix that takes (position, step before) to the next, on a parabola."""
    return np.array([[1 - lr * curvature, momentum], [-lr * curvature, momentum]])


@pytest.mark.parametrize(("lr", "momentum"), [(0.01, 0.0), (0.0198, 0.0), (0.0331, 0.669), (0.02, 0.9)])
def test_descent_on_a_bowl_follows_powers_of_its_matrix(lr: float, momentum: float) -> None:
    (rows,) = walked(ProblemSpec("quadratic", start=(100.0, 1.0)), 120, sgd(lr, momentum))
    for column, start, curvature in ((X, 100.0, GENTLE), (Y, 1.0, STEEP)):
        state, matrix = np.array([start, 0.0]), companion(lr, momentum, curvature)
        for row in rows:
            assert row[column] == pytest.approx(state[0], rel=1e-9, abs=1e-12 * abs(start))
            state = matrix @ state


def test_plain_descent_at_its_best_rate_and_the_best_momentum_shrink_the_error_as_the_books_say() -> None:
    """(κ − 1) / (κ + 1) a step for the one, (√κ − 1) / (√κ + 1) for the other; Polyak 1964."""
    best = (math.sqrt(STEEP) - 1) / (math.sqrt(STEEP) + 1)
    bold = 4 / (math.sqrt(STEEP) + math.sqrt(GENTLE)) ** 2
    plain, heavy = walked(
        ProblemSpec("quadratic", start=(100.0, 1.0)), 100, sgd(2 / (STEEP + GENTLE)), sgd(bold, best**2)
    )
    assert plain[99][X] / plain[98][X] == pytest.approx((STEEP - 1) / (STEEP + 1), rel=1e-12)
    # A double eigenvalue: the error is (a + b k) times its k-th power, so the ratio comes close as 1 / k.
    assert heavy[99][X] / heavy[98][X] == pytest.approx(best, rel=0.02)
    radius = max(abs(np.linalg.eigvals(companion(bold, best**2, GENTLE))))
    assert radius == pytest.approx(best, abs=1e-6)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_the_limit_of_stability(momentum: float) -> None:
    """2 (1 + β) / λ: two thousandths below it the steep error shrinks, as much above it grows."""
    limit = 2 * (1 + momentum) / STEEP
    below, above = walked(
        ProblemSpec("quadratic", start=(0.0, 1.0)),
        400,
        sgd(0.998 * limit, momentum),
        sgd(1.002 * limit, momentum),
    )
    assert max(abs(row[Y]) for row in below[-20:]) < 0.5 * max(abs(row[Y]) for row in below[:20])
    assert max(abs(row[Y]) for row in above[-20:]) > 2 * max(abs(row[Y]) for row in above[:20])
    for rows, rate in ((below, 0.998), (above, 1.002)):
        radius = max(abs(np.linalg.eigvals(companion(rate * limit, momentum, STEEP))))
        # The errors swing with a period of up to 43 steps, so windows of 50 are compared.
        measured = (
            max(abs(row[Y]) for row in rows[-50:]) / max(abs(row[Y]) for row in rows[-150:-100])
        ) ** 0.01
        assert measured == pytest.approx(radius, abs=4e-3)


LR = 0.01
FIRST: dict[str, tuple[dict[str, Any], Any]] = {
    # Steps of lr: both estimates hold one slope, and their corrections cancel its weights.
    "Adam": ({}, lambda g, p: LR * g / (abs(g) + 1e-8)),
    "AdamW": ({"weight_decay": 0.1}, lambda g, p: LR * (0.1 * p + g / (abs(g) + 1e-8))),
    "Adamax": ({}, lambda g, p: LR * g / (abs(g) + 1e-8)),
    # A step of the slope and one of the momentum to come, with μₜ = β₁ (1 − ½ 0.96^(0.004 t)).
    "NAdam": (
        {},
        lambda g, p: LR * (1 + 0.1 * mu(2) / (1 - mu(1) * mu(2))) * g / (abs(g) + 1e-8),
    ),
    # Too little is known of the slopes' size in the first five steps: the mean slope itself.
    "RAdam": ({}, lambda g, p: LR * g),
    "RMSprop": ({}, lambda g, p: LR * g / (0.1 * abs(g) + 1e-8)),
    "Adagrad": ({}, lambda g, p: LR * g / (abs(g) + 1e-10)),
    "Adadelta": ({}, lambda g, p: LR * math.sqrt(1e-6) / math.sqrt(0.1 * g * g + 1e-6) * g),
    "Rprop": ({}, lambda g, p: LR * math.copysign(1.0, g)),
}


def mu(step: int) -> float:
    return 0.9 * (1 - 0.5 * 0.96 ** (0.004 * step))


@pytest.mark.parametrize("name", FIRST)
def test_the_first_step_of_each_adaptive_method(name: str) -> None:
    """On Booth's surface, whose slopes at (3, −2) are −20 and −34; formulas of the papers, eps where torch has it."""
    arguments, formula = FIRST[name]
    start = (3.0, -2.0)
    (rows,) = walked(ProblemSpec("booth", start=start), 2, LaneSpec(name, {"lr": LR} | arguments))
    x, y = start
    slopes = (10 * x + 8 * y - 34, 8 * x + 10 * y - 38)
    steps = [formula(slope, place) for slope, place in zip(slopes, start, strict=True)]
    assert (rows[1][X], rows[1][Y]) == pytest.approx((x - steps[0], y - steps[1]), rel=1e-10)
    # torch keeps NAdam's product of momenta in float32.
    assert rows[0][UPDATE_NORM] == pytest.approx(math.hypot(*steps), rel=1e-7)


def test_the_first_step_of_adafactor() -> None:
    """Of a vector: the slope over its own size, clipped to a root mean square of 1, times lr and the size of the place."""
    start = (3.0, -2.0)
    (rows,) = walked(ProblemSpec("booth", start=start), 2, LaneSpec("Adafactor", {"lr": LR}))
    size = math.sqrt((9 + 4) / 2)
    assert abs(rows[1][X] - 3) == pytest.approx(LR * size, rel=1e-6)
    assert abs(rows[1][Y] + 2) == pytest.approx(LR * size, rel=1e-6)


def test_lbfgs_takes_about_as_many_evaluations_as_scipys() -> None:
    """On Rosenbrock's valley, with memory 10 and strong Wolfe conditions in both; their searches differ.

    Compared is what both count: gradient evaluations until a loss below 1e-8, ours seen after every twenty iterations.
    """
    seen: list[float] = []

    def counted(place: Any) -> tuple[float, Any]:
        seen.append(float(rosen(place)))
        return seen[-1], rosen_der(place)

    options = {"maxcor": 10, "ftol": 0, "gtol": 1e-12}
    result = minimize(counted, [-1.2, 1.0], jac=True, method="L-BFGS-B", options=options)
    theirs = next(count for count, loss in enumerate(seen, start=1) if loss < 1e-8)
    spec = LaneSpec("LBFGS", {"lr": 1.0, "history_size": 10, "line_search_fn": "strong_wolfe"})
    race = race_of("rosenbrock", [spec], 100, target=1e-8)
    rows, _ = run(race)
    last = rows[0][-1]
    assert race.lanes[0].outcome == "reached" and last[LOSS] <= 1e-8
    assert (last[X], last[Y]) == pytest.approx((1.0, 1.0), abs=1e-3)
    assert tuple(result.x) == pytest.approx((1.0, 1.0), abs=1e-6)
    assert theirs / 2 < last[EVALUATIONS] < theirs * 2
