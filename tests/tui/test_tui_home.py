"""The home screen: what it lists, how it is searched, what enter starts and opens."""

from pathlib import Path
from typing import Any

import pytest
from panel_runs import race
from screen_runs import shown
from textual.events import Key

from opttui.control import begin as beginning
from opttui.record.rundir import list_runs
from opttui.tui.app import OpttuiApp
from opttui.tui.home.entries import first_comment, runs, stories
from opttui.tui.home.view import HomeView
from opttui.tui.screens.home import HomeScreen
from opttui.tui.screens.race import RaceScreen

WIDE = (120, 40)


class Waiting:
    """A race process that never becomes ready."""

    message, hint, user_error, again = "waiting for torch", "", False, False

    def poll(self) -> str:
        """As the real one's."""
        return "waiting"

    def stop(self) -> None:
        """As the real one's."""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("OPTTUI_RUNS", str(tmp_path))
    return tmp_path


async def home(app: OpttuiApp, pilot: Any) -> HomeScreen:
    await app.workers.wait_for_complete()
    await pilot.pause()
    screen = app.screen
    assert isinstance(screen, HomeScreen)
    return screen


async def test_it_lists_scenarios_and_runs_with_a_preview(place: Path) -> None:
    run = race(place).path.name
    app = OpttuiApp(HomeScreen())
    async with app.run_test(size=WIDE) as pilot:
        screen = await home(app, pilot)
        text = shown(screen)
        assert all(story.name in text for story in stories())
        assert run in text
        assert "opttui race showcase" in text and "plain SGD" in text
        await pilot.press("G")
        assert "hot SGD" in shown(screen) and "loss" in shown(screen)


async def test_no_letter_of_a_search_that_is_typed_at_once_is_lost(place: Path) -> None:
    app = OpttuiApp(HomeScreen())
    async with app.run_test(size=WIDE) as pilot:
        screen = await home(app, pilot)
        for key, character in (("slash", "/"), *((letter, letter) for letter in "tjq")):
            app.post_message(Key(key, character))
        await pilot.pause()
        assert screen.view.query == "tjq" and app.screen is screen


async def test_a_search_shows_what_fits_and_enter_starts_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beginning, "start", lambda path: Waiting())
    app = OpttuiApp(HomeScreen())
    async with app.run_test(size=WIDE) as pilot:
        screen = await home(app, pilot)
        await pilot.press("slash", *"nadam", "j", "q")
        assert screen.view.query == "nadamjq" and "none that fits" in shown(screen)
        await pilot.press("backspace", "backspace")
        assert [entry.name for entry in screen.view.entries()] == ["valley"]
        await pilot.press("enter")
        assert app.screen is screen
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, RaceScreen)
        (path,) = list_runs()
        assert path.name.startswith("rosenbrock")
        await pilot.press("q", "s")
        await pilot.pause()
        await home(app, pilot)
        assert list_runs() == []
        await pilot.press("escape")
        for _ in range(100):
            if len(screen.view.entries()) == len(stories()):
                break
            screen.look_for_runs()
            await home(app, pilot)
        assert len(screen.view.entries()) == len(stories())


async def test_a_run_is_opened_and_left_and_the_list_is_there_again(place: Path) -> None:
    run = race(place).path
    app = OpttuiApp(HomeScreen())
    async with app.run_test(size=WIDE) as pilot:
        screen = await home(app, pilot)
        await pilot.press("G", "enter")
        await pilot.pause()
        opened = app.screen
        assert isinstance(opened, RaceScreen) and opened.view.reader.path == run
        await pilot.press("q", "l")
        await pilot.pause()
        assert app.screen is screen
        await pilot.press("q")
        await pilot.pause()
    assert app.return_value is not None


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (100, 10), (300, 100), (1, 1)])
async def test_every_size_is_filled(place: Path, size: tuple[int, int]) -> None:
    race(place)
    app = OpttuiApp(HomeScreen())
    async with app.run_test(size=size) as pilot:
        screen = await home(app, pilot)
        await pilot.press("G")
        for chart in screen.query("Chart"):
            if chart.display:
                assert len(chart.picture) == chart.region.height
                assert all(sum(len(text) for text, _ in row) == chart.region.width for row in chart.picture)


def test_the_cursor_stays_in_the_list_and_on_its_entry() -> None:
    view = HomeView(stories())
    view.move(-3)
    assert view.entry() is view.stories[0]
    view.move(99)
    assert view.entry() is view.stories[-1]
    view.query = "showcase"
    assert view.entry() is view.stories[0]
    view.query = "there is no such thing"
    assert view.entry() is None
    view.move(1)


def test_a_run_that_cannot_be_read_is_listed_with_its_reason(place: Path) -> None:
    (race(place).path / "manifest.json").write_text("{")
    (run,) = runs()
    assert run.facts["state"] == "unreadable" and "manifest" in run.facts["reason"]


def test_the_first_comment_of_a_file_by_paragraphs() -> None:
    assert first_comment("# one\n# two\n#\n#  three\n\n# four\nsteps = 1") == ("one two", "three")
    assert first_comment("steps = 1") == ()
