"""Surfaces with a long curved valley: to find it is easy, to follow it is not."""

import math
from typing import Any

from opttui.surfaces.surface import CLASSIC, General, Surface, constant


def rosenbrock(x: Any, y: Any, xp: Any) -> Any:
    """(1 − x)² + 100 (y − x²)², the sum of two squares that pull in different directions.

    View [−2, 2] × [−1, 3]; minimum 0 at (1, 1); start (−1.2, 1). Rosenbrock 1960; Moré, Garbow and Hillstrom 1981.
    """
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def rosenbrock_general(x: Any, xp: Any) -> Any:
    """Σ (1 − xᵢ)² + 100 (xᵢ₊₁ − xᵢ²)², each pair of neighbours a valley."""
    return ((1 - x[:-1]) ** 2 + 100 * (x[1:] - x[:-1] ** 2) ** 2).sum()


def cube(x: Any, y: Any, xp: Any) -> Any:
    """(1 − x)² + 100 (y − x³)², a valley with an inflection.

    View [−1.5, 1.5] × [−2, 2]; minimum 0 at (1, 1); start (−1.2, −1). Leon 1966; Jamil and Yang 2013.
    """
    return (1 - x) ** 2 + 100 * (y - x**3) ** 2


def dixon_price(x: Any, y: Any, xp: Any) -> Any:
    """(x − 1)² + 2 (2y² − x)², a parabola lying on its side.

    View [−10, 10]²; minima 0 at (1, ±1/√2); start (−8, 8), ours. Dixon and Price 1989; Surjanovic and Bingham.
    """
    return (x - 1) ** 2 + 2 * (2 * y**2 - x) ** 2


def dixon_price_general(x: Any, xp: Any) -> Any:
    """(x₁ − 1)² + Σ i (2xᵢ² − xᵢ₋₁)² for i from 2 to n."""
    i = xp.cumsum(xp.ones_like(x), 0)[1:]
    return (x[0] - 1) ** 2 + (i * (2 * x[1:] ** 2 - x[:-1]) ** 2).sum()


def freudenstein_roth(x: Any, y: Any, xp: Any) -> Any:
    """(x − 13 + ((5 − y) y − 2) y)² + (x − 29 + ((y + 1) y − 14) y)², two valleys of which one is a trap.

    View [−2, 14] × [−3, 6]; minimum 0 at (5, 4), local 48.98 at (11.41, −0.897); start (0.5, −2). Moré, Garbow and
    Hillstrom 1981, problem 2.
    """
    return (-13 + x + ((5 - y) * y - 2) * y) ** 2 + (-29 + x + ((y + 1) * y - 14) * y) ** 2


def branin(x: Any, y: Any, xp: Any) -> Any:
    """(y − 5.1 x²/4π² + 5x/π − 6)² + 10 (1 − 1/8π) cos x + 10, three equal hollows along a bent valley.

    View [−5, 10] × [0, 15]; minima 0.397887 at (−π, 12.275), (π, 2.275) and (3π, 2.475); start (2.5, 12.5) as in DeepOBS.
    Branin 1972; Surjanovic and Bingham.
    """
    bend = y - 5.1 * x**2 / (4 * math.pi**2) + 5 * x / math.pi - 6
    return bend**2 + 10 * (1 - 1 / (8 * math.pi)) * xp.cos(x) + 10


VALLEYS = (
    Surface(
        name="rosenbrock",
        title="Rosenbrock's valley",
        formula=rosenbrock,
        view=(-2.0, 2.0, -1.0, 3.0),
        minima=((1.0, 1.0),),
        least=0.0,
        curvature=(0.399, 1002),
        starts={CLASSIC: (-1.2, 1.0), "far": (-2.0, 2.0), "deepobs": (-0.5, 1.5)},
        source="Rosenbrock 1960; start of Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 1",
        general=General(rosenbrock_general, constant(1.0)),
        lanes=(
            "SGD:lr=0.001,momentum=0.9",
            "Adam:lr=0.05",
            "NAdam:lr=0.05",
            "RMSprop:lr=0.01",
            "Adagrad:lr=0.5",
            "Rprop:lr=0.01",
        ),
        steps=2000,
    ),
    Surface(
        name="cube",
        title="Cubic valley",
        formula=cube,
        view=(-1.5, 1.5, -2.0, 2.0),
        minima=((1.0, 1.0),),
        least=0.0,
        curvature=(0.2, 2002),
        starts={CLASSIC: (-1.2, -1.0), "far": (-1.4, 1.8)},
        source="Leon 1966; Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation 4 (2013)",
        lanes=(
            "SGD:lr=0.001",
            "SGD:lr=0.0002,momentum=0.9",
            "Adam:lr=0.2",
            "NAdam:lr=0.1",
            "RMSprop:lr=0.02",
            "Adagrad:lr=1",
        ),
        steps=2000,
    ),
    Surface(
        name="dixon-price",
        title="Dixon and Price's parabola",
        formula=dixon_price,
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=((1.0, math.sqrt(0.5)), (1.0, -math.sqrt(0.5))),
        least=0.0,
        curvature=(1.77, 36.2),
        starts={CLASSIC: (-8.0, 8.0), "near": (-2.0, 1.0)},
        source="Dixon and Price 1989; Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        general=General(dixon_price_general, lambda n: [2.0 ** (2.0**-i - 1) for i in range(n)]),
        lanes=(
            "SGD:lr=0.0002",
            "SGD:lr=0.0001,momentum=0.9",
            "Adam:lr=1",
            "RMSprop:lr=0.5",
            "Adagrad:lr=5",
        ),
        steps=1000,
    ),
    Surface(
        name="freudenstein-roth",
        title="Two valleys, one a trap",
        formula=freudenstein_roth,
        view=(-2.0, 14.0, -3.0, 6.0),
        minima=((5.0, 4.0),),
        least=0.0,
        curvature=(2.9, 3729),
        starts={CLASSIC: (0.5, -2.0), "near": (8.0, 4.5)},
        source="Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 2",
        lanes=(
            "SGD:lr=0.0005",
            "SGD:lr=0.0002,momentum=0.9",
            "Adam:lr=0.5",
            "Adam:lr=5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=2",
        ),
        steps=1000,
    ),
    Surface(
        name="branin",
        title="Branin's three hollows",
        formula=branin,
        view=(-5.0, 10.0, 0.0, 15.0),
        minima=((-math.pi, 12.275), (math.pi, 2.275), (3 * math.pi, 2.475)),
        least=0.39788735772973816,
        curvature=(0.861, 22.3),
        starts={CLASSIC: (2.5, 12.5), "far": (9.0, 14.0)},
        source="Branin 1972; Surjanovic and Bingham, Virtual Library of Simulation Experiments; start of DeepOBS",
        lanes=(
            "SGD:lr=0.02",
            "SGD:lr=0.02,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=2",
        ),
        steps=300,
    ),
)
