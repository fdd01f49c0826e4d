"""The scenarios that come with opttui as stories: what the home screen shows of each, and that there are enough of them."""

import re
from pathlib import Path

import msgspec
import pytest

from opttui.scenario.foreign import foreign_code
from opttui.scenario.names import lane_names
from opttui.scenario.problem_table import PROBLEMS
from opttui.scenario.shipped import shipped_paths
from opttui.scenario.toml import load_scenario
from opttui.scenario.toml_writer import toml_of
from opttui.tui.home.entries import first_comment

PATHS = shipped_paths()


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_story_is_told_in_a_few_sentences_and_a_few_lanes(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    scenario = load_scenario(path)
    about = " ".join(first_comment(text))
    assert about.endswith(".") and 3 <= len(re.split(r"(?<=[.?!]) (?=[A-Z])", about)) <= 6, about
    assert 200 <= len(about) <= 560, len(about)
    names = lane_names(scenario.lanes)
    assert 3 <= len(names) <= 6 and len(set(names)) == len(names)
    assert max(map(len, names)) <= 24
    # Each lane is explained just before its table.
    assert text.count("\n\n#") + text.count("\n#\n#") >= len(names) - 1


def test_each_title_and_lane_list_is_told_once() -> None:
    scenarios = [load_scenario(path) for path in PATHS.values()]
    assert len(scenarios) >= 20
    assert len({scenario.title for scenario in scenarios}) == len(scenarios)
    bodies = {toml_of(msgspec.structs.replace(scenario, title="")) for scenario in scenarios}
    assert len(bodies) == len(scenarios)


def test_no_scenario_hides_a_problem_of_the_same_name() -> None:
    assert not set(PATHS) & set(PROBLEMS)


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_a_story_is_short(path: Path) -> None:
    """What is paced is watched, and takes the time that its pace says."""
    scenario = load_scenario(path)
    assert scenario.steps <= 2000
    assert scenario.pace is None or scenario.steps / scenario.pace <= 30


def test_packages_that_stories_need_are_few_and_said_so_at_once() -> None:
    needed = {
        name: {foreign.name.partition(".")[0] for foreign in foreign_code(load_scenario(path))}
        for name, path in PATHS.items()
    }
    assert {name: packages for name, packages in needed.items() if packages} == {
        "no-schedule": {"schedulefree"},
        "sharp-and-flat": {"pytorch_optimizer"},
    }
    for name, packages in needed.items():
        about = " ".join(first_comment(PATHS[name].read_text(encoding="utf-8")))
        for package in packages:
            assert f"pip install {package.replace('_', '-')}" in about
