"""Surfaces with very many minima: momentum, noise or a large step has to carry a walk over them."""

import math
from typing import Any

from opttui.surfaces.root import root
from opttui.surfaces.surface import CLASSIC, General, Surface, constant


def rastrigin(x: Any, y: Any, xp: Any) -> Any:
    """20 + x² − 10 cos 2πx + y² − 10 cos 2πy, an egg box on a bowl.

    View [−5.12, 5.12]²; minimum 0 at (0, 0), local ones near all whole numbers; start (−2, 3.5) as in the visualisers of
    pytorch-optimizer, where 3.5 is near a ridge. Rastrigin 1974; Wikipedia, "Test functions for optimization".
    """
    return 20 + x**2 - 10 * xp.cos(2 * math.pi * x) + y**2 - 10 * xp.cos(2 * math.pi * y)


def rastrigin_general(x: Any, xp: Any) -> Any:
    """10n + Σ xᵢ² − 10 cos 2πxᵢ."""
    return 10 * len(x) + (x**2 - 10 * xp.cos(2 * math.pi * x)).sum()


def ackley(x: Any, y: Any, xp: Any) -> Any:
    """20 + e − 20 exp(−0.2 √(½(x² + y²))) − exp(½ (cos 2πx + cos 2πy)), a funnel in a nearly flat egg box.

    View [−5, 5]² of [−32.768, 32.768]²; minimum 0 at (0, 0), the tip of a cone: slopes of 2.83 all round, and 0 is taken
    as the gradient there; start (2.5, −1.7), ours. Ackley 1987; Wikipedia, "Test functions for optimization".
    """
    funnel = 20 * xp.exp(-0.2 * root((x**2 + y**2) / 2, xp))
    return 20 + math.e - funnel - xp.exp((xp.cos(2 * math.pi * x) + xp.cos(2 * math.pi * y)) / 2)


def ackley_general(x: Any, xp: Any) -> Any:
    """20 + e − 20 exp(−0.2 √(mean of xᵢ²)) − exp(mean of cos 2πxᵢ)."""
    funnel = 20 * xp.exp(-0.2 * root((x**2).mean(), xp))
    return 20 + math.e - funnel - xp.exp(xp.cos(2 * math.pi * x).mean())


def griewank(x: Any, y: Any, xp: Any) -> Any:
    """(x² + y²)/4000 − cos x cos(y/√2) + 1, ripples on a very wide bowl.

    View [−10, 10]²; minimum 0 at (0, 0) and many local ones; start (−8, 6), ours. Griewank 1981; Surjanovic and Bingham.
    """
    return (x**2 + y**2) / 4000 - xp.cos(x) * xp.cos(y / math.sqrt(2)) + 1


def griewank_general(x: Any, xp: Any) -> Any:
    """Σ xᵢ²/4000 − Π cos(xᵢ/√i) + 1."""
    i = xp.cumsum(xp.ones_like(x), 0)
    return (x**2).sum() / 4000 - xp.cos(x / xp.sqrt(i)).prod() + 1


def levy(x: Any, y: Any, xp: Any) -> Any:
    """sin² πu + (u − 1)² (1 + 10 sin²(πu + 1)) + (v − 1)² (1 + sin² 2πv) with u = 1 + (x − 1)/4, v = 1 + (y − 1)/4.

    View [−10, 10]²; minimum 0 at (1, 1) and many local ones; start (−8, 7), ours. Surjanovic and Bingham.
    """
    u, v = 1 + (x - 1) / 4, 1 + (y - 1) / 4
    ripple = (u - 1) ** 2 * (1 + 10 * xp.sin(math.pi * u + 1) ** 2)
    return xp.sin(math.pi * u) ** 2 + ripple + (v - 1) ** 2 * (1 + xp.sin(2 * math.pi * v) ** 2)


def levy_general(x: Any, xp: Any) -> Any:
    """sin² πw₁ + Σ (wᵢ − 1)² (1 + 10 sin²(πwᵢ + 1)) + (wₙ − 1)² (1 + sin² 2πwₙ) with wᵢ = 1 + (xᵢ − 1)/4."""
    w = 1 + (x - 1) / 4
    ripples = ((w[:-1] - 1) ** 2 * (1 + 10 * xp.sin(math.pi * w[:-1] + 1) ** 2)).sum()
    end = (w[-1] - 1) ** 2 * (1 + xp.sin(2 * math.pi * w[-1]) ** 2)
    return xp.sin(math.pi * w[0]) ** 2 + ripples + end


def levi_13(x: Any, y: Any, xp: Any) -> Any:
    """sin² 3πx + (x − 1)² (1 + sin² 3πy) + (y − 1)² (1 + sin² 2πy), fine ripples on a bowl.

    View [−10, 10]²; minimum 0 at (1, 1) and many local ones; start (−4, 5), ours. Wikipedia, "Test functions for
    optimization", Lévi N. 13.
    """
    across = (x - 1) ** 2 * (1 + xp.sin(3 * math.pi * y) ** 2)
    return xp.sin(3 * math.pi * x) ** 2 + across + (y - 1) ** 2 * (1 + xp.sin(2 * math.pi * y) ** 2)


def bohachevsky(x: Any, y: Any, xp: Any) -> Any:
    """x² + 2y² − 0.3 cos 3πx − 0.4 cos 4πy + 0.7, a bowl that turns out to be rippled near its bottom.

    View [−60, 60]² of [−100, 100]²; minimum 0 at (0, 0); start (−50, 30), ours. Bohachevsky, Johnson and Stein 1986;
    Surjanovic and Bingham, function 1.
    """
    return x**2 + 2 * y**2 - 0.3 * xp.cos(3 * math.pi * x) - 0.4 * xp.cos(4 * math.pi * y) + 0.7


def egg_crate(x: Any, y: Any, xp: Any) -> Any:
    """x² + y² + 25 (sin² x + sin² y), a coarse egg box.

    View [−5, 5]²; minimum 0 at (0, 0), eight local ones round it; start (4.2, −2.6), ours. Jamil and Yang 2013.
    """
    return x**2 + y**2 + 25 * (xp.sin(x) ** 2 + xp.sin(y) ** 2)


def drop_wave(x: Any, y: Any, xp: Any) -> Any:
    """−(1 + cos 12r) / (½r² + 2) with r = √(x² + y²), rings of water round a drop.

    View [−5.12, 5.12]²; minimum −1 at (0, 0), rings of local ones; start (0.9, −0.7), ours. Surjanovic and Bingham.
    """
    square = x**2 + y**2
    return -(1 + xp.cos(12 * root(square, xp))) / (square / 2 + 2)


def schwefel(x: Any, y: Any, xp: Any) -> Any:
    """837.97 − x sin √|x| − y sin √|y|, whose best corner is far from the second best.

    View [−500, 500]²; minimum 0 at (420.97, 420.97); start (−200, 300), ours. Schwefel 1981; Surjanovic and Bingham.
    """
    hills = x * xp.sin(root(abs(x), xp)) + y * xp.sin(root(abs(y), xp))
    return 2 * 418.9828872724338 - hills


def schwefel_general(x: Any, xp: Any) -> Any:
    """418.98 n − Σ xᵢ sin √|xᵢ|."""
    return 418.9828872724338 * len(x) - (x * xp.sin(root(abs(x), xp))).sum()


def cross_in_tray(x: Any, y: Any, xp: Any) -> Any:
    """−0.0001 (|sin x sin y exp|100 − r/π|| + 1)^0.1 with r = √(x² + y²), a cross of creases in a tray.

    View [−10, 10]²; minima −2.062612 at (±1.349407, ±1.349407); start (4, −5), ours. Wikipedia, "Test functions for
    optimization".
    """
    steep = xp.exp(abs(100 - root(x**2 + y**2, xp) / math.pi))
    return -0.0001 * (abs(xp.sin(x) * xp.sin(y) * steep) + 1) ** 0.1


def holder_table(x: Any, y: Any, xp: Any) -> Any:
    """−|sin x cos y exp|1 − r/π|| with r = √(x² + y²), a table on four legs.

    View [−10, 10]²; minima −19.208503 at (±8.055023, ±9.664590); start (5, 6), ours. Wikipedia, "Test functions for
    optimization".
    """
    return -abs(xp.sin(x) * xp.cos(y) * xp.exp(abs(1 - root(x**2 + y**2, xp) / math.pi)))


MANY_MINIMA = (
    Surface(
        name="rastrigin",
        title="Rastrigin's egg box",
        formula=rastrigin,
        view=(-5.12, 5.12, -5.12, 5.12),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(397, 397),
        starts={CLASSIC: (-2.0, 3.5), "near": (0.4, -0.3), "far": (4.5, 4.5)},
        source='Rastrigin 1974; Wikipedia, "Test functions for optimization"; start of pytorch-optimizer',
        general=General(rastrigin_general, constant(0.0)),
        lanes=(
            "SGD:lr=0.002",
            "SGD:lr=0.002,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.05",
            "Adagrad:lr=5",
        ),
        steps=300,
    ),
    Surface(
        name="ackley",
        title="Ackley's funnel",
        formula=ackley,
        uses=(root,),
        view=(-5.0, 5.0, -5.0, 5.0),
        minima=((0.0, 0.0),),
        least=0.0,
        smooth=False,
        starts={CLASSIC: (2.5, -1.7), "far": (-25.0, 20.0)},
        source='Ackley 1987; Wikipedia, "Test functions for optimization"',
        general=General(ackley_general, constant(0.0)),
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
        ),
        steps=300,
    ),
    Surface(
        name="griewank",
        title="Griewank's ripples",
        formula=griewank,
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(0.5, 1),
        starts={CLASSIC: (-8.0, 6.0), "far": (200.0, -150.0)},
        source="Griewank 1981; Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        general=General(griewank_general, constant(0.0)),
        lanes=(
            "SGD:lr=1",
            "SGD:lr=0.5,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
            "Rprop:lr=10",
        ),
        steps=300,
    ),
    Surface(
        name="levy",
        title="Levy's waves",
        formula=levy,
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=((1.0, 1.0),),
        least=0.0,
        curvature=(0.125, 2.24),
        starts={CLASSIC: (-8.0, 7.0), "near": (-4.0, 3.0)},
        source="Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        general=General(levy_general, constant(1.0)),
        lanes=(
            "SGD:lr=0.2",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=2",
            "RMSprop:lr=1",
            "Adagrad:lr=5",
        ),
        steps=300,
    ),
    Surface(
        name="levi-13",
        title="Lévi's fine ripples",
        formula=levi_13,
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=((1.0, 1.0),),
        least=0.0,
        curvature=(2, 180),
        starts={CLASSIC: (-4.0, 5.0), "far": (9.0, -8.0)},
        source='Wikipedia, "Test functions for optimization", Lévi N. 13',
        lanes=(
            "SGD:lr=0.002",
            "SGD:lr=0.001,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
        ),
        steps=500,
    ),
    Surface(
        name="bohachevsky",
        title="Bohachevsky's bowl with a rippled bottom",
        formula=bohachevsky,
        view=(-60.0, 60.0, -60.0, 60.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(28.6, 67.2),
        starts={CLASSIC: (-50.0, 30.0), "near": (0.9, -0.7)},
        source="Bohachevsky, Johnson and Stein 1986; Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        lanes=(
            "SGD:lr=0.02",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=1",
            "RMSprop:lr=1",
            "Adagrad:lr=20",
        ),
        steps=400,
    ),
    Surface(
        name="egg-crate",
        title="Coarse egg box",
        formula=egg_crate,
        view=(-5.0, 5.0, -5.0, 5.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(52, 52),
        starts={CLASSIC: (4.2, -2.6), "near": (1.2, -1.0)},
        source="Jamil and Yang, Int. J. Mathematical Modelling and Numerical Optimisation 4 (2013)",
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.02,momentum=0.9",
            "Adam:lr=2",
            "RMSprop:lr=0.5",
            "Adagrad:lr=5",
        ),
        steps=300,
    ),
    Surface(
        name="drop-wave",
        title="Rings round a drop",
        formula=drop_wave,
        uses=(root,),
        view=(-5.12, 5.12, -5.12, 5.12),
        minima=((0.0, 0.0),),
        least=-1.0,
        curvature=(72.5, 72.5),
        starts={CLASSIC: (0.9, -0.7), "near": (0.15, -0.1), "far": (4.0, 3.0)},
        source="Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.2",
        ),
        steps=300,
    ),
    Surface(
        name="schwefel",
        title="Schwefel's deceptive corners",
        formula=schwefel,
        uses=(root,),
        view=(-500.0, 500.0, -500.0, 500.0),
        minima=((420.968746359982, 420.968746359982),),
        least=0.0,
        curvature=(0.252, 0.252),
        starts={CLASSIC: (-200.0, 300.0), "near": (350.0, 380.0)},
        source="Schwefel 1981; Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        general=General(schwefel_general, constant(420.968746359982)),
        lanes=(
            "SGD:lr=2",
            "SGD:lr=1,momentum=0.9",
            "Adam:lr=100",
            "RMSprop:lr=20",
            "Adagrad:lr=50",
        ),
        steps=500,
    ),
    Surface(
        name="cross-in-tray",
        title="Cross in a tray",
        formula=cross_in_tray,
        uses=(root,),
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=(
            (1.3494066171539107, 1.3494066171539107),
            (1.3494066171539107, -1.3494066171539107),
            (-1.3494066171539107, 1.3494066171539107),
            (-1.3494066171539107, -1.3494066171539107),
        ),
        least=-2.062611870822738,
        curvature=(0.217, 0.251),
        starts={CLASSIC: (4.0, -5.0), "near": (2.2, 0.8)},
        source='Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=2",
            "SGD:lr=0.5,momentum=0.9",
            "Adam:lr=0.2",
            "Adam:lr=2",
            "RMSprop:lr=0.2",
            "Adagrad:lr=2",
        ),
        steps=300,
    ),
    Surface(
        name="holder-table",
        title="Hölder's table",
        formula=holder_table,
        uses=(root,),
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=(
            (8.055023475736563, 9.664590019241272),
            (8.055023475736563, -9.664590019241272),
            (-8.055023475736563, 9.664590019241272),
            (-8.055023475736563, -9.664590019241272),
        ),
        least=-19.208502567886732,
        curvature=(19.6, 20.3),
        starts={CLASSIC: (6.8, 8.3), "inner": (5.0, 6.0)},
        source='Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=0.02",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=0.2",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.5",
        ),
        steps=200,
    ),
)
