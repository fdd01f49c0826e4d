"""The race's screen: reading, zooming, panels, filter, toasts and copying by key and mouse, as they are seen."""

from pathlib import Path

import pytest
from panel_runs import LANES, race, walk
from screen_runs import opened, painted, shown
from textual.widgets import Input

from opttui.control.commands import Set
from opttui.record.events import Event
from opttui.record.layout import LOSS
from opttui.record.writer import RunWriter
from opttui.tui.actions import ACTIONS
from opttui.tui.news import Newsroom

WIDE = (120, 40)


@pytest.fixture
def reader(tmp_path: Path):
    return race(tmp_path)


async def test_reading_by_keys(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("right_square_bracket", "left_square_bracket")
        assert screen.view.cursor == 593
        assert "at step 593" in shown(screen) and f"{walk(2, 600, 0)[593, LOSS]:#.4g}" in shown(screen)
        await pilot.press("plus", "plus", "right_parenthesis", "r", "o")
        text = shown(screen)
        assert "zoomed" in text and "sorted by name" in text
        await pilot.press("0", "escape", "p")
        assert "zoomed" not in shown(screen) and "at step 593" not in shown(screen)
        assert "loss − that of SGD" in shown(screen)


async def test_a_moving_cursor_repaints_few_rows(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("end", "left_square_bracket")
        before = painted(screen)
        await pilot.press("p", "p", "p", "left_square_bracket")
        curves = screen.chart("loss")
        rows = curves.repainted
        await pilot.press("left_square_bracket")
        assert curves.repainted - rows <= curves.size.height and painted(screen) > before


async def test_a_flood_of_keys_is_drawn_with_the_clock(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        screen.rest = 1e9
        assert screen._timer is not None
        screen._timer.pause()
        await pilot.press("end")
        before = painted(screen)
        await pilot.press(*["left_square_bracket"] * 5)
        assert painted(screen) == before and screen.view.cursor == 599 - 5 * 6
        screen._frame._next = 0.0
        screen.tick()
        assert painted(screen) > before and "at step 569" in shown(screen)


async def test_panels_by_keys(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("v")
        assert not screen.chart("loss").display and screen.view.chosen == "path"
        await pilot.press("f15", "shift+f4")
        assert [chart.id for chart in screen.query("Chart") if chart.display] == ["top", "path", "bottom"]
        await pilot.press("f1")
        width = screen.chart("loss").size.width
        await pilot.press("ctrl+right")
        assert screen.chart("loss").size.width == width + 4
        await pilot.press("V")
        usual = ("top", "loss", "path", "rate", "table", "bottom")
        assert [chart.id for chart in screen.query("Chart") if chart.display] == list(usual)


async def test_lanes_are_filtered_while_the_words_are_typed(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("slash", "a", "d", "a")
        assert isinstance(app.screen.query_one(Input), Input)
        assert screen.view.words == "ada" and "2 of 6 lanes" in shown(screen)
        await pilot.press("m", "enter")
        assert app.screen is screen and "1 of 6 lanes · filter adam" in shown(screen)
        await pilot.press("slash", "escape")
        assert screen.view.words == "" and "6 lanes" in shown(screen)


async def test_the_measures_say_what_is_zoomed_and_what_lies_under_the_mouse(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        assert "frames/s" not in shown(screen)
        await pilot.press("i", "plus", "v")
        region = screen.chart("path").region
        await pilot.hover(offset=(region.x + 20, region.y + 5))
        text = shown(screen)
        assert "zoomed" in text and "1 hidden" in text and "frames/s" in text and "B/s" in text
        assert "(" in text.splitlines()[-2]


async def test_mouse_on_the_screen(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        loss = screen.chart("loss").region
        await pilot.click(offset=(loss.x + 30, loss.y + 10))
        assert screen.view.cursor is not None
        await pilot.mouse_down(offset=(loss.right, loss.y + 10))
        await pilot.hover(offset=(loss.right - 20, loss.y + 10))
        screen.mouse.drag(loss.right - 20, 9)
        await pilot.mouse_up(offset=(loss.right - 20, loss.y + 10))
        assert screen.chart("loss").region.right == loss.right - 20


async def test_values_go_to_the_clipboard(reader) -> None:
    app, _, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await pilot.press("end", "c")
        assert app.clipboard.splitlines()[1].split("\t")[:2] == ["SGD", "599"]
        assert "Copied the values of 6 lanes at step 599" in next(note.message for note in app._notifications)


async def test_facts_are_told_once_and_own_turns_are_not(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await pilot.press("l")
        assert race.asked == [Set("0", {"lr": 0.00125})]
        writer = RunWriter(reader.path, len(LANES))
        mine = {"hyper": "lr", "old": 0.001, "new": 0.00125}
        for event in (
            Event("set", "", 0, 600, actor="window", data=mine),
            Event("set", "", 0, 601, actor="tell", data={"hyper": "lr", "old": 0.00125, "new": 0.5}),
            Event("target", "", 2, 602),
            Event("outcome", "the loss became [b]NaN[/b]", 1, 603, data={"outcome": "diverged"}),
        ):
            writer.event(event)
        writer.close()
        for now in (1.0, 2.0):
            screen.look(now)
        await pilot.pause()
        assert [note.message for note in app._notifications] == [
            "◆ tell: SGD lr 0.00125 → 0.5",
            "★ RMSprop reached the target at step 602",
            "✗ Adam diverged at step 603: the loss became [b]NaN[/b] · ! goes on from before, at half the rate",
        ]


def test_of_many_facts_at_once_the_rest_is_counted(reader) -> None:
    events = [Event("target", "", lane % 6, lane) for lane in range(50)]
    facts = Newsroom(0).fresh(reader.manifest, events, lambda event: False)
    assert len(facts) == 4 and facts[-1].sentence.startswith("… and 47 more")


@pytest.mark.parametrize("size", [(20, 5), (80, 24), (200, 60)])
async def test_every_key_at_every_size(reader, size: tuple[int, int]) -> None:
    app, screen, _ = opened(reader, "running")
    quiet = ("palette", "help", "leave", "filter", "theme", "fork", "value", "schedule", "add", "branch")
    async with app.run_test(size=size) as pilot:
        for action in ACTIONS:
            if action.id not in quiet:
                screen.action_do(action.id)
                for chart in screen.query("Chart"):
                    if chart.display:
                        region = chart.styles.width, chart.styles.height
                        assert len(chart.picture) == int(region[1].value)  # type: ignore[union-attr]
        await pilot.pause()
        assert app.is_running


async def test_while_the_terminal_does_not_read_nothing_is_drawn(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        behind = True
        screen.line.behind = lambda: behind  # type: ignore[method-assign]
        before = painted(screen)
        await pilot.press("end", "y", "v", "V")
        for _ in range(3):
            screen._frame._next = 0.0
            screen.tick()
        assert painted(screen) == before
        behind = False
        screen._frame._next = 0.0
        screen.tick()
        assert painted(screen) > before and "at step 599" in shown(screen)
