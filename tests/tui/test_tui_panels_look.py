"""Images, codes and curves side by side, at any size; the lanes as bars."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from panel_runs import LANES, ROSENBROCK, check, make_run, race, text_of_row, view_of, walk
from screen_runs import opened, shown

from opttui.plots.axes import area_of
from opttui.record.look import TRUTH, Look
from opttui.record.writer import RunWriter
from opttui.tui.panels import bars, look, loss

PROBLEM = msgspec.structs.replace(ROSENBROCK, surface=None, minima=(), parameters=100)


def looked(runs: Path, kind: str, lanes: int = 3):
    problem = msgspec.structs.replace(PROBLEM, look=kind)
    rows = {lane: walk(lane, 100, 0.1) for lane in range(lanes)}
    reader = make_run(runs, rows, lanes=LANES[:lanes], problem=problem)
    writer = RunWriter(reader.path, lanes)
    for step in (0, 50, 100):
        for lane in range(TRUTH if kind != "points" and not step else 0, lanes):
            x = np.linspace(0, 1, 40, dtype=np.float32)
            values = {
                "image": np.full((12, 16), step / 100, np.float32),
                "points": np.stack((x, x * (lane + 1)), axis=1),
                "curve": np.stack((x, x**2 + step + lane), axis=1),
            }[kind]
            labels = (np.arange(40) % 10).astype(np.uint8) if kind == "points" else None
            writer.look(Look(lane, step, kind, values, labels))
    writer.close()
    reader.poll()
    return reader


def text(picture) -> str:
    return "\n".join(map(text_of_row, picture))


@pytest.mark.parametrize("kind", ["image", "points", "curve"])
@pytest.mark.parametrize("marker", ["braille", "ascii"])
@pytest.mark.parametrize("size", [(1, 1), (7, 2), (20, 5), (40, 12), (67, 14), (99, 40)])
def test_any_size_is_filled(tmp_path: Path, kind: str, marker: str, size: tuple[int, int]) -> None:
    view = view_of(looked(tmp_path, kind), marker=marker)
    check(look.draw(view, *size), *size)


def test_target_and_lanes_stand_side_by_side_with_their_names(tmp_path: Path) -> None:
    view = view_of(looked(tmp_path, "image"))
    assert look.title(view) == "image · step 100"
    words = text(look.draw(view, 90, 14))
    for name, _, _ in LANES[:3]:
        assert f"━━ {name}" in words
    assert "target" in words


def test_where_there_is_little_room_the_focused_lane_stands_beside_the_target(tmp_path: Path) -> None:
    view = view_of(looked(tmp_path, "image"), focus=2)
    words = text(look.draw(view, 30, 8))
    assert "target" in words and LANES[2][0] in words and LANES[0][0] not in words


def test_at_the_cursor_images_are_those_of_then(tmp_path: Path) -> None:
    view = view_of(looked(tmp_path, "image"), cursor=60.0)
    assert look.title(view) == "image · step 50"
    roles = {ink.fg for row in look.draw(view, 90, 14) for word, ink in row if "▀" in word}
    # The target is black; half of 15 greys is rounded to an even one.
    assert roles == {"grey0", "grey8"}


def test_a_class_is_its_digit(tmp_path: Path) -> None:
    words = text(look.draw(view_of(looked(tmp_path, "points", lanes=1)), 60, 30))
    assert set("0123456789") <= set(words.split("\n", 1)[1])


def test_filtered_lanes_are_not_shown(tmp_path: Path) -> None:
    view = view_of(looked(tmp_path, "image"), words=LANES[1][0].lower())
    words = text(look.draw(view, 90, 14))
    assert words.count("━━") == 1 + 0 * len(words)


async def test_f5_and_f6_show_looks_and_bars(tmp_path: Path) -> None:
    app, screen, _ = opened(looked(tmp_path, "image"))
    async with app.run_test(size=(120, 40)) as pilot:
        assert "image · step 100" in shown(screen)
        assert "best loss of each lane" not in shown(screen)
        await pilot.press("f6")
        assert "best loss of each lane" in shown(screen) and screen.view.chosen == "bars"
        await pilot.press("f5", "v")
        assert "image · step" not in shown(screen)
        await pilot.press("V")
        assert "image · step 100" in shown(screen) and "best loss of each lane" not in shown(screen)


async def test_without_anything_to_look_at_it_is_said(tmp_path: Path) -> None:
    app, screen, _ = opened(race(tmp_path))
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await pilot.press("f5")
        assert "F5" not in shown(screen) and screen.view.chosen == "loss"
        assert any("nothing to look at" in each.message for each in app._notifications)


def test_bars_are_of_what_the_table_is_sorted_by(tmp_path: Path) -> None:
    view = view_of(race(tmp_path))
    assert bars.title(view) == "best loss of each lane · by logarithm"
    first = text_of_row(bars.draw(view, 60, 8)[0])
    view.sort, view.backwards = "evaluations", True
    assert bars.title(view) == "evaluations of each lane"
    assert text_of_row(bars.draw(view, 60, 8)[0]) != first
    view.sort = "name"
    assert bars.title(view).startswith("best loss")
    for size in ((1, 1), (5, 3), (30, 2), (120, 30)):
        check(bars.draw(view, *size), *size)


@pytest.mark.parametrize("size", [(66, 13), (80, 16), (120, 30)])
def test_the_legend_hides_no_cursor(tmp_path: Path, size: tuple[int, int]) -> None:
    reader = race(tmp_path)
    for place in range(0, 600, 25):
        picture = loss.draw(view_of(reader, cursor=float(place)), *size)
        marks = [sum(text.count("│") for text, ink in row if ink.fg == "mark") for row in picture]
        area = area_of(*size)
        column = int(place / 599 * area.width) + area.left
        inside = [text_of_row(row)[min(column, size[0] - 1)] for row in picture[: area.height]]
        # Where no line stands there is a curve.
        assert all(
            mark or cell not in " ━abcdefghijklmnopqrstuvwxyz"
            for mark, cell in zip(marks, inside, strict=False)
        )
