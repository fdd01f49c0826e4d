"""Commands about lanes from end to end: a scenario's events, `tell` on a race that runs, and what the record says of it."""

import json
from pathlib import Path

import pytest
from cli_toys import called
from click.testing import CliRunner

from opttui.cli.main import command as opttui
from opttui.control.checked import checked_command
from opttui.errors import InputError
from opttui.record.reader import RunReader
from opttui.record.results import results
from opttui.scenario.toml import parse_scenario

SCENARIO = """
steps = 60
[problem]
name = "rosenbrock"
[[lane]]
optimizer = "Adam"
lr = 0.05
[[lane]]
optimizer = "SGD"
lr = 0.001
momentum = 0.9
[[event]]
at = 10
do = "fork 0"
[[event]]
at = 10
do = "fork 0 lr=0.01 @StepLR:step_size=20 as slow"
[[event]]
at = 20
do = "add late=RMSprop:lr=0.001"
[[event]]
at = 30
do = "rewind 0 to 12"
[[event]]
at = 40
do = "drop late"
"""


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path / "runs"))
    return tmp_path


def said(*words: str) -> str:
    result = CliRunner().invoke(opttui, list(words), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def losses(reader: RunReader, lane: int) -> list[tuple[float, float]]:
    return [(row[0], row[3]) for block in reader.lanes[lane].read() for row in block.tolist()]


def test_a_scenario_that_asks_what_if(runs: Path) -> None:
    (runs / "what.toml").write_text(SCENARIO + '\n[[event]]\nat = 50\ndo = "restore 0"\n')
    spoken = called("race", str(runs / "what.toml"), "--headless", "--json")
    refused = "step 50: the scenario's command was refused: lane 'Adam' is not dropped."
    assert (spoken.status, spoken.err.splitlines()[-1]) == (0, f"opttui: {refused}")
    told = json.loads(spoken.out)
    lanes = {lane["name"]: lane for lane in told["lanes"]}
    assert list(lanes) == ["Adam", "SGD", "Adam fork", "slow", "late"]
    fork, slow = lanes["Adam fork"], lanes["slow"]
    assert (fork["parent"], fork["forked_at"], slow["parent"]) == (0, 10, 0)
    assert (lanes["late"]["outcome"], lanes["late"]["steps"]) == ("stopped", 40)
    reader = RunReader(Path(told["path"]))
    reader.poll()
    known = {lane.name: lane for lane in results(reader, alive=False)}
    assert (known["Adam fork"].exact, known["Adam fork"].by_hand) == ("exact", False)
    assert (known["slow"].changes, known["slow"].by_hand) == ("lr=0.01 @StepLR:step_size=20", True)
    assert [step for step, _ in losses(reader, 0)] == list(range(60))
    assert losses(reader, 2) == losses(reader, 0)[10:]
    assert reader.damage == []
    table = said("show", told["run"], "--width", "200")
    assert "fork of lane 0 at 10 with lr=0.01 @StepLR:step_size=20" in table
    assert "late: dropped at step 40" in table
    assert table.rstrip().endswith(f"\n\n{refused}")


MUCH = (
    SCENARIO
    + """
[[event]]
at = 45
do = "set SGD lr=0.0007 momentum=0.5"
[[event]]
at = 45
do = "freeze slow"
[[event]]
at = 46
do = "add Adam:lr=0.2"
[[event]]
at = 46
do = "set 5 beta1=0.7 at 20"
[[event]]
at = 48
do = "rewind to 41"
[[event]]
at = 43
do = "thaw slow"
[[event]]
at = 44
do = "schedule 1 @StepLR:step_size=3"
[[event]]
at = 50
do = "restore late"
[[event]]
at = 52
do = "fork 1 at 20 with SGD:lr=0.0005 as other"
[[event]]
at = 55
do = "drop SGD"
[[event]]
at = 56
do = "add hot=SGD:lr=0.02,momentum=0.9"
[[event]]
at = 57
do = "fork 0 lr=0.03 as again"
[[event]]
at = 58
do = "fork again lr=0.02 as twice"
[[event]]
at = 58
do = "rescue hot"
[[event]]
at = 58
do = "set again beta1=0.8"
[[event]]
at = 59
do = "rewind 0 to 40"
[[event]]
at = 59
do = "rewind 0 to 30"
[[event]]
at = 59
do = "freeze 0"
[[event]]
at = 59
do = "thaw 0"
[[event]]
at = 59
do = "rewind to 50"
"""
)


def test_a_race_with_all_that_was_done_to_it_is_a_scenario(runs: Path) -> None:
    def rows(run: str) -> list[str]:
        lines = said("export", run, "--to", "-", "--format", "csv").splitlines()
        return [",".join(cells[:4] + cells[5:]) for cells in (line.split(",") for line in lines)]

    (runs / "what.toml").write_text(MUCH)
    first = json.loads(said("race", str(runs / "what.toml"), "--headless", "--json"))
    notes = [
        event
        for event in (Path(first["path"]) / "events.jsonl").read_text().splitlines()
        if "refused" in event
    ]
    assert notes == []
    lanes = {lane["name"]: lane for lane in first["lanes"]}
    assert list(lanes)[-4:] == ["hot", "again", "twice", "hot rescued"]
    assert [(lanes[name]["outcome"], lanes[name]["steps"]) for name in ("again", "twice")] == [
        ("finished", 60)
    ] * 2
    said("export", first["run"], "--to", str(runs / "again.toml"))
    again = json.loads(said("race", str(runs / "again.toml"), "--headless", "--json"))
    assert rows(again["run"]) == rows(first["run"])
    for one, other in zip(first["lanes"], again["lanes"], strict=True):
        for key in ("name", "outcome", "steps", "final_loss", "parent", "forked_at"):
            assert one[key] == other[key], (one["name"], key)
    said("export", again["run"], "--to", str(runs / "third.toml"))
    assert (runs / "third.toml").read_text() == (runs / "again.toml").read_text()


def test_a_race_that_is_over_goes_on_with_a_rescue(runs: Path) -> None:
    """A single lane that diverges ends its race; what is refused leaves the run as it was."""
    told = json.loads(
        said("race", "rosenbrock", "SGD:lr=0.005,momentum=0.9", "--steps", "60", "--headless", "--json")
    )
    assert told["lanes"][0]["outcome"] == "diverged"
    manifest = Path(told["path"]) / "manifest.json"
    before = manifest.read_bytes()
    for words, sentence in (
        ("set 0 lr=1", "diverged at step"),
        ("pause", "while a race runs"),
        ("frok", "'fork'"),
    ):
        with pytest.raises(InputError, match=sentence):
            said("resume", told["run"], "--tell", words, "--headless", "--quiet")
    assert manifest.read_bytes() == before
    again = json.loads(said("resume", told["run"], "--tell", "rescue", "--headless", "--json", "--quiet"))
    assert again["lanes"][0] == told["lanes"][0]
    assert (again["lanes"][1]["outcome"], again["lanes"][1]["parent"]) == ("finished", 0)


def test_tell_says_what_was_applied_and_where(runs: Path) -> None:
    run = said("race", "rosenbrock", "Adam:lr=0.01", "--steps", "100000", "--detach", "--quiet").strip()
    try:
        step = int(said("tell", run, "pause").split()[-1])
        assert f"fork of Adam at step {step}" in said("tell", run, "fork", "0", "lr=0.5")
        assert "added at step" in said("tell", run, "add", "SGD:lr=0.001")
        kept = json.loads(said("show", run, "--snapshots", "--json"))
        assert kept["memory"]["budget"] == 2**28 and kept["memory"]["bytes"] == sum(
            lane["memory"]["bytes"] for lane in kept["lanes"]
        )
        assert kept["disk"]["bytes"] == sum(file["bytes"] for lane in kept["lanes"] for file in lane["disk"])
        assert "in memory" in said("show", run, "--snapshots")
        assert said("tell", run, "drop 1").startswith("Adam lr 0.5: dropped at step")
        with pytest.raises(InputError, match=f"is at step {step}, and 99999999 is not before it"):
            said("tell", run, "rewind", "0", "to", "99999999")
    finally:
        said("stop", run)


@pytest.mark.parametrize(
    ("do", "words"),
    [
        (
            "fork 0 with Adamm",
            "line 8 (event 1, 'do'): 'Adamm': unknown optimizer 'Adamm'; did you mean Adam?",
        ),
        ("fork 0 @Steplr:step_size=3", "did you mean StepLR?"),
        ("schedule 0 @StepLR", "step_size"),
        ("add SGD:lrr=0.1", "did you mean lr?"),
        ("rewind", "'rewind' needs the step to go back to"),
        ("frok 0", "There is no command 'frok'. Did you mean 'fork'?"),
    ],
)
def test_a_scenarios_mistakes_are_found_at_their_line(do: str, words: str) -> None:
    text = f'steps = 9\n[problem]\nname = "rosenbrock"\n[[lane]]\noptimizer = "Adam"\n[[event]]\nat = 3\ndo = "{do}"\n'
    with pytest.raises(InputError) as caught:
        parse_scenario(text, "what.toml", checked_command)
    assert words in str(caught.value)
    assert str(caught.value).startswith("what.toml, line 8 (event 1, 'do'): ")
