"""Surfaces whose coordinates differ by many powers of ten: one learning rate for both fits neither."""

from typing import Any

from opttui.surfaces.surface import CLASSIC, Surface


def powell_badly_scaled(x: Any, y: Any, xp: Any) -> Any:
    """(10⁴xy − 1)² + (e⁻ˣ + e⁻ʸ − 1.0001)², curvatures that differ by 10¹⁷ at the minimum.

    View [−0.00002, 0.00014] × [−1, 11]; minimum 0 at (0.00001098159, 9.106147); start (0, 1). Powell 1970; Moré, Garbow
    and Hillstrom 1981, problem 3.
    """
    return (10000 * x * y - 1) ** 2 + (xp.exp(-x) + xp.exp(-y) - 1.0001) ** 2


def brown_badly_scaled(x: Any, y: Any, xp: Any) -> Any:
    """(x − 10⁶)² + (y − 2·10⁻⁶)² + (xy − 2)², a million to go in one direction and nothing in the other.

    View [−100000, 1100000] × [−0.5, 1.5]; minimum 0 at (1000000, 0.000002); start (1, 1). Moré, Garbow and Hillstrom
    1981, problem 4.
    """
    return (x - 1e6) ** 2 + (y - 2e-6) ** 2 + (x * y - 2) ** 2


def jennrich_sampson(x: Any, y: Any, xp: Any) -> Any:
    """Σ (2 + 2i − e^(ix) − e^(iy))² for i from 1 to 10, exponentials that cannot all be met.

    View [−0.2, 0.5]²; minimum 124.362182 at (0.257825, 0.257825); start (0.3, 0.4). Jennrich and Sampson 1968; Moré,
    Garbow and Hillstrom 1981, problem 6.
    """
    return sum((2 + 2 * i - xp.exp(i * x) - xp.exp(i * y)) ** 2 for i in range(1, 11))


BADLY_SCALED = (
    Surface(
        name="powell-badly-scaled",
        title="Powell's badly scaled pair",
        formula=powell_badly_scaled,
        view=(-0.00002, 0.00014, -1.0, 11.0),
        minima=((1.0981593296996805e-05, 9.10614673986766),),
        least=0.0,
        curvature=(2.41e-8, 1.66e10),
        starts={CLASSIC: (0.0, 1.0), "near": (1.2e-05, 8.5)},
        source="Powell 1970; Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 3",
        only_float64=True,
        lanes=(
            "LBFGS:lr=1,tolerance_grad=0,tolerance_change=0,line_search_fn=strong_wolfe",
            "Rprop:lr=0.0001,step_sizes=(1e-12,50)",
            "Adam:lr=0.001",
            "Adagrad:lr=0.001",
            "SGD:lr=1e-10,momentum=0.9",
        ),
        steps=1000,
    ),
    Surface(
        name="brown-badly-scaled",
        title="Brown's million to one",
        formula=brown_badly_scaled,
        view=(-100000.0, 1100000.0, -0.5, 1.5),
        minima=((1e6, 2e-6),),
        least=0.0,
        curvature=(2, 2e12),
        starts={CLASSIC: (1.0, 1.0), "near": (900000.0, 0.001)},
        source="Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 4",
        only_float64=True,
        lanes=(
            "LBFGS:lr=1,line_search_fn=strong_wolfe",
            "Rprop:lr=1,step_sizes=(1e-12,1000000)",
            "Adam:lr=1000",
            "Adagrad:lr=100000",
            "SGD:lr=5e-13,momentum=0.9",
        ),
        steps=500,
    ),
    Surface(
        name="jennrich-sampson",
        title="Exponentials that cannot all be met",
        formula=jennrich_sampson,
        view=(-0.2, 0.5, -0.2, 0.5),
        minima=((0.2578252136703641, 0.2578252136703641),),
        least=124.36218235561483,
        curvature=(4484, 135786),
        starts={CLASSIC: (0.3, 0.4), "flat": (-0.1, 0.0)},
        source="Jennrich and Sampson 1968; Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 6",
        lanes=(
            "SGD:lr=1e-06",
            "SGD:lr=2e-07,momentum=0.9",
            "Adam:lr=0.02",
            "RMSprop:lr=0.005",
            "Adagrad:lr=0.2",
        ),
        steps=500,
    ),
)
