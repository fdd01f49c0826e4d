"""The keys that write files: what is proposed, what is written, what is said of it."""

from pathlib import Path

import pytest
from panel_runs import race
from screen_runs import opened
from textual.widgets import Input, Static

from opttui.sources.choice import Choice
from opttui.sources.watched import Watched
from opttui.tui.app import OpttuiApp
from opttui.tui.exporting import KINDS, Export, arguments_of, chart_of, kind_of, proposed
from opttui.tui.screens.export import ExportScreen
from opttui.tui.view import RaceView

WIDE = (120, 40)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return race(tmp_path)


def told(app: OpttuiApp) -> list[str]:
    """What toasts say."""
    return [notice.message for notice in app._notifications]


def test_a_path_is_proposed_where_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [proposed("rosen", kind) for kind, _ in KINDS] == [
        *("rosen.html", "rosen-loss.svg", "rosen-loss.png", "rosen.csv", "rosen.parquet", "rosen.jsonl"),
        *("rosen-tb/", "rosen.py", "rosen.toml"),
    ]
    assert all(kind_of(proposed("rosen", kind)) == kind for kind, _ in KINDS)
    assert proposed("rosen", "svg", "rate") == "rosen-lr.svg"
    (tmp_path / "rosen.py").touch()
    (tmp_path / "rosen-2.py").symlink_to("nowhere")
    (tmp_path / "rosen-tb").mkdir()
    assert (proposed("rosen", "py"), proposed("rosen", "tensorboard")) == ("rosen-3.py", "rosen-2-tb/")
    assert [kind_of(path) for path in ("", "a.xlsx", "a.CSV", "dir/", "dir")] == [
        *("", "", "csv", "tensorboard", "tensorboard"),
    ]


async def test_e_asks_and_writes_what_is_chosen(reader, tmp_path: Path) -> None:
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e")
        await pilot.pause()
        assert isinstance(app.screen, ExportScreen)
        line = app.screen.query_one(Input)
        assert line.value == f"{reader.manifest.id}.html"
        await pilot.press("down", "down", "down", "tab", "up")
        assert line.value == f"{reader.manifest.id}.csv"
        assert "▸ .csv" in str(app.screen.query_one("#kinds", Static).content)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is screen
        for _ in range(600):
            if not screen.exports:
                break
            await pilot.pause(0.05)
        assert any(f"{reader.manifest.id}.csv (" in text for text in told(app)), told(app)
    written = tmp_path / "here" / f"{reader.manifest.id}.csv"
    assert written.read_text().startswith("lane,name,step")


async def test_what_is_no_format_is_said_and_what_is_there_too(reader, tmp_path: Path) -> None:
    (tmp_path / "here" / "there.csv").write_text("old")
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("e")
        await pilot.pause()
        line, said = app.screen.query_one(Input), app.screen.query_one("#complaint", Static)
        for path, words in (("a.xlsx", "none of these"), ("there.csv", "will be replaced"), ("a.csv", "")):
            line.value = path
            await pilot.pause()
            assert words in str(said.content) and bool(words) == bool(str(said.content))
        line.value = "a.xlsx"
        await pilot.press("enter")
        assert isinstance(app.screen, ExportScreen)
        await pilot.press("escape")
        assert app.screen is screen and screen.exports == ()


@pytest.mark.parametrize("key", ["e", "w"])
async def test_a_read_only_window_writes_nothing(reader, tmp_path: Path, key: str) -> None:
    app, screen, _ = opened(reader, readonly=True)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await pilot.press(key)
        for _ in range(200):
            if told(app):
                break
            await pilot.pause(0.02)
        assert app.screen is screen and screen.exports == ()
        assert "This window is read-only." in told(app)
    assert list((tmp_path / "here").iterdir()) == []


def test_a_window_on_several_logs_writes_all_that_it_shows(tmp_path: Path) -> None:
    for name in ("one", "two", "debug"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "metrics.csv").write_text("step,loss,val_loss\n0,2.0,3.0\n1,1.0,2.5\n")
    paths = [tmp_path / name for name in ("one", "two", "debug")]
    reader = Watched(paths, Choice("val_loss", ("!debug",)))
    reader.poll()
    view = RaceView(reader, metric="loss")
    assert chart_of(view) == "validation/loss"
    export = Export(arguments_of(view), str(tmp_path / "all.csv"))
    assert export.outcome()[0]
    rows = [line.split(",") for line in (tmp_path / "all.csv").read_text().splitlines()[1:]]
    assert [(row[1], row[5]) for row in rows] == [
        *(("one", "3.0"), ("one", "2.5"), ("two", "3.0"), ("two", "2.5")),
    ]


def test_a_failure_is_the_commands_sentence(reader, tmp_path: Path) -> None:
    export = Export([str(reader.path)], str(tmp_path / "missing" / "a.csv"))
    well, sentence = export.outcome()
    assert not well and "cannot be written" in sentence
