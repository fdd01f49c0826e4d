"""Contract 10: foreign code of a scenario file is asked about once, and remembered by the hash of file and code."""

import stat
from pathlib import Path

import pytest
from cli_toys import called, refused

from opttui.cli import consent
from opttui.errors import InputError
from opttui.scenario.resolve import scenario_from

FILE = '[problem]\nname = "linear"\n[[lane]]\noptimizer = "my_opt.py::MyOpt"\n'


@pytest.fixture
def file(tmp_path: Path, runs: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scenario that names a file of code beside it; the state directory is empty."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_opt.py").write_text("raise SystemExit('this file must not run')\n")
    path = tmp_path / "mine.toml"
    path.write_text(FILE)
    return path


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Answers of a person to the questions to come; empty when none may be asked."""
    given: list[bool] = []
    monkeypatch.setattr(consent, "has_person", lambda: True)
    monkeypatch.setattr("click.confirm", lambda *_, **__: given.pop(0))
    return given


def settle(file: Path, *lanes: str, allowed: bool = False) -> None:
    consent.settle(scenario_from(str(file), lanes), str(file), lanes, allowed)


def test_without_a_person_nothing_runs_and_the_sentence_names_the_way(file: Path, runs: Path) -> None:
    sentence = refused(called("race", "mine.toml", "--headless"))
    assert sentence.startswith("mine.toml names code that is not opttui's: ")
    assert "my_opt.py::MyOpt" in sentence and "--allow-code" in sentence
    assert not runs.exists()


def test_a_yes_holds_until_the_file_or_the_code_changes(file: Path, answers: list[bool]) -> None:
    answers += [True]
    settle(file)
    settle(file)
    file.write_text(FILE + "lr = 0.1\n")
    answers += [True]
    settle(file)
    code = file.parent / "my_opt.py"
    code.write_text("print(1)\n")
    answers += [False]
    with pytest.raises(InputError, match="Nothing was run"):
        settle(file)
    answers += [False]
    with pytest.raises(InputError):
        settle(file)
    assert answers == []


def test_a_yes_is_kept_for_the_owner_alone(file: Path, answers: list[bool], tmp_path: Path) -> None:
    answers += [True]
    settle(file)
    kept = consent.list_of_allowed()
    assert tmp_path in kept.parents
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert len(kept.read_text().splitlines()) == 1


def test_what_is_typed_is_asked_for_and_never_asked_about(file: Path, answers: list[bool]) -> None:
    lane = "my_opt.py::MyOpt:lr=0.1"
    settle(file, lane)
    consent.settle(scenario_from("linear", [lane]), "linear", [lane], allowed=False)
    settle(file, allowed=True)
    assert answers == []
    assert not consent.list_of_allowed().exists()


def test_torchs_optimizers_never_ask(file: Path, answers: list[bool]) -> None:
    file.write_text('[problem]\nname = "linear"\n[[lane]]\noptimizer = "Adam"\n')
    settle(file)


def test_a_list_that_is_a_link_allows_nothing_and_is_left_alone(
    file: Path, answers: list[bool], tmp_path: Path
) -> None:
    answers += [True]
    settle(file)
    kept = consent.list_of_allowed()
    kept.rename(tmp_path / "elsewhere")
    kept.symlink_to(tmp_path / "elsewhere")
    before = (tmp_path / "elsewhere").read_bytes()
    answers += [True]
    settle(file)
    assert answers == []
    assert (tmp_path / "elsewhere").read_bytes() == before


def test_what_is_not_here_is_said_before_anything_is_asked(
    file: Path, answers: list[bool], runs: Path
) -> None:
    (file.parent / "my_opt.py").unlink()
    with pytest.raises(InputError, match=r"lane 1: there is no file .*my_opt\.py"):
        settle(file)
    assert "pip install quite-unknown" in refused(called("race", "linear", "quite_unknown.Lion"))
    assert not runs.exists()
