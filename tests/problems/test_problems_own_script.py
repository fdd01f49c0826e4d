"""The plain script of a problem of one's own: run as a user would run it, it repeats the record exactly."""

import io
import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import msgspec
import pytest
from test_problems_own import COMMANDS, EXAMPLES, raced

from opttui.errors import InputError
from opttui.race.script import script
from opttui.record.layout import LOSS, LR
from opttui.record.manifest import Manifest


def repeated(tmp_path: Path, race, drained, apart: bool = False) -> None:
    """Asserts that the script prints what was recorded; `apart`: in a process of its own, as a user would run it."""
    source = script(manifest_of(race), drained.events, range(len(race.lanes)))
    path = tmp_path / "again.py"
    path.write_text(source)
    if apart:
        text = subprocess.run([sys.executable, "-I", path], capture_output=True, text=True, check=True).stdout
    else:
        with redirect_stdout(io.StringIO()) as file:
            runpy.run_path(str(path))
        text = file.getvalue()
    header, *lines = text.splitlines()
    assert header == "lane,step,loss,lr"
    found: dict[int, list[str]] = {}
    for line in lines:
        lane, _, rest = line.split(",", 2)
        found.setdefault(int(lane), []).append(rest)
    rows = drained.rows.items()
    assert found == {lane: [f"{row[LOSS]!r},{row[LR]!r}" for row in each] for lane, each in rows}
    assert "opttui" not in source


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
        versions={"threads": 1},
    )


@pytest.mark.parametrize(("what", "rest"), COMMANDS, ids=[what for what, _ in COMMANDS])
def test_the_scripts_of_the_pages_examples(what: str, rest: str, tmp_path, monkeypatch) -> None:
    for head, text in EXAMPLES.items():
        (tmp_path / head.removeprefix("# ").strip()).write_text(text)
    monkeypatch.chdir(tmp_path)
    phrases = tuple(word for word in rest.replace('"', "").split() if ":" in word)
    repeated(tmp_path, *raced(what.strip('"'), phrases, steps=25), apart=what == "sine.py::make")


BATCHES = {
    "whole": "(x, y)",
    "one tensor": "torch.cat([x, y], 1)",
    "list": "[(x[:9], y[:9]), (x[9:30], y[9:30])]",
    "function": "lambda step: (x[step % 7 :] + torch.rand(()), y[step % 7 :] + random.random())",
    "dataset": "TensorDataset(x, y)",
    "loader": "DataLoader(Noisy(), 3, shuffle=True, generator=torch.Generator(), drop_last=True)",
    "stream": "Stream()",
    "stream loader": "DataLoader(Stream(), 4)",
}
FILE = """
import random

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from opttui import Problem

torch.set_default_dtype(torch.float64)
x = torch.randn(40, 3) + random.random()
y = x.sum(1, keepdim=True) + float(np.random.rand())


class Noisy(Dataset):
    def __len__(self):
        return 40

    def __getitem__(self, index):
        return x[index] + torch.rand(()) + random.random(), y[index] + float(np.random.rand())


class Stream(IterableDataset):
    def __iter__(self):
        for index in range(10):
            yield x[index] + torch.rand(()), y[index]


class Descent(torch.optim.SGD):
    pass


def loss(model, batch):
    if not isinstance(batch, (list, tuple)):
        batch = batch[:, :3], batch[:, 3:]
    noise = random.random() + float(np.random.rand()) + torch.rand(1)
    return nn.functional.mse_loss(model(batch[0]), batch[1]).unsqueeze(0) + 0.01 * noise


def make(seed, kind="whole"):
    torch.manual_seed(seed + 1)
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Tanh(), nn.Linear(8, 1))
    model.append(nn.Unflatten(1, (1, 1))).append(nn.Conv1d(1, 1, 1)).append(nn.Flatten())
    return Problem(model, loss, BATCHES[kind], lambda model: {"error": (model(x) - y).abs().mean()}, 4)
"""


@pytest.mark.parametrize("kind", BATCHES)
def test_every_kind_of_batches_with_all_that_a_file_may_draw_from(kind: str, tmp_path) -> None:
    made = "\n".join(f"    {name!r}: {text}," for name, text in BATCHES.items())
    (tmp_path / "task.py").write_text(
        FILE.replace("\n\ndef make", f"\n\nBATCHES = {{\n{made}\n}}\n\n\ndef make")
    )
    epoch = ["SGD:lr=0.05@StepLR:step_size=1,every=epoch"] if kind in ("list", "dataset", "loader") else []
    phrases = (
        "SGD:lr=0.05@ReduceLROnPlateau:on=error,patience=0,threshold=0.5",
        f"{tmp_path}/task.py::Descent:lr=0.05,init='orthogonal'",
        "Adam:lr=0.01,init='eye'",
        *epoch,
    )
    race, drained = raced(f"{tmp_path}/task.py::make:kind='{kind}'", phrases, steps=21, seed=3)
    assert [lane.outcome for lane in race.lanes] == ["finished"] * len(phrases)
    repeated(tmp_path, race, drained)
    for lane in (0, *range(3, len(phrases))):
        assert len({row[LR] for row in drained.rows[lane]}) > 1, "the schedule never moved"


def test_a_dtype_that_was_asked_for_and_a_point(tmp_path) -> None:
    (tmp_path / "task.py").write_text(
        "from opttui import Problem\n\n\n"
        "def bowl(a, b, k=3.0):\n    return a**2 + k * b**2\n\n\n"
        "problem = Problem([2.0, 1.0], lambda x, k: (k * x * x).sum(), [1.0, 2.0])\n"
    )
    for what in ("bowl:start=[2,1],k=5", "problem", "problem:start=[3,4,5]"):
        for dtype in (None, "float32"):
            repeated(tmp_path, *raced(f"{tmp_path}/task.py::{what}", steps=5, dtype=dtype))


def test_a_record_that_does_not_say_how_or_that_we_did_not_write_becomes_no_script(tmp_path) -> None:
    (tmp_path / "task.py").write_text("def bowl(x):\n    return (x * x).sum()\n")
    race, _ = raced(f"{tmp_path}/task.py::bowl:start=[2,1]", steps=2)
    manifest = manifest_of(race)
    (tmp_path / "task.py").write_text("raise SystemExit")
    assert "from_file(" in script(manifest, [], [0])
    info = msgspec.structs.replace(manifest.problem, handed=None)
    with pytest.raises(InputError, match=r"does not say how task\.py::bowl handed its problem over"):
        script(msgspec.structs.replace(manifest, problem=info), [], [0])
    scenario = manifest.scenario
    for change in ({"arguments": {"k=1) or x(": 1}}, {"name": f"{tmp_path}/task.py::bowl().x"}):
        spec = msgspec.structs.replace(scenario.problem, **change)
        changed = msgspec.structs.replace(scenario, problem=spec)
        with pytest.raises(InputError):
            script(msgspec.structs.replace(manifest, scenario=changed), [], [0])
