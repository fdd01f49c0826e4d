"""A lane that has diverged is rescued from a state that is good, momentum and second moments included."""

from pathlib import Path

import pytest

from opttui.control.commands import Set
from opttui.errors import InputError
from opttui.race.build import build_race
from opttui.race.race import Race
from opttui.record.writer import RunWriter
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import ProblemSpec, Scenario
from opttui.server.rescue import rescue

ON = 100
"""Steps that the rescued lane takes beyond where its parent has diverged."""


def raced(
    path: Path, problem: str, phrase: str, at: int, values: dict[str, float], dtype: str | None
) -> Race:
    """A lane that is turned at a step, and diverges; its rows are on disk."""
    race = build_race(Scenario(ProblemSpec(problem), (parse_lane(phrase),), steps=400, dtype=dtype))
    while race.lanes[0].step < at and race.round():
        race.remember()
    if values:
        race.carry_out(Set("0", values), "test", at)
    while race.round():
        pass
    writer = RunWriter(path, 1)
    writer.rows(0, race.drain(wait=True).rows[0])
    writer.close()
    return race


@pytest.mark.parametrize(
    ("problem", "phrase", "at", "values", "dtype"),
    [
        ("rosenbrock", "SGD:lr=0.005,momentum=0.9", 0, {}, None),
        ("rosenbrock", "SGD:lr=0.001,momentum=0.9", 100, {"lr": 0.02}, None),
        ("rosenbrock", "SGD:lr=0.00015,momentum=0.99,nesterov=True", 82, {"lr": 0.002}, None),
        ("styblinski-tang", "SGD:lr=0.0087,momentum=0.9", 138, {"lr": 0.23}, "float32"),
        ("rosenbrock", "Adam:lr=0.05", 60, {"lr": 1e30}, "float32"),
        ("rosenbrock", "RMSprop:lr=0.001,momentum=0.9", 60, {"lr": 1e30}, "float32"),
        ("digits-mlp", "Adam:lr=0.001", 30, {"lr": 1e37}, None),
        ("digits-mlp", "SGD:lr=0.1,momentum=0.9", 30, {"lr": 1e20}, None),
    ],
)
def test_the_rescued_lane_does_not_diverge_again(
    tmp_path: Path, problem: str, phrase: str, at: int, values: dict[str, float], dtype: str | None
) -> None:
    race = raced(tmp_path, problem, phrase, at, values, dtype)
    lost = race.lanes[0]
    assert lost.outcome == "diverged"
    command = rescue(tmp_path, race.lanes, None)
    assert command.at is not None and (at == 0 or at - 40 <= command.at <= at), "just before it was turned"
    race.carry_out(command, "test", lost.step)
    saved = race.lanes[1]
    assert saved.name == f"{lost.name} rescued"
    assert saved.lr == pytest.approx(parse_lane(phrase).arguments["lr"] / 2)
    while saved.running and saved.step < min(400, lost.step + ON):
        race.round()
    assert saved.outcome in ("running", "finished")


def test_what_has_not_diverged_is_not_rescued(tmp_path: Path) -> None:
    race = raced(tmp_path, "rosenbrock", "Adam:lr=0.01", 5, {}, None)
    with pytest.raises(InputError, match="no lane has diverged"):
        rescue(tmp_path, race.lanes, None)
    with pytest.raises(InputError, match="'Adam' has not diverged: there is nothing to rescue"):
        rescue(tmp_path, race.lanes, race.lanes[0])
