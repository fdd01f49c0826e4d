"""Other tools' logs in a window, other numbers in the loss panel, what stands beside a race: a view in, pictures out."""

from pathlib import Path

import pytest
from panel_runs import NETWORK, check, make_run, text_of_row, view_of, walk
from screen_runs import opened, shown

from opttui.sources.watched import Watched
from opttui.tui import choices
from opttui.tui.actions import BY_ID, possible
from opttui.tui.frames import framed, top
from opttui.tui.layout import Place
from opttui.tui.panels import PANELS
from opttui.tui.panels.table import row_at
from opttui.tui.view import RaceView

BY_KEY = {panel.key: panel for panel in PANELS}


def log(
    folder: Path, name: str, rows: int = 60, header: str = "step,loss,lr,acc", scale: float = 1.0
) -> Path:
    """A small table."""
    path = folder / name / "metrics.csv"
    path.parent.mkdir(parents=True)
    lines = (f"{k},{scale / (k + 1)},{0.1 / (k + 1)},{k / rows}" for k in range(rows))
    path.write_text(header + "\n" + "\n".join(lines) + "\n")
    return path


def watching(*paths: Path) -> RaceView:
    """A view on some logs."""
    reader = Watched(paths)
    reader.poll()
    return RaceView(reader, state="watching", readonly=True)


def words(view: RaceView, key: str, width: int = 120, height: int = 20) -> str:
    """A panel with its title, as text."""
    picture = framed(view, key, Place(0, 0, width, height), False)
    check(picture, width, height)
    return "\n".join(map(text_of_row, picture))


def test_a_log_is_shown_with_what_it_says_and_nothing_else(tmp_path: Path) -> None:
    log(tmp_path, "fast")
    log(tmp_path, "slow", scale=3.0)
    view = watching(tmp_path)
    assert view.panels() == ("loss", "rate", "table", "bars")
    assert view.axes() == ("steps",)
    table = words(view, "table")
    assert "fast" in table and "evals" not in table and "seconds" not in table
    head = text_of_row(top(view, 120)[0])
    assert "watching" in head and "CSV" in head and "step 60" in head and " of " not in head


def test_a_log_without_a_learning_rate_has_no_panel_for_it(tmp_path: Path) -> None:
    view = watching(log(tmp_path, "run", header="step,loss,b,acc"))
    assert view.panels() == ("loss", "table", "bars")
    for key in ("panel_rate", "panel_path"):
        assert possible(BY_ID[key], readonly=True, live=False, foreign=True, panels=view.panels())


@pytest.mark.parametrize("key", ["toggle_pause", "turn_up", "fork", "drop", "add"])
def test_keys_that_would_command_a_race_say_why_they_do_not(key: str) -> None:
    why = possible(BY_ID[key], readonly=True, live=True, foreign=True)
    assert why == "This log belongs to another tool: there is nothing here to command."


def test_metrics_go_round_in_the_loss_panel(tmp_path: Path) -> None:
    view = watching(log(tmp_path, "run"))
    assert view.metrics() == ("lr", "acc")
    assert "loss · log" in words(view, "loss")
    choices.next_metric(view, -1)
    picture = words(view, "loss")
    assert view.metric == "acc" and "acc · linear" in picture
    choices.next_metric(view, 1)
    assert view.metric == ""
    choices.metric_by(view, "AC")
    assert view.metric == "acc"
    choices.metric_by(view, "nothing like it")
    assert view.metric == "acc"
    choices.metric_by(view, "")
    assert view.metric == ""


def test_held_out_numbers_of_a_race_can_be_drawn_and_read_at_the_cursor(tmp_path: Path) -> None:
    measured = [(0, step, {"loss": 2.0 - step / 100, "accuracy": step / 100}) for step in range(0, 101, 10)]
    reader = make_run(
        tmp_path, {0: walk(0, 100, 0.1)}, problem=NETWORK, validation=measured, lanes=[("SGD", "SGD", 0.1)]
    )
    view = view_of(reader, metric="accuracy", cursor=50.0)
    assert "accuracy · linear" in words(view, "loss")
    assert view.loss_scale() == "linear"
    choices.show_metric(view, "loss")
    assert view.loss_scale() == "log"
    rows = reader.lanes[0].metric("accuracy")
    assert rows is not None and rows.rows == 11 and rows.last.tolist() == [k / 10 for k in range(11)]


def test_what_stands_beside_a_race_is_named_and_never_ranked(tmp_path: Path) -> None:
    race = make_run(tmp_path / "runs", {0: walk(0, 100, 0.1)}, lanes=[("SGD", "SGD", 0.1)])
    other = Watched([log(tmp_path, "baseline", scale=1e-9)])
    other.poll()
    plain = words(view_of(race), "loss")
    view = view_of(race, beside=(other,))
    table = words(view, "table").splitlines()
    assert table[2].split()[0] == "1" and "SGD" in table[2]
    assert table[3].split()[0] == "╌╌" and "baseline" in table[3] and "beside" in table[3]
    assert row_at(view, 120, 18, 1) == 0 and row_at(view, 120, 18, 2) is None
    drawn = words(view, "loss")
    assert "╌╌ baseline" in drawn and drawn != plain
    assert words(view, "rate") != words(view_of(race), "rate")


def test_another_run_of_ours_stands_beside_with_its_name(tmp_path: Path) -> None:
    race = make_run(tmp_path / "a", {0: walk(0, 100, 0.1)}, lanes=[("SGD", "SGD", 0.1)])
    other = make_run(tmp_path / "b", {0: walk(1, 100, 0.1)}, lanes=[("SGD", "SGD", 0.1)])
    table = words(view_of(race, beside=(other,)), "table", 200)
    assert f"SGD of {other.manifest.id}" in table


async def test_a_window_on_a_log_follows_it_and_takes_no_command(tmp_path: Path) -> None:
    path = log(tmp_path, "run", rows=20)
    reader = Watched([path])
    reader.poll()
    app, screen, race = opened(reader, "watching", readonly=True)  # type: ignore[arg-type]
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("space")
        await pilot.press("semicolon", "semicolon")
        assert screen.view.metric == "acc" and "acc · linear" in shown(screen)
        with path.open("a") as file:
            file.write("20,0.01,0.1,0.5\n")
        for _ in range(200):
            await pilot.pause(0.02)
            if "step 21" in shown(screen):
                break
        assert "step 21" in shown(screen)
        await pilot.press("L", "l", "r", "enter")
        assert screen.view.metric == "lr"
        await pilot.press("q")
    assert race.asked == []


def test_logs_are_compared_by_what_they_have(tmp_path: Path) -> None:
    log(tmp_path, "fast")
    log(tmp_path, "slow", scale=3.0)
    view = watching(tmp_path)
    view.comparing, view.picked = True, (0, 1)
    picture = words(view, "compare", height=30)
    assert "fast is ahead of slow since step 0" in picture and "step 59" in picture
    assert "NaN" not in picture and "optimizer" not in picture
