"""Lists, shows and deletes runs."""

import json
from pathlib import Path

import click
import pytest
from cli_toys import Raced, called, end, make, refused, row

from opttui.cli import rm, stop
from opttui.cli import runs as runs_verb
from opttui.control import listing
from opttui.control.client import UnheardError
from opttui.record.furthest import furthest_step, steps_taken
from opttui.record.layout import lane_file
from opttui.record.writer import RunWriter


def test_no_runs_is_a_sentence_that_says_how_to_get_one(runs: Path) -> None:
    said = called("runs")
    assert (said.status, said.err) == (0, "")
    assert str(runs) in said.out and "opttui race" in said.out
    assert json.loads(called("runs", "--json").out) == []


def test_runs_are_listed_newest_first(runs: Path) -> None:
    old, new = make(runs, "old", steps=5), make(runs, "new", steps=7)
    lines = called("runs").out.splitlines()
    assert lines[0].split() == ["run", "problem", "lanes", "step", "state", "steps/s", "best", "lane", "age"]
    assert lines[1].split()[:7] == [new.name, "linear", "2", "7", "of", "7", "finished"]
    assert lines[2].split()[:7] == [old.name, "linear", "2", "5", "of", "5", "finished"]


def test_the_json_of_the_runs(runs: Path) -> None:
    path = make(runs, steps=5)
    (run,) = json.loads(called("runs", "--json").out)
    assert run.pop("age") >= 0 and run.pop("created") > 1.7e9
    assert run == {
        "run": path.name,
        "path": str(path),
        "kind": "race",
        "title": "Line through 100 noisy points",
        "problem": "linear",
        "lanes": ["SGD", "hot, and odd"],
        "state": "finished",
        "outcomes": {"finished": 2},
        "step": 5,
        "steps": 5,
        "steps_per_second": None,
        "best_lane": "SGD",
        "best_by_hand": False,
        "best_loss": 0.2,
    }


def test_a_run_without_an_end_says_how_far_it_came(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(runs, steps=9, ended=False)
    for life in ("crashed", "starting", "elsewhere"):
        monkeypatch.setattr(listing, "life", lambda path, life=life: life)
        (run,) = json.loads(called("runs", "--json").out)
        assert (run["state"], run["step"]) == (life, 9)


def test_lanes_that_did_differently_are_counted() -> None:
    run = {"state": "finished", "outcomes": {"finished": 3, "diverged": 1}}
    assert runs_verb.outcomes(run) == "3 finished, 1 diverged"


def test_the_step_is_found_at_the_end_of_a_long_and_torn_log(tmp_path: Path) -> None:
    writer = RunWriter(tmp_path, 1)
    for start in range(0, 30_000, 3_000):  # frames of 216 kB: the first window begins inside one
        writer.rows(0, [row(step, 1.0) for step in range(start, start + 3_000)])
        writer.flush()
    writer.close()
    log = tmp_path / lane_file(0)
    assert furthest_step(tmp_path, [0, 1]) == 30_000
    with log.open("r+b") as file:
        file.truncate(log.stat().st_size - 100)
    assert steps_taken(log) == 27_000
    assert steps_taken(tmp_path / "none") == 0


def test_show_prints_heading_and_table(runs: Path) -> None:
    path = make(runs)
    said = called("show", path.name[:5])
    assert (said.status, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == f"{path.name} · Line through 100 noisy points · 50 steps · seed 0 · cpu float32"
    assert any(line.startswith("1  SGD") for line in lines)
    assert any(line.startswith("2  hot, and odd") for line in lines)


def test_show_draws_within_the_width_asked_for(runs: Path) -> None:
    make(runs)
    chart = called("show", "--width", "60").out.split("\n\n")[1]
    assert 40 < max(map(len, chart.splitlines())) <= 60
    assert len(chart.splitlines()) > 10


def test_a_run_without_rows_is_shown_too(runs: Path) -> None:
    make(runs, losses=[float("nan")] * 5)
    assert "SGD" in called("show").out
    make(runs, steps=1, ended=False, losses=[])
    assert "SGD" in called("show").out


def test_show_as_json_is_what_the_race_printed(raced: Raced) -> None:
    assert json.loads(called("show", str(raced.path), "--json").out) == raced.summary


def test_runs_that_are_over_are_deleted(runs: Path) -> None:
    first, second, third = make(runs, "a"), make(runs, "b"), make(runs, "c")
    said = called("rm", first.name, second.name, first.name, "--yes")
    assert (said.status, said.out) == (0, f"deleted {first.name}\ndeleted {second.name}\n")
    assert list(runs.iterdir()) == [third]


def test_one_wrong_name_deletes_nothing(runs: Path) -> None:
    first = make(runs, "a")
    assert "nothing" in refused(called("rm", first.name, "nothing", "--yes"))
    assert first.is_dir()


def test_a_run_that_is_held_by_a_process_is_not_deleted(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(runs, ended=False)
    monkeypatch.setattr(rm, "life", lambda path: "live")
    assert f"opttui stop {path.name}" in refused(called("rm", path.name, "--yes"))
    monkeypatch.setattr(rm, "life", lambda path: "elsewhere")
    assert "another machine" in refused(called("rm", path.name, "--yes"))
    assert path.is_dir()


def test_rm_asks_on_a_terminal_and_refuses_without_one(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(runs)
    assert "--yes" in refused(called("rm", path.name))
    monkeypatch.setattr(rm, "has_person", lambda: True)
    asked: list[str] = []

    def answer(yes: bool) -> None:
        monkeypatch.setattr(click, "confirm", lambda question, default: asked.append(question) or yes)

    answer(False)
    assert called("rm", path.name).out == "Nothing was deleted.\n"
    assert path.is_dir()
    answer(True)
    assert called("rm", path.name).status == 0
    assert not path.exists()
    assert asked == [f"Delete {path.name}?"] * 2


@pytest.mark.parametrize(
    ("ends", "told"), [(True, "stopped\n"), (False, "killed; what it had recorded stays\n")]
)
def test_a_race_that_does_not_answer_is_ended_all_the_same(
    runs: Path, monkeypatch: pytest.MonkeyPatch, ends: bool, told: str
) -> None:
    path = make(runs, ended=False)

    def silence(*_: object) -> str:
        raise UnheardError("The race process does not answer.", "There is a hint.")

    monkeypatch.setattr(stop, "carried_out", silence)
    monkeypatch.setattr(stop, "kill", lambda path, patience: end(path) if ends else None)
    monkeypatch.setattr(stop, "wait_until_over", lambda path: ends)
    said = called("stop", path.name)
    assert (said.status, said.out) == (0, told)
    assert said.err == "opttui: The race process does not answer. Its process is told to end.\n"
