"""Surfaces that are nearly flat over wide parts: the gradient says little, and its size matters more than its direction."""

import math
from typing import Any

from opttui.surfaces.surface import CLASSIC, Surface


def beale(x: Any, y: Any, xp: Any) -> Any:
    """(1.5 − x + xy)² + (2.25 − x + xy²)² + (2.625 − x + xy³)², a plain between walls that rise at its corners.

    View [−4.5, 4.5]²; minimum 0 at (3, 0.5), saddle at (0, 1); start (1, 1). Beale 1958; Moré, Garbow and Hillstrom 1981,
    problem 5.
    """
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2


def easom(x: Any, y: Any, xp: Any) -> Any:
    """−cos x cos y exp(−(x − π)² − (y − π)²), a hole in a plain.

    View [0, 6]² of [−100, 100]²; minimum −1 at (π, π); start (1.5, 1.5), ours, where the slope is 0.00035. Easom 1990;
    Wikipedia, "Test functions for optimization".
    """
    return -xp.cos(x) * xp.cos(y) * xp.exp(-((x - math.pi) ** 2) - (y - math.pi) ** 2)


def michalewicz(x: Any, y: Any, xp: Any) -> Any:
    """−sin x sin²⁰(x²/π) − sin y sin²⁰(2y²/π), ditches in a plain that cross in one pit.

    View [0, π]²; minimum −1.801303 at (2.202906, 1.570796); start (1.9, 1.4), ours. Michalewicz 1992; Surjanovic and
    Bingham.
    """
    first = xp.sin(x) * xp.sin(x**2 / math.pi) ** 20
    return -first - xp.sin(y) * xp.sin(2 * y**2 / math.pi) ** 20


def sigmoid(x: Any, y: Any, xp: Any) -> Any:
    """(σ(x) σ(y) − ½)², σ(x) = 1/(1 + e⁻ˣ): one neuron behind another, flat where either is full.

    View [−8, 8]²; minima 0 along σ(x) σ(y) = ½, among them x = y = 0.881374; start (−5, −4), ours. Two logistic units
    trained on one sample, the least case of a vanishing gradient.
    """
    return (1 / ((1 + xp.exp(-x)) * (1 + xp.exp(-y))) - 0.5) ** 2


PLATEAUS = (
    Surface(
        name="beale",
        title="Beale's plain between walls",
        formula=beale,
        view=(-4.5, 4.5, -4.5, 4.5),
        minima=((3.0, 0.5),),
        least=0.0,
        curvature=(0.301, 49),
        starts={CLASSIC: (1.0, 1.0), "far": (-1.0, 2.0), "deepobs": (-4.5, 4.5)},
        source="Beale 1958; Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 5",
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=0.1",
            "NAdam:lr=0.1",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.5",
        ),
        steps=500,
    ),
    Surface(
        name="easom",
        title="Easom's hole in a plain",
        formula=easom,
        view=(0.0, 6.0, 0.0, 6.0),
        minima=((math.pi, math.pi),),
        least=-1.0,
        curvature=(3, 3),
        starts={CLASSIC: (2.2, 2.2), "plateau": (1.5, 1.5)},
        source='Easom 1990; Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=0.2",
            "SGD:lr=0.1,momentum=0.9",
            "Adam:lr=0.1",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.5",
        ),
        steps=300,
    ),
    Surface(
        name="michalewicz",
        title="Michalewicz's ditches",
        formula=michalewicz,
        view=(0.0, math.pi, 0.0, math.pi),
        minima=((2.2029055201726093, math.pi / 2),),
        least=-1.8013034100985532,
        curvature=(32.5, 81),
        starts={CLASSIC: (1.9, 1.4), "plateau": (1.0, 2.6)},
        source="Michalewicz 1992; Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=0.05",
            "RMSprop:lr=0.005",
            "Adagrad:lr=0.1",
        ),
        steps=200,
    ),
    Surface(
        name="sigmoid",
        title="Two saturated neurons",
        formula=sigmoid,
        view=(-8.0, 8.0, -8.0, 8.0),
        minima=((math.log(1 + math.sqrt(2)), math.log(1 + math.sqrt(2))),),
        least=0.0,
        curvature=(0.0, 0.0858),
        starts={CLASSIC: (-5.0, -4.0), "full": (6.0, 5.0)},
        source="Two logistic units trained on one sample",
        lanes=(
            "SGD:lr=10",
            "SGD:lr=5,momentum=0.9",
            "Adam:lr=0.2",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.5",
        ),
        steps=500,
    ),
)
