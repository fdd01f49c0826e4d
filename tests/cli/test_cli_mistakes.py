"""Every mistake is one sentence on stderr and status 2, with nothing on stdout and nothing half-written."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cli_toys import Said, called, make, refused, spawned

FULL = Path("/dev/full")
"""Takes nothing, like a full disk."""

MISTAKES = {
    "a verb": (["rase", "rosenbrock"], "'rase'. Did you mean 'race'?"),
    "a problem as a verb": (["rosenbrock"], "opttui race rosenbrock"),
    "an option of the group": (["--versoin"], "Did you mean '--version'?"),
    "an option": (["race", "rosenbrock", "--step", "9"], "Did you mean '--steps'?"),
    "an option far from any": (["runs", "--qqq"], "--json"),
    "no value": (["race", "rosenbrock", "--steps"], "'--steps' requires an argument"),
    "nothing to race": (["race"], "'opttui race' needs WHAT"),
    "a problem": (["race", "rosenbruck"], "did you mean rosenbrock?"),
    "an optimizer": (["race", "rosenbrock", "Adem:lr=0.1"], "did you mean Adam?"),
    "an argument": (["race", "rosenbrock", "Adam:lrr=0.1"], "did you mean lr?"),
    "a number": (["race", "rosenbrock", "Adam:lr=fast"], "'fast'"),
    "a schedule": (["race", "rosenbrock", "Adam:lr=0.1@StepLr:step_size=3"], "StepLR"),
    "a phrase": (["race", "rosenbrock", "Adam:lr=(1"], "missing )"),
    "steps in words": (
        ["race", "rosenbrock", "--steps", "many"],
        "--steps must be a whole number, not 'many'",
    ),
    "more steps than there are": (
        ["race", "rosenbrock", "--steps", "9" * 20],
        "steps must be a whole number from 1 to 1,000,000,000, not 99999999999999999999",
    ),
    "a pace below 0": (["tell", "rosen", "pace", "-3"], "'-3' is not a pace"),
    "steps below 0": (["tell", "rosen", "step", "-1"], "'-1' is not a number of steps"),
    "a command in one word": (["tell", "rosen", "set 0 lr=fast"], "'fast' is not a number for 'lr'"),
    "no steps": (["race", "rosenbrock", "--steps", "0"], "--steps"),
    "a long number": (["race", "rosenbrock", "--steps", "9" * 5000], "--steps must be a whole number"),
    "a seed below 0": (["race", "rosenbrock", "--seed", "-1"], "--seed"),
    "a device": (["race", "rosenbrock", "--device", "gpu"], "--device"),
    "a dtype": (["race", "rosenbrock", "--dtype", "float46"], "did you mean float64?"),
    "an axis": (["race", "rosenbrock", "--axis", "step"], "did you mean steps?"),
    "a target": (["race", "rosenbrock", "--target", "nan"], "--target must be a finite number, not 'nan'"),
    "a pace": (["race", "rosenbrock", "--pace", "0"], "--pace"),
    "batches where there are none": (["race", "rosenbrock", "--batch-size", "8"], "no batches"),
    "a file that is not there": (["race", "nowhere.toml"], "nowhere.toml"),
    "something to list": (["list", "optimisers"], "there is no 'optimisers'; did you mean optimizers?"),
    "nothing to list": (["list"], "'opttui list' needs problems|optimizers|schedules|initialisers|scenarios"),
    "a run that is not there": (["show", "nothing-1234"], "nothing-1234"),
    "a run to tell": (["tell", "nothing-1234", "pause"], "nothing-1234"),
    "a run to stop": (["stop", "nothing-1234"], "nothing-1234"),
    "a run to delete": (["rm", "nothing-1234", "--yes"], "nothing-1234"),
    "a run to export": (["export", "nothing-1234", "--to", "rows.csv"], "nothing-1234"),
    "no run at all": (["show"], "no run"),
    "a run to attach to": (["attach", "nothing-1234"], "nothing-1234"),
    "an empty run": (["rm", "", "--yes"], "The name of a run is empty"),
    "an empty log": (["watch", ""], "A PATH is empty"),
    "a width": (["show", "--width", "1"], "--width must be a whole number from 20 to 400, not '1'"),
    "no command": (["tell", "x"], "'opttui tell' needs COMMAND."),
    "two arguments too many": (["show", "a", "b"], "has no use for 'b'"),
}


@pytest.mark.parametrize(("arguments", "part"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_one_sentence(
    runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], part: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert part in refused(called(*arguments))
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    "arguments", [["runz"], ["race", "rosenbrock", "Adam:lr=x y"], ["show", "a\x1b[2Jb"]]
)
def test_the_process_itself_ends_with_status_2_and_without_a_traceback(
    runs: Path, arguments: list[str]
) -> None:
    assert "\x1b" not in refused(spawned(*arguments))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("steps = = 3\n", "line 1"),
        ('steps = 9\n[problem]\nname = "rosenbrock"\n[[lane]]\noptimizer = "Adam"\nlr = "x"\n', "line 6"),
        ('[problem]\nname = "rosenbrock"\n[[lane]]\noptimizer = "Adem"\n', "did you mean Adam?"),
        (
            '[problem]\nname = "linear"\n[[event]]\nat = 3\ndo = "puase"\n[[lane]]\noptimizer = "SGD"\n',
            "pause",
        ),
    ],
)
def test_a_broken_scenario_is_named_with_its_line(runs: Path, tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    sentence = refused(called("race", str(path)))
    assert "mine.toml" in sentence
    assert line in sentence
    assert not runs.exists()


@pytest.mark.parametrize(
    ("runs", "why"),
    [("file", "it is a file"), ("file/runs", "/file is a file"), ("link", "it is a link to nothing")],
)
def test_a_runs_directory_that_cannot_be_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: str, why: str
) -> None:
    (tmp_path / "file").write_text("not a directory")
    (tmp_path / "link").symlink_to("nowhere")
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path / runs))
    sentence = refused(called("race", "rosenbrock"))
    assert f"{why}. Set OPTTUI_RUNS to a directory" in sentence
    if runs != "link":  # there may be a directory behind it one day
        assert f"{why}. Set OPTTUI_RUNS" in refused(called("runs"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link"]


@pytest.mark.parametrize("verb", [["show"], ["attach"], ["stop"], ["export", "--to", "-", "--format", "csv"]])
def test_a_foreign_file_named_as_a_run(runs: Path, tmp_path: Path, verb: list[str]) -> None:
    foreign = tmp_path / "notes.txt"
    foreign.write_text("hello\x1b[2J")
    assert "notes.txt" in refused(called(verb[0], str(foreign), *verb[1:]))
    assert foreign.read_text() == "hello\x1b[2J"


def test_a_run_whose_manifest_is_damaged(runs: Path) -> None:
    path = make(runs)
    (path / "manifest.json").write_text('{"format": 1, "id": \x1b')
    assert path.name in refused(called("show", path.name))
    assert path.name in refused(called("stop", path.name))
    said = called("runs")
    assert (said.status, said.err) == (0, "")
    assert "unreadable" in said.out


def test_a_run_with_an_impossible_time_does_not_hide_the_others(runs: Path) -> None:
    odd, good = make(runs, "odd"), make(runs, "good")
    manifest = json.loads((odd / "manifest.json").read_text())
    (odd / "manifest.json").write_text(json.dumps(manifest | {"created": {"$float": "nan"}}))
    said = called("runs")
    assert said.status == 0
    assert f"{odd.name}" in said.out and "unreadable" in said.out and good.name in said.out
    assert "created is no time" in refused(called("show", "odd"))


def test_attaching_without_a_terminal_points_to_show(runs: Path) -> None:
    path = make(runs)
    assert f"opttui show {path.name}" in refused(called("attach"))


@pytest.mark.skipif(not FULL.exists(), reason="no such device here")
def test_a_full_disk_behind_stdout_is_one_sentence(runs: Path) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "opttui", "list", "optimizers"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert refused(Said(done.returncode, "", done.stderr)) == "No space left on device."


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_reason_to_fail(runs: Path, closed: str) -> None:
    command = f"exec {sys.executable} -m opttui {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_closed_stdout_is_nowhere_to_export_to(runs: Path) -> None:
    make(runs)
    command = f"exec {sys.executable} -m opttui export --to - --format csv >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, timeout=60)
    assert refused(Said(done.returncode, "", done.stderr)) == "--to - writes to stdout, and that is closed."
