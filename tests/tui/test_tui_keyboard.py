"""Keys that come all at once, as after a slow line: each does what it would have done by itself."""

from pathlib import Path
from typing import Any

import pytest
from panel_runs import race
from screen_runs import opened
from textual.events import Key
from textual.pilot import Pilot

from opttui.control.commands import Add, Fork, Set
from opttui.tui.app import OpttuiApp

WIDE = (120, 40)


@pytest.fixture
def reader(tmp_path: Path):
    return race(tmp_path)


async def flood(pilot: Pilot[Any], app: OpttuiApp, *keys: str) -> None:
    """Hand keys over as a terminal does, and wait until the race's screen has all of them."""
    screen = app.screen
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))
    for _ in range(50):
        await pilot.pause(0.02)
        if app.screen is screen:
            return


async def test_a_lane_is_typed_ahead_of_its_form(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await flood(
            pilot,
            app,
            "n",
            *"SGX",
            "backspace",
            "D",
            "tab",
            *"0.2",
            "tab",
            *"0.9",
            "shift+tab",
            "5",
            "ctrl+s",
        )
    assert race.asked == [Add("SGD:lr=5,momentum=0.9")]


@pytest.mark.parametrize(
    ("keys", "command"),
    [
        (("f", "tab", *"0.5", "enter"), Fork("0", None, {"lr": 0.5})),
        (("a", *"0.5", "tab", "tab", "tab", *"400", "enter"), Set("0", {"lr": 0.5}, 400)),
        (("f", "f"), Fork("0")),
    ],
)
async def test_a_fork_and_a_value_too(reader, keys: tuple[str, ...], command: Fork | Set) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await flood(pilot, app, *keys)
    assert race.asked == [command]


async def test_words_of_the_filter_are_not_keys_of_the_race(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await flood(pilot, app, "slash", *"adn", "backspace", "enter", "x")
    assert screen.view.words == "ad" and not race.asked and screen.view.picked == (screen.view.focus,)
