"""How lanes did: told by the manifest at the end, worked out from rows and events before."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from record_rows import rows

from opttui.record.events import Event
from opttui.record.manifest import LaneResult
from opttui.record.reader import RunReader
from opttui.record.results import UNTOLD, results, summary
from opttui.record.rundir import read_manifest, write_manifest
from opttui.record.writer import RunWriter


def written(run: Path, count: int, *events: Event) -> RunReader:
    writer = RunWriter(run, 2)
    writer.rows(0, rows(0, count))
    for event in events:
        writer.event(event)
    writer.close()
    return RunReader(run)


def outcomes(reader: RunReader, alive: bool) -> list[tuple[str, str]]:
    return [(result.outcome, result.reason) for result in results(reader, alive)]


def test_a_living_race(run: Path) -> None:
    reader = written(run, 813)
    assert outcomes(reader, alive=True) == [("running", ""), ("running", "")]
    first = results(reader, alive=True)[0]
    assert first == LaneResult(
        id=0,
        name="Adam",
        phrase="Adam:lr=0.1",
        outcome="running",
        reason="",
        steps=813,
        evaluations=1624,
        seconds=203.0,
        first_loss=-3.0,
        final_loss=(812 * 37) % 1009 - 3.0,
        best_loss=-3.0,
        best_step=0,
        target_step=None,
        final_lr=(812 % 64) / 1024,
        diverged_step=None,
        parent=None,
        forked_at=None,
    )
    second = results(reader, alive=True)[1]
    assert (second.steps, second.first_loss, second.final_lr, second.seconds) == (0, None, None, 0.0)


def test_a_crashed_race(run: Path) -> None:
    assert outcomes(written(run, 813), alive=False) == [
        ("stopped", "its process ended without a word after step 812"),
        ("stopped", "its process ended without a word before the first step"),
    ]


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [(["paused"], "paused"), (["paused", "resumed"], "running"), (["resumed", "paused"], "paused")],
)
def test_pauses(run: Path, kinds: list[Any], expected: str) -> None:
    reader = written(run, 5, *(Event(kind) for kind in kinds))
    assert [outcome for outcome, _ in outcomes(reader, alive=True)] == [expected, expected]
    assert outcomes(reader, alive=False)[0][0] == "stopped"


def test_outcomes_are_kept(run: Path) -> None:
    reader = written(
        run,
        5,
        Event("target", lane=0, step=3),
        Event("outcome", "reached 0.1", lane=0, step=3, data={"outcome": "reached"}),
        Event("outcome", "the loss is NaN", lane=1, step=4, data={"outcome": "diverged"}),
        Event("outcome", "nonsense", lane=0, step=4, data={"outcome": ["x"]}),
        Event("paused"),
    )
    for alive in (True, False):
        assert outcomes(reader, alive) == [("reached", "reached 0.1"), ("diverged", "the loss is NaN")]
    first, second = results(reader, alive=False)
    assert (first.target_step, first.diverged_step) == (3, None)
    assert (second.target_step, second.diverged_step) == (None, 4)


def test_a_lane_that_stops_at_its_target_has_reached_it_at_that_step(run: Path) -> None:
    reached = Event("outcome", "reached 0.1", lane=0, step=3, data={"outcome": "reached"})
    first, second = results(written(run, 5, reached), alive=False)
    assert (first.target_step, second.target_step) == (3, None)


def test_a_race_stopped_by_a_person_without_its_last_words(run: Path) -> None:
    reader = written(run, 5, Event("stopped", "stopped by tell"))
    assert outcomes(reader, alive=False)[0] == ("stopped", "stopped by tell")


def test_an_ended_run_says_what_its_manifest_says(run: Path) -> None:
    told = msgspec.structs.replace(
        results(written(run, 5), alive=False)[0], outcome="finished", reason="all steps"
    )
    write_manifest(run, msgspec.structs.replace(read_manifest(run), state="ended", results=(told,)))
    assert results(RunReader(run), alive=False)[0] == told
    assert results(RunReader(run), alive=False)[1].outcome == "stopped"


def test_the_summary_is_json_without_bare_words(run: Path) -> None:
    writer = RunWriter(run, 1)
    writer.rows(0, [(0.0, 1.0, float("nan"), float("inf"), *[float("nan")] * 5)])
    writer.close()
    told = summary(RunReader(run), alive=True)
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert list(told) == ["run", "path", "problem", "seed", "device", "dtype", "steps", "lanes"]
    assert (told["run"], told["path"], told["problem"], told["steps"]) == (
        run.name,
        str(run),
        "rosenbrock",
        2000,
    )
    lane = told["lanes"][0]
    assert list(lane) == [name for name in LaneResult.__struct_fields__ if name not in UNTOLD]
    assert (lane["first_loss"], lane["final_loss"], lane["best_loss"], lane["best_step"]) == (None,) * 4
    assert (lane["steps"], lane["final_lr"], lane["seconds"]) == (1, None, None)


def test_odd_numbers_in_a_row_break_nothing(run: Path) -> None:
    writer = RunWriter(run, 1)
    writer.rows(0, [(float("nan"), float("inf"), *[0.0] * 7)])  # type: ignore[list-item]
    writer.close()
    result = results(RunReader(run), alive=False)[0]
    assert (result.steps, result.evaluations, result.best_loss, result.best_step) == (1, 0, 0.0, None)
