"""Surfaces with a saddle: a point without a slope that is no minimum, to be left as fast as one can."""

from typing import Any

from opttui.surfaces.surface import CLASSIC, Surface


def strict_saddle(x: Any, y: Any, xp: Any) -> Any:
    """½x² + ¼y⁴ − ½y², a saddle between two minima.

    View [−2, 2]²; minima −¼ at (0, ±1), saddle at (0, 0); start (1, 0.001), ours: from (1, 0) plain gradient steps never
    leave the saddle. Textbooks.
    """
    return x**2 / 2 + y**4 / 4 - y**2 / 2


def saddle(x: Any, y: Any, xp: Any) -> Any:
    """x² − y², the saddle itself: it falls without end, and a race stops at −4.

    View [−2, 2]²; no minimum; start (1, 0.001), ours. Textbooks.
    """
    return x**2 - y**2


def monkey_saddle(x: Any, y: Any, xp: Any) -> Any:
    """x³ − 3xy², three ways down and no curvature at the middle, two of them for legs and one for the tail.

    View [−1.5, 1.5]²; no minimum, and a race stops at −3; start (1, 0.01), ours. Textbooks.
    """
    return x**3 - 3 * x * y**2


SADDLES = (
    Surface(
        name="strict-saddle",
        title="Saddle between two minima",
        formula=strict_saddle,
        view=(-2.0, 2.0, -2.0, 2.0),
        minima=((0.0, 1.0), (0.0, -1.0)),
        least=-0.25,
        curvature=(1, 2),
        starts={CLASSIC: (1.0, 0.001), "stuck": (1.0, 0.0)},
        source="Textbooks",
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=0.05",
            "RMSprop:lr=0.01",
            "Adagrad:lr=0.2",
        ),
        steps=200,
    ),
    Surface(
        name="saddle",
        title="Saddle without an end",
        formula=saddle,
        view=(-2.0, 2.0, -2.0, 2.0),
        minima=(),
        least=None,
        starts={CLASSIC: (1.0, 0.001), "stuck": (1.0, 0.0)},
        source="Textbooks",
        lanes=(
            "SGD:lr=0.1",
            "SGD:lr=0.05,momentum=0.9",
            "Adam:lr=0.05",
            "RMSprop:lr=0.02",
            "Adagrad:lr=0.2",
        ),
        steps=200,
        target=-4.0,
    ),
    Surface(
        name="monkey-saddle",
        title="Monkey saddle",
        formula=monkey_saddle,
        view=(-1.5, 1.5, -1.5, 1.5),
        minima=(),
        least=None,
        starts={CLASSIC: (1.0, 0.01), "stuck": (1.0, 0.0)},
        source="Textbooks",
        lanes=(
            "SGD:lr=0.02",
            "SGD:lr=0.01,momentum=0.9",
            "Adam:lr=0.05",
            "RMSprop:lr=0.01",
            "Adagrad:lr=0.1",
        ),
        steps=500,
        target=-3.0,
    ),
)
