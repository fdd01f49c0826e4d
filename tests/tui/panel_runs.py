"""Small real runs for the panels' tests, written with the record's own writer."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np

from opttui.plots.picture import Picture, Row
from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.layout import COLUMNS, EVALUATIONS, LOSS, LR, SECONDS, STEP, X, Y
from opttui.record.manifest import LaneInfo, Manifest, Plan, ProblemInfo
from opttui.record.reader import RunReader
from opttui.record.rundir import create_run, read_manifest, write_manifest
from opttui.record.writer import RunWriter
from opttui.scenario.specs import LaneSpec, ProblemSpec, Scenario
from opttui.tui.panels.cells import width_of
from opttui.tui.view import RaceView

ROSENBROCK = ProblemInfo(
    title="Rosenbrock's valley",
    parameters=2,
    surface="rosenbrock",
    minima=((1.0, 1.0),),
    view=(-2.0, 2.0, -1.0, 3.0),
    start=(-1.2, 1.0),
)
NETWORK = ProblemInfo(
    title="digits with an MLP",
    parameters=4810,
    batch_size=64,
    axes=("direction 1", "direction 2"),
    plane="random plane through the start",
    metrics=("loss", "accuracy"),
)

LANES = (
    ("SGD", "SGD:lr=0.001,momentum=0.9@StepLR:step_size=500,gamma=0.5", 0.001),
    ("Adam", "Adam:lr=0.1", 0.1),
    ("RMSprop", "RMSprop:lr=0.01", 0.01),
    ("Adagrad", "Adagrad:lr=0.5", 0.5),
    ("LBFGS", "LBFGS:lr=0.2", 0.2),
    ("hot SGD", "SGD:lr=0.01", 0.01),
)


def walk(lane: int, steps: int, lr: float, first: float = 24.2) -> np.ndarray:
    """Rows of a lane (steps, 9) that look like a race's: a falling, noisy loss and a path to (1, 1)."""
    generator = np.random.default_rng(lane)
    k = np.arange(steps, dtype=np.float64)
    rows = np.zeros((steps, len(COLUMNS)))
    rows[:, STEP], rows[:, EVALUATIONS], rows[:, SECONDS] = (
        k,
        (1 + lane % 2) * (k + 1),
        3e-4 * (k + 1) * (1 + lane / 5),
    )
    fall = 0.002 * (1 + lane)
    rows[:, LOSS] = first * np.exp(-fall * k + 0.15 * generator.standard_normal(steps)) + 1e-6 * (lane + 1)
    rows[:, LR] = lr
    t = 1 - np.exp(-(0.4 + 0.3 * lane) * k / max(steps, 1))
    rows[:, X] = -1.2 + 2.2 * t + 0.03 * np.sin(k / 9 + lane)
    rows[:, Y] = rows[:, X] ** 2 + 0.3 * np.cos(k / 25 + lane) * (1 - t)
    return rows


def lane_infos(lanes: Sequence[tuple[str, str, float]], steps: int) -> tuple[LaneInfo, ...]:
    return tuple(
        LaneInfo(
            id=i,
            name=name,
            phrase=phrase,
            hypers={"lr": lr, "momentum": 0.9, "weight_decay": 0.0},
            plan=Plan(steps=(0, max(steps - 1, 0)), lr=(lr, lr)),
        )
        for i, (name, phrase, lr) in enumerate(lanes)
    )


def make_run(
    runs: Path,
    rows: Mapping[int, np.ndarray] | None = None,
    *,
    lanes: Sequence[tuple[str, str, float]] = LANES,
    steps: int = 1000,
    problem: ProblemInfo | None = ROSENBROCK,
    infos: tuple[LaneInfo, ...] | None = None,
    events: Sequence[Event] = (),
    validation: Sequence[tuple[int, int, dict[str, float]]] = (),
    grid: Grid | None = None,
    target: float | None = None,
    title: str = "",
) -> RunReader:
    """A run on disk with these rows, polled once. `problem` None: the race has not been built yet."""
    infos = infos if infos is not None else lane_infos(lanes, steps)
    scenario = Scenario(
        problem=ProblemSpec("rosenbrock"),
        lanes=tuple(LaneSpec(optimizer="SGD", name=info.name) for info in infos),
        steps=steps,
        target=target,
        title=title,
    )
    path = create_run(scenario, infos, runs)
    if problem is not None:
        manifest: Manifest = read_manifest(path)
        write_manifest(
            path,
            msgspec.structs.replace(
                manifest, state="running", device="cpu", dtype="float64", problem=problem
            ),
        )
    writer = RunWriter(path, len(infos))
    for event in events:
        writer.event(event)
    for lane, values in (rows or {}).items():
        for part in np.array_split(values, max(1, len(values) // 4096)):
            writer.rows(lane, list(map(tuple, part.tolist())))
    for lane, step, metrics in validation:
        writer.validation(lane, step, metrics)
    if grid is not None:
        writer.grid(grid)
    writer.flush(everything=True)
    writer.close()
    reader = RunReader(path)
    reader.poll()
    return reader


def race(runs: Path, steps: int = 600, **more: object) -> RunReader:
    """Six lanes: one turned, one at its target, one diverged."""
    rows = {i: walk(i, steps, lr) for i, (_, _, lr) in enumerate(LANES)}
    rows[4] = rows[4][: max(1, steps * 2 // 3)]
    cut = max(1, steps // 10)
    rows[5] = rows[5][:cut]
    rows[5][:, LOSS] = 24.2 * np.exp(np.linspace(0, 600, cut) ** 1.0)
    rows[5][-1, LOSS] = math.inf
    rows[1][steps // 2 :, LR] = 0.05
    events = [
        Event("set", "Adam: lr 0.1 → 0.05", 1, steps // 2, data={"hyper": "lr", "old": 0.1, "new": 0.05}),
        Event(
            "plan", lane=1, step=steps // 2, data={"steps": [steps // 2, 999], "lr": [0.05, 0.05], "note": ""}
        ),
        Event("outcome", "target 0.001 reached", 4, len(rows[4]), data={"outcome": "reached"}),
        Event(
            "outcome",
            "the loss became infinite; all parameters are still finite",
            5,
            cut,
            data={"outcome": "diverged"},
        ),
    ]
    return make_run(runs, rows, events=events, **more)  # type: ignore[arg-type]


def view_of(reader: RunReader, **more: object) -> RaceView:
    return RaceView(reader=reader, **({"state": "running", "steps_per_second": 8123.4} | more))  # type: ignore[arg-type]


def text_of_row(row: Row) -> str:
    return "".join(text for text, _ in row)


def check(picture: Picture, width: int, height: int) -> None:
    """Exactly so many rows of exactly so many cells, nothing that a terminal would obey."""
    assert len(picture) == height
    for row in picture:
        text = text_of_row(row)
        assert width_of(text) == width, repr(text)
        assert text.isprintable() or not text, repr(text)
