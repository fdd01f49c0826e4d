"""The race's screen with keys and mouse: what it asks of the race, what it shows, what it repaints."""

import io
from pathlib import Path

import pytest
from panel_runs import LANES, race, walk
from rich.console import Console
from screen_runs import opened, painted, shown
from textual.widgets import Static

from opttui.control.commands import Pace, Pause, Reply, Resume, Set, Step, Stop
from opttui.record.writer import RunWriter
from opttui.tui.action import Action
from opttui.tui.actions import ACTIONS

WIDE = (120, 40)


@pytest.fixture
def reader(tmp_path: Path):
    return race(tmp_path)


@pytest.mark.parametrize(
    ("state", "key", "command"),
    [
        ("running", "space", Pause()),
        ("paused", "space", Resume()),
        ("running", "full_stop", Step()),
        ("running", "l", Set("0", {"lr": 0.00125})),
        ("running", "right", Set("0", {"lr": 0.00125})),
        ("running", "h", Set("0", {"lr": 0.0008})),
        ("running", "less_than_sign", Pace(1000.0)),
        ("running", "greater_than_sign", Pace(None)),
    ],
)
async def test_a_key_is_a_command(reader, state: str, key: str, command) -> None:
    app, _, race = opened(reader, state)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(key)
    assert race.asked == [command]


async def test_turns_add_up_while_the_race_has_not_answered(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("l", "l", "l")
    assert [command.values["lr"] for command in race.asked] == [0.00125, 0.0016, 0.002]


async def test_another_lane_and_another_hyper_are_turned(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("3", "tab", "tab", "l", "shift+tab", "l", "k", "h")
    assert race.asked == [
        Set("2", {"weight_decay": 1e-4}),
        Set("2", {"momentum": 0.92}),
        Set("1", {"momentum": 0.875}),
    ]


@pytest.mark.parametrize(("readonly", "state"), [(True, "running"), (False, "ended"), (False, "crashed")])
async def test_what_cannot_be_asked_is_said_and_not_sent(reader, readonly: bool, state: str) -> None:
    app, _, race = opened(reader, state, readonly=readonly)
    said = set()
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        for action in ACTIONS:
            if action.wish is not None:
                await pilot.press(action.keys[0])
                await pilot.pause()
                said |= {notification.message for notification in app._notifications}
    assert race.asked == []
    over = {"This window is read-only." if readonly else "The race is over; nothing can be turned any more."}
    # Where the process has gone, space goes on with the run, and where the race is over, a rescue does; here is none.
    assert said - over == (
        {"There is no run at nowhere. `opttui runs` lists them."} if not readonly else set()
    )
    assert over <= said


async def test_a_refusal_is_told_in_the_race_s_words(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        await pilot.press("l")
        race.answers.append(Reply(1, "refused", "lane 0 has [b]no[/b] lr"))
        screen.look(1.0)
        await pilot.pause()
        assert [note.message for note in app._notifications] == ["lane 0 has [b]no[/b] lr"]


async def test_what_the_viewer_chooses(reader) -> None:
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        assert "loss · log · by steps" in shown(screen)
        await pilot.press("y", "X")
        assert "loss · linear · by evaluations" in shown(screen)
        await pilot.press("s", "s")
        assert "smoothed over 1 %" in shown(screen)
        await pilot.press("S", "S", "S")
        assert "smoothed" not in shown(screen)
        await pilot.press("j", "j")
        assert "━━ RMSprop" in shown(screen).splitlines()[-2]
        await pilot.press("m", "m")
        assert shown(screen).isascii()


async def test_one_panel_full_screen_and_back(reader) -> None:
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f2", "enter")
        assert [chart.id for chart in screen.query("Chart") if chart.display] == ["top", "path", "bottom"]
        await pilot.press("escape")
        assert len([chart for chart in screen.query("Chart") if chart.display]) == 6


@pytest.mark.parametrize(
    "size", [(80, 24), (120, 40), (200, 60), (20, 5), (39, 9), (300, 100), (1, 1), (500, 3)]
)
async def test_every_size_is_filled_and_nothing_lies_over_anything(reader, size: tuple[int, int]) -> None:
    app, screen, _ = opened(reader)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f1")
        covered = 0
        for chart in screen.query("Chart"):
            if not chart.display:
                continue
            assert screen.region.contains_region(chart.region)
            covered += chart.region.area
            for row in chart.picture:
                assert sum(len(text) for text, _ in row) == chart.region.width
            assert len(chart.picture) == chart.region.height
        places = [chart.region for chart in screen.query("Chart") if chart.display]
        assert not any(a.overlaps(b) for i, a in enumerate(places) for b in places[i + 1 :])
        # A column between two panels is bare, and nothing else.
        assert covered >= screen.region.area - 2 * screen.region.height


async def test_random_resizes_leave_every_chart_as_large_as_its_place(reader) -> None:
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        for size in ((33, 7), (140, 50), (20, 5), (200, 30), (99, 23), (100, 24), (160, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            for chart in screen.query("Chart"):
                if chart.display:
                    assert len(chart.picture) == chart.region.height


async def test_nothing_is_repainted_while_nothing_changes(reader) -> None:
    app, screen, _ = opened(reader, "paused")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        before = painted(screen)
        for now in range(100):
            screen._frame._next = 0.0
            screen.tick()
            screen.look(float(now))
        assert painted(screen) == before


async def test_a_new_row_repaints_few_rows(tmp_path: Path) -> None:
    reader = race(tmp_path)
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        before = painted(screen)
        writer = RunWriter(reader.path, len(LANES))
        writer.rows(0, list(map(tuple, walk(0, 601, 1e-3)[600:].tolist())))
        writer.close()
        screen._frame._next = 0.0
        screen.tick()
        screen._frame._next = 0.0
        screen.redraw()
        # The header, the lane's row in the table, the ends of its curves: 40 rows stand on the screen.
        assert 1 <= painted(screen) - before <= 16


async def test_leaving_a_race_that_lives_asks_what_becomes_of_it(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("q")
        words = "\n".join(str(static.content) for static in app.screen.query(Static))
        assert "The race is running" in words and "let it run" in words and "stop it" in words
        await pilot.press("escape")
        assert app.screen is screen
        await pilot.press("ctrl+c", "l")
        await pilot.pause()
    assert app.return_value == "left" and race.asked == []


@pytest.mark.parametrize(("state", "how"), [("ended", "ended"), ("crashed", "left")])
async def test_leaving_a_race_that_is_over_asks_nothing(reader, state: str, how: str) -> None:
    app, _, _ = opened(reader, state)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("q")
        await pilot.pause()
    assert app.return_value == how


async def test_stopping_from_the_question(reader, monkeypatch: pytest.MonkeyPatch) -> None:
    app, _, race = opened(reader)
    monkeypatch.setattr("opttui.tui.screens.leaving.Client", lambda path, actor, way: race)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("q", "s")
        await app.workers.wait_for_complete()
        await pilot.pause()
    assert race.asked == [Stop()] and app.return_value == "stopped"


async def test_a_click_focuses_a_lane_and_chooses_a_panel(reader) -> None:
    app, screen, _ = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        table = screen.chart("table").region
        row = next(y for y in range(table.y + 2, table.bottom) if "Adagrad" in text_at(screen, y))
        await pilot.click(offset=(20, row))
        assert screen.view.focus == 3
        path = screen.chart("path").region
        await pilot.click(offset=(path.x + 5, path.y + 3))
        assert screen.view.chosen == "path"


def text_at(screen, y: int) -> str:
    table = screen.chart("table")
    return "".join(text for text, _ in table.picture[y - table.region.y])


async def test_the_help_and_the_palette_hold_every_action(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("question_mark")
        console = Console(width=400, file=io.StringIO())
        with console.capture() as captured:
            console.print(app.screen.query_one(Static).content)
        page = captured.get()
        assert all(action.help in page for action in ACTIONS)
        await pilot.press("escape", "ctrl+p")
        await pilot.press(*"pause")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("down", "enter")
        await pilot.pause()
        await app.workers.wait_for_complete()
    assert race.asked == [Pause()]


def test_no_two_actions_share_a_key_or_an_id() -> None:
    for mode in ("", "back"):
        keys = [key for action in ACTIONS for key in action.keys if action.mode == mode]
        assert len(set(keys)) == len(keys)
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)


def test_each_action_is_a_choice_a_wish_or_a_method_of_the_screen() -> None:
    from opttui.tui.screens.race import RaceScreen

    def ways(action: Action) -> int:
        own = hasattr(RaceScreen, f"do_{action.id}")
        return (action.choose is not None) + (action.wish is not None) + own

    assert {action.id: ways(action) for action in ACTIONS} == {action.id: 1 for action in ACTIONS}


async def test_names_from_outside_reach_the_screen_tamed(tmp_path: Path) -> None:
    reader = race(tmp_path, title="\x1b[31mred\x07")
    app, screen, _ = opened(reader, "crashed", reason="")
    screen.lookout.reason = "killed\x1b]0;title\x07 \u202eby"
    async with app.run_test(size=WIDE):
        text = shown(screen)
    assert "\x1b" not in text and "\x07" not in text and "\u202e" not in text
