"""The problem phrase: to and from its struct, as WHAT of a command line and as a file's table; its mistakes."""

import pytest
from hypothesis import given
from scenario_strategies import scenarios

from opttui.errors import InputError
from opttui.scenario.problem_phrase import parse_problem, problem_phrase
from opttui.scenario.problem_table import parameters_of, title_of
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.specs import ProblemSpec, Scenario
from opttui.scenario.toml import parse_scenario
from opttui.scenario.toml_writer import toml_of


@pytest.mark.parametrize(
    ("phrase", "problem"),
    [
        ("beale", ProblemSpec("beale")),
        ("rosenbrock:dim=10", ProblemSpec("rosenbrock", dim=10)),
        ("himmelblau:start=[0.0,-1.5]", ProblemSpec("himmelblau", (0.0, -1.5))),
        ("beale:start=far,noise=0.1", ProblemSpec("beale", "far", noise=0.1)),
    ],
)
def test_a_phrase_reads_and_writes(phrase: str, problem: ProblemSpec) -> None:
    assert parse_problem(phrase) == problem
    assert problem_phrase(problem) == phrase


def test_whole_numbers_and_pairs_are_read_as_in_a_file() -> None:
    phrase = parse_problem(" himmelblau : start = (1, 2), noise = 1 ")
    table = parse_scenario('[problem]\nname = "himmelblau"\nstart = [1, 2]\nnoise = 1\n', "t.toml").problem
    assert phrase == table == ProblemSpec("himmelblau", (1.0, 2.0), noise=1.0)


@given(scenarios())
def test_any_problem_survives_its_phrase(scenario: Scenario) -> None:
    assert parse_problem(problem_phrase(scenario.problem)) == scenario.problem


def test_a_command_line_takes_a_phrase() -> None:
    scenario = scenario_from("rosenbrock:dim=10,noise=0.5", ["Adam"], Options(steps=7))
    assert scenario.problem == ProblemSpec("rosenbrock", dim=10, noise=0.5)
    assert scenario.title == "Rosenbrock's valley in 10 dimensions, slopes with noise 0.5"
    assert (scenario.steps, len(scenario.lanes)) == (7, 1)
    assert parse_scenario(toml_of(scenario), "t.toml") == scenario
    assert parameters_of(scenario.problem) == 10
    assert title_of(ProblemSpec("rosenbrock", dim=2, noise=0.0)) == "Rosenbrock's valley"


def test_a_surface_without_a_minimum_stops_at_a_target() -> None:
    assert scenario_from("saddle").target == -4
    assert scenario_from("saddle", options=Options(target=-9.0)).target == -9
    assert parse_scenario('[problem]\nname = "saddle"\n', "t.toml").target == -4
    assert scenario_from("beale").target is None


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("beale:nois=0.1", "'beale:nois=0.1': a problem takes no argument 'nois'; did you mean noise?"),
        ("beale:name=x", "'beale:name=x': a problem takes no argument 'name'; there are start, dim, noise"),
        ("beale:start", "'beale:start': 'start' is not key=value; after beale: come arguments like dim=10"),
        ("beale:start=[1", "'beale:start=[1': there is a missing ]"),
        ("beale:noise=1,noise=2", "noise is given twice"),
        ("beale:", "an argument is missing"),
        ("beale:start=fat", "problem, 'start': beale has no start 'fat'; did you mean far?"),
        ("beale:start=[1]", "like [-1.2, 1.0], not [1.0]; or write classic, far or deepobs"),
        ("beale:start=[1,1e999]", "start must be 2 finite numbers"),
        ("beale:dim=3", "problem, 'dim': beale has 2 parameters and no other number; any have rosenbrock, "),
        ("rosenbrock:dim=1", "dim must be a whole number from 2 to 10,000, not 1"),
        ("rosenbrock:dim=10001", "dim must be a whole number from 2 to 10,000, not 10001"),
        ("rosenbrock:dim=2.5", "dim must be a whole number from 2 to 10,000, not 2.5"),
        (
            "rosenbrock:dim=3,start=[1,2]",
            "start must be 3 finite numbers, not [1.0, 2.0]; or write classic, far or deepobs",
        ),
        ("beale:noise=-1", "noise must be a finite number of at least 0, not -1.0"),
        ("beale:noise=True", "noise must be a finite number of at least 0, not True"),
        ("linear:noise=1", "linear takes no noise"),
        ("linear:dim=3", "linear has 2 parameters and no other number"),
        ("digits-mlp:start=far", "digits-mlp takes no start"),
        ("beal:noise=1", "unknown scenario or problem 'beal'; did you mean beale?"),
        ("valley:dim=3", "'valley:dim=3': valley is a scenario and takes no arguments; a problem does"),
    ],
)
def test_mistakes_are_one_sentence(what: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario_from(what)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('name = "beale"\nstart = "fat"', "t.toml, line 3 (problem, 'start'): beale has no start 'fat'"),
        ('name = "beale"\nnoise = "x"', "t.toml, line 3 (problem, 'noise'): noise must be a finite number"),
        ('name = "sphere"\ndim = 0', "t.toml, line 3 (problem, 'dim'): dim must be a whole number"),
        (
            'name = "sphere"\ndims = 3',
            "t.toml, line 3 (problem, 'dims'): the problem has no key 'dims'; did you mean dim?",
        ),
    ],
)
def test_mistakes_in_a_file_have_their_line(table: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_scenario(f"[problem]\n{table}\n", "t.toml")
    assert said in str(caught.value)


def test_what_float32_would_lose_is_refused() -> None:
    with pytest.raises(InputError, match=r"--dtype: brown-badly-scaled needs float64"):
        scenario_from("brown-badly-scaled", options=Options(dtype="float32"))
