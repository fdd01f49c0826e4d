"""Code that misbehaves while a race is built or stepped: one sentence, or its lane's failure, never our traceback."""

import signal
from pathlib import Path

import pytest

from opttui.errors import InputError
from opttui.race.build import build_race
from opttui.scenario.resolve import Options, scenario_from

FILE = """
import torch
from opttui import Problem


class Stops(torch.optim.SGD):
    def __init__(self, *given, **more):
        raise KeyboardInterrupt


class Quits(torch.optim.SGD):
    def __init__(self, *given, **more):
        raise SystemExit(4)


class Wordy(torch.optim.SGD):
    def __init__(self, parameters, lr=0.1):
        super().__init__(parameters, lr=lr)
        self.param_groups[0]["lr"] = "x"


class Speechless(torch.optim.SGD):
    def step(self, closure=None):
        class Wrong(Exception):
            def __str__(self):
                raise RuntimeError("no words")

        raise Wrong


class Endless(torch.optim.SGD):
    def step(self, closure=None):
        return self.step()


class Silent(torch.optim.Optimizer):
    def __init__(self, parameters, lr=0.1):
        super().__init__(parameters, {"lr": lr})

    def step(self, closure):
        closure()


number = 3


def stops():
    raise KeyboardInterrupt


def nowhere():
    return Problem([], lambda x: x.sum())


def bowl(x, y):
    return x * x + y * y
"""


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file, where one stands; and Ctrl-C as in a race process, where it raises nothing."""
    (tmp_path / "odd.py").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(
    ("what", "phrase", "sentence"),
    [
        ("rosenbrock", "odd.py::Stops", "Stops refuses its arguments: KeyboardInterrupt."),
        ("rosenbrock", "odd.py::Quits", "Quits refuses its arguments: SystemExit: 4."),
        ("rosenbrock", "odd.py::Wordy", "Wordy has 'x' as its lr, which is no number."),
        ("rosenbrock", "odd.py::number", "is no optimizer: it is an int."),
        ("odd.py::stops", "SGD", "odd.py::stops failed: KeyboardInterrupt"),
        ("odd.py::nowhere", "SGD", "its model has no parameters"),
        ("odd.py::bowl:start=[1,2],z=3", "SGD", "odd.py::bowl takes no argument 'z'"),
        ("odd.py::bowl:start=[1,2] with batches", "SGD", "odd.py::bowl has no batches"),
        ("digits-mlp", "Adam:init=5", "init must be the name of an initialiser, like xavier_uniform, not 5"),
        ("digits-mlp", "Adam:init='sparse:sparsity=7'", "must be a finite number from 0 to 1, not 7"),
    ],
)
def test_what_cannot_be_built_is_told_in_one_sentence(what: str, phrase: str, sentence: str) -> None:
    what, size, _ = what.partition(" with")
    options = Options(steps=3, batch_size=5 if size else None)
    with pytest.raises(InputError) as caught:
        build_race(scenario_from(what, (phrase,), options))
    assert sentence in caught.value.message and "\n" not in caught.value.message


def test_what_fails_in_a_step_ends_its_own_lane() -> None:
    phrases = ("odd.py::Speechless", "odd.py::Endless", "odd.py::Silent", "SGD:lr=0.001")
    race = build_race(scenario_from("rosenbrock", phrases, Options(steps=3)))
    while race.round():
        pass
    race.hand_back()
    assert [lane.outcome for lane in race.lanes] == ["failed", "failed", "finished", "finished"]
    assert race.lanes[0].reason == "step 0: Wrong"
    assert race.lanes[1].reason.startswith("step 0: RecursionError: maximum recursion depth exceeded")
