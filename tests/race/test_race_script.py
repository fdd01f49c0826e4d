"""The exported script, run as a user would run it, repeats the record exactly."""

import subprocess
import sys

import msgspec
import pytest
from oracle import SCHEDULES, race_of, run, spec_of

from opttui.control.commands import Set
from opttui.errors import InputError
from opttui.race.script import script
from opttui.record.events import Event
from opttui.record.layout import LOSS, LR
from opttui.record.manifest import Manifest
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import LaneSpec, ProblemSpec

STEPS = 25


def printed(source: str, tmp_path) -> dict[int, list[tuple[float, float]]]:
    """Loss and lr by lane as the script prints them."""
    path = tmp_path / "race.py"
    path.write_text(source)
    done = subprocess.run(
        [sys.executable, "-I", str(path)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    header, *lines = done.stdout.splitlines()
    assert header == "lane,step,loss,lr"
    found: dict[int, list[tuple[float, float]]] = {}
    for line in lines:
        lane, step, loss, lr = line.split(",")
        rows = found.setdefault(int(lane), [])
        assert int(step) == len(rows)
        rows.append((float(loss), float(lr)))
    return found


def manifest_of(race) -> Manifest:
    info, lanes = race.info()
    return Manifest(
        id="x",
        created=0.0,
        scenario=race.scenario,
        lanes=lanes,
        problem=info,
        device="cpu",
        dtype=str(race.dtype).removeprefix("torch."),
        versions={"torch": "2.13.0", "threads": 1},
    )


COURSES = [
    "SGD:lr=0.01,warmup=4",
    "SGD:lr=0.01,warmup=4@CosineAnnealingLR:T_max=9",
    "SGD:lr=0.01,warmup=1@LambdaLR:lr_lambda=0.9**step",
    f"SGD:lr=0.01,warmup=4@{SCHEDULES['SequentialLR'][0]}",
    f"SGD:lr=0.01,warmup=4@{SCHEDULES['ChainedScheduler'][0]},every=2",
    "Adam:lr=0.01,warmup=4@ReduceLROnPlateau:patience=0",
    "SGD:lr=0.01@StepLR:step_size=1,every=4",
    "SGD:lr=0.01@SequentialLR:schedules=['OneCycleLR:max_lr=0.01,total_steps=5','ExponentialLR:gamma=0.9'],milestones=[9]",
    "Adam:lr=0.01@ChainedScheduler:schedules=['OneCycleLR:max_lr=0.01,total_steps=5','ExponentialLR:gamma=0.9']",
    "Adam:lr=0.01@CyclicLR:base_lr=0.001,max_lr=0.1,step_size_up=3,scale_fn=0.5**(step/9),scale_mode=iterations",
]
"""Warm-ups, units, and schedules of schedules that end."""

ON_DIGITS = [
    "SGD:lr=0.1@StepLR:step_size=1,every=epoch",
    "SGD:lr=0.1@ReduceLROnPlateau:on=validation,patience=0,threshold=0.9",
    "SGD:lr=0.1,warmup=7@ReduceLROnPlateau:on=accuracy,mode=max,patience=0,threshold=0.9",
    "SGD:lr=0.1,init='orthogonal:gain=relu,bias=\"normal:std=0.1\",scale=2'",
    "LBFGS:init='sparse:sparsity=0.5'@ReduceLROnPlateau:on=validation,patience=0",
    "SGD:init='default:scale=3'",
]


@pytest.mark.parametrize("problem", ["rosenbrock", "digits-mlp"])
def test_the_script_repeats_warm_ups_units_starts_and_what_is_watched(problem: str, tmp_path) -> None:
    digits = problem == "digits-mlp"
    specs = [parse_lane(phrase) for phrase in [*COURSES, *(ON_DIGITS if digits else ())]]
    specs = [msgspec.structs.replace(spec, name=str(n) + "th") for n, spec in enumerate(specs)]
    more = {"init": parse_lane("SGD:init=xavier_normal").init} if digits else {}
    race = race_of(problem, specs, 45, seed=2, **more)
    object.__setattr__(race.problem, "validate_every", 5)
    rows, events = run(race)
    source = script(manifest_of(race), events, range(len(specs)))
    source = source.replace("step % 100 == 0", "step % 5 == 0")
    found = printed(source, tmp_path)
    assert found == {lane: [(row[LOSS], row[LR]) for row in rows[lane]] for lane in rows}
    for lane, spec in enumerate(specs):
        if spec.schedule and spec.schedule.on != "loss":
            assert len({row[LR] for row in rows[lane][10:]}) > 1, "the schedule never moved"


@pytest.mark.parametrize("problem", ["rosenbrock", "linear", "digits-mlp"])
def test_the_script_repeats_the_record(problem: str, tmp_path) -> None:
    specs = [
        *(spec_of("SGD", schedule) for schedule in SCHEDULES),
        spec_of("LBFGS"),
        spec_of("LBFGS", "StepLR", line_search_fn=None),
        LaneSpec("SGD", {"lr": 10.0}),
        LaneSpec("Adam", {"lr": 0.01, "betas": [0.8, 0.9]}),
    ]
    race = race_of(problem, specs, STEPS, seed=5, target=1e-3)
    rows, events = run(race)
    found = printed(script(manifest_of(race), events, range(len(specs))), tmp_path)
    assert found == {lane: [(row[LOSS], row[LR]) for row in rows[lane]] for lane in rows}


def test_a_script_of_one_lane_turns_what_was_turned(tmp_path) -> None:
    race = race_of("rosenbrock", [spec_of("Adam", "StepLR"), spec_of("SGD")], STEPS)
    rows, events = [], []
    for step in range(STEPS):
        if step == 6:
            events += race.carry_out(Set("0", {"lr": 0.3, "beta2": 0.9}), "test", 6)
        if step == 11:
            events += race.carry_out(Set("0", {"lr": 0.001}), "test", 11)
        race.round()
        rows += race.drain(wait=True).rows[0]
    race.hand_back()
    source = script(manifest_of(race), events, [0])
    assert "opttui" not in source
    assert printed(source, tmp_path) == {0: [(row[LOSS], row[LR]) for row in rows]}


def test_names_cannot_break_out_of_the_script(tmp_path) -> None:
    race = race_of("rosenbrock", [LaneSpec("SGD", {"lr": 1e-3})], 3)
    manifest = manifest_of(race)
    race.hand_back()
    lane = msgspec.structs.replace(manifest.lanes[0], name='"""\nimport os\x1b[2J')
    manifest = msgspec.structs.replace(manifest, id='"""\nraise SystemExit', lanes=(lane,))
    found = printed(script(manifest, [], [0]), tmp_path)
    assert len(found[0]) == 3


INJECTED = '__import__("os").abort()'


def of_scenario(**changes: object):
    return lambda manifest: {"scenario": msgspec.structs.replace(manifest.scenario, **changes)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda _: {"device": f'cpu"); {INJECTED} #'}, "it names no device but"),
        (lambda _: {"dtype": f"float32; {INJECTED}"}, "it names no dtype but"),
        (lambda _: {"versions": {"threads": f"1); {INJECTED} #"}}, "it names no number of threads but"),
        (of_scenario(problem=ProblemSpec("nope")), "unknown problem 'nope'"),
        (of_scenario(lanes=(LaneSpec(f"Adam(p) or {INJECTED} or torch.optim.Adam"),)), "Adam(p) or"),
        (of_scenario(lanes=(LaneSpec("Adam", {f"lr={INJECTED}, x": 1}),)), "Adam takes no argument"),
        (of_scenario(lanes=(LaneSpec("my.opt.Mine", {f"lr={INJECTED}, x": 1}),)), "is no argument's name"),
        (of_scenario(lanes=()), "there is no lane"),
        (of_scenario(steps=INJECTED), "steps must be a whole number"),
        (of_scenario(seed=INJECTED), "seed must be a whole number"),
        (of_scenario(target=INJECTED), "target must be a finite number"),
    ],
)
def test_a_record_that_we_did_not_write_becomes_no_script(change, why: str) -> None:
    race = race_of("rosenbrock", [LaneSpec("SGD", {"lr": 1e-3})], 3)
    manifest = manifest_of(race)
    race.hand_back()
    with pytest.raises(InputError) as caught:
        script(msgspec.structs.replace(manifest, **change(manifest)), [], [0])
    assert str(caught.value).startswith("There is no script of x, because ")
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"place": "lr", "new": 0.1},
        {"place": [INJECTED, None], "new": 0.1},
        {"place": ["lr", INJECTED], "new": 0.1},
        {"place": ["lr", None], "new": INJECTED},
        {"place": ["lr", None], "new": float("nan")},
    ],
)
def test_an_event_that_we_did_not_write_becomes_no_script(data: dict) -> None:
    race = race_of("rosenbrock", [LaneSpec("SGD", {"lr": 1e-3})], 3)
    manifest = manifest_of(race)
    race.hand_back()
    with pytest.raises(InputError, match="its event at step 1 turns nothing"):
        script(manifest, [Event("set", lane=0, step=1, data=data)], [0])
