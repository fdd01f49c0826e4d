"""What cannot be raced is refused in one sentence that names the place and what would be right."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from scenario_strategies import scenarios

from opttui.errors import InputError
from opttui.scenario.check import validate
from opttui.scenario.names import lane_names
from opttui.scenario.parts import read_init
from opttui.scenario.phrase import parse_lane
from opttui.scenario.specs import EventSpec, LaneSpec, ProblemSpec, Scenario

LANES = (parse_lane("SGD:lr=0.1"), parse_lane("Adam"))
GOOD = Scenario(problem=ProblemSpec("rosenbrock"), lanes=LANES)


def sentence(scenario: Scenario, **more: Any) -> str:
    """What `validate` says of a scenario that it refuses."""
    with pytest.raises(InputError) as caught:
        validate(scenario, **more)
    text = str(caught.value)
    assert text.isprintable()
    return text


def changed(**changes: Any) -> Scenario:
    return msgspec.structs.replace(GOOD, **changes)


def with_lane(phrase: str) -> Scenario:
    return changed(lanes=(LANES[0], parse_lane(phrase)))


@settings(max_examples=40)
@given(scenarios())
def test_a_right_scenario_passes_and_survives_json(scenario: Scenario) -> None:
    validate(scenario)
    assert msgspec.json.decode(msgspec.json.encode(scenario), type=Scenario) == scenario


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"steps": 0}, "--steps: steps must be a whole number from 1 to 1,000,000,000, not 0"),
        ({"steps": -5}, "not -5"),
        ({"steps": 10**9 + 1}, "not 1000000001"),
        ({"steps": True}, "not True"),
        ({"steps": 2.0}, "not 2.0"),
        ({"steps": "many"}, "not 'many'"),
        ({"seed": -1}, "--seed: seed must be a whole number from 0 to 9,223,372,036,854,775,807, not -1"),
        ({"seed": 2**63}, "not 9223372036854775808"),
        ({"device": "gpu"}, "--device: device must be auto, cpu, cuda, cuda:N or mps, not 'gpu'"),
        ({"device": "cuda:"}, "not 'cuda:'"),
        ({"device": "cuda:-1"}, "not 'cuda:-1'"),
        ({"device": "cpu\n"}, r"not 'cpu\n'"),
        ({"dtype": "float16"}, "--dtype: dtype must be float32 or float64, not 'float16'"),
        ({"dtype": ["float32"]}, "not ['float32']"),
        ({"target": float("nan")}, "--target: target must be a finite number, a loss to reach, not nan"),
        ({"target": float("inf")}, "not inf"),
        ({"target": True}, "not True"),
        ({"axis": "epochs"}, "--axis: axis must be one of steps, evaluations, seconds, not 'epochs'"),
        ({"axis": ["steps"]}, "not ['steps']"),
        ({"pace": 0}, "--pace: pace must be a number of steps a second above 0, not 0"),
        ({"pace": -1.5}, "not -1.5"),
        ({"pace": float("nan")}, "not nan"),
        ({"batch_size": 32}, "--batch-size: rosenbrock has no batches: every step sees the whole problem"),
        ({"title": 5}, "'title': title must be a string, not 5"),
        ({"title": "x" * 201}, "a title has at most 200 characters, and this one has 201"),
        ({"title": "a\x1b[2J"}, r"a title is text that can be printed, and 'a\x1b[2J' holds a character"),
        ({"problem": ProblemSpec("rosen")}, "unknown problem 'rosen'; did you mean rosenbrock?"),
        ({"problem": ProblemSpec("Rosenbrock")}, "unknown problem 'Rosenbrock'; did you mean rosenbrock?"),
        (
            {"problem": ProblemSpec("x.txt::f")},
            "'x.txt::f' names no Python file; write it like my_opt.py::MyOpt",
        ),
        ({"problem": ProblemSpec(7)}, "a problem's name is a string, not 7"),
        (
            {"problem": ProblemSpec("linear", (1.0, 2.0))},
            "linear takes no start: its network begins as the seed",
        ),
        (
            {"problem": ProblemSpec("rosenbrock", (1.0,))},
            "start must be 2 finite numbers, like [-1.2, 1.0], not [1.0]",
        ),
        ({"problem": ProblemSpec("rosenbrock", (1.0, float("nan")))}, "not [1.0, nan]"),
        (
            {"problem": ProblemSpec("rosenbrock", 3)},
            "start must be 2 finite numbers, like [-1.2, 1.0], not 3",
        ),
        ({"lanes": ()}, "the lanes: there is no lane, and a race needs one"),
        ({"lanes": LANES[:1] * 257}, "the lanes: a race has at most 256 lanes, and here are 257"),
    ],
)
def test_settings(changes: dict[str, Any], expected: str) -> None:
    assert expected in sentence(changed(**changes))


@pytest.mark.parametrize("size", [0, -1, 1.5, True, "64", 10**10])
def test_batch_size(size: Any) -> None:
    text = sentence(changed(problem=ProblemSpec("digits-mlp"), batch_size=size))
    assert text.startswith("--batch-size: batch_size must be a whole number from 1 on, not ")


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("Adm:lr=0.1", "lane 2 ('Adm:lr=0.1'): unknown optimizer 'Adm'; did you mean Adam?"),
        ("adam", "lane 2 ('adam'): unknown optimizer 'adam'; did you mean Adam?"),
        ("torch.optim.Adam", "unknown optimizer 'torch.optim.Adam'; did you mean Adam?"),
        ("my.txt::Zzzz", "'my.txt::Zzzz' names no Python file; write it like my_opt.py::MyOpt"),
        ("my.py::", "'my.py::' ends in no name; write it like my_opt.py::MyOpt"),
        ("a..B", "'a..B' is no import path; write it like package.module.MyOpt"),
        ("a.Wrap:optimizer='Adm'", "unknown optimizer 'Adm'; did you mean Adam?"),
        ("a.Wrap:optimizer='Adam:lr=x'", "lr must be a finite number of at least 0, not 'x'"),
        ("a.Wrap:optimizer='Adam@StepLR'", "optimizer is an optimizer alone, without a name, a schedule and"),
        ("Muon:rest='Muon:rest=AdamW'", "rest is an optimizer alone, without a name, a schedule and a rest"),
        ("Muon:rest=5", "rest must be an optimizer, like rest='AdamW:lr=0.001', not 5"),
        ("Muon:rest=AdmW", "unknown optimizer 'AdmW'; did you mean AdamW?"),
        ("Muon:rest='AdamW:lrr=1'", "AdamW takes no argument 'lrr'; did you mean lr?"),
        (
            "Muon:ns_coefficients=(1,2)",
            "ns_coefficients must be 3 finite numbers, like (3.4445, -4.775, 2.0315)",
        ),
        ("Muon:rest=AdamW@CyclicLR:base_lr=0.1,max_lr=1", "cycle_momentum=False makes it work"),
        ("Zzzz", "unknown optimizer 'Zzzz'; there are SGD, Adam, AdamW, "),
        (
            "SGD:moment=0.9",
            "lane 2 ('SGD:moment=0.9'): SGD takes no argument 'moment'; did you mean momentum?",
        ),
        ("SGD:learning_rate=0.9", "SGD takes no argument 'learning_rate'; did you mean lr?"),
        ("SGD:params=0", "SGD takes no argument 'params'; "),
        ("SGD:lr=abc", "lane 2 ('SGD:lr=abc'): lr must be a finite number of at least 0, not 'abc'"),
        ("SGD:lr=True", "lr must be a finite number of at least 0, not True"),
        ("SGD:lr=None", "not None"),
        ("SGD:lr=-0.1", "not -0.1"),
        ("SGD:lr=1e999", "not inf"),
        ("SGD:momentum=[0.9]", "momentum must be a finite number of at least 0, not [0.9]"),
        ("SGD:nesterov=1", "nesterov must be True or False, not 1"),
        (
            "SGD:differentiable=True",
            "differentiable cannot be turned on: it needs parameters that are computed",
        ),
        (
            "Adam:betas=0.9",
            "betas must be a pair of finite numbers of at least 0, like (0.9, 0.999), not 0.9",
        ),
        ("Adam:betas=(0.9,)", "not [0.9]"),
        ("Adam:betas=(0.9,None)", "not [0.9, None]"),
        ("LBFGS:max_iter=0", "max_iter must be a whole number of at least 1, not 0"),
        ("LBFGS:line_search_fn=wolfe", "line_search_fn must be one of strong_wolfe, not 'wolfe'"),
        ("SGD@Step:step_size=5", "unknown schedule 'Step'; did you mean StepLR?"),
        ("SGD@StepLR", "lane 2 ('SGD@StepLR'): StepLR needs step_size"),
        ("SGD@CyclicLR", "CyclicLR needs base_lr and max_lr"),
        ("SGD@StepLR:step_size=0", "step_size must be a whole number of at least 1, not 0"),
        ("SGD@StepLR:step_size=5,gama=0.1", "StepLR takes no argument 'gama'; did you mean gamma?"),
        ("SGD@StepLR:step_size=5,last_epoch=3", "last_epoch cannot be given: it continues a schedule"),
        (
            "SGD@CyclicLR:base_lr=0,max_lr=1,scale_fn=x",
            "scale_fn knows no 'x'; it is written in cycle or step",
        ),
        (
            "SGD@CyclicLR:base_lr=0,max_lr=1,scale_fn=0.5**step",
            "with scale_mode cycle scale_fn is written in cycle, not in step",
        ),
        (
            "SGD@MultiStepLR:milestones=[]",
            "milestones must be a list of whole numbers of at least 0, like [500, 800]",
        ),
        ("SGD@LambdaLR", "LambdaLR needs lr_lambda"),
        ("SGD@LambdaLR:lr_lambda=lambda", "lr_lambda is no expression of step, like '0.95 ** step'"),
        ("SGD@LambdaLR:lr_lambda='lambda e: e'", "lr_lambda is only what comes after the lambda's colon"),
        ("SGD@LambdaLR:lr_lambda=open('x')", "lr_lambda knows no function 'open'; there are abs, "),
        ("SGD@SequentialLR:milestones=[5]", "SequentialLR needs schedules"),
        (
            "SGD@SequentialLR:schedules=['ConstantLR','StepLR'],milestones=[5]",
            "StepLR needs step_size",
        ),
        (
            "SGD@SequentialLR:schedules=['ConstantLR','LinearLR'],milestones=[5,6]",
            "SequentialLR needs a milestone between every two of its schedules: 1 for 2 schedules, not 2",
        ),
        (
            "SGD@SequentialLR:schedules=['ConstantLR','LinearLR','LinearLR'],milestones=[6,5]",
            "milestones must rise, like [200, 800], not [6, 5]",
        ),
        (
            "SGD@SequentialLR:schedules=['ReduceLROnPlateau','LinearLR'],milestones=[5]",
            "torch takes no ReduceLROnPlateau inside SequentialLR, since it watches the loss",
        ),
        (
            "SGD@ChainedScheduler:schedules=['ReduceLROnPlateau','LinearLR']",
            "torch takes no ReduceLROnPlateau inside ChainedScheduler",
        ),
        (
            "SGD@SequentialLR:schedules=['LinearLR','ChainedScheduler'],milestones=[5]",
            "torch takes no ChainedScheduler inside SequentialLR; the other way round",
        ),
        (
            "SGD@SequentialLR:schedules=['LinearLR','SequentialLR'],milestones=[5]",
            "torch takes a SequentialLR only as the first inside another one; put all",
        ),
        (
            "SGD@ChainedScheduler:schedules=['LinearLR:every=2','LinearLR']",
            "every belongs to the ChainedScheduler around it, once for all",
        ),
        (
            "SGD@ChainedScheduler:schedules=['LinearLR:warmup=2','LinearLR']",
            "LinearLR takes no argument 'warmup'; it belongs to the lane",
        ),
        ("SGD@ChainedScheduler:schedulers=[1]", "takes no argument 'schedulers'; did you mean schedules?"),
        (
            "Rprop@ChainedScheduler:schedules=['LinearLR','CyclicLR:base_lr=0,max_lr=1']",
            "CyclicLR turns the momentum too, and Rprop has none; cycle_momentum=False makes it work",
        ),
        ("SGD@StepLR:step_size=5,every=0", "every must be a number of steps from 1 on, or 'epoch', not 0"),
        ("SGD@StepLR:step_size=5,every=epochs", "or 'epoch', not 'epochs'"),
        (
            "SGD@StepLR:step_size=5,on=accuracy",
            "only ReduceLROnPlateau watches what is measured; leave on out",
        ),
        (
            "SGD@ReduceLROnPlateau:on=validation,every=5",
            "on 'validation' the schedule moves whenever that is measured; leave every out",
        ),
        ("SGD@ReduceLROnPlateau:on=7", "on must be 'loss', 'validation' or the name of a metric, not 7"),
        ("SGD:warmup=-1", "warmup must be a whole number of steps from 0 on, not -1"),
        ("SGD:warmup=2.5", "not 2.5"),
        ("SGD:init=orthogonal", "rosenbrock has no matrices to initialise: it begins at a point, its start"),
        (
            "SGD@OneCycleLR:max_lr=1",
            "OneCycleLR needs total_steps (or epochs and steps_per_epoch), like total_steps=1000",
        ),
        ("SGD@OneCycleLR:max_lr=1,epochs=3", "OneCycleLR needs total_steps"),
        ("SGD@OneCycleLR:max_lr=1,total_steps=None", "OneCycleLR needs total_steps"),
        ("Rprop@OneCycleLR:max_lr=1,total_steps=9", "and Rprop has none; cycle_momentum=False makes it work"),
        (
            "Adagrad@CyclicLR:base_lr=0,max_lr=1",
            "CyclicLR turns the momentum too, and Adagrad has none; cycle_mom",
        ),
        ("5=SGD", "a lane's name is not a number, since numbers are the lanes' ids, and '5' is one"),
        ("' a'=SGD", "a lane's name does not begin or end with a space, and ' a' does"),
        (
            "'a\\x9b'=SGD",
            r"a lane's name is text that can be printed, and 'a\x9b' holds a character that cannot",
        ),
        ("x" * 81 + "=SGD", "a lane's name has at most 80 characters, and this one has 81"),
    ],
)
def test_lanes(phrase: str, expected: str) -> None:
    text = sentence(with_lane(phrase))
    assert text.startswith("lane 2 (")
    assert expected in text


@pytest.mark.parametrize(
    "phrase",
    [
        "ASGD@OneCycleLR:max_lr=1,total_steps=9,cycle_momentum=False",
        "SGD@OneCycleLR:max_lr=1,epochs=3,steps_per_epoch=3",
        "SGD:differentiable=False",
        "Adafactor:eps=(None,0.001)",
        "SGD:lr=0",
        "'a=b: c@d'=SGD",
        "SGD:warmup=20",
        "SGD@LambdaLR:lr_lambda=0.5*(1+cos(pi*min(step,100)/100))",
        "SGD@CyclicLR:base_lr=0,max_lr=1,scale_fn=0.5**step,scale_mode=iterations",
        "SGD@SWALR:swa_lr=0.1,every=epoch",
        "SGD@ReduceLROnPlateau:on=accuracy,mode=max",
        "Adam:foreach=None",
    ],
)
def test_lanes_that_pass(phrase: str) -> None:
    validate(with_lane(phrase))


@pytest.mark.parametrize(
    ("init", "expected"),
    [
        ("orthogonl", "unknown initialiser 'orthogonl'; did you mean orthogonal?"),
        ("xavier_uniform_", "unknown initialiser 'xavier_uniform_'; did you mean xavier_uniform?"),
        ("constant", "constant needs val"),
        ("orthogonal:gian=2", "orthogonal takes no argument 'gian'; did you mean gain?"),
        ("orthogonal:gain=rel", "gain must be a finite number or one of linear, "),
        ("kaiming_normal:nonlinearity=gelu", "nonlinearity must be one of linear, conv1d,"),
        ("normal:generator=7", "generator cannot be given: the scenario's seed decides"),
        ("default:gain=2", "default leaves the matrices as they are and takes no 'gain'"),
        ("ones:bias=orthogonal", "orthogonal is for matrices; biases take one of uniform, normal, "),
        ("ones:bias='constant:va=1'", "constant takes no argument 'va'; did you mean val?"),
        ("ones:scale=big", "scale must be a finite number, not 'big'"),
    ],
)
def test_starts(init: str, expected: str) -> None:
    scenario = changed(problem=ProblemSpec("linear"), init=read_init(init))
    text = sentence(scenario)
    assert text.startswith("--init: ")
    assert expected in text
    lane = msgspec.structs.replace(LANES[0], init=read_init(init))
    assert expected in sentence(changed(problem=ProblemSpec("linear"), lanes=(lane,)))


def test_explicit_names_may_not_clash() -> None:
    scenario = changed(lanes=(parse_lane("a=SGD"), parse_lane("b=SGD"), parse_lane("a=Adam")))
    assert (
        sentence(scenario) == "lane 3 ('a=Adam'): the name 'a' is lane 1's already; every lane needs its own"
    )


@pytest.mark.parametrize(
    ("phrases", "names"),
    [
        (["SGD", "Adam"], ["SGD", "Adam"]),
        (["Adam", "Adam:lr=1", "Adam"], ["Adam", "Adam 2", "Adam 3"]),
        (["Adam", "Adam=SGD"], ["Adam 2", "Adam"]),
        (["Adam", "Adam 2=SGD", "Adam"], ["Adam", "Adam 2", "Adam 3"]),
    ],
)
def test_names_made_from_optimizers_are_numbered(phrases: list[str], names: list[str]) -> None:
    assert list(lane_names([parse_lane(phrase) for phrase in phrases])) == names


def refuse(words: str) -> None:
    if words != "pause":
        raise InputError(f"There is no command {words!r}.", "Did you mean 'pause'?")


def test_events_are_read_by_the_function_that_is_passed_in() -> None:
    validate(changed(events=(EventSpec(0, "pause"),)), check_command=refuse)
    validate(changed(events=(EventSpec(5, "anything"),)))
    text = sentence(changed(events=(EventSpec(0, "pause"), EventSpec(5, "paus"))), check_command=refuse)
    assert text == "event 2, 'do': There is no command 'paus'. Did you mean 'pause'?"


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (EventSpec(-1, "pause"), "event 1, 'at': at must be a whole number of steps from 0 on, not -1"),
        (EventSpec(10**9 + 1, "pause"), "not 1000000001"),
        (EventSpec(1.5, "pause"), "not 1.5"),
        (EventSpec(1, " "), "event 1, 'do': do must be a command like 'set 0 lr=0.01', not ' '"),
        (EventSpec(1, 4), "not 4"),
        (EventSpec(1, "x" * 1001), "do must be a command"),
    ],
)
def test_events(event: EventSpec, expected: str) -> None:
    assert expected in sentence(changed(events=(event,)))


@pytest.mark.parametrize("name", [5, None, ["Adam"], {"a": 1}])
def test_an_optimizer_that_is_no_string(name: Any) -> None:
    text = sentence(changed(lanes=(LaneSpec(name),)))
    assert text == f"lane 1 (''): the name of an optimizer is a string, not {name!r}"
