"""Surfaces with creases, where the gradient jumps: constant steps cross them for ever, and smaller ones must come."""

import math
from typing import Any

from opttui.surfaces.root import root
from opttui.surfaces.surface import CLASSIC, Surface


def nonsmooth_valley(x: Any, y: Any, xp: Any) -> Any:
    """|x| + 10 |y|, a valley with a sharp bottom.

    View [−4, 4]²; minimum 0 at (0, 0); start (3, 1), ours. Textbooks.
    """
    return abs(x) + 10 * abs(y)


def chebyshev_rosenbrock(x: Any, y: Any, xp: Any) -> Any:
    """¼ |x − 1| + |y − 2|x| + 1|, a sharp valley with a corner in it at (0, −1), where a walk may rest for long.

    View [−1.5, 1.5]²; minimum 0 at (1, 1); start (−1, 1), ours. Nesterov; Gürbüzbalaban and Overton 2012, the second
    non-smooth variant.
    """
    return abs(x - 1) / 4 + abs(y - 2 * abs(x) + 1)


def bukin_6(x: Any, y: Any, xp: Any) -> Any:
    """100 √|y − 0.01x²| + 0.01 |x + 10|, a valley whose walls stand upright at its bottom.

    View [−15, −5] × [−3, 3]; minimum 0 at (−10, 1); start (−13, 2.5), ours. Surjanovic and Bingham, Bukin N. 6.
    """
    return 100 * root(abs(y - 0.01 * x**2), xp) + 0.01 * abs(x + 10)


def salomon(x: Any, y: Any, xp: Any) -> Any:
    """1 − cos 2πr + r/10 with r = √(x² + y²), rings round the tip of a cone.

    View [−5, 5]² of [−100, 100]²; minimum 0 at (0, 0), a ring of local ones at every whole r; start (2.3, −1.6), ours.
    Salomon 1996; Jamil and Yang 2013.
    """
    radius = root(x**2 + y**2, xp)
    return 1 - xp.cos(2 * math.pi * radius) + radius / 10


KINKS = (
    Surface(
        name="nonsmooth-valley",
        title="Valley with a sharp bottom",
        formula=nonsmooth_valley,
        view=(-4.0, 4.0, -4.0, 4.0),
        minima=((0.0, 0.0),),
        least=0.0,
        smooth=False,
        starts={CLASSIC: (3.0, 1.0), "far": (-3.5, -3.3)},
        source="Textbooks",
        lanes=(
            "SGD:lr=0.05",
            "SGD:lr=0.05@ExponentialLR:gamma=0.98",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=0.05",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.5",
        ),
        steps=300,
    ),
    Surface(
        name="chebyshev-rosenbrock",
        title="Sharp valley with a false end",
        formula=chebyshev_rosenbrock,
        view=(-1.5, 1.5, -1.5, 1.5),
        minima=((1.0, 1.0),),
        least=0.0,
        smooth=False,
        starts={CLASSIC: (-1.0, 1.0), "corner": (0.01, -0.98)},
        source="Nesterov; Gürbüzbalaban and Overton, Nonlinear Analysis 75 (2012)",
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.1@ExponentialLR:gamma=0.99",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=0.1",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
        ),
        steps=500,
    ),
    Surface(
        name="bukin-6",
        title="Bukin's upright walls",
        formula=bukin_6,
        uses=(root,),
        view=(-15.0, -5.0, -3.0, 3.0),
        minima=((-10.0, 1.0),),
        least=0.0,
        smooth=False,
        starts={CLASSIC: (-13.0, 2.5), "near": (-10.5, 1.5)},
        source="Surjanovic and Bingham, Virtual Library of Simulation Experiments, Bukin N. 6",
        lanes=(
            "SGD:lr=5e-05",
            "SGD:lr=1e-05,momentum=0.9",
            "Adam:lr=0.01",
            "RMSprop:lr=0.005",
            "Adagrad:lr=0.05",
            "Rprop:lr=0.1",
        ),
        steps=1000,
    ),
    Surface(
        name="salomon",
        title="Salomon's rings",
        formula=salomon,
        uses=(root,),
        view=(-5.0, 5.0, -5.0, 5.0),
        minima=((0.0, 0.0),),
        least=0.0,
        smooth=False,
        starts={CLASSIC: (2.3, -1.6), "near": (0.3, -0.2)},
        source="Salomon 1996; Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation 4 (2013)",
        lanes=(
            "SGD:lr=0.02",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=0.1",
            "Adam:lr=1",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
        ),
        steps=200,
    ),
)
