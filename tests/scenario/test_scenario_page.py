"""The reference page, held against the code: its phrases, its file, its tables and its sentences."""

import re
import shlex
from pathlib import Path

import pytest

import opttui
from opttui.errors import InputError
from opttui.scenario.alarms import ALARMS, read_alarms
from opttui.scenario.alarms import KEYS as ALARM_KEYS
from opttui.scenario.catalogue import PROBLEMS, REFUSED_OPTIMIZERS, REFUSED_SCHEDULES
from opttui.scenario.check import validate
from opttui.scenario.expressions import CONSTANTS, FUNCTIONS
from opttui.scenario.parts import read_init
from opttui.scenario.phrase import parse_lane
from opttui.scenario.resolve import Options, problem_scenario, scenario_from
from opttui.scenario.schedule_table import CYCLING
from opttui.scenario.specs import Scenario
from opttui.scenario.toml import KEYS, parse_scenario

PAGE = Path(opttui.__file__).parent.parent / "docs" / "scenario.md"
TEXT = PAGE.read_text(encoding="utf-8")


def section(title: str) -> str:
    """The text below a heading, up to the next heading of any level."""
    return re.split(r"\n#+ ", TEXT.split(f"{title}\n", 1)[1])[0]


def first_cells(text: str) -> list[str]:
    """What stands in backticks at the head of a table's rows."""
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def test_every_phrase_of_the_page_races() -> None:
    phrases = first_cells(section("## The lane phrase"))
    assert len(phrases) == 8
    for phrase in phrases:
        lane = parse_lane(phrase.strip('"'))
        scenario = problem_scenario("rosenbrock")
        validate(Scenario(problem=scenario.problem, lanes=(lane,)))


def test_the_file_of_the_page_reads() -> None:
    example = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    scenario = parse_scenario(example[0], "page.toml")
    assert len(scenario.lanes) == 2 and len(scenario.events) == 1


def test_the_schedules_and_starts_of_the_page_race() -> None:
    schedule, init = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)[2:4]
    problem = '[problem]\nname = "digits-mlp"\n[[lane]]\noptimizer = "Adam"\n'
    parse_scenario(problem + schedule, "page.toml")
    assert parse_scenario(init + problem, "page.toml").init is not None
    assert parse_scenario(problem + init, "page.toml").lanes[0].init is not None
    (line,) = re.findall(r"^    (Adam:.*)$", section("## Schedules"), re.MULTILINE)
    given = parse_scenario(problem + schedule, "page.toml").lanes[0].schedule
    assert parse_lane(line).schedule == given
    (command,) = re.findall(r"^    opttui race (.*)$", section("## Starts"), re.MULTILINE)
    what, *lanes, option, name = shlex.split(command)
    assert option == "--init"
    scenario_from(what, lanes, Options(init=read_init(name)))


def test_the_page_says_what_schedules_and_expressions_take() -> None:
    text = section("## Schedules")
    assert set(first_cells(text)) == {"schedules", "lr_lambda", "every", "on", "warmup"}
    for name in (*FUNCTIONS, *CONSTANTS):
        assert re.search(rf"\b{name}\b", text), name
    for name in CYCLING:
        assert f"`{name}`" in text


def test_the_page_has_every_key() -> None:
    keys = first_cells(section("### Settings"))
    assert [*keys, "problem", "lane", "event", "alarms"] == list(KEYS)


def test_the_page_has_every_alarm_as_it_usually_is() -> None:
    text = section("### `[alarms]`")
    assert first_cells(text) == list(ALARM_KEYS)
    for name, usual in list(ALARMS.items())[1:]:
        assert f"| {usual:g} |".replace("-", "−") in next(
            line for line in text.splitlines() if f"| `{name}` |" in line
        )
    (example,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    scenario = parse_scenario('[problem]\nname = "linear"\n' + example, "page.toml")
    assert scenario.alarms == read_alarms("spike,stall=300,pause")
    for phrase in re.findall(r"`--alarm (\S+)`", text):
        read_alarms(phrase)


def test_the_page_has_every_problem_as_the_table_has_it() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)`: .* \| ([\d,]+) \| ([\d,]+) \| (float\d\d) \| (no|\d+) \|", TEXT, re.MULTILINE
    )
    assert rows == [
        (entry.name, f"{entry.parameters:,}", f"{entry.steps:,}", entry.dtype, str(entry.batch_size or "no"))
        for entry in PROBLEMS.values()
    ]


def test_the_page_names_what_does_not_run() -> None:
    refused = section("## What does not run, and why")
    for name in {*REFUSED_OPTIMIZERS, *REFUSED_SCHEDULES} - {"Optimizer", "LRScheduler"}:
        assert f"`{name}`" in refused


@pytest.mark.parametrize(
    ("lanes", "steps"),
    [(["SGD", "Adm:lr=0.1"], 5), (["SGD:lr=abc"], 5), (["SGD"], 0)],
    ids=["name", "value", "steps"],
)
def test_the_sentences_of_the_page_are_those_that_are_said(lanes: list[str], steps: int) -> None:
    scenario = problem_scenario("linear")
    with pytest.raises(InputError) as caught:
        validate(Scenario(problem=scenario.problem, lanes=tuple(map(parse_lane, lanes)), steps=steps))
    assert f"    {caught.value}\n" in section("## Mistakes")
