"""The plain script of lanes that were turned, forked, added and rewound prints what was recorded, bit for bit."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from oracle import race_of, spec_of
from test_race_script import manifest_of, printed

from opttui.control.commands import Add, Command, Fork, Rewind, Schedule, Set
from opttui.errors import InputError
from opttui.race.script import script
from opttui.record.events import Event
from opttui.record.layout import LOSS, LR, STEP
from opttui.record.manifest import Manifest

STEPS = 30


def raced(problem: str, commands: dict[int, list[Command]]) -> tuple[Manifest, list[Event], dict]:
    """A race with commands before some of its rounds: manifest, events, and the rows that no rewind has undone."""
    race = race_of(problem, [spec_of("Adam", "StepLR"), spec_of("SGD")], STEPS, seed=3)
    events: list[Event] = []
    rows: dict[int, dict[int, tuple[float, float]]] = {}
    rounds = 0
    more = True
    while more:
        for command in commands.get(rounds, ()):
            new = race.carry_out(command, "test", race.step())
            events += new
            for event in new:
                if event.kind == "rewound":
                    kept = rows[event.lane]
                    rows[event.lane] = {step: kept[step] for step in kept if step < event.step}
        more = race.round()
        rounds += 1
        drained = race.drain(wait=not more)
        events += drained.events
        for lane, new_rows in drained.rows.items():
            rows.setdefault(lane, {}).update({int(row[STEP]): (row[LOSS], row[LR]) for row in new_rows})
    race.hand_back()
    infos = manifest_of(race)
    return infos, events, rows


@pytest.mark.parametrize("problem", ["rosenbrock", "digits-mlp"])
def test_a_script_does_again_what_was_done(problem: str, tmp_path: Path) -> None:
    manifest, events, rows = raced(
        problem,
        {
            4: [Set("0", {"lr": 0.02, "beta2": 0.9}), Set("1", {"momentum": 0.5})],
            6: [Fork("0"), Fork("0", values={"lr": 0.003, "beta1": 0.7}, schedule="ExponentialLR:gamma=0.9")],
            8: [Set("0", {"lr": 0.5}), Schedule("1", "CosineAnnealingLR:T_max=9")],
            9: [Fork("0", at=6), Fork("3"), Add("late=RMSprop:lr=0.001@StepLR:step_size=7")],
            30: [Set("1", {"lr": 1e-4}), Rewind(7, "0"), Schedule("4", "none")],
            50: [Fork("1"), Set("0", {"beta1": 0.5})],
        },
    )
    source = script(manifest, events, range(len(manifest.lanes)))
    assert "opttui" not in source
    found = printed_from(source, tmp_path)
    assert found == rows


def printed_from(source: str, tmp_path: Path) -> dict[int, dict[int, tuple[float, float]]]:
    """As `printed`, by step: forks begin later."""
    path = tmp_path / "story.py"
    path.write_text(source)
    done = subprocess.run([sys.executable, "-I", str(path)], capture_output=True, text=True, check=True)
    found: dict[int, dict[int, tuple[float, float]]] = {}
    for line in done.stdout.splitlines()[1:]:
        lane, step, loss, lr = line.split(",")
        found.setdefault(int(lane), {})[int(step)] = float(loss), float(lr)
    return found


def test_a_script_of_the_other_lanes_stays_as_plain_as_it_was(tmp_path: Path) -> None:
    manifest, events, rows = raced("rosenbrock", {6: [Fork("0", values={"lr": 0.003})]})
    source = script(manifest, events, [1])
    assert "begin" not in source
    assert "turns" not in source
    assert printed(source, tmp_path)[1] == list(rows[1].values())


@pytest.mark.parametrize(
    ("commands", "lane", "words"),
    [
        ([Fork("0", optimizer="SGD:lr=0.1")], 2, "'SGD from Adam' took another optimizer at step 6"),
        (
            [Schedule("1", "StepLR:step_size=1,every=4")],
            1,
            "a plain loop cannot change from or to a schedule",
        ),
    ],
)
def test_what_a_plain_loop_cannot_do_is_one_sentence(commands: list[Command], lane: int, words: str) -> None:
    manifest, events, _ = raced("rosenbrock", {6: commands})
    with pytest.raises(InputError, match=words):
        script(manifest, events, [lane])
    assert script(manifest, events, [0])


@pytest.mark.parametrize(
    "data",
    [
        {"values": {"lr": 0.1}, "places": {"lr": ['lr"]; import os', None]}},
        {"values": {"lr": "__import__('os')"}, "places": {"lr": ["lr", None]}},
        {"values": {"lr": float("nan")}, "places": {"lr": ["lr", None]}},
        {"values": {"lr": 0.1}, "places": {}},
        {"schedule": "StepLR:step_size=__import__('os')"},
        {"schedule": "ExponentialLR(gamma=0.1)"},
    ],
)
def test_a_record_that_anybody_may_have_written_puts_no_code_in_a_script(data: dict) -> None:
    manifest, events, _ = raced("rosenbrock", {6: [Fork("0", values={"lr": 0.003})]})
    forged = [
        msgspec.structs.replace(event, data={**event.data, "values": {}, **data})
        if event.kind == "forked"
        else event
        for event in events
    ]
    with pytest.raises(InputError):
        script(manifest, forged, [2])
