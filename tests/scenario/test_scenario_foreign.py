"""Foreign code: which names stand for it, where its files lie, and the hash by which a yes is remembered."""

from pathlib import Path

import pytest

from opttui.errors import InputError
from opttui.scenario.code_files import check_there, digest, files_of, not_installed
from opttui.scenario.foreign import Foreign, anchored, foreign_code, halves, is_foreign, short_name
from opttui.scenario.names import lane_names
from opttui.scenario.phrase import parse_lane, phrase_of
from opttui.scenario.resolve import scenario_from
from opttui.scenario.specs import EventSpec, ProblemSpec, Scenario
from opttui.scenario.toml import load_scenario, parse_scenario
from opttui.scenario.toml_writer import toml_of


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("pytorch_optimizer.Lion", "pytorch_optimizer", "Lion"),
        ("a.b.C", "a.b", "C"),
        ("my_opt.py::MyOpt", "my_opt.py", "MyOpt"),
        ("/home/me/v1.2/my.opt.py::MyOpt", "/home/me/v1.2/my.opt.py", "MyOpt"),
    ],
)
def test_a_foreign_name_has_two_halves(name: str, left: str, right: str) -> None:
    assert is_foreign(name)
    assert halves(name) == (left, right)
    assert short_name(name) == right


@pytest.mark.parametrize("name", ["Adam", "SGD", "digits-mlp", 7, None])
def test_names_from_tables_are_not_foreign(name: object) -> None:
    assert not is_foreign(name)


def test_lanes_are_called_by_the_last_part_of_their_name() -> None:
    lanes = [parse_lane(text) for text in ("a.Lion", "b.py::Lion", "Adam")]
    assert lane_names(lanes) == ("Lion", "Lion 2", "Adam")


def test_everything_foreign_is_listed_once_with_its_place() -> None:
    scenario = Scenario(
        problem=ProblemSpec("/p.py::loss"),
        lanes=tuple(
            map(parse_lane, ["Adam", "a.Lion:lr=1e-4", "a.Lion", "b.Wrap:base_optimizer='c.py::Own:lr=1'"])
        ),
        events=(
            EventSpec(5, "set 0 lr=1"),
            EventSpec(6, "add d.Late:lr=1"),
            EventSpec(7, "fork 0 at 3 with 'x=e.Later:lr=1' as me"),
            EventSpec(8, "fork 0 f.Latest:lr=1@StepLR:step_size=3"),
        ),
    )
    assert foreign_code(scenario) == (
        Foreign("/p.py::loss", "the problem"),
        Foreign("a.Lion", "lane 2"),
        Foreign("b.Wrap", "lane 4"),
        Foreign("c.py::Own", "lane 4"),
        Foreign("d.Late", "event 2"),
        Foreign("e.Later", "event 3"),
        Foreign("f.Latest", "event 4"),
    )


def test_torchs_own_are_not_listed() -> None:
    assert foreign_code(scenario_from("showcase")) == ()


def test_files_get_their_whole_path_by_where_they_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    typed = scenario_from("linear", ["opts/../my_opt.py::MyOpt:lr=0.1", "a.Lion", "b.W:optimizer='x.py::X'"])
    assert [lane.optimizer for lane in typed.lanes] == [f"{tmp_path}/my_opt.py::MyOpt", "a.Lion", "b.W"]
    assert typed.lanes[2].arguments == {"optimizer": f"{tmp_path}/x.py::X"}
    file = tmp_path / "deep" / "mine.toml"
    file.parent.mkdir()
    file.write_text('[problem]\nname = "linear"\n[[lane]]\noptimizer = "./my_opt.py::MyOpt"\n')
    assert load_scenario(file).lanes[0].optimizer == f"{tmp_path}/deep/my_opt.py::MyOpt"
    assert anchored(typed, Path("/elsewhere")) is typed


def test_a_home_directory_that_is_not_there() -> None:
    scenario = Scenario(ProblemSpec("linear"), (parse_lane("~nobody-here/x.py::X"),))
    with pytest.raises(InputError, match="no such home directory"):
        anchored(scenario, Path("/"))


@pytest.mark.parametrize(
    "name",
    ["/my dir/a.py::X", "/a=b,c/(d)/x.py::X", "/it's/x.py::X", "/c:d/@/x.py::X", "/plain/x.py::X", "7.py::X"],
)
def test_any_path_survives_the_phrase_and_toml(name: str) -> None:
    lane = parse_lane(f"{name!r}:lr=0.5")
    assert (lane.optimizer, lane.arguments) == (name, {"lr": 0.5})
    assert parse_lane(phrase_of(lane)) == lane
    scenario = Scenario(ProblemSpec("linear"), (lane,))
    assert parse_scenario(toml_of(scenario), "x.toml") == scenario


def test_an_inner_optimizer_is_a_phrase_or_a_table() -> None:
    table = parse_scenario(
        '[problem]\nname = "linear"\n[[lane]]\noptimizer = "a.SAM"\nrho = 0.1\n'
        'base_optimizer = { optimizer = "AdamW", lr = 0.01 }\n',
        "x.toml",
    )
    assert table.lanes[0] == parse_lane("a.SAM:rho=0.1,base_optimizer='AdamW:lr=0.01'")
    assert parse_scenario(toml_of(table), "y.toml") == table


def test_what_is_not_here_is_said_with_what_would_bring_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"lane 2: there is no file '/nowhere/x.py'"):
        check_there([Foreign("/nowhere/x.py::X", "lane 2")])
    with pytest.raises(
        InputError, match="lane 1: nothing_like_it is not installed here; pip install nothing"
    ):
        check_there([Foreign("nothing_like_it.X", "lane 1")])
    assert not_installed("schedulefre.X") == "schedulefre is not installed here; did you mean schedulefree?"
    Path("my_own.py").touch()
    assert not_installed("my_own.X").endswith("for the file my_own.py write my_own.py::NAME")


def test_the_hash_changes_with_scenario_code_and_what_the_code_imports(tmp_path: Path) -> None:
    file, helper = tmp_path / "opt.py", tmp_path / "helper.py"
    file.write_text("import helper\nimport os\n")
    helper.write_text("A = 1\n")
    (tmp_path / "unrelated.py").write_text("x = 1\n")
    code = [Foreign(f"{file}::X", "lane 1")]
    assert files_of(code[0].name) == [file, helper]
    first = digest(b"scenario", code)
    assert digest(b"scenario", [Foreign(code[0].name, "lane 9")]) == first
    assert digest(b"scenario.", code) != first
    (tmp_path / "unrelated.py").write_text("x = 2\n")
    assert digest(b"scenario", code) == first
    helper.write_text("A = 2\n")
    assert digest(b"scenario", code) != first


def test_a_package_is_hashed_whole_and_without_being_imported() -> None:
    files = files_of("json.decoder.JSONDecoder")
    assert {"decoder.py", "encoder.py"} <= {path.name for path in files}


def test_a_file_that_is_no_python_is_hashed_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "broken.py"
    file.write_bytes(b"def (\x00")
    assert files_of(f"{file}::X") == [file]
    assert digest(b"", [Foreign(f"{file}::X", "")]) != digest(b"", [Foreign(f"{tmp_path}/no.py::X", "")])
