"""Convex surfaces, or nearly: one way down, and the shape of the bowl decides how fast."""

from typing import Any

from opttui.surfaces.surface import CLASSIC, General, Surface, constant


def sphere(x: Any, y: Any, xp: Any) -> Any:
    """x² + y², the same in every direction.

    View [−5, 5]²; minimum 0 at (0, 0); start (4, 3), ours. De Jong 1975.
    """
    return x**2 + y**2


def sphere_general(x: Any, xp: Any) -> Any:
    """Σ xᵢ²."""
    return (x**2).sum()


def quadratic(x: Any, y: Any, xp: Any) -> Any:
    """½ (x² + 100 y²), a bowl a hundred times steeper across than along.

    View [−110, 110] × [−2, 2]; minimum 0 at (0, 0); start (100, 1), the worst for exact line searches. Textbooks; Goh,
    "Why momentum really works", Distill 2017.
    """
    return (x**2 + 100 * y**2) / 2


def quadratic_general(x: Any, xp: Any) -> Any:
    """½ Σ cᵢ xᵢ² with curvatures from 1 to 100, evenly in their logarithm."""
    place = xp.cumsum(xp.ones_like(x), 0) - 1
    return (100.0 ** (place / (len(x) - 1)) * x**2).sum() / 2


def tilted_quadratic(x: Any, y: Any, xp: Any) -> Any:
    """½ (u² + 100 v²) with u = (x + y)/√2 and v = (x − y)/√2: the same bowl across the axes, where scaling each
    coordinate by itself helps no more.

    View [−6, 6]²; minimum 0 at (0, 0); start (5, 4), ours. Textbooks.
    """
    return ((x + y) ** 2 + 100 * (x - y) ** 2) / 4


def booth(x: Any, y: Any, xp: Any) -> Any:
    """(x + 2y − 7)² + (2x + y − 5)², two equations in two unknowns.

    View [−10, 10]²; minimum 0 at (1, 3); start (−8, −8), ours. Wikipedia, "Test functions for optimization".
    """
    return (x + 2 * y - 7) ** 2 + (2 * x + y - 5) ** 2


def matyas(x: Any, y: Any, xp: Any) -> Any:
    """0.26 (x² + y²) − 0.48 xy, a flat trough along the diagonal.

    View [−10, 10]²; minimum 0 at (0, 0); start (8, −6), ours. Wikipedia, "Test functions for optimization".
    """
    return 0.26 * (x**2 + y**2) - 0.48 * x * y


def trid(x: Any, y: Any, xp: Any) -> Any:
    """(x − 1)² + (y − 1)² − xy, neighbours that pull at each other: longer chains are flatter.

    View [−4, 8]²; minimum −2 at (2, 2); start (−3, 7), ours. Surjanovic and Bingham.
    """
    return (x - 1) ** 2 + (y - 1) ** 2 - x * y


def trid_general(x: Any, xp: Any) -> Any:
    """Σ (xᵢ − 1)² − Σ xᵢ xᵢ₋₁."""
    return ((x - 1) ** 2).sum() - (x[1:] * x[:-1]).sum()


def zakharov(x: Any, y: Any, xp: Any) -> Any:
    """x² + y² + s² + s⁴ with s = x/2 + y, a bowl with a steep fourth power across it.

    View [−5, 10]²; minimum 0 at (0, 0); start (−4, 8), ours. Surjanovic and Bingham.
    """
    slope = x / 2 + y
    return x**2 + y**2 + slope**2 + slope**4


def zakharov_general(x: Any, xp: Any) -> Any:
    """Σ xᵢ² + s² + s⁴ with s = Σ i xᵢ/2."""
    slope = (xp.cumsum(xp.ones_like(x), 0) * x).sum() / 2
    return (x**2).sum() + slope**2 + slope**4


def mccormick(x: Any, y: Any, xp: Any) -> Any:
    """sin(x + y) + (x − y)² − 1.5x + 2.5y + 1, a rippled slope of which only one hollow counts.

    View [−1.5, 4] × [−3, 4]; minimum there −1.913223 at (−0.547198, −1.547198), while beyond it falls on towards
    (−∞, −∞); start (0, 0), ours. Wikipedia, "Test functions for optimization".
    """
    return xp.sin(x + y) + (x - y) ** 2 - 1.5 * x + 2.5 * y + 1


BOWLS = (
    Surface(
        name="sphere",
        title="Round bowl",
        formula=sphere,
        view=(-5.0, 5.0, -5.0, 5.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(2, 2),
        starts={CLASSIC: (4.0, 3.0), "far": (-50.0, 40.0)},
        source="De Jong 1975",
        general=General(sphere_general, constant(0.0)),
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=0.2",
            "RMSprop:lr=0.05",
            "Adagrad:lr=1",
        ),
        steps=150,
    ),
    Surface(
        name="quadratic",
        title="Long narrow bowl",
        formula=quadratic,
        view=(-110.0, 110.0, -2.0, 2.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(1, 100),
        starts={CLASSIC: (100.0, 1.0), "near": (3.0, 1.0)},
        source='Textbooks; Goh, "Why momentum really works", Distill 2017',
        general=General(quadratic_general, constant(0.0)),
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.0195",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=2",
            "RMSprop:lr=1",
            "Adagrad:lr=20",
        ),
        steps=400,
    ),
    Surface(
        name="tilted-quadratic",
        title="Narrow bowl across the axes",
        formula=tilted_quadratic,
        view=(-6.0, 6.0, -6.0, 6.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(1, 100),
        starts={CLASSIC: (5.0, 4.0), "axis": (5.0, 0.0)},
        source="Textbooks",
        lanes=(
            "SGD:lr=0.01",
            "SGD:lr=0.005,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.05",
            "Adagrad:lr=1",
        ),
        steps=400,
    ),
    Surface(
        name="booth",
        title="Booth's two equations",
        formula=booth,
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=((1.0, 3.0),),
        least=0.0,
        curvature=(2, 18),
        starts={CLASSIC: (-8.0, -8.0), "corner": (9.0, -9.0)},
        source='Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=0.05",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.2",
            "Adagrad:lr=5",
        ),
        steps=300,
    ),
    Surface(
        name="matyas",
        title="Matyas's flat trough",
        formula=matyas,
        view=(-10.0, 10.0, -10.0, 10.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(0.04, 1),
        starts={CLASSIC: (8.0, -6.0), "along": (9.0, 9.0)},
        source='Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=1",
            "SGD:lr=0.2,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=2",
        ),
        steps=400,
    ),
    Surface(
        name="trid",
        title="Neighbours that pull",
        formula=trid,
        view=(-4.0, 8.0, -4.0, 8.0),
        minima=((2.0, 2.0),),
        least=-2.0,
        curvature=(1, 3),
        starts={CLASSIC: (-3.0, 7.0), "zero": (0.0, 0.0)},
        source="Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        general=General(
            trid_general,
            lambda n: [i * (n + 1.0 - i) for i in range(1, n + 1)],
            lambda n: -n * (n + 4.0) * (n - 1) / 6,
        ),
        lanes=(
            "SGD:lr=0.2",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.1",
            "Adagrad:lr=2",
        ),
        steps=200,
    ),
    Surface(
        name="zakharov",
        title="Zakharov's steep plate",
        formula=zakharov,
        view=(-5.0, 10.0, -5.0, 10.0),
        minima=((0.0, 0.0),),
        least=0.0,
        curvature=(2, 4.5),
        starts={CLASSIC: (-4.0, 8.0), "near": (2.0, -1.0)},
        source="Surjanovic and Bingham, Virtual Library of Simulation Experiments",
        general=General(zakharov_general, constant(0.0)),
        lanes=(
            "SGD:lr=0.005",
            "SGD:lr=0.002,momentum=0.9",
            "Adam:lr=0.5",
            "RMSprop:lr=0.2",
            "Adagrad:lr=5",
        ),
        steps=500,
    ),
    Surface(
        name="mccormick",
        title="McCormick's rippled slope",
        formula=mccormick,
        view=(-1.5, 4.0, -3.0, 4.0),
        minima=((-0.5471975511965977, -1.5471975511965976),),
        least=-1.9132229549810367,
        curvature=(1.73, 4),
        starts={CLASSIC: (0.0, 0.0), "far": (3.5, 3.5)},
        source='Wikipedia, "Test functions for optimization"',
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.02,momentum=0.9",
            "Adam:lr=0.1",
            "RMSprop:lr=0.05",
            "Adagrad:lr=0.5",
        ),
        steps=200,
    ),
)
