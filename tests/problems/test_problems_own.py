"""A user's own problem: the page's examples, batches alike for all lanes, errors told where they belong."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

import opttui
from opttui.errors import InputError
from opttui.problems.own_batches import WrongBatchesError, batches_of, copied
from opttui.race.build import build_race
from opttui.race.plane import fill_grid
from opttui.record.layout import LOSS, X, Y
from opttui.scenario.resolve import Options, scenario_from
from opttui.scenario.toml import load_scenario
from opttui.scenario.toml_writer import toml_of

CPU = torch.device("cpu")
PAGE = (Path(opttui.__file__).parents[1] / "docs" / "your-own-problem.md").read_text(encoding="utf-8")
EXAMPLES = {
    found[0]: found[0] + found[1] for found in re.findall(r"```python\n(# \w+\.py\n)(.*?)```", PAGE, re.S)
}
COMMANDS = re.findall(r"^    opttui race (\S+::\S+)(.*)$", PAGE, re.MULTILINE)[1:]


def raced(what: str, phrases: tuple[str, ...] = ("SGD:lr=0.01", "Adam:lr=0.01"), **options: Any):
    """A race to its end: race, and what was drained."""
    race = build_race(scenario_from(what, phrases, Options(**options)))
    while race.round():
        pass
    drained = race.drain(wait=True)
    race.hand_back()
    return race, drained


def written(tmp_path: Path, text: str) -> str:
    path = tmp_path / "task.py"
    path.write_text("import torch\nfrom torch import nn\nfrom opttui import Problem\n\n" + text)
    return str(path)


def refusal(what: str, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        raced(what, steps=3, **options)
    assert "\n" not in caught.value.message
    return caught.value


@pytest.mark.parametrize(("what", "rest"), COMMANDS, ids=[what for what, _ in COMMANDS])
def test_the_examples_of_the_page_race(what: str, rest: str, tmp_path, monkeypatch) -> None:
    for head, text in EXAMPLES.items():
        (tmp_path / head.removeprefix("# ").strip()).write_text(text)
    monkeypatch.chdir(tmp_path)
    phrases = tuple(word for word in rest.replace('"', "").split() if ":" in word)
    race, drained = raced(what.strip('"'), phrases, steps=40)
    assert [lane.outcome for lane in race.lanes] == ["finished"] * len(race.lanes)
    for rows in drained.rows.values():
        assert rows[-1][LOSS] < rows[0][LOSS]
    if "sine" in what:
        assert race.problem.info.metrics == ("error",)
        assert {step for _, step, _ in drained.validation} == {0, 40}
        assert scenario_from(what).own_steps


def test_the_page_has_three_examples_and_its_commands_name_them() -> None:
    assert len(EXAMPLES) == 3 and len(COMMANDS) >= 4


def test_importing_opttui_brings_no_torch() -> None:
    code = "import sys; from opttui import Problem; Problem([0.0], abs); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_function_of_coordinates_is_drawn_over_itself(tmp_path) -> None:
    file = written(tmp_path, "def bowl(a, b, k=3.0):\n    return a**2 + k * b**2\n")
    race, drained = raced(f"{file}::bowl:start=[2,1],k=5", ("SGD:lr=0.1",), steps=3)
    info = race.problem.info
    assert info.axes == ("a", "b") and info.start == (2.0, 1.0) and str(race.dtype) == "torch.float64"
    first, second = ((row[LOSS], row[X], row[Y]) for row in drained.rows[0][:2])
    assert first == (9.0, 2.0, 1.0)
    assert second == pytest.approx((1.6**2, 1.6, 0.0))
    *_, grid = fill_grid(race.problem, race.plane, (0, 2, 0, 2), 1, 1)
    assert grid.values[0, 0] == pytest.approx(6.0)


def test_a_lane_is_the_plain_loop_bit_for_bit(tmp_path) -> None:
    text = """
def make():
    x = torch.randn(100, 3)
    y = x.sum(1, keepdim=True)
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.2), nn.ReLU(), nn.Linear(8, 1))
    return Problem(model, lambda model, batch: nn.functional.mse_loss(model(batch[0]), batch[1]), (x, y), steps=17)
"""
    race, drained = raced(written(tmp_path, text) + "::make", ("Adam:lr=0.01",), seed=5)
    assert race.scenario.steps == 17
    torch.manual_seed(5)
    x = torch.randn(100, 3)
    y = x.sum(1, keepdim=True)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.2), nn.ReLU(), nn.Linear(8, 1))
    torch.manual_seed(5)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(17):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert [row[LOSS] for row in drained.rows[0]] == losses


class Noisy(Dataset):
    """Samples that are never the same: each is drawn anew from all three streams."""

    def __len__(self) -> int:
        return 10

    def __getitem__(self, index: int) -> torch.Tensor:
        import random

        import numpy as np

        return index + torch.rand(()) + random.random() + float(np.random.rand())


class Stream(IterableDataset):
    """Seven numbers, in turn, and something random beside them."""

    def __iter__(self):
        for number in range(7):
            yield number + torch.rand(())


SOURCES = {
    "loader": lambda: DataLoader(TensorDataset(torch.arange(10.0), torch.arange(10)), 4, shuffle=True),
    "own generator": lambda: DataLoader(Noisy(), 3, shuffle=True, generator=torch.Generator()),
    "workers": lambda: DataLoader(Noisy(), 3, num_workers=2, persistent_workers=True),
    "dataset": Noisy,
    "stream": lambda: DataLoader(Stream(), 2),
    "tensors": lambda: (torch.arange(10.0), torch.arange(10)),
    "list": lambda: [torch.ones(2), torch.zeros(3)],
    "function": lambda: lambda step: step + torch.rand(2),
}


def flat(batch: Any) -> list[float]:
    parts = batch if isinstance(batch, list | tuple) else [batch]
    return [float(value) for part in parts for value in part.flatten()]


@pytest.mark.parametrize("kind", SOURCES)
def test_batches_are_the_same_for_every_lane_and_for_every_race_of_a_seed(kind: str) -> None:
    size = 4 if kind in ("tensors", "dataset") else None

    def lanes(seed: int):
        return batches_of(SOURCES[kind](), size, seed, lambda batch: copied(batch, CPU, None)).lane

    make = lanes(3)
    first, second = make(), make()
    before = torch.get_rng_state()
    alone = [flat(first(step)) for step in range(9)]
    assert torch.equal(torch.get_rng_state(), before)
    torch.rand(3)
    # The second lane is elsewhere, goes back and forth, and spoils what it was given.
    for step in (0, 8, 2, 2, 5):
        batch = second(step)
        assert flat(batch) == alone[step]
        for part in batch if isinstance(batch, list | tuple) else [batch]:
            part.zero_()
    assert flat(first(2)) == alone[2]
    assert [flat(lanes(3)()(step)) for step in range(9)] == alone
    if kind not in ("list",):
        other = lanes(4)()
        assert [flat(other(step)) for step in range(9)] != alone
    if kind == "loader":
        assert sorted(value for values in alone[:3] for value in values[: len(values) // 2]) == list(
            range(10)
        )


def test_a_batch_size_is_refused_where_batches_come_ready() -> None:
    for given in (SOURCES["loader"](), SOURCES["list"](), SOURCES["function"]()):
        with pytest.raises(WrongBatchesError, match="batch"):
            batches_of(given, 7, 0, lambda batch: batch)
    for given, word in ((3.0, "a float"), ([], "an empty list"), ({"x": 1}, "a dict")):
        with pytest.raises(WrongBatchesError, match=word):
            batches_of(given, None, 0, lambda batch: batch)
    with pytest.raises(WrongBatchesError, match="4, 3 rows"):
        batches_of((torch.ones(4), torch.ones(3)), 2, 0, lambda batch: batch)


def test_a_loss_that_raises_ends_its_lane_and_leaves_the_others(tmp_path) -> None:
    text = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.ones(2))

def loss(model):
    if model.w[0] < 0:
        raise ValueError("w is below zero")
    return (model.w + 1).square().sum()

def check(model):
    if model.w[0] < 0.5:
        raise KeyError("nothing left to check")
    return {"w": model.w[0]}

problem = Problem(Net(), loss, validate=check, validate_every=2)
"""
    race, drained = raced(written(tmp_path, text) + "::problem", ("SGD:lr=0.3", "SGD:lr=0.01"), steps=30)
    fast, slow = race.lanes
    assert (fast.outcome, slow.outcome) == ("failed", "finished")
    assert fast.reason == "step 1: ValueError: w is below zero (task.py, line 13, in loss)"
    event = next(event for event in drained.events if event.lane == 0 and event.kind == "outcome")
    assert event.data["traceback"].startswith("Traceback (most recent call last):\n  File")
    assert 'raise ValueError("w is below zero")' in event.data["traceback"]
    assert "opttui" not in event.data["traceback"]
    notes = [event for event in drained.events if event.kind == "note"]
    assert [note.lane for note in notes] == [1]
    assert notes[0].text.startswith("the validation failed and is left out: KeyError")
    assert all(values["w"] >= 0.5 for _, _, values in drained.validation)


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("make = 3.0", "make", "task.py::make is a float, and what is raced is a Problem"),
        (
            "def make():\n    return 3",
            "make",
            "task.py::make returned an int, and it must return an opttui.Problem",
        ),
        ("def make():\n    return None", "make", "task.py::make returned None"),
        ("def make(depth):\n    pass", "make", "task.py::make needs depth"),
        ("def make(depth=1):\n    pass", "make:depht=2", "takes no argument 'depht'; did you mean depth?"),
        ("def make(depth=1):\n    pass", "mkae", "task.py has no 'mkae'; did you mean make?"),
        ("def f(x, y, z):\n    pass", "f:start=[1,2]", "takes 3 numbers (x, y, z), and start has 2"),
        ("def make(:\n    pass", "make", "cannot be run: SyntaxError: invalid syntax (task.py, line 5)"),
        ("p = Problem([1.0], lambda x: 3.0)", "p", "its loss returned a float, and a loss is a tensor"),
        ("p = Problem([1.0, 2.0], lambda x: x * x)", "p", "its loss returned a tensor of shape (2,)"),
        ("p = Problem([1.0], lambda x: x.detach().sum())", "p", "its loss does not depend on the model"),
        (
            "net = nn.Linear(1, 1)\np = Problem(net, lambda model: net(torch.ones(1)).sum())",
            "p",
            "does not depend on the model that it is given",
        ),
        ("p = Problem(nn.ReLU(), lambda model: 0)", "p", "its model has no parameters"),
        ("p = Problem('net', lambda x: x)", "p", "its model, a str, cannot be read as a point"),
        ("p = Problem([1.0], lambda x: x.sum(), batches=5)", "p", "its batches are an int, not a DataLoader"),
        (
            "p = Problem(nn.Linear(1, 1), abs)",
            "p:start=[1.0]",
            "its start is a network, and no point can be given",
        ),
        (
            "p = Problem(nn.Linear(1, 1), abs)",
            "p:depth=2",
            "is a Problem, not a function, and takes no arguments",
        ),
        ("p = Problem([1.0], lambda x: x.sum(), validate=lambda x: 'no')", "p", "its validate failed"),
        ("p = Problem(nn.Linear(1, 1).bfloat16(), abs)", "p", "its parameters are bfloat16"),
    ],
)
def test_what_cannot_be_raced_is_refused_in_one_sentence(
    text: str, name: str, sentence: str, tmp_path
) -> None:
    error = refusal(f"{written(tmp_path, text)}::{name}")
    assert sentence in error.message
    if "SyntaxError" in sentence:
        assert error.details == ""


@pytest.mark.parametrize(
    "text", ["def make():\n    raise RuntimeError('not so')", "raise RuntimeError('not so')"]
)
def test_an_error_in_the_file_comes_with_its_traceback(text: str, tmp_path) -> None:
    error = refusal(written(tmp_path, text) + "::make")
    assert "RuntimeError: not so" in error.message
    assert "raise RuntimeError('not so')" in error.details and "task.py" in error.details
    assert str(Path(opttui.__file__).parent) not in error.details


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        (
            "task.py",
            "'task.py' is a Python file: name what makes the problem in it, like task.py::make; it has make, net",
        ),
        ("task.py:make", "'task.py:make' has one colon too few; did you mean task.py::make?"),
        ("tusk.py", "there is no file 'tusk.py'"),
        ("task.txt::make", "names no Python file"),
        ("task.py::", "ends in no name"),
        ("task.py::make:start=[inf]", "task.py::make: start: '[inf]' is neither a number"),
        ("task.py::make:start=up", "start must be finite numbers, like [-1.2, 1.0], not 'up'"),
        ("task.py::make:x", "'x' is not key=value"),
    ],
)
def test_a_name_that_is_not_quite_right(what: str, sentence: str, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "task.py").write_text("def make():\n    pass\n\nnet = 3\n")
    with pytest.raises(InputError) as caught:
        scenario_from(what, ("SGD",))
    assert sentence in str(caught.value)


def test_a_scenario_file_names_a_file_beside_it_and_reads_back(tmp_path) -> None:
    (tmp_path / "s.toml").write_text(
        '[problem]\nname = "task.py::make"\nstart = [1, 2]\ndepth = 3\nkind = "a b"\n'
    )
    scenario = load_scenario(tmp_path / "s.toml")
    assert scenario.problem.name == f"{tmp_path}/task.py::make"
    assert scenario.problem.start == (1.0, 2.0)
    assert scenario.problem.arguments == {"depth": 3, "kind": "a b"}
    assert scenario.own_steps and len(scenario.lanes) == 6
    (tmp_path / "again.toml").write_text(toml_of(scenario))
    assert load_scenario(tmp_path / "again.toml") == scenario
    (tmp_path / "s.toml").write_text('steps = 5\n[problem]\nname = "task.py::make"\ndepth = [inf]\n')
    with pytest.raises(InputError, match=r"line 4 .*depth must be a finite number"):
        load_scenario(tmp_path / "s.toml")
