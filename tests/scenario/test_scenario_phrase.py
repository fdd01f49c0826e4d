"""The lane phrase: what it reads, what it writes, and that the two are each other's inverse."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenario_strategies import any_lanes, right_lanes, values

from opttui.errors import InputError
from opttui.scenario.literals import read_literal, write_literal
from opttui.scenario.phrase import LONGEST, parse_lane, phrase_of
from opttui.scenario.specs import LaneSpec, ScheduleSpec

COMMON = [
    "Adam",
    "Adam:lr=0.01",
    "fast=Adam:lr=0.1",
    "adam, hot=Adam:lr=0.1",
    "SGD:lr=0.001,momentum=0.9@StepLR:step_size=500,gamma=0.5",
    "SGD:lr=0.1,momentum=0.9,nesterov=True",
    "Adam:betas=(0.9,0.999),eps=1e-08",
    "Adafactor:eps=(None,0.001)",
    "SGD@MultiStepLR:milestones=[500,800]",
    "LBFGS:line_search_fn=strong_wolfe,max_eval=None",
    "Rprop:etas=(0.5,1.2),step_sizes=(1e-06,50)",
    "pytorch_optimizer.Lion:lr=0.0001",
    "my_opt.py::MyOpt:lr=0.1",
    "'a=b'=SGD:lr=-0.5",
]


@pytest.mark.parametrize("phrase", COMMON)
def test_the_common_case_comes_back_as_it_was_typed(phrase: str) -> None:
    assert phrase_of(parse_lane(phrase)) == phrase


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("SGD:lr=1e-3", "SGD:lr=0.001"),
        ("SGD:lr=.5", "SGD:lr=0.5"),
        ("SGD:lr=1e-8", "SGD:lr=1e-08"),
        (
            " fast = Adam : lr = 0.1 , eps=1 @ StepLR : step_size = 5 ",
            "fast=Adam:lr=0.1,eps=1@StepLR:step_size=5",
        ),
        ("LBFGS:line_search_fn='strong_wolfe'", "LBFGS:line_search_fn=strong_wolfe"),
        ("Adam:betas=[0.9, 0.99]", "Adam:betas=(0.9,0.99)"),
        ("SGD@MultiStepLR:milestones=(5,)", "SGD@MultiStepLR:milestones=[5]"),
        ("'fast'=SGD", "fast=SGD"),
        ('"x y"=SGD', "x y=SGD"),
    ],
)
def test_one_spelling_for_each_lane(typed: str, written: str) -> None:
    assert phrase_of(parse_lane(typed)) == written


def test_the_parts_of_a_phrase() -> None:
    lane = parse_lane("a b=SGD:lr=1e-3,betas=(0.9,[1,'x,=@:)'])@StepLR:step_size=500")
    assert lane == LaneSpec(
        "SGD",
        {"lr": 0.001, "betas": [0.9, [1, "x,=@:)"]]},
        ScheduleSpec("StepLR", {"step_size": 500}),
        "a b",
    )


@given(any_lanes)
def test_what_is_written_reads_back_as_the_same_lane(lane: LaneSpec) -> None:
    assert parse_lane(phrase_of(lane)) == lane


@given(right_lanes())
def test_writing_is_settled_after_once(lane: LaneSpec) -> None:
    phrase = phrase_of(lane)
    assert phrase_of(parse_lane(phrase)) == phrase


@given(values, st.booleans())
def test_a_value_reads_back_with_its_type(value: object, as_pair: bool) -> None:
    back = read_literal(write_literal(value, as_pair))
    assert repr(back) == repr(value)


@given(st.text(max_size=60) | st.text("Aa=:@,'\"()[]{}\\0.", max_size=40))
def test_any_text_is_a_lane_or_one_sentence(text: str) -> None:
    try:
        lane = parse_lane(text)
    except InputError as error:
        assert error.message.isprintable()
        assert "\n" not in error.message
    else:
        assert parse_lane(phrase_of(lane)) == lane


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("", "lane 2 (''): the name of an optimizer is missing; write it like Adam:lr=0.01 or"),
        ("=SGD", "lane 2 ('=SGD'): there is no name before the =; write it like"),
        ("''=SGD", "\"''\" is no name"),
        ("SG\x1bD:lr=1", r"'SG\x1bD' is not the name of an optimizer"),
        ("SGD:", "an argument is missing; after SGD: come arguments like lr=0.01"),
        ("SGD:lr=0.1,", "an argument is missing"),
        ("SGD:lr", "'lr' is not key=value"),
        ("SGD:0.1", "'0.1' is not key=value"),
        ("SGD:lr=", "lr: '' is neither a number, a word, a quoted string nor a list of them"),
        ("SGD:lr=0.1,lr=0.2", "lane 2 ('SGD:lr=0.1,lr=0.2'): lr is given twice"),
        ("SGD@StepLR:gamma=1,gamma=1", "gamma is given twice"),
        ("SGD@", "the name of a schedule is missing"),
        ("SGD@StepLR@StepLR", "a lane has one schedule, and here is a second @"),
        ("SGD:betas=(1,2", "there is a missing )"),
        ("SGD:betas=1]", "there is a ] that closes nothing"),
        ("SGD:x='a", "there is a missing '"),
        ("SGD:lr=inf", "lr: inf is no value; numbers must be finite"),
        ("SGD:nesterov=true", "nesterov: true is no value; write True"),
        ("SGD:foreach=none", "foreach: none is no value; write None"),
        ("SGD:lr=__import__('os')", "lr: \"__import__('os')\" is neither a number"),
        ("SGD:lr=1+1j", "lr: '1+1j' is a complex, and values are numbers, words, flags or lists of them"),
        ("SGD:lr={1:2}", "lr: '{1:2}' is a dict, and values are"),
        ("SGD:lr=0.1:momentum=0.9", "there is a second : after SGD; arguments are separated by commas"),
        (
            "SGD lr=0.1",
            "'0.1' is not the name of an optimizer; arguments come after a colon, like SGD:lr=0.1",
        ),
        ("SGD,Adam", "'SGD,Adam' is not the name of an optimizer"),
        (
            "SGD:lr=" + "1" * LONGEST,
            f"a lane has at most {LONGEST} characters, and this one has {LONGEST + 7}",
        ),
        ("SGD:x=" + "(" * 1500 + ")" * 1500, "x: '((((("),
    ],
)
def test_what_cannot_be_read_is_named(phrase: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_lane(phrase, "lane 2")
    assert caught.value.message.startswith("lane 2 (")
    assert sentence in caught.value.message


def test_without_a_place_the_phrase_is_the_place() -> None:
    with pytest.raises(InputError, match=r"^'SGD:lr': 'lr' is not key=value"):
        parse_lane("SGD:lr")


def test_control_characters_never_reach_a_sentence() -> None:
    with pytest.raises(InputError) as caught:
        parse_lane("SGD:\x1b[2J\x9b=1")
    assert caught.value.message.isprintable()


def test_values_are_literals_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = ast.literal_eval
    monkeypatch.setattr(ast, "literal_eval", lambda text: seen.append(text) or real(text))
    parse_lane("SGD:lr=0.1,foreach=None,x=word")
    assert seen == ["0.1", "None"]
