"""Commands as words: what is understood, what is refused and with which sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opttui.control.commands import (
    Add,
    Drop,
    Fork,
    Freeze,
    Pace,
    Pause,
    Plane,
    Rescue,
    Restore,
    Resume,
    Rewind,
    Schedule,
    Set,
    Step,
    Stop,
    Thaw,
)
from opttui.control.words import parse_command, words_of
from opttui.errors import InputError


@pytest.mark.parametrize(
    ("words", "command"),
    [
        ("pause", Pause()),
        ("  resume ", Resume()),
        ("stop", Stop()),
        ("step", Step(1)),
        ("step 3", Step(3)),
        ("pace 20", Pace(20.0)),
        ("pace 0.5", Pace(0.5)),
        ("pace max", Pace(None)),
        ("plane pca", Plane("pca")),
        ("plane Random", Plane("random")),
        ("set 0 lr=0.05", Set("0", {"lr": 0.05})),
        ("set Adam lr=1e-3 beta1=.8", Set("Adam", {"lr": 1e-3, "beta1": 0.8})),
        ('set "adam, hot" lr=0.1', Set("adam, hot", {"lr": 0.1})),
        ("set adam, hot lr=0.1", Set("adam, hot", {"lr": 0.1})),
        (["set", "adam, hot", "lr=0.1"], Set("adam, hot", {"lr": 0.1})),
        (["set", "a=b", "lr=0.1"], Set("a=b", {"lr": 0.1})),
        ("set 0 lr=-0", Set("0", {"lr": -0.0})),
        ("set my lane lr=0.1 at 300", Set("my lane", {"lr": 0.1}, at=300)),
        ("schedule 0 @StepLR:step_size=5 at 20", Schedule("0", "StepLR:step_size=5", at=20)),
        ("schedule adam, hot none", Schedule("adam, hot", "none")),
        ("fork 0", Fork("0")),
        ("rescue", Rescue()),
        ("set 0 lr=x0.5 beta1=0.8 eps*=2 at 9", Set("0", {"beta1": 0.8}, 9, {"lr": 0.5, "eps": 2.0})),
        ("fork 0 lr=x0.1", Fork("0", factors={"lr": 0.1})),
        ("rescue adam, hot", Rescue("adam, hot")),
        ("fork adam, hot at 300 lr=0.1 beta1=0.8", Fork("adam, hot", 300, {"lr": 0.1, "beta1": 0.8})),
        ("fork 0 @none at 3", Fork("0", 3, schedule="none")),
        (
            "fork 0 lr=0.1 @StepLR:step_size=5,gamma=0.5",
            Fork("0", None, {"lr": 0.1}, "StepLR:step_size=5,gamma=0.5"),
        ),
        ("fork Adam with Lion as third", Fork("Adam", optimizer="Lion", name="third")),
        ("fork 2 SGD:lr=0.1@StepLR:step_size=5", Fork("2", optimizer="SGD:lr=0.1@StepLR:step_size=5")),
        ("rewind to 40", Rewind(40)),
        ("rewind adam, hot to 40", Rewind(40, "adam, hot")),
        ("add fast=Adam:lr=0.1", Add("fast=Adam:lr=0.1")),
        ("drop adam, hot", Drop("adam, hot")),
        ("restore 1", Restore("1")),
        ("freeze 1", Freeze("1")),
        ("thaw 1", Thaw("1")),
    ],
)
def test_words_become_commands(words, command):
    assert parse_command(words) == command


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "There is no command."),
        ([], "There is no command."),
        ("puase", "There is no command 'puase'. Did you mean 'pause'?"),
        ("STOP", "There is no command 'STOP'. Did you mean 'stop'?"),
        ("xyzzy", "One of: pause, resume, step [N], set LANE lr=0.05|lr=x0.5 ... [at STEP], schedule LANE "),
        ("fork", "'fork' needs a lane. Write: fork LANE [at STEP]"),
        ("fork 0 at", "there is no step after 'at'."),
        ("fork 0 at soon", "'soon' is not a step. Write: fork LANE [at STEP]"),
        ("fork 0 lr=0.1 hot", "'fork' has no use for 'hot'."),
        ("fork 0 lr=hot", "'hot' is not a number for 'lr'."),
        ("set 0 lr=x0", "'0' is not a factor for 'lr'. It is above 0: lr=x0.5 halves it."),
        ("set 0 lr=x-1", "'-1' is not a factor for 'lr'."),
        ("set 0 lr=x2 lr=3", "'lr' is set twice."),
        ("fork 0 @StepLR:step_size=3 @none", "'fork' has two of schedule."),
        ("fork 0 with", "there is nothing after 'with'."),
        ("rewind", "'rewind' needs the step to go back to. Write: rewind to 200, or rewind LANE to 200."),
        ("rewind 0 200", "'rewind' needs the step to go back to."),
        ("rewind to -1", "'-1' is not a step."),
        ("add", "'add' needs a lane's phrase. Write: add Adam:lr=0.01."),
        ("drop", "'drop' needs a lane. Write: drop LANE."),
        ("schedule 0", "'schedule' needs a lane and a schedule that begins with @, or none."),
        ("schedule 0 @", "there is no schedule after the @."),
        ("set 0 lr=0.1 at noon", "'noon' is not a step."),
        ("frok 0", "Did you mean 'fork'?"),
        ("pause now", "'pause' takes nothing after it, but there is 'now'."),
        ("step 0", "'0' is not a number of steps. Write a whole number from 1 on: step 10."),
        ("step -1", "'-1' is not a number of steps."),
        ("step 1.5", "'1.5' is not a number of steps."),
        ("step ²", "'²' is not a number of steps."),
        ("step " + "9" * 5000, "is not a number of steps."),
        ("step 1 2", "'step' takes nothing after it, but there is '2'. Write: step [N]."),
        ("pace", "'pace' needs a number of steps a second, or max. Write: pace 20."),
        ("pace 0", "'0' is not a pace."),
        ("pace nan", "'nan' is not a pace."),
        ("pace inf", "'inf' is not a pace."),
        ("plane", "'plane' needs a kind. Write: plane pca|random."),
        ("plane pac", "There is no plane 'pac'. Did you mean 'pca'?"),
        ("plane 3d", "There is no plane '3d'. Write: plane pca|random."),
        ("plane pca 2", "'plane' takes nothing after it, but there is '2'."),
        ("pace fast", "'fast' is not a pace. Write steps a second above 0, or max: pace 20."),
        ("pace 1 2", "'pace' takes nothing after it, but there is '2'."),
        ("set", "'set' needs a lane and a value. Write: set LANE lr=0.05."),
        ("set '' lr=1", "'set' needs a lane and a value."),
        ("set 0", "'set 0' has no KEY=VALUE."),
        ("set lr=0.1", "'lr=0.1' has no lane before it."),
        ("set 0 lr=fast", "'fast' is not a number for 'lr'. Write it like lr=0.05."),
        ("set 0 lr=nan", "'nan' is not a number for 'lr'."),
        ("set 0 lr=1e999", "'1e999' is not a number for 'lr'."),
        ("set 0 lr=", "'' is not a number for 'lr'."),
        ("set 0 =3", "'=3' is not KEY=VALUE."),
        ("set 0 lr=0.1 beta1", "'beta1' is not KEY=VALUE."),
        ("set 0 lr=0.1 lr=0.2", "'lr' is set twice."),
        ("set 'adam lr=0.1", "has a quote that is not closed."),
    ],
)
def test_nonsense_gets_one_sentence(words, said):
    with pytest.raises(InputError) as caught:
        parse_command(words)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


FINITE = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(min_size=1, max_size=30).filter(lambda name: "\0" not in name)
KEYS = st.text(st.characters(exclude_characters="=*\0"), min_size=1, max_size=12)
STEPS = st.none() | st.integers(0, 10**15 - 1)
PHRASES = st.sampled_from(["Adam:lr=0.1", "SGD", "StepLR:step_size=3,gamma=0.5", "a b=Lion", "x"])
COMMANDS = st.one_of(
    st.sampled_from([Pause(), Resume(), Stop(), Pace(None)]),
    st.builds(Step, st.integers(1, 10**15 - 1)),
    st.builds(Pace, FINITE.filter(lambda pace: pace > 0)),
    st.builds(Set, NAMES, st.dictionaries(KEYS, FINITE, min_size=1, max_size=4), STEPS),
    st.builds(Schedule, NAMES, PHRASES, STEPS),
    st.builds(
        Fork,
        NAMES,
        STEPS,
        st.dictionaries(st.from_regex(r"[a-z]\w{0,9}", fullmatch=True), FINITE, max_size=3),
        st.none() | PHRASES,
        st.none() | PHRASES,
        st.just("") | PHRASES,
    ),
    st.builds(Rewind, st.integers(0, 10**15 - 1), st.none() | NAMES),
    st.builds(Add, PHRASES),
    st.builds(Drop, NAMES),
    st.builds(Restore, NAMES),
    st.builds(Freeze, NAMES),
    st.builds(Thaw, NAMES),
)


@given(COMMANDS)
def test_every_command_can_be_written_and_read_back(command):
    assert parse_command(words_of(command)) == command


@given(st.text(max_size=60))
def test_no_text_does_more_than_be_refused(text):
    try:
        parse_command(text)
    except InputError as error:
        assert str(error)
