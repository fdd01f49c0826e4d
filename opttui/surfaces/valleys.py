"""Surfaces with a long curved valley: to find it is easy, to follow it is not."""

from typing import Any

from opttui.surfaces.surface import Surface


def rosenbrock(x: Any, y: Any) -> Any:
    """(1 − x)² + 100 (y − x²)², the sum of two squares that pull in different directions."""
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


VALLEYS = (
    Surface(
        name="rosenbrock",
        title="Rosenbrock's valley",
        formula=rosenbrock,
        view=(-2.0, 2.0, -1.0, 3.0),
        minima=((1.0, 1.0),),
        least=0.0,
        start=(-1.2, 1.0),
        source="Rosenbrock 1960; start of Moré, Garbow and Hillstrom, ACM TOMS 7 (1981), problem 1",
    ),
)
