"""Notices: those that answer a key replace one another, facts stay, and none lies over the lines at the bottom."""

import time

from panel_runs import race
from screen_runs import opened
from textual.widgets._toast import Toast

from opttui.tui.chart import Chart


async def seen(pilot, count: int, words: str) -> list[Toast]:
    """The notices, once there are so many and one of them says some words."""
    end = time.monotonic() + 20
    while True:
        toasts = [toast for toast in pilot.app.screen.query(Toast) if toast.size.width]
        if len(toasts) == count and any(words in str(toast.render()) for toast in toasts):
            return toasts
        assert time.monotonic() < end, [str(toast.render()) for toast in toasts]
        await pilot.pause(0.01)


async def test_what_a_key_has_done_takes_the_place_of_what_the_one_before_did(tmp_path) -> None:
    app, screen, _ = opened(race(tmp_path), "paused")
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.pause()
        app.notify("A fact of the race.", timeout=60)
        for _ in range(3):
            await pilot.press("t")
        await seen(pilot, 2, "colour-blind")
        await pilot.press("c")
        toasts = await seen(pilot, 2, "Copied the values")
        assert sum("A fact of the race." in str(toast.render()) for toast in toasts) == 1
        bottom = screen.query_one("#bottom", Chart).region
        assert bottom.height == 2
        assert not any(toast.region.overlaps(bottom) for toast in toasts)
        await pilot.press("b", "t")
        toasts = await seen(pilot, 2, "terminal")
        bottom = screen.query_one("#bottom", Chart).region
        assert bottom.height == 4, "with the line of time, and what is kept of it"
        assert not any(toast.region.overlaps(bottom) for toast in toasts)


async def test_a_notice_is_as_large_as_what_it_says(tmp_path) -> None:
    app, _, _ = opened(race(tmp_path), "paused")
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        await pilot.pause()
        app.notify("Short.", timeout=60)
        (toast,) = await seen(pilot, 1, "Short.")
        assert toast.region.height == 1 and toast.region.width <= 10
