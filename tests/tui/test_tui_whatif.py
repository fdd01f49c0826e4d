"""Keys that change lanes, the way back in time, rescue: what is asked of the race, and what is shown."""

from pathlib import Path

import pytest
from panel_runs import LANES, make_run, race, text_of_row, view_of, walk
from screen_runs import opened, shown
from textual.widgets import Static

from opttui.control.commands import (
    Add,
    Drop,
    Fork,
    Freeze,
    Kept,
    KeptLane,
    Reply,
    Rescue,
    Restore,
    Rewind,
    Schedule,
    Set,
    Thaw,
)
from opttui.record.events import Event
from opttui.record.pointer import Pointer
from opttui.tui import choices, scrub
from opttui.tui.actions import ACTIONS
from opttui.tui.form.whatif import fork_question, schedule_question, value_question
from opttui.tui.panels.then import hypers_at, step_at
from opttui.tui.panels.timeline import kept_line, timeline_line
from opttui.tui.rescue import rescue
from opttui.tui.screens.ask import AskScreen
from opttui.tui.screens.race import REVIVING

WIDE = (120, 40)


@pytest.fixture
def reader(tmp_path: Path):
    return race(tmp_path)


@pytest.mark.parametrize("again", ["f", "enter"])
async def test_f_and_f_again_forks_with_nothing_changed(reader, again: str) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f", again)
        await pilot.pause()
    assert race.asked == [Fork("0")]


async def test_the_focus_goes_to_a_fork_of_ones_own(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("f", "f")
        await pilot.pause()
        for text, number in (("of another window", 98), ("of this one", 1)):
            race.answers.append(Reply(number, "applied", text, 9))
            screen.look(0.0)
            assert screen.view.focus == 0
            reader.events.append(Event("forked", text, lane=number % 3, step=9))
        screen.look(0.0)
        assert screen.view.focus == 1
        await pilot.press("1")
        screen.look(0.0)
        assert screen.view.focus == 0


async def test_a_fork_at_the_cursor_with_changes(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("2", "home", "]", "f", "tab", *["backspace"] * 10, *"0.02", "enter")
        await pilot.pause()
    (fork,) = race.asked
    assert isinstance(fork, Fork)
    assert (fork.lane, fork.values, fork.schedule, fork.optimizer) == ("1", {"lr": 0.02}, None, None)
    assert fork.at is not None and 1 <= fork.at <= 20


async def test_what_is_wrong_is_said_and_not_sent(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("at", *"StepRL", "enter")
        await pilot.pause()
        assert isinstance(app.screen, AskScreen)
        assert "StepLR" in str(app.screen.query_one("#complaint", Static).content)
        await pilot.press("escape")
        assert app.screen is screen
    assert race.asked == []


async def test_values_and_schedules_now_or_at_a_step(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("a", *["backspace"] * 10, *"0.5", "enter", "at", *"none", "down", *"700", "enter")
        await pilot.pause()
    assert race.asked == [Set("0", {"lr": 0.5}), Schedule("0", "none", 700)]


@pytest.mark.parametrize(
    ("kind", "outcome", "key", "command"),
    [
        (None, "", "d", Drop("0")),
        ("dropped", "stopped", "d", Restore("0")),
        (None, "", "F", Freeze("0")),
        ("frozen", "paused", "F", Thaw("0")),
    ],
)
async def test_one_key_takes_a_lane_out_and_in_again(
    tmp_path: Path, kind, outcome: str, key, command
) -> None:
    events = [Event(kind, "SGD", 0, 50, data={"outcome": outcome, "reason": kind})] if kind else []
    app, _, race = opened(make_run(tmp_path, {0: walk(0, 50, 0.1)}, lanes=LANES[:2], events=events))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press(key)
    assert race.asked == [command]


async def test_n_adds_a_lane_to_the_race(reader) -> None:
    app, _, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("n")
        await pilot.pause()
        assert "adds it to this race, from step 0" in str(app.screen.query_one("#form-keys", Static).content)
        await pilot.press("ctrl+s")
        await pilot.pause()
    assert race.asked == [Add("Adam")]


async def test_back_in_time_all_panels_show_the_step_and_enter_asks(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("b", "1", "2", "0")
        assert "back at step 120 of 599" in shown(screen) and "go to 120_" in shown(screen)
        await pilot.press("left", "left", "pagedown")
        assert step_at(screen.view, 0) == 118 + 599 // 20
        await pilot.press("home", "right", "enter", "r")
        await pilot.pause()
        assert not screen.view.back
        await pilot.press("b", "5", "enter", "R")
        await pilot.pause()
        await pilot.press("b", "7", "enter", "f")
        await pilot.pause()
        await pilot.press("f")
        await pilot.pause()
    assert race.asked == [Rewind(1, "0"), Rewind(5), Fork("0", 7)]


async def test_the_usual_keys_come_back_with_esc(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("b", "l", "escape")
        assert not screen.view.back and screen.view.cursor is None and race.asked == []
        await pilot.press("l")
    assert race.asked == [Set("0", {"lr": 0.00125})]


@pytest.mark.parametrize("state", ["ended", "crashed"])
async def test_when_the_race_is_over_one_can_look_back_and_no_more(reader, state: str) -> None:
    app, screen, race = opened(reader, state)
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        for action in ACTIONS:
            if action.changes and not action.mode and (state == "crashed" or action.id not in REVIVING):
                await pilot.press(action.keys[0])
        await pilot.press("b", "9")
        if state == "crashed":
            await pilot.press("enter")
        await pilot.pause()
        said = {note.message for note in app._notifications}
        assert "back at step 9 " in shown(screen) and app.screen is screen
    assert race.asked == [] and said == {"The race is over; nothing can be turned any more."}


async def test_a_race_that_is_over_goes_on_with_a_fork_a_rewind_or_a_rescue(
    reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, screen, race = opened(reader, "ended")
    told: list[str] = []
    monkeypatch.setattr(screen.lookout.way, "resume", told.append)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("exclamation_mark", "f", "f", "b", "9", "enter", "R")
        await pilot.pause()
    assert race.asked == [] and told == ["rescue 5", "fork 0", "rewind to 9"]


def test_the_line_of_time_has_marks_and_the_cursor(reader) -> None:
    view = view_of(reader, focus=1)
    scrub.enter(view)
    scrub.go(view, 100)
    line = text_of_row(timeline_line(view, 100))
    assert len(line) == 100 and line.index("┃") < line.index("◆")
    assert line.startswith(" back at step 100 of 599")
    scrub.move(view, -1)
    scrub.delete_digit(view)
    assert step_at(view, 1) == 99


@pytest.mark.parametrize("width", [40, 80, 120, 200])
def test_the_lines_of_time_say_what_is_kept_in_memory_and_on_disk_and_how_large_it_is(reader, width) -> None:
    memory = {1: KeptLane(3, 3 * 2**20, [0, 200, 400]), 0: KeptLane(9, 2**20)}
    view = view_of(reader, focus=1)
    view.kept = Kept(memory, 256 * 2**20, 0.0041, 5 * 2**10, 2**31, 0.001)
    reader.lanes[1].pointers = [Pointer(250, "ckpt/a", 2048)]
    scrub.enter(view)
    bar, words = text_of_row(timeline_line(view, width)), text_of_row(kept_line(view, width))
    reader.lanes[1].pointers = []
    assert len(bar) == len(words) == width
    assert ("┴" in bar and "▴" in bar) == (width > 40)
    assert "3.0 MiB" in words and "2.0 KiB" in words
    assert ("4.0 MiB of 256 MiB" in words, "0.41 %" in words) == (width > 40, width > 40)
    view.kept = None
    assert "▴ 0" in text_of_row(kept_line(view, width))


@pytest.mark.parametrize("axis", ["steps", "evaluations", "seconds"])
def test_steps_are_steps_on_every_axis(reader, axis: str) -> None:
    view = view_of(reader, focus=1)
    while view.axis != axis:
        choices.next_axis(view)
    scrub.enter(view)
    for step in (300, 301, 0, 599):
        scrub.go(view, step)
        assert step_at(view, 1) == step
    assert hypers_at(view, 1, 299)["lr"] == 0.1 and hypers_at(view, 1, 301)["lr"] == 0.05


def test_forms_refuse_what_no_race_could_do(reader) -> None:
    view = view_of(reader)
    fork = fork_question(view, 0, 12)
    as_it_is = {field.key: field.text for field in fork.fields}
    assert fork.command(as_it_is) == Fork("0", 12)
    with_lion = fork.command(as_it_is | {"optimizer": "Adagrad:lr=0.1", "name": "mine"})
    assert with_lion == Fork("0", 12, optimizer="Adagrad:lr=0.1", name="mine")
    assert "own phrase" in fork.complaint(as_it_is | {"optimizer": "Adam", "lr": "1"})
    assert "not a number" in fork.complaint(as_it_is | {"lr": "fast"})
    assert fork.command(as_it_is | {"lr": "x0.5"}).values == {"lr": 0.5 * float(as_it_is["lr"])}
    assert "Nothing is changed" in value_question(view).complaint({})
    assert "not a step" in schedule_question(view).complaint({"schedule": "none", "at step": "soon"})


async def test_rescue_is_asked_for_the_lane_that_has_diverged(reader) -> None:
    app, screen, race = opened(reader)
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("exclamation_mark", "6")
        assert "! rescues it" in shown(screen)
    assert race.asked == [Rescue("5")]


def test_nothing_to_rescue_is_said(tmp_path: Path) -> None:
    assert rescue(view_of(make_run(tmp_path, {0: walk(0, 9, 0.1)}))) == (
        "No lane has diverged: there is nothing to rescue."
    )
