"""Alarms as they are written: a phrase, a table, and what is wrong with one."""

import pytest
from hypothesis import given, settings
from scenario_strategies import right_alarms

from opttui.errors import InputError
from opttui.scenario.alarms import alarms_from, read_alarms, write_alarms
from opttui.scenario.specs import AlarmSpec
from opttui.scenario.toml import parse_scenario


@pytest.mark.parametrize(
    ("phrase", "spec"),
    [
        ("spike", AlarmSpec(spike=8.0)),
        ("spike=10,stall=300,pause", AlarmSpec(spike=10.0, stall=300, pause=True)),
        ("all", AlarmSpec(divergence=True, spike=8.0, stall=200, zigzag=-0.7)),
        ("stall=50,all", AlarmSpec(divergence=True, spike=8.0, stall=50, zigzag=-0.7)),
        (" zigzag = -0.9 , quiet=10", AlarmSpec(zigzag=-0.9, quiet=10)),
    ],
)
def test_a_phrase(phrase: str, spec: AlarmSpec) -> None:
    assert read_alarms(phrase) == spec


@pytest.mark.parametrize(
    ("phrase", "sentence"),
    [
        ("spyke", "--alarm: there is no alarm 'spyke'; did you mean spike?"),
        ("pause", "--alarm: 'pause': no alarm is asked for: there are divergence, spike, stall, zigzag"),
        ("stall=0", "--alarm: stall must be a whole number of steps from 1 on, not 0"),
        ("stall=", "--alarm: 'stall=' is no list of alarms; write it like spike,stall=200,pause"),
        ("zigzag=-2", "--alarm: zigzag must be a cosine between -1 and 1, not -2.0"),
        ("spike=1,spike=2", "--alarm: spike is given twice"),
        ("divergence=3", "--alarm: divergence must be true or false, not 3"),
    ],
)
def test_what_a_phrase_may_not_say(phrase: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        read_alarms(phrase, "--alarm")
    assert str(caught.value) == sentence


@settings(max_examples=40)
@given(right_alarms())
def test_a_phrase_survives_being_written_and_read(spec: AlarmSpec) -> None:
    assert read_alarms(write_alarms(spec)) == spec


def test_true_asks_for_an_alarm_as_it_usually_is_and_false_for_none() -> None:
    given = {"spike": True, "stall": False, "zigzag": -0.5, "divergence": False, "pause": True}
    assert alarms_from(given) == AlarmSpec(spike=8.0, zigzag=-0.5, pause=True)


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            "spike = 'high'",
            "x.toml, line 4 (alarms, 'spike'): spike must be a number above 0, of usual deviations",
        ),
        (
            "stal = 200",
            "x.toml, line 4 (alarms, 'stal'): the table of alarms has no key 'stal'; did you mean stall?",
        ),
        ("pause = true", "x.toml, line 3 ('alarms'): no alarm is asked for"),
    ],
)
def test_mistakes_in_a_file_have_their_line(table: str, sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_scenario(f'[problem]\nname = "linear"\n[alarms]\n{table}\n', "x.toml")
    assert str(caught.value).startswith(sentence)
