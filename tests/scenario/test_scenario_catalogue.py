"""The tables that need no torch, held against torch itself."""

import inspect
import typing
from typing import Any

import pytest
import torch
from torch.optim import lr_scheduler

from opttui.scenario.arguments import REQUIRED, Argument
from opttui.scenario.catalogue import (
    INITIALISERS,
    OPTIMIZERS,
    PROBLEMS,
    REFUSED_OPTIMIZERS,
    REFUSED_SCHEDULES,
    SCHEDULES,
    argument_of,
    is_pair,
)
from opttui.scenario.check import validate
from opttui.scenario.data_problems import DATA_PROBLEMS
from opttui.scenario.init_table import KEEP, NONLINEARITIES
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.problem_entry import ProblemEntry
from opttui.scenario.resolve import problem_scenario
from opttui.surfaces import SURFACES

ENTRIES = [*OPTIMIZERS.values(), *SCHEDULES.values(), *INITIALISERS.values()]


def signature(kind: type) -> dict[str, Any]:
    """Arguments in order with their defaults, without the first: the parameters or the optimizer."""
    parameters = list(inspect.signature(kind).parameters.values())[1:]
    return {p.name: REQUIRED if p.default is inspect.Parameter.empty else p.default for p in parameters}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_has_torchs_arguments_in_torchs_order(name: str) -> None:
    table = {argument.name: argument.default for argument in OPTIMIZERS[name].arguments}
    real = signature(getattr(torch.optim, name))
    assert list(table.items()) == list(real.items())


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_has_torchs_arguments_in_torchs_order(name: str) -> None:
    table = {argument.name: argument.default for argument in SCHEDULES[name].arguments}
    kind = getattr(torch.optim.swa_utils if name == "SWALR" else lr_scheduler, name)
    parameters = inspect.signature(kind).parameters.values()
    real = {
        p.name.replace("schedulers", "schedules"): REQUIRED
        if p.default is inspect.Parameter.empty
        else p.default
        for p in parameters
    }
    if name != "ChainedScheduler":
        del real["optimizer"]
    assert list(table.items()) == list(real.items())


@pytest.mark.parametrize("name", INITIALISERS)
def test_an_initialiser_has_torchs_arguments_in_torchs_order(name: str) -> None:
    table = {argument.name: argument.default for argument in INITIALISERS[name].arguments}
    assert list(table.items()) == list(signature(getattr(torch.nn.init, f"{name}_")).items())


@pytest.mark.parametrize("name", INITIALISERS)
def test_the_dimensions_of_an_initialiser_are_those_that_torch_takes(name: str) -> None:
    required = {"constant": {"val": 0.5}, "sparse": {"sparsity": 0.5}}.get(name, {})
    for dimensions in range(1, 7):
        if INITIALISERS[name].complaint(dimensions):
            with pytest.raises(ValueError):
                getattr(torch.nn.init, f"{name}_")(torch.zeros([2] * dimensions), **required)
        else:
            getattr(torch.nn.init, f"{name}_")(torch.zeros([2] * dimensions), **required)


def test_every_initialiser_of_torch_is_known() -> None:
    found = {name[:-1] for name in vars(torch.nn.init) if name.endswith("_") and not name.startswith("_")}
    assert found == INITIALISERS.keys()
    assert KEEP not in INITIALISERS
    assert typing.get_args(
        inspect.get_annotations(torch.nn.init.calculate_gain, eval_str=True)["nonlinearity"]
    ) == (NONLINEARITIES)


def test_every_optimizer_of_torch_runs_or_is_refused_with_a_reason() -> None:
    real = {
        name
        for name, value in vars(torch.optim).items()
        if inspect.isclass(value) and issubclass(value, torch.optim.Optimizer)
    }
    assert real == OPTIMIZERS.keys() | REFUSED_OPTIMIZERS.keys()
    assert not OPTIMIZERS.keys() & REFUSED_OPTIMIZERS.keys()


def test_every_schedule_of_torch_runs_or_is_refused_with_a_reason() -> None:
    assert {*lr_scheduler.__all__, "SWALR"} == SCHEDULES.keys() | REFUSED_SCHEDULES.keys()
    assert not SCHEDULES.keys() & REFUSED_SCHEDULES.keys()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_cycles_says_whether_one_cycle_can_turn_the_momentum(name: str) -> None:
    optimizer = getattr(torch.optim, name)([torch.zeros(1, 1, requires_grad=True)])

    def build() -> None:
        lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=5)

    if OPTIMIZERS[name].cycles:
        build()
    else:
        with pytest.raises(ValueError, match="momentum"):
            build()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_default_is_a_value_of_its_own_kind(entry: Any) -> None:
    for argument in entry.arguments:
        if not argument.required:
            assert argument.complaint(argument.default) == "", argument.name


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_description_is_one_line(entry: Any) -> None:
    assert entry.about.endswith(".")
    assert 15 < len(entry.about) <= 110


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (
            Argument("a", 0.1, "number"),
            [1, -0.5, 1e-300],
            [True, "x", None, float("nan"), float("inf"), [1], 10**400],
        ),
        (Argument("a", 0.1, "number", 0), [0, 0.0, 3], [-1e-9, float("-inf")]),
        (Argument("a", 1, "whole", 1), [1, 2**63 - 1], [0, 1.0, True, 2**63, "1"]),
        (Argument("a", None, "whole", 1), [None, 7], [0]),
        (Argument("a", False, "flag"), [True, False], [0, 1, None, "True"]),
        (Argument("a", None, "flag"), [True, None], [0]),
        (
            Argument("a", (0.9, 0.999), "pair"),
            [[0.1, 1], (0, 0)],
            [0.9, [0.9], [1, 2, 3], ["a", 1], [None, 1], [True, 1]],
        ),
        (Argument("a", (None, 0.1), "pair"), [[None, 1], [1, 1]], [[1, None]]),
        (Argument("a", "x", "word", words=("x", "y")), ["x", "y"], ["z", 1, None]),
        (Argument("a", REQUIRED, "wholes", 0), [[0], [5, 6]], [[], 5, [1.5], [-1], None]),
        (Argument("a", 1, "number or list", 0), [1, [2.0]], [[], [1, 2], "x", -1]),
        (Argument("a", 1.0, "number or word", words=("relu",)), [1, "relu"], ["selu", None, True]),
        (
            Argument("a", REQUIRED, "expression", words=("step",)),
            ["0.9 ** step", "1"],
            [1, None, "", "x", "a b"],
        ),
        (Argument("a", -1, "other", why_not="cannot be given"), [-1], [0, -1.0, True, None]),
    ],
    ids=lambda value: value.kind if isinstance(value, Argument) else "",
)
def test_kinds(kind: Argument, good: list[Any], bad: list[Any]) -> None:
    assert [kind.complaint(value) for value in good] == [""] * len(good)
    for value in bad:
        assert kind.complaint(value), value


def test_a_complaint_says_what_is_wanted_and_what_was_given() -> None:
    lr = argument_of("Adam", "lr")
    assert lr is not None
    assert lr.complaint("abc") == "must be a finite number of at least 0, not 'abc'"
    assert lr.complaint(10**50) == "" and lr.complaint(10**500).endswith(
        "not a number of more than 40 digits"
    )
    assert len(lr.complaint("x" * 1000)) < 150


def test_arguments_are_found_by_name() -> None:
    assert argument_of("Adam", "nothing") is None
    assert argument_of("Nothing", "lr") is None
    assert is_pair("Adam", "betas") and is_pair("Rprop", "etas") and not is_pair("Adam", "lr")
    assert not is_pair("MultiStepLR", "milestones")


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_problem_begins_with_lanes_that_can_race(name: str) -> None:
    entry = PROBLEMS[name]
    validate(problem_scenario(name))
    assert [phrase_of(parse_lane(phrase)) for phrase in entry.lanes] == list(entry.lanes)
    assert 4 <= len(entry.lanes) <= 6
    assert 1 <= entry.steps <= 2000


def test_what_problems_need() -> None:
    assert list(PROBLEMS) == [*SURFACES, *(entry.name for entry in DATA_PROBLEMS)]
    for name in SURFACES:
        entry = PROBLEMS[name]
        assert (entry.start, entry.dtype, entry.batch_size, entry.noise) == (2, "float64", None, True)
        assert 20 < len(entry.shows) <= 220 and entry.shows.endswith(".")
    for entry in DATA_PROBLEMS:
        assert entry.start is None and entry.dtype == "float32"
        assert (entry.batch_size is None) == (
            entry.name in ("linear", "digits-factors", "diabetes", "image-factors", "poisson-pinn")
        )


@pytest.mark.parametrize("entry", DATA_PROBLEMS, ids=lambda entry: entry.name)
def test_a_problem_says_what_it_shows_and_what_is_worth_reaching(entry: ProblemEntry) -> None:
    assert 40 < len(entry.shows) <= 220 and entry.shows.endswith(".")
    assert entry.data and entry.goal is not None and entry.goal > 0


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_tables_agree_with_the_problems_themselves(name: str) -> None:
    problem_module = pytest.importorskip("opttui.problems.problem")
    table = pytest.importorskip("opttui.problems.table")
    entry = PROBLEMS[name]
    assert list(table.PROBLEMS) == list(PROBLEMS)
    dtype = getattr(torch, entry.dtype)
    problem = table.PROBLEMS[name](problem_module.Setting(seed=0, device=torch.device("cpu"), dtype=dtype))
    assert problem.info.title == entry.title
    assert problem.info.batch_size == entry.batch_size
    assert problem.info.parameters == entry.parameters
    assert sum(p.numel() for p in problem.model.parameters()) == entry.parameters
