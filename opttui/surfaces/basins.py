"""Surfaces with a few minima: where a walk ends depends on how it began."""

from typing import Any

from opttui.surfaces.surface import CLASSIC, General, Surface, constant


def himmelblau(x: Any, y: Any, xp: Any) -> Any:
    """(x² + y − 11)² + (x + y² − 7)², four equal minima round one hill.

    View [−5, 5]²; minima 0 at (3, 2), (−2.805, 3.131), (−3.779, −3.283) and (3.584, −1.848); start (0, 0), ours.
    Himmelblau 1972; Wikipedia, "Test functions for optimization".
    """
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2


def three_hump_camel(x: Any, y: Any, xp: Any) -> Any:
    """2x² − 1.05x⁴ + x⁶/6 + xy + y², one minimum between two shallower ones.

    View [−2.5, 2.5]²; minimum 0 at (0, 0), local 0.2986 at ±(1.748, −0.874); start (−2, 2), ours. Wikipedia, "Test
    functions for optimization".
    """
    return 2 * x**2 - 1.05 * x**4 + x**6 / 6 + x * y + y**2


def six_hump_camel(x: Any, y: Any, xp: Any) -> Any:
    """(4 − 2.1x² + x⁴/3) x² + xy + (4y² − 4) y², two equal minima and four local ones.

    View [−3, 3] × [−2, 2]; minima −1.031628 at ±(0.0898, −0.7127); start (−1.5, 0.5), ours. Surjanovic and Bingham.
    """
    return (4 - 2.1 * x**2 + x**4 / 3) * x**2 + x * y + (4 * y**2 - 4) * y**2


def styblinski_tang(x: Any, y: Any, xp: Any) -> Any:
    """½ (x⁴ − 16x² + 5x + y⁴ − 16y² + 5y), a deep corner and three shallower ones.

    View [−5, 5]²; minimum −78.332331 at (−2.903534, −2.903534); start (0, 0), ours. Styblinski and Tang 1990; Wikipedia.
    """
    return (x**4 - 16 * x**2 + 5 * x + y**4 - 16 * y**2 + 5 * y) / 2


def styblinski_tang_general(x: Any, xp: Any) -> Any:
    """½ Σ xᵢ⁴ − 16xᵢ² + 5xᵢ."""
    return (x**4 - 16 * x**2 + 5 * x).sum() / 2


def goldstein_price(x: Any, y: Any, xp: Any) -> Any:
    """Two polynomials multiplied, values from 3 to a million.

    (1 + (x+y+1)² (19 − 14x + 3x² − 14y + 6xy + 3y²)) · (30 + (2x−3y)² (18 − 32x + 12x² + 48y − 36xy + 27y²)).
    View [−2, 2]²; minimum 3 at (0, −1), local 30, 84 and 840; start (−1.5, 1.5), ours. Goldstein and Price 1971;
    Surjanovic and Bingham.
    """
    first = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    second = 18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2
    return first * (30 + (2 * x - 3 * y) ** 2 * second)


BASINS = (
    Surface(
        name="himmelblau",
        title="Himmelblau's four minima",
        formula=himmelblau,
        view=(-5.0, 5.0, -5.0, 5.0),
        minima=(
            (3.0, 2.0),
            (-2.805118086952745, 3.131312518250573),
            (-3.779310253377747, -3.2831859912861696),
            (3.5844283403304917, -1.8481265269644036),
        ),
        least=0.0,
        curvature=(25.7, 82.3),
        starts={CLASSIC: (0.0, 0.0), "top": (-0.27, -0.92), "far": (-4.5, 4.5)},
        source='Himmelblau 1972; Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=0.2",
            "RMSprop:lr=0.05",
            "Adagrad:lr=1",
        ),
        steps=200,
    ),
    Surface(
        name="three-hump-camel",
        title="Camel with three humps",
        formula=three_hump_camel,
        view=(-2.5, 2.5, -2.5, 2.5),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(1.59, 4.41),
        starts={CLASSIC: (-2.0, 2.0), "near": (0.8, 1.5)},
        source='Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=0.2",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
        ),
        steps=200,
    ),
    Surface(
        name="six-hump-camel",
        title="Camel with six humps",
        formula=six_hump_camel,
        view=(-3.0, 3.0, -2.0, 2.0),
        minima=((0.08984201310031806, -0.7126564030207396), (-0.08984201310031806, 0.7126564030207396)),
        least=-1.0316284534898774,
        curvature=(7.68, 16.5),
        starts={CLASSIC: (-1.5, 0.5), "far": (2.5, 1.5)},
        source="Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        lanes=(
            "SGD:lr=0.02",
            "SGD:lr=0.02,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.5",
        ),
        steps=200,
    ),
    Surface(
        name="styblinski-tang",
        title="Styblinski and Tang's four corners",
        formula=styblinski_tang,
        view=(-5.0, 5.0, -5.0, 5.0),
        minima=((-2.9035340277711774, -2.9035340277711774),),
        least=-78.33233140754282,
        curvature=(34.6, 34.6),
        starts={CLASSIC: (0.0, 0.0), "corner": (4.0, -4.0)},
        source='Styblinski and Tang 1990; Wikipedia, "Test functions for optimization"',
        general=General(
            styblinski_tang_general, constant(-2.9035340277711774), lambda n: -39.16616570377141 * n
        ),
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=1",
        ),
        steps=200,
    ),
    Surface(
        name="goldstein-price",
        title="Goldstein and Price's product",
        formula=goldstein_price,
        view=(-2.0, 2.0, -2.0, 2.0),
        minima=((0.0, -1.0),),
        least=3.0,
        curvature=(403, 965),
        starts={CLASSIC: (-1.5, 1.5), "near": (0.5, -0.5)},
        source="Goldstein and Price 1971; Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        lanes=(
            "SGD:lr=2e-06",
            "SGD:lr=5e-07,momentum=0.9",
            "Adam:lr=0.2",
            "RMSprop:lr=0.05",
            "Adagrad:lr=1",
            "Rprop:lr=0.02",
        ),
        steps=2000,
    ),
)
