"""The mouse on a view, cell by cell, without a screen: clicks, the wheel, drags, boxes, borders."""

from pathlib import Path

import pytest
from panel_runs import race, text_of_row, view_of

from opttui.tui.frames import bottom, key_at
from opttui.tui.layout import borders, places
from opttui.tui.mouse import Mouse
from opttui.tui.panels import PANELS
from opttui.tui.panels.measures import Costs
from opttui.tui.panels.places import ground
from opttui.tui.panels.reach import whole_range, x_range
from opttui.tui.view import RaceView

SIZE = (120, 36)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    return race(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def view(reader) -> RaceView:
    return view_of(reader, state="paused")


@pytest.fixture
def mouse(view) -> Mouse:
    mouse = Mouse(view)
    laid(mouse, view)
    return mouse


def laid(mouse: Mouse, view: RaceView) -> None:
    mouse.places = places(*SIZE, 6, view.chosen, view.alone, view.sight())
    mouse.size = SIZE


def middle(mouse: Mouse, key: str) -> tuple[int, int]:
    place = mouse.places[key]
    return place.x + place.width // 2, place.y + place.height // 2


def drag(mouse: Mouse, start: tuple[int, int], end: tuple[int, int], marks: bool = False) -> None:
    mouse.press(*start, marks)
    mouse.drag((start[0] + end[0]) // 2, (start[1] + end[1]) // 2)
    mouse.drag(*end)
    mouse.release(*end)


def click(mouse: Mouse, x: int, y: int) -> None:
    mouse.press(x, y, False)
    mouse.release(x, y)


@pytest.mark.parametrize("key", ["loss", "rate"])
def test_a_click_reads_the_place_under_it(view, mouse: Mouse, key: str) -> None:
    x, y = middle(mouse, key)
    click(mouse, x, y)
    place = mouse.places[key]
    under = ground(view, key, place.width, place.height - 1)
    assert under is not None and view.cursor is not None
    assert under.column(view.cursor) in (x - place.x - 1, x - place.x, x - place.x + 1)
    assert view.chosen == key


def test_a_click_on_the_plane_reads_where_the_focused_lane_was_nearest(view, mouse: Mouse) -> None:
    view.focus = 3
    place = mouse.places["path"]
    under = ground(view, "path", place.width, place.height - 1)
    assert under is not None
    row = view.reader.lanes[3].overview.row(350)
    column, line = under.column(row[7]), under.row(row[8])
    assert column is not None and line is not None
    click(mouse, place.x + column, place.y + 1 + line)
    assert view.cursor is not None
    near = view.reader.lanes[3].overview.row(int(view.cursor))
    assert abs(near[7] - row[7]) < 0.1 and abs(near[8] - row[8]) < 0.2


def test_a_click_on_the_table_sorts_or_focuses(view, mouse: Mouse) -> None:
    table = mouse.places["table"]
    head = text_of_row(PANELS[3].draw(view, table.width, table.height - 1)[0])
    click(mouse, table.x + head.index("lr"), table.y + 1)
    assert (view.sort, view.backwards) == ("lr", False)
    click(mouse, table.x + head.index("lr"), table.y + 1)
    assert (view.sort, view.backwards) == ("lr", True)
    assert view.chosen == "loss", "the panel that the keys move stays"
    for row in range(6):
        click(mouse, 10, table.y + 2 + row)
        shown = text_of_row(PANELS[3].draw(view, table.width, table.height - 1)[1 + row])
        assert view.reader.manifest.lanes[view.focus].name in shown
    click(mouse, 10, table.y)
    assert view.chosen == "table"


def test_the_wheel_zooms_at_the_mouse(view, mouse: Mouse) -> None:
    x, y = middle(mouse, "loss")
    place = mouse.places["loss"]
    under = ground(view, "loss", place.width, place.height - 1)
    assert under is not None
    before = under.at(x - place.x, y - place.y - 1)[0]
    for _ in range(4):
        mouse.wheel(x, y, up=True)
    zoomed = ground(view, "loss", place.width, place.height - 1)
    assert zoomed is not None
    assert zoomed.at(x - place.x, y - place.y - 1)[0] == pytest.approx(before)
    low, high = x_range(view)
    assert high - low == pytest.approx(0.8**4 * whole_range(view)[1])
    mouse.wheel(x, y, up=True, sideways=True)
    assert x_range(view)[0] < low
    for _ in range(9):
        mouse.wheel(x, y, up=False)
    assert view.x_window is None


def test_the_wheel_over_the_labels_zooms_the_losses(view, mouse: Mouse) -> None:
    place = mouse.places["loss"]
    mouse.wheel(place.x + 2, place.y + 10, up=True)
    assert view.y_window is not None and view.x_window is None
    mouse.wheel(*middle(mouse, "path"), up=True)
    assert view.box is not None
    mouse.wheel(*middle(mouse, "table"), up=False)
    assert view.focus == 1


def test_a_drag_moves_what_is_zoomed_with_the_mouse(view, mouse: Mouse) -> None:
    x, y = middle(mouse, "loss")
    drag(mouse, (x, y), (x - 10, y))
    assert view.x_window is None and view.cursor is None, "all is in sight: there is nothing to move"
    view.x_window = (200.0, 300.0)
    place = mouse.places["loss"]
    under = ground(view, "loss", place.width, place.height - 1)
    assert under is not None
    held = under.at(x - place.x, 5)[0]
    drag(mouse, (x, y), (x - 10, y + 3))
    moved = ground(view, "loss", place.width, place.height - 1)
    assert moved is not None and moved.at(x - 10 - place.x, 5)[0] == pytest.approx(held)
    assert view.y_window is None
    drag(mouse, middle(mouse, "path"), (middle(mouse, "path")[0] + 4, 5))
    assert view.box is not None


def test_a_box_is_zoomed_into(view, mouse: Mouse) -> None:
    place = mouse.places["loss"]
    under = ground(view, "loss", place.width, place.height - 1)
    assert under is not None
    corner, other = (place.x + 20, place.y + 5), (place.x + 40, place.y + 15)
    mouse.press(*corner, marks=True)
    mouse.drag(*other)
    assert view.marked is not None and view.marked.panel == "loss"
    mouse.release(*other)
    assert view.marked is None and view.x_window is not None and view.y_window is not None
    left, high = under.at(20, 4)
    right, low = under.at(40, 14)
    assert high is not None and low is not None
    assert view.x_window[0] <= left < right <= view.x_window[1]
    assert view.y_window[0] <= low < high <= view.y_window[1]
    before = view.x_window
    drag(mouse, (place.x + 20, place.y + 5), (place.x + 21, place.y + 5), marks=True)
    assert view.x_window == before, "a slip of the hand"


def test_a_border_is_dragged_and_stays_where_it_was_let_go(view, mouse: Mouse) -> None:
    lines = {line.share: line for line in borders(mouse.places, *SIZE)}
    assert set(lines) == {"left", "upper", "path"}
    left = lines["left"]
    drag(mouse, (left.x, left.y + 5), (40, left.y + 5))
    laid(mouse, view)
    assert mouse.places["loss"].width == 40
    upper = {line.share: line for line in borders(mouse.places, *SIZE)}["upper"]
    drag(mouse, (upper.x + 30, upper.y), (30, 12))
    laid(mouse, view)
    assert mouse.places["table"].y == 12
    assert view.cursor is None and view.x_window is None


def test_what_lies_under_the_mouse_is_said(view, mouse: Mouse) -> None:
    assert mouse.words(*middle(mouse, "loss")).startswith("step ")
    assert ", lr " in mouse.words(*middle(mouse, "rate"))
    assert mouse.words(*middle(mouse, "path")).startswith("(")
    assert mouse.words(*middle(mouse, "table")) == "" == mouse.words(-3, 999)


def test_anywhere_and_anything_is_no_trouble(tmp_path: Path, view, mouse: Mouse) -> None:
    for x in range(-2, SIZE[0] + 3, 7):
        for y in range(-2, SIZE[1] + 3, 3):
            click(mouse, x, y)
            drag(mouse, (x, y), (SIZE[0] - x, SIZE[1] - y), marks=bool(x % 2))
            mouse.wheel(x, y, up=bool(y % 2), heights=bool(x % 3))
            mouse.words(x, y)
            laid(mouse, view)
    assert len(mouse.places) == 4
    for panel in PANELS:
        assert len(panel.draw(view, 60, 20)) == 20


def test_a_click_on_a_title_chooses_its_panel_and_another_shows_it_alone(view, mouse: Mouse) -> None:
    x, y = mouse.places["path"].x + 3, mouse.places["path"].y
    click(mouse, x, y)
    assert (view.chosen, view.alone) == ("path", False)
    click(mouse, x, y)
    assert view.alone
    laid(mouse, view)
    click(mouse, 3, mouse.places["path"].y)
    assert (view.chosen, view.alone) == ("path", False)


def test_a_click_on_its_number_hides_a_panel_and_one_above_all_brings_it_back(view, mouse: Mouse) -> None:
    place = mouse.places["rate"]
    mouse.press(place.x + place.width - 3, place.y, False)
    said = mouse.release(place.x + place.width - 3, place.y)
    assert "rate" in view.shape.hidden and said.startswith("F3 shows that panel again")
    laid(mouse, view)
    click(mouse, 5, -1)
    assert "rate" not in view.shape.hidden and "bars" in view.shape.hidden


def test_a_click_on_the_words_of_a_key_is_that_key(view) -> None:
    (row,) = (bottom(view, 120, 2, "", Costs())[1],)
    text = text_of_row(row)
    for words, action in (("full screen", "full"), ("leave", "leave"), ("pause", "toggle_pause")):
        assert key_at(view, 120, text.index(words)) == action
    assert key_at(view, 120, 119) == "" and key_at(view, 120, -1) == ""
