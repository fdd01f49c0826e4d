"""Commands as words: what is understood, what is refused and with which sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opttui.control.commands import Pace, Pause, Plane, Resume, Set, Step, Stop
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
        (
            "xyzzy",
            "One of: pause, resume, step [N], set LANE lr=0.05 ..., pace N|max, plane pca|random, stop.",
        ),
        ("fork 0 lr=0.1", "This version cannot fork yet."),
        ("rewind to 3", "This version cannot rewind yet."),
        ("add Adam", "This version cannot add yet."),
        ("drop 0", "This version cannot drop yet."),
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
KEYS = st.text(st.characters(exclude_characters="=\0"), min_size=1, max_size=12)
COMMANDS = st.one_of(
    st.sampled_from([Pause(), Resume(), Stop(), Pace(None)]),
    st.builds(Step, st.integers(1, 10**15 - 1)),
    st.builds(Pace, FINITE.filter(lambda pace: pace > 0)),
    st.builds(Set, NAMES, st.dictionaries(KEYS, FINITE, min_size=1, max_size=4)),
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
