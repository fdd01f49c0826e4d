"""From what is typed to a scenario, and the scenarios that are shipped."""

from pathlib import Path
from typing import Any

import pytest
import torch

from opttui.errors import InputError
from opttui.scenario.catalogue import PROBLEMS
from opttui.scenario.phrase import phrase_of
from opttui.scenario.resolve import Options, problem_scenario, scenario_from
from opttui.scenario.shipped import scenarios_directory, shipped_paths, shipped_scenarios
from opttui.scenario.specs import Scenario
from opttui.scenario.toml import load_scenario, parse_scenario
from opttui.scenario.toml_writer import toml_of

NAMES = list(shipped_paths())


def refused(what: str, *lanes: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        scenario_from(what, lanes, Options(**options))
    text = str(caught.value)
    assert text.isprintable()
    return text


def test_a_shipped_scenario_by_its_name() -> None:
    assert scenario_from("valley") == load_scenario(scenarios_directory() / "valley.toml")


def test_a_problem_by_its_name() -> None:
    for name, entry in PROBLEMS.items():
        scenario = scenario_from(name)
        assert scenario == problem_scenario(name)
        assert (scenario.problem.name, scenario.title, scenario.steps) == (name, entry.title, entry.steps)
        assert tuple(map(phrase_of, scenario.lanes)) == entry.lanes


def test_a_file_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('seed = 3\n[problem]\nname = "linear"\n')
    assert scenario_from(str(tmp_path / "mine.toml")).seed == 3
    assert refused(str(tmp_path / "other.toml")) == f"there is no file '{tmp_path}/other.toml'"


def test_lanes_replace_those_of_the_scenario_with_its_title_and_events(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "t"\nsteps = 7\n[problem]\nname = "linear"\n[[event]]\nat = 1\ndo = "pause"\n')
    scenario = scenario_from(str(file), ["SGD:lr=0.5", "fast=Adam"])
    assert [phrase_of(lane) for lane in scenario.lanes] == ["SGD:lr=0.5", "fast=Adam"]
    assert (scenario.title, scenario.steps, scenario.events) == (PROBLEMS["linear"].title, 7, ())
    kept = scenario_from(str(file), options=Options(steps=9))
    assert (kept.title, kept.steps, len(kept.events), len(kept.lanes)) == ("t", 9, 1, 4)


def test_options_go_over_the_scenarios_settings() -> None:
    options = Options(
        steps=5, seed=0, device="cpu", dtype="float64", batch_size=8, target=0.0, axis="seconds", pace=2.5
    )
    scenario = scenario_from("showcase", options=options)
    found = {name: getattr(scenario, name) for name in Options.__struct_fields__}
    assert found == {name: getattr(options, name) for name in Options.__struct_fields__}
    assert scenario_from("showcase", options=Options()) == scenario_from("showcase")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("valey", "unknown scenario or problem 'valey'; did you mean valley?"),
        ("Rosenbrock", "unknown scenario or problem 'Rosenbrock'; did you mean rosenbrock?"),
        ("digits", "unknown scenario or problem 'digits'; did you mean digits-mlp?"),
        (
            "zzzz",
            "unknown scenario or problem 'zzzz'; there are showcase, babble, bent-string, big-batch, ",
        ),
        ("", "unknown scenario or problem ''; there are showcase"),
        ("/tmp", "'/tmp' is no scenario: a scenario's file ends in .toml"),
        ("\x1b[2J", r"unknown scenario or problem '\x1b[2J'"),
    ],
)
def test_names_that_stand_for_nothing(what: str, expected: str) -> None:
    assert expected in refused(what)


def test_mistakes_on_the_command_line_name_the_lane_or_the_option() -> None:
    assert (
        refused("valley", "SGD", "Adm:lr=0.1")
        == "lane 2 ('Adm:lr=0.1'): unknown optimizer 'Adm'; did you mean Adam?"
    )
    assert refused("valley", "SGD", "Adam:lr").startswith("lane 2 ('Adam:lr'): 'lr' is not key=value")
    assert refused("valley", steps=0).startswith("--steps: steps must be a whole number")
    assert refused("valley", batch_size=3).startswith("--batch-size: rosenbrock has no batches")
    assert refused("valley", *["SGD"] * 257) == "the lanes: a race has at most 256 lanes, and here are 257"


def test_a_mistake_in_the_file_is_found_before_lanes_replace_it(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('[problem]\nname = "linear"\n[[lane]]\noptimizer = "Adm"\n')
    assert refused(str(tmp_path / "mine.toml"), "SGD").startswith("mine.toml, line 4 (lane 1, 'optimizer')")


def test_events_are_checked_with_what_is_passed_in(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('[problem]\nname = "linear"\n[[event]]\nat = 1\ndo = "pause"\n')
    seen: list[str] = []
    scenario_from(str(file), check_command=seen.append)
    assert seen == ["pause"]


def test_the_showcase_comes_first_and_the_others_by_name() -> None:
    files = sorted(path.stem for path in scenarios_directory().glob("*.toml"))
    assert ["showcase", *(name for name in files if name != "showcase")] == NAMES
    assert [shipped.name for shipped in shipped_scenarios()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_scenario_reads_is_titled_and_survives_writing(name: str) -> None:
    path = shipped_paths()[name]
    scenario = load_scenario(path)
    assert 20 < len(scenario.title) <= 60
    assert 2 <= len(scenario.lanes) <= 6
    assert parse_scenario(toml_of(scenario), name) == scenario
    text = path.read_text()
    assert text.startswith("# ")
    assert max(map(len, text.splitlines())) <= 120
    assert text.count("\n#") >= 5


def test_the_showcase_is_a_real_problem_with_schedules() -> None:
    scenario = scenario_from("showcase")
    assert scenario.problem.name == "digits-mlp"
    assert len(scenario.lanes) == 6
    assert sum(lane.schedule is not None for lane in scenario.lanes) == 2
    assert 500 <= scenario.steps <= 2000


def test_the_schedules_of_shipped_scenarios_end_with_the_race() -> None:
    """A cosine or a one-cycle of another length than the race would be a slip of the pen."""
    for shipped in shipped_scenarios():
        for lane in shipped.scenario.lanes:
            arguments = lane.schedule.arguments if lane.schedule else {}
            for key in ("T_max", "total_steps"):
                if key in arguments:
                    assert arguments[key] + lane.warmup == shipped.scenario.steps


@pytest.mark.parametrize("what", PROBLEMS)
def test_torch_takes_every_lane_that_comes_with_a_problem(what: str) -> None:
    for lane in scenario_from(what).lanes:
        parameter = torch.zeros(2, requires_grad=True)
        optimizer = getattr(torch.optim, lane.optimizer)([parameter], **lane.arguments)
        if lane.schedule is not None:
            getattr(torch.optim.lr_scheduler, lane.schedule.name)(optimizer, **lane.schedule.arguments)


def test_scenarios_lie_inside_the_package_once_it_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "opttui"
    (package / "scenarios").mkdir(parents=True)
    (package / "scenarios" / "only.toml").write_text('title = "x"\n[problem]\nname = "linear"\n')
    monkeypatch.setattr("opttui.__file__", str(package / "__init__.py"))
    assert [shipped.title for shipped in shipped_scenarios()] == ["x"]
    assert isinstance(scenario_from("only"), Scenario)
