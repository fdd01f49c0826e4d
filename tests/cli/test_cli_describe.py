"""`opttui describe`: every name of every list, anyone's optimizer, and names that stand for nothing."""

import json
from pathlib import Path

import pytest
from cli_toys import called, refused

from opttui.cli.list import KINDS
from opttui.scenario.foreign import announced


def test_every_name_of_every_list_is_described(runs: Path) -> None:
    for entries in KINDS.values():
        for entry in entries():
            said = called("describe", entry["name"])
            assert (said.status, said.err) == (0, "")
            assert said.out.startswith(f"{entry['name']}, a")
            found = json.loads(called("describe", entry["name"], "--json").out)
            assert found["name"] == entry["name"] and found["kind"]


def test_arguments_with_their_defaults_and_what_they_want(runs: Path) -> None:
    text = called("describe", "StepLR").out
    assert "step_size" in text and "must be given; a whole number of at least 1" in text
    assert "lr=0.001" in called("describe", "Adam").out


def test_a_class_of_a_library_is_tried(runs: Path) -> None:
    found = json.loads(called("describe", "pytorch_optimizer.SAM:base_optimizer=AdamW", "--json").out)
    assert found["stepping"]["mode"] == "gradient first"
    assert found["stepping"]["evaluations"] == 2
    assert (found["stepping"]["rate"], found["stepping"]["repeatable"]) == ("counts", True)
    assert found["about"].startswith("Sharpness-aware")
    assert {"rho", "adaptive"} <= {argument["name"] for argument in found["arguments"]}
    text = called("describe", "pytorch_optimizer.SAM").out
    assert "not tried: SAM needs base_optimizer, like base_optimizer=AdamW." in text


def test_a_file_of_ones_own(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(
        "import torch\n\nclass Mine(torch.optim.SGD):\n    'Walks \x1b[2J downhill.'\n"
        "    def __init__(self, params, lr=0.1):\n        super().__init__(params, lr=lr)\n"
    )
    said = called("describe", "mine.py::Mine")
    assert said.status == 0
    assert "downhill." in said.out and "\x1b" not in said.out
    assert "step() after a gradient" in said.out


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Adam:lr=x", "Adam is described without arguments: opttui describe Adam"),
        ("Adem", "there is nothing called 'Adem'; did you mean Adam?"),
        ("zzzzzz", "there is nothing called 'zzzzzz'; `opttui list optimizers`"),
        ("nowhere.py::X", "there is no file"),
        ("quite_unknown.X", "pip install quite-unknown"),
        ("pytorch_optimizer.Lio", "pytorch_optimizer has no 'Lio'; did you mean Lion?"),
        ("pytorch_optimizer.LOMO", "LOMO cannot race"),
        ("a..b", "is no import path"),
    ],
)
def test_a_wrong_name_is_one_sentence(runs: Path, name: str, part: str) -> None:
    assert part in refused(called("describe", name))


def test_an_optimizer_that_an_installed_package_announces_is_listed_and_described(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "lions-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: lions\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[opttui.optimizers]\nlion = schedulefree:SGDScheduleFree\n")
    announced.cache_clear()
    assert announced() == {}
    monkeypatch.syspath_prepend(tmp_path)
    announced.cache_clear()
    try:
        *_, last = json.loads(called("list", "optimizers", "--json").out)
        assert last["name"] == "lion" and last["about"].startswith("schedulefree.SGDScheduleFree, announced")
        assert "lion: schedulefree.SGDScheduleFree" in called("list", "optimizers").out
        page = called("describe", "lion").out
        assert "measured at an average" in page and "momentum=0.9" in page, page
    finally:
        announced.cache_clear()
