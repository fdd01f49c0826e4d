"""Another plane in the path panel: what it says, what it draws, and what it does not draw yet."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from panel_runs import ROSENBROCK, check, make_run, text_of_row, view_of, walk
from screen_runs import opened

from opttui.control.commands import Plane
from opttui.plots.picture import Picture
from opttui.record.events import Event
from opttui.record.grid import Grid
from opttui.record.past import Past
from opttui.record.writer import RunWriter
from opttui.tui import reading
from opttui.tui.panels import path

LANES = (("Adam", "Adam:lr=0.1", 0.1), ("SGD", "SGD:lr=0.1", 0.1))
NETWORK = msgspec.structs.replace(
    ROSENBROCK, surface=None, minima=(), view=None, parameters=100, plane="random plane through the start"
)
COMPONENTS = Event(
    "plane",
    "paths are drawn along …",
    step=200,
    data={"number": 1, "plane": "pca", "explained": [0.8125, 0.111], "box": [-1.0, 9.0, -2.0, 8.0]},
)


def run_with_plane(runs: Path, *, lanes: tuple[int, ...] = (0, 1), grid_in: int = 1):
    reader = make_run(
        runs, {0: walk(0, 200, 0.1), 1: walk(1, 200, 0.1)}, lanes=LANES, problem=NETWORK, events=[COMPONENTS]
    )
    writer = RunWriter(reader.path, 2)
    steps = np.linspace(0, 200, 21)
    for lane in lanes:
        writer.past(lane, Past(1, 200, 0, steps, steps / 25, steps / (30 + 10 * lane)))
    writer.grid(Grid((-1.0, 9.0, -2.0, 8.0), np.arange(40.0).reshape(5, 8), grid_in))
    writer.close()
    reader.poll()
    return reader


def inks(picture: Picture) -> set[str]:
    return {ink.fg for row in picture for text, ink in row if text.strip()}


def test_the_panel_says_what_the_plane_is_and_how_much_it_shows(tmp_path: Path) -> None:
    view = view_of(run_with_plane(tmp_path))
    assert path.title(view) == "path · PCA, 81.2 % + 11.1 % of the variance"
    picture = path.draw(view, 60, 20)
    check(picture, 60, 20)
    text = "\n".join(map(text_of_row, picture))
    assert "PC1" in text
    assert "PC2" in text
    assert "computed" not in text
    assert any("level" in ink.bg for row in picture for _, ink in row)


def test_a_lane_that_is_not_read_so_far_and_a_grid_of_another_plane_are_left_out(tmp_path: Path) -> None:
    view = view_of(run_with_plane(tmp_path, lanes=(1,), grid_in=0))
    picture = path.draw(view, 60, 20)
    seen = inks(picture)
    assert "lane1" in seen
    assert not any(ink.startswith("lane0") for ink in seen)
    assert path.COMPUTING in "\n".join(map(text_of_row, picture))


def test_the_cursor_stands_in_the_new_plane_at_rows_from_before_it(tmp_path: Path) -> None:
    view = view_of(run_with_plane(tmp_path))
    reading.read_step(view, 100)
    assert view.cursor == 100
    (first, second) = sorted(path._points(view), key=lambda point: point[2])
    assert first[:2] == pytest.approx((4.0, 100 / 30))
    assert second[:2] == pytest.approx((4.0, 2.5))


def test_a_part_of_one_plane_is_none_of_another(tmp_path: Path) -> None:
    view = view_of(run_with_plane(tmp_path), box=(0.0, 1.0, 0.0, 1.0))
    reading.follow_plane(view)
    assert (view.plane, view.box) == (1, None)
    view.box = (0.0, 1.0, 0.0, 1.0)
    reading.follow_plane(view)
    assert view.box == (0.0, 1.0, 0.0, 1.0)


def test_an_event_that_makes_no_sense_changes_no_plane(tmp_path: Path) -> None:
    nonsense = [
        Event("plane", data={"number": "two", "explained": [1, 2]}),
        Event("plane", data={"number": 3}),
        Event("plane", data={"number": 0, "explained": [], "box": [1, 1, None, 2]}),
    ]
    reader = make_run(tmp_path, {0: walk(0, 50, 0.1)}, lanes=LANES[:1], problem=NETWORK, events=nonsense)
    view = view_of(reader)
    assert path.title(view) == "path · random plane through the start"
    check(path.draw(view, 60, 20), 60, 20)


async def test_keys_ask_for_planes(tmp_path: Path) -> None:
    app, _, race = opened(run_with_plane(tmp_path))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("P", "u")
    assert race.asked == [Plane("pca"), Plane("random")]
