"""A scenario file: what it may say, and that each mistake is found with file, line and key."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_strategies import scenarios

from opttui.errors import InputError
from opttui.scenario.catalogue import PROBLEMS
from opttui.scenario.files import LARGEST
from opttui.scenario.phrase import phrase_of
from opttui.scenario.specs import EventSpec, LaneSpec, ProblemSpec, Scenario, ScheduleSpec
from opttui.scenario.toml import load_scenario, parse_scenario
from opttui.scenario.toml_writer import toml_of

FULL = """\
title = "Round the bend"
steps = 2000
seed = 7
device = "cpu"
dtype = "float32"
target = 1
axis = "evaluations"
pace = 50

[problem]
name = "rosenbrock"
start = [-1.2, 1]

[[lane]]
optimizer = "SGD"
lr = 1e-3
momentum = 0.9
schedule = { name = "StepLR", step_size = 500, gamma = 0.5 }

[[lane]]
name = "adam, hot"
optimizer = "Adam"
betas = [
  0.9,  # a comment with "quotes"
  0.99,
]

[[event]]
at = 800
do = "set 0 lr=0.002"
"""


def refused(text: str) -> str:
    """The one sentence for a text that is no scenario."""
    with pytest.raises(InputError) as caught:
        parse_scenario(text, "rosen.toml")
    sentence = str(caught.value)
    assert sentence.isprintable()
    return sentence


def swapped(old: str, new: str) -> str:
    assert FULL.count(old) == 1
    return FULL.replace(old, new)


def test_everything_that_a_file_may_say() -> None:
    assert parse_scenario(FULL, "rosen.toml") == Scenario(
        title="Round the bend",
        steps=2000,
        seed=7,
        device="cpu",
        dtype="float32",
        target=1.0,
        axis="evaluations",
        pace=50.0,
        problem=ProblemSpec("rosenbrock", (-1.2, 1.0)),
        lanes=(
            LaneSpec(
                "SGD",
                {"lr": 0.001, "momentum": 0.9},
                ScheduleSpec("StepLR", {"step_size": 500, "gamma": 0.5}),
            ),
            LaneSpec("Adam", {"betas": [0.9, 0.99]}, name="adam, hot"),
        ),
        events=(EventSpec(800, "set 0 lr=0.002"),),
    )


def test_what_is_left_out_is_the_problems() -> None:
    scenario = parse_scenario('[problem]\nname = "digits-mlp"', "x.toml")
    entry = PROBLEMS["digits-mlp"]
    assert scenario.steps == entry.steps
    assert tuple(map(phrase_of, scenario.lanes)) == entry.lanes
    assert (scenario.seed, scenario.device, scenario.dtype, scenario.batch_size) == (0, "auto", None, None)


def test_a_lane_may_be_a_phrase() -> None:
    scenario = parse_scenario(
        '[problem]\nname="linear"\n[[lane]]\nphrase = "a=Adafactor:eps=(None,0.1)"', "x"
    )
    assert scenario.lanes == (LaneSpec("Adafactor", {"eps": [None, 0.1]}, name="a"),)


def test_a_schedule_may_be_a_table_of_its_own() -> None:
    text = FULL.replace('schedule = { name = "StepLR", step_size = 500, gamma = 0.5 }', "")
    text = text.replace("[[event]]", '[lane.schedule]\nname = "StepLR"\nstep_sise = 5\n\n[[event]]')
    assert refused(text) == (
        "rosen.toml, line 30 (lane 2, schedule, 'step_sise'): StepLR takes no argument 'step_sise'; "
        "did you mean step_size?"
    )


@settings(max_examples=40)
@given(scenarios())
def test_a_scenario_survives_being_written_and_read(scenario: Scenario) -> None:
    assert parse_scenario(toml_of(scenario), "x.toml") == scenario


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "momentum = 0.9",
            "moment = 0.9",
            "rosen.toml, line 17 (lane 1, 'moment'): SGD takes no argument 'moment'; did you mean momentum?",
        ),
        (
            '"Adam"',
            '"Adm"',
            "rosen.toml, line 22 (lane 2, 'optimizer'): unknown optimizer 'Adm'; did you mean Adam?",
        ),
        (
            "gamma = 0.5",
            "gama = 0.5",
            "rosen.toml, line 18 (lane 1, schedule, 'gama'): StepLR takes no argument 'gama'; "
            "did you mean gamma?",
        ),
        (
            '"StepLR"',
            '"steplr"',
            "line 18 (lane 1, schedule, 'name'): unknown schedule 'steplr'; did you mean StepLR?",
        ),
        ("step_size = 500, ", "", "line 18 (lane 1, 'schedule'): StepLR needs step_size"),
        (
            "lr = 1e-3",
            'lr = "abc"',
            "line 16 (lane 1, 'lr'): lr must be a finite number of at least 0, not 'abc'",
        ),
        (
            "lr = 1e-3",
            "lr = true",
            "line 16 (lane 1, 'lr'): lr must be a finite number of at least 0, not True",
        ),
        (
            "lr = 1e-3",
            "lr = nan",
            "line 16 (lane 1, 'lr'): lr must be a finite number of at least 0, not nan",
        ),
        (
            "lr = 1e-3",
            "lr = 1979-05-27",
            "line 16 (lane 1, 'lr'): lr must be a finite number of at least 0, not datetime",
        ),
        (
            "lr = 1e-3",
            "lr.x = 1",
            "line 16 (lane 1, 'lr'): lr must be a finite number of at least 0, not {'x': 1}",
        ),
        ("  0.99,\n", "", "line 23 (lane 2, 'betas'): betas must be a pair of finite numbers"),
        (
            "steps = 2000",
            "steps = 0",
            "line 2 ('steps'): steps must be a whole number from 1 to 1,000,000,000, not 0",
        ),
        (
            "steps = 2000",
            "stepz = 2000",
            "line 2 ('stepz'): a scenario has no key 'stepz'; did you mean steps?",
        ),
        (
            "steps = 2000",
            "epochs = 2000",
            "line 2 ('epochs'): a scenario has no key 'epochs'; did you mean steps?",
        ),
        ("seed = 7", "seed = -7", "line 3 ('seed'): seed must be a whole number from 0 to"),
        ("seed = 7", "batch_size = 7", "line 3 ('batch_size'): rosenbrock has no batches"),
        (
            'dtype = "float32"',
            'dtype = "half"',
            "line 5 ('dtype'): dtype must be float32 or float64, not 'half'",
        ),
        ("target = 1", "target = nan", "line 6 ('target'): target must be a finite number"),
        (
            "pace = 50",
            "pace = -1",
            "line 8 ('pace'): pace must be a number of steps a second above 0, not -1.0",
        ),
        (
            'name = "rosenbrock"',
            'name = "rosen"',
            "line 11 (problem, 'name'): unknown problem 'rosen'; did you mean",
        ),
        ('name = "rosenbrock"', "name = 1", "line 11 (problem, 'name'): name must be a string, not 1"),
        (
            'name = "rosenbrock"',
            "",
            "line 10 ('problem'): the problem needs a name; write [problem] and below it name =",
        ),
        ("start = [-1.2, 1]", "start = [1]", "line 12 (problem, 'start'): start must be 2 finite numbers"),
        (
            "start = [-1.2, 1]",
            "begin = [1]",
            "line 12 (problem, 'begin'): the problem has no key 'begin'; there are name",
        ),
        (
            "[problem]",
            "[problm]",
            "line 10 ('problm'): a scenario has no key 'problm'; did you mean problem?",
        ),
        ('optimizer = "SGD"', "", 'line 14 (lane 1): the lane needs an optimizer, like optimizer = "Adam"'),
        (
            'optimizer = "SGD"',
            'optimiser = "SGD"',
            "line 15 (lane 1, 'optimiser'): a lane has no key 'optimiser'; did you mean optimizer?",
        ),
        (
            'optimizer = "SGD"',
            "optimizer = 3",
            "line 15 (lane 1, 'optimizer'): the name of an optimizer is a string, not 3",
        ),
        (
            'optimizer = "SGD"',
            'phrase = "SGD"',
            "line 16 (lane 1, 'lr'): a lane with a phrase has no key 'lr'; it takes only",
        ),
        (
            'name = "adam, hot"',
            'name = ""',
            "line 21 (lane 2, 'name'): the name is empty; leave it out to name the lane",
        ),
        ('name = "adam, hot"', "name = 1", "line 21 (lane 2, 'name'): a lane's name is a string, not 1"),
        (
            "at = 800",
            "at = -800",
            "line 29 (event 1, 'at'): at must be a whole number of steps from 0 on, not -800",
        ),
        ("at = 800\n", "", "line 28 (event 1): the event needs 'at', like at = 800"),
        ("at = 800", "when = 800", "line 29 (event 1, 'when'): an event has no key 'when'"),
        (
            "[[event]]",
            "[event]",
            "line 28 ('event'): write [[event]] in two pairs of brackets, once for each event",
        ),
        ("[problem]", "[[problem]]", "line 10 ('problem'): problem is a table; write [problem] and below it"),
        ('"Round the bend"', r'"a\u001b[2J"', "line 1 ('title'): a title is text that can be printed"),
    ],
)
def test_a_mistake_is_found_with_line_and_key(old: str, new: str, expected: str) -> None:
    sentence = refused(swapped(old, new))
    assert sentence.startswith("rosen.toml, line ")
    assert expected in sentence


def test_a_lane_in_one_pair_of_brackets() -> None:
    text = '[problem]\nname = "linear"\n\n[lane]\noptimizer = "SGD"\n'
    assert (
        refused(text)
        == "rosen.toml, line 4 ('lane'): write [[lane]] in two pairs of brackets, once for each lane"
    )


@pytest.mark.parametrize("schedule", ['"StepLR"', "{ step_size = 5 }", "[]", "3"])
def test_a_schedule_without_a_name(schedule: str) -> None:
    text = f'[problem]\nname = "linear"\n[[lane]]\noptimizer = "SGD"\nschedule = {schedule}'
    assert refused(text).startswith(
        "rosen.toml, line 5 (lane 1, 'schedule'): a schedule is a table with a name, like sch"
    )


def test_a_phrase_that_cannot_be_read() -> None:
    text = '[problem]\nname = "linear"\n[[lane]]\nphrase = "SGD:lr"'
    assert refused(text).startswith("rosen.toml, line 4 (lane 1, 'phrase') ('SGD:lr'): 'lr' is not key=value")
    assert "a phrase is a string, not 4" in refused(text.replace('"SGD:lr"', "4"))


def test_two_lanes_of_one_name() -> None:
    text = swapped('optimizer = "SGD"', 'optimizer = "SGD"\nname = "adam, hot"')
    assert refused(text) == (
        "rosen.toml, line 22 (lane 2, 'name'): the name 'adam, hot' is lane 1's already; every lane needs its own"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 'rosen.toml: there is no problem; write [problem] and below it name = "rosenbrock"'),
        ("steps = ", "rosen.toml, line 1: this is not TOML: invalid value, where the file ends"),
        (
            "[problem",
            "rosen.toml, line 1: this is not TOML: expected ']' at the end of a table declaration, where the",
        ),
        (
            "steps = 5\nseed = SGD\n",
            "rosen.toml, line 2, column 8: this is not TOML: invalid value; strings need quotes",
        ),
        ("x = [1, True]\n", "line 1, column 9: this is not TOML: "),
        ("x = True\n", "invalid value; TOML writes true and false in small letters, and has no None"),
        (
            "a = 1\na = 2\n",
            "line 2, column 6: this is not TOML: cannot overwrite a value; a key or a table is given twice",
        ),
        ("a = 'x\n", "rosen.toml, line 1"),
        (
            "a = 1 b = 2\n",
            "rosen.toml, line 1, column 7: this is not TOML: expected newline or end of document",
        ),
        (
            "a = " + "[" * 5000,
            "rosen.toml: this is not TOML that a scenario could be; its values are too deep",
        ),
        (
            "a = " + "9" * 5000,
            "rosen.toml: this is not TOML that a scenario could be; its values are too deep or too lo",
        ),
        ("a = 1\x00", "rosen.toml, line 1"),
    ],
)
def test_broken_toml_is_one_sentence_with_its_line(text: str, expected: str) -> None:
    assert expected in refused(text)


@given(st.text(max_size=80) | st.text("[]{}=\"'#\\\n.,a1 ", max_size=60), st.integers(0, len(FULL)))
def test_any_text_is_a_scenario_or_one_sentence(piece: str, at: int) -> None:
    try:
        parse_scenario(FULL[:at] + piece + FULL[at:], "rosen.toml")
    except InputError as error:
        assert str(error).isprintable()
        assert str(error).startswith("rosen.toml")


def test_commands_are_read_by_the_function_that_is_passed_in() -> None:
    def check(words: str) -> None:
        raise InputError(f"There is no command {words!r}.", "Write: stop.")

    with pytest.raises(InputError) as caught:
        parse_scenario(FULL, "rosen.toml", check)
    assert str(caught.value) == (
        "rosen.toml, line 30 (event 1, 'do'): There is no command 'set 0 lr=0.002'. Write: stop."
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    def says(path: Path) -> str:
        with pytest.raises(InputError) as caught:
            load_scenario(path)
        return str(caught.value)

    assert says(tmp_path / "none.toml") == f"there is no file '{tmp_path}/none.toml'"
    assert says(tmp_path) == f"'{tmp_path}' cannot be read: it is a directory"
    os.mkfifo(tmp_path / "pipe.toml")
    assert says(tmp_path / "pipe.toml").endswith("cannot be read: it is no regular file")
    assert says(Path("/dev/zero")) == "'/dev/zero' cannot be read: it is no regular file"
    (tmp_path / "large.toml").write_text("#" * (LARGEST + 1))
    assert says(tmp_path / "large.toml").endswith("is larger than 1,000,000 bytes, and a scenario never is")
    (tmp_path / "latin.toml").write_bytes(b"steps = 3\ntitle = '\xe9'\n")
    assert says(tmp_path / "latin.toml") == "'latin.toml', line 2: this is not UTF-8 text, as TOML must be"
    assert "cannot be read" in says(Path("a\0b.toml"))


def test_a_file_with_a_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "rosen.toml"
    file.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert load_scenario(file) == parse_scenario(FULL, "rosen.toml")
    file.write_bytes(FULL.replace("momentum", "moment").replace("\n", "\r\n").encode())
    with pytest.raises(InputError, match=r"rosen.toml, line 17 \(lane 1, 'moment'\)"):
        load_scenario(file)


def test_the_largest_file_is_placed_without_delay() -> None:
    """The line of a mistake behind a value of 300,000 lines: the scan is linear, or this would take hours."""
    text = "title = [\n" + "1,\n" * 300_000 + "]\ny = 1\n"
    assert "rosen.toml, line 300003 ('y'): a scenario has no key 'y'" in refused(text)


def test_written_text_is_for_people() -> None:
    text = toml_of(parse_scenario(FULL, "rosen.toml"))
    assert text.startswith('title = "Round the bend"\nsteps = 2000\nseed = 7\n')
    assert '[[lane]]\nname = "adam, hot"\noptimizer = "Adam"\nbetas = [0.9, 0.99]\n' in text
    assert 'schedule = { name = "StepLR", step_size = 500, gamma = 0.5 }' in text
    assert "axis" in text and "batch_size" not in text


def test_what_toml_cannot_say_is_written_as_a_phrase() -> None:
    lane = LaneSpec("Adafactor", {"eps": [None, 0.5]}, name='a "b"')
    scenario = Scenario(problem=ProblemSpec("linear"), lanes=(lane,))
    text = toml_of(scenario)
    assert "phrase = " in text
    assert parse_scenario(text, "x").lanes == (lane,)
