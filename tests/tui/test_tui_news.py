"""Facts as toasts: each is said once."""

from opttui.record.events import Event
from opttui.record.manifest import LaneInfo, Manifest
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.tui.news import told

RUN = Manifest(
    "valley",
    0.0,
    Scenario(ProblemSpec("rosenbrock"), (LaneSpec("SGD"),)),
    (LaneInfo(0, "SGD", "SGD:lr=0.1"),),
)


def test_a_divergence_names_its_step_once() -> None:
    text = "step 5: the loss became infinite"
    news = told(
        RUN, Event("outcome", text, lane=0, step=5, data={"outcome": "diverged"}), lambda event: False
    )
    assert news is not None and news.sentence == "✗ SGD diverged at step 5: the loss became infinite"
