"""What a newcomer reads: the help, the version, the lists."""

import json
from pathlib import Path

import pytest
from cli_toys import called

import opttui
from opttui.cli.verbs import TO_TRY, VERBS
from opttui.scenario.catalogue import OPTIMIZERS, PROBLEMS, SCHEDULES
from opttui.scenario.resolve import scenario_from


def test_the_help_names_every_verb_and_three_things_to_try(runs: Path) -> None:
    said = called("--help")
    assert (said.status, said.err) == (0, "")
    assert len(TO_TRY) == 3
    for words in [*VERBS, *VERBS.values(), *(line for line, _ in TO_TRY)]:
        assert words in said.out
    assert max(map(len, said.out.splitlines())) <= 80


def test_every_verb_has_its_line_and_an_example(runs: Path) -> None:
    for verb, line in VERBS.items():
        said = called(verb, "--help")
        assert (said.status, said.err) == (0, "")
        assert line in said.out
        assert f"  opttui {verb}" in said.out


def test_without_a_terminal_opttui_alone_prints_the_help(runs: Path) -> None:
    assert called().out == called("--help").out


def test_the_version(runs: Path) -> None:
    assert called("--version").out == f"opttui {opttui.__version__}\n"


@pytest.mark.parametrize(
    ("kind", "names"), [("problems", PROBLEMS), ("optimizers", OPTIMIZERS), ("schedules", SCHEDULES)]
)
def test_lists_name_everything(runs: Path, kind: str, names: dict[str, object]) -> None:
    listed = json.loads(called("list", kind, "--json").out)
    assert [entry["name"] for entry in listed] == list(names)
    text = called("list", kind).out
    assert all(name in text for name in names)
    assert max(map(len, text.splitlines())) <= 120


def test_problems_are_listed_by_families_with_all_that_is_known(runs: Path) -> None:
    lines = called("list", "problems").out.splitlines()
    assert lines[0].split() == ["valleys", "steps", "parameters", "batch", "goal", "other", "starts"]
    assert [line.split()[0] for line in lines if line and line.endswith("starts")][-2:] == ["kinks", "data"]
    listed = {entry["name"]: entry for entry in json.loads(called("list", "problems", "--json").out)}
    assert listed["rosenbrock"]["starts"]["far"] == [-2.0, 2.0]
    assert listed["rosenbrock"]["minima"] == [[1.0, 1.0]]
    assert listed["saddle"]["least"] is None and listed["saddle"]["target"] == -4
    assert listed["linear"]["view"] is None


def test_an_optimizer_is_listed_with_its_defaults(runs: Path) -> None:
    adam = next(
        entry for entry in json.loads(called("list", "optimizers", "--json").out) if entry["name"] == "Adam"
    )
    arguments = {argument["name"]: argument for argument in adam["arguments"]}
    assert arguments["lr"] == {"name": "lr", "required": False, "default": 0.001, "kind": "number"}
    assert arguments["betas"]["default"] == [0.9, 0.999]
    step = next(
        entry for entry in json.loads(called("list", "schedules", "--json").out) if entry["name"] == "StepLR"
    )
    assert step["arguments"][0] == {"name": "step_size", "required": True, "default": None, "kind": "whole"}


def test_every_scenario_that_is_listed_can_be_raced(runs: Path) -> None:
    listed = json.loads(called("list", "scenarios", "--json").out)
    assert called("list", "scenarios").status == 0
    for entry in listed:
        scenario = scenario_from(entry["name"])
        assert (scenario.title, len(scenario.lanes)) == (entry["title"], len(entry["lanes"]))


def test_the_examples_of_the_help_name_problems_and_lanes_that_exist(runs: Path) -> None:
    for line, _ in TO_TRY:
        _, verb, *rest = line.split()
        if verb == "race" and rest[0] != "showcase":
            assert scenario_from(rest[0], rest[1:]).lanes
