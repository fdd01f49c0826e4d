"""Looks that are kept: a picture of each screen, compared with the one that somebody has looked at."""

import shutil
from pathlib import Path

import msgspec
import pytest
from panel_runs import NETWORK, make_run, race
from screen_runs import opened

from opttui.record.reader import RunReader
from opttui.record.rundir import read_manifest, write_manifest
from opttui.tui.app import OpttuiApp
from opttui.tui.home import entries
from opttui.tui.screens.home import HomeScreen

SIZES = {"wide": (200, 60), "normal": (120, 40), "narrow": (80, 24), "tiny": (20, 5)}


def renamed(reader: RunReader, name: str = "valley-0001") -> RunReader:
    """The same run under a name that does not change from test to test."""
    path = reader.path.with_name(name)
    shutil.move(reader.path, path)
    write_manifest(path, msgspec.structs.replace(read_manifest(path), id=name))
    found = RunReader(path)
    found.poll()
    return found


@pytest.fixture
def reader(tmp_path: Path) -> RunReader:
    return renamed(race(tmp_path, title="Round the bend"))


@pytest.mark.parametrize("size", SIZES)
def test_a_race_at_every_size(snap_compare, reader, size: str) -> None:
    """Curves, paths over the valley, learning rates and the table, as far as there is room."""
    app, _, _ = opened(reader, "paused")
    assert snap_compare(app, terminal_size=SIZES[size])


@pytest.mark.parametrize("panel", ["f1", "f2", "f3", "f4"])
def test_each_panel_alone(snap_compare, reader, panel: str) -> None:
    """One panel on the whole screen."""
    app, _, _ = opened(reader, "paused")
    assert snap_compare(app, terminal_size=(100, 30), press=[panel, "z"])


def test_smoothed_over_what_was_measured(snap_compare, reader) -> None:
    """A clear line a lane, what was measured faint behind it."""
    app, _, _ = opened(reader, "paused")
    assert snap_compare(app, terminal_size=(120, 40), press=["s", "s", "s", "j"])


def test_linear_by_seconds_in_ascii(snap_compare, reader) -> None:
    """Nothing but ASCII, for a plain console."""
    app, _, _ = opened(reader, "paused")
    assert snap_compare(app, terminal_size=(100, 30), press=["y", "X", "X", "m", "m"])


def test_waiting_for_torch(snap_compare, tmp_path: Path) -> None:
    """The first frame: what will race, and what is being waited for."""
    app, screen, _ = opened(renamed(make_run(tmp_path, problem=None, title="Round the bend")), "starting")
    screen.lookout.reason = "waiting for torch …"
    assert snap_compare(app, terminal_size=(120, 40))


def test_a_network_without_a_surface_yet(snap_compare, tmp_path: Path) -> None:
    """A random plane, said so on the panel."""
    app, _, _ = opened(renamed(race(tmp_path, problem=NETWORK)), "paused")
    assert snap_compare(app, terminal_size=(120, 40))


def test_a_race_that_is_over(snap_compare, reader) -> None:
    """The winner in the header."""
    app, _, _ = opened(reader, "ended")
    assert snap_compare(app, terminal_size=(120, 30))


def test_the_help(snap_compare, reader) -> None:
    """Every key, by group."""
    app, _, _ = opened(reader, "paused")
    assert snap_compare(app, terminal_size=(120, 46), press=["question_mark"])


def test_the_question_on_leaving(snap_compare, reader) -> None:
    """What becomes of the race."""
    app, _, _ = opened(reader, "paused")
    assert snap_compare(app, terminal_size=(100, 30), press=["q"])


@pytest.mark.parametrize("size", [(120, 36), (70, 24)])
def test_home(snap_compare, reader, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]) -> None:
    """Scenarios above, runs below, what is under the cursor beside them."""
    facts = {
        "state": "running",
        "problem": "rosenbrock",
        "lanes": ["Adam"],
        "step": 600,
        "steps": 1000,
        "age": 75.0,
    }
    listed = [
        entries.Run("valley-0001", reader.path, facts),
        entries.Run("hot-0002", reader.path, {**facts, "state": "crashed", "age": 7300.0}),
        entries.Run(
            "old-0003", reader.path, {**facts, "state": "finished", "outcomes": {"finished": 6}, "age": 9e5}
        ),
    ]
    stories = [story for story in entries.stories() if story.name in ("showcase", "first-line", "valley")]
    monkeypatch.setattr(entries, "runs", lambda seen=None: listed)
    monkeypatch.setattr(entries, "stories", lambda: stories)

    async def settled(pilot) -> None:
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("down", "down", "down")

    assert snap_compare(OpttuiApp(HomeScreen()), terminal_size=size, run_before=settled)
