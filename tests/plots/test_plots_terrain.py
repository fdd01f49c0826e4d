"""Terrains: shades, contours, paths, and how little a frame draws anew."""

import itertools

import numpy as np
import pytest

from opttui.plots import shades
from opttui.plots.boxes import fitted_box
from opttui.plots.picture import Picture, text_of
from opttui.plots.polyline import polylines
from opttui.plots.shades import Terrain, levels_of, shades_of
from opttui.plots.terrain import Path, draw_terrain, ground
from opttui.plots.trail import ARROWS

NAN, INF = float("nan"), float("inf")
BOX = (-1.0, 1.0, -1.0, 1.0)
SIDE = np.linspace(-1, 1, 40)
BOWL = Terrain(BOX, np.add.outer(SIDE**2, SIDE**2), ((0.0, 0.0),))
T = np.linspace(0, 1, 50)
WALK = Path(-0.8 + 0.8 * T, 0.7 - 0.5 * T**2, "lane0")


def cells(picture: Picture) -> list[tuple[int, int, str, str, str]]:
    """Row, column, character, ink and paper of every cell."""
    found = []
    for row, spans in enumerate(picture):
        column = 0
        for text, ink in spans:
            for glyph in text:
                found.append((row, column, glyph, ink.fg, ink.bg))
                column += 1
    return found


def test_a_bowl_in_ascii() -> None:
    text = text_of(draw_terrain(BOWL, BOX, [WALK], 30, 12, marker="ascii"))
    assert [row.rstrip() for row in text.splitlines()] == BOWL_IN_ASCII.strip("\n").splitlines()


BOWL_IN_ASCII = """
      1|   ...  ...........
       |  o***..  ..  ......
       | . .  ***. ....  ....
       |. .  ..  **   ..  ....
       | .  .      @   .   .
      0| .. ..     +   .   .
       |. .. ....    ...  .  .
       |....... .....  ... ..
       |  ... ......... ...
     -1|    .          .
     y ++----------+----------
        -1         0         x
"""


def test_levels_are_tenths_and_the_middle_is_the_lowest() -> None:
    levels = shades_of(BOWL, BOX, 80, 40, "braille").levels
    assert levels[19:21, 39:41].max() == 0 and levels[0, 0] == 9
    counts = np.bincount(levels_of(np.arange(1000.0).reshape(10, 100)).ravel())
    assert counts.tolist() == [101, *[100] * 8, 99]


def test_levels_do_not_depend_on_the_unit() -> None:
    values = np.random.default_rng(0).lognormal(0, 4, (30, 30))
    np.testing.assert_array_equal(levels_of(values), levels_of(np.log(values)))


def test_flat_nan_and_infinite_terrains_have_shades() -> None:
    assert set(levels_of(np.full((4, 4), 7.0)).ravel().tolist()) == {0}
    odd = levels_of(np.array([[1.0, 2.0, NAN, INF, -INF]]))
    assert odd[0, 2] == -1 and odd[0, 3] == 9 and odd[0, 4] == 0
    assert (levels_of(np.full((2, 2), NAN)) == -1).all()


def test_paper_of_the_panel_where_the_terrain_is_unknown() -> None:
    half = Terrain((-1.0, 0.0, -1.0, 1.0), np.ones((4, 4)))
    papers = {
        (column < 19, paper)
        for row, column, _, _, paper in cells(draw_terrain(half, BOX, [], 30, 12))
        if row < 10 and column >= 8
    }
    assert papers == {(True, "level0"), (False, "")}


def test_contours_are_strokes_in_a_brighter_shade() -> None:
    strokes = [
        (ink, paper)
        for _, _, glyph, ink, paper in cells(draw_terrain(BOWL, BOX, [], 60, 20))
        if 0x2800 < ord(glyph) < 0x2900
    ]
    assert len(strokes) > 50
    assert all(int(ink[-1]) == min(9, int(paper[-1]) + 2) for ink, paper in strokes)


def test_a_path_begins_at_a_ring_ends_at_a_disc_and_fades_towards_its_begin() -> None:
    found = cells(draw_terrain(BOWL, BOX, [WALK], 60, 20))
    assert [ink for *_, glyph, ink, _ in found if glyph == "○"] == ["lane0"]
    assert [ink for *_, glyph, ink, _ in found if glyph == "●"] == ["lane0"]
    inks = ("lane0old", "lane0dim", "lane0soft", "lane0")
    parts = [
        [column for _, column, glyph, own, _ in found if own == ink and glyph not in "○●"] for ink in inks
    ]
    assert all(parts)
    assert all(max(older) <= min(newer) for older, newer in itertools.pairwise(parts))
    assert all(paper.startswith("level") for *_, ink, paper in found if ink.startswith("lane"))


def arrows(x, y, box=BOX) -> list[tuple[int, int, str]]:
    """Where the arrows of a path stand."""
    picture = draw_terrain(None, box, [Path(np.array(x, float), np.array(y, float), "lane0")], 80, 30)
    return [(row, column, glyph) for row, column, glyph, *_ in cells(picture) if glyph in ARROWS]


@pytest.mark.parametrize(
    ("to", "arrow"),
    zip([(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)], ARROWS, strict=True),
)
def test_arrows_say_which_way_a_path_went(to: tuple[int, int], arrow: str) -> None:
    # Cells are twice as high as wide: the box is as wide in cells as it is high in half cells.
    found = arrows(0.9 * to[0] * (2 * T - 1), 0.9 * to[1] * (2 * T - 1), (-1.28, 1.28, -1, 1))
    assert 1 <= len(found) <= 3 and {glyph for *_, glyph in found} == {arrow}


def test_arrows_stay_while_a_path_grows_and_are_few() -> None:
    t = np.linspace(0, 6 * np.pi, 900)
    x, y = 0.9 * np.cos(t), 0.9 * np.sin(t)
    counts = [len(arrows(x[:n], y[:n])) for n in range(50, 900, 50)]
    assert 2 <= max(counts) <= 3
    for n in range(50, 850, 50):
        before, after = set(arrows(x[:n], y[:n])), set(arrows(x[: n + 50], y[: n + 50]))
        # All stay, or every other one goes.
        assert before <= after or len(before & after) >= len(before) // 2
    assert arrows([0.0], [0.0]) == [] and arrows([0.0, 0.05], [0.0, 0.0]) == []


def test_a_path_that_jitters_on_the_spot_has_no_direction() -> None:
    rng = np.random.default_rng(0)
    assert arrows(rng.normal(0, 0.1, 500), rng.normal(0, 0.1, 500)) == []


@pytest.mark.parametrize(
    ("end", "arrow"), [((9, 0), "▸"), ((-9, 0), "◂"), ((0, 9), "▴"), ((0, -9), "▾"), ((1e308, 1e300), "▸")]
)
def test_an_end_out_of_sight_is_an_arrow_on_the_edge(end: tuple[float, float], arrow: str) -> None:
    away = Path(np.array([0.0, end[0]]), np.array([0.0, end[1]]), "lane3")
    glyphs = [glyph for *_, glyph, ink, _ in cells(draw_terrain(BOWL, BOX, [away], 60, 20)) if ink == "lane3"]
    assert arrow in glyphs and "●" not in glyphs


def test_the_minimum_is_marked_and_may_be_out_of_sight() -> None:
    assert "✛" in text_of(draw_terrain(BOWL, BOX, [], 60, 20))
    assert "✛" not in text_of(draw_terrain(BOWL, (0.5, 1.0, 0.5, 1.0), [], 60, 20))


def test_a_frame_rasters_the_paths_only(monkeypatch: pytest.MonkeyPatch) -> None:
    ground.cache_clear()
    shades_of.cache_clear()
    calls: list[int] = []
    real = shades.sampled
    monkeypatch.setattr(shades, "sampled", lambda *given: calls.append(1) or real(*given))
    pictures = [
        draw_terrain(BOWL, BOX, [Path(WALK.x[:n], WALK.y[:n], "lane0")], 60, 20) for n in range(5, 50)
    ]
    assert len(calls) == 1
    changed = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in itertools.pairwise(pictures)]
    assert max(changed) <= 8
    assert draw_terrain(BOWL, BOX, [], 60, 20) == draw_terrain(BOWL, BOX, [], 60, 20)


def test_a_picture_without_a_terrain_has_axes_and_paths() -> None:
    text = text_of(draw_terrain(None, BOX, [WALK], 30, 12))
    assert "●" in text and "┤" in text


@pytest.mark.parametrize("seed", range(20))
def test_a_polyline_touches_every_dot_that_it_crosses_and_no_other(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-40, 100, 12), rng.uniform(-40, 100, 12)
    _, columns, rows, ages = polylines(x, y, [x.size], 60, 50)
    found = set(zip(columns.tolist(), rows.tolist(), strict=True))
    fine = np.linspace(0, 1, 100_001)[:, np.newaxis]
    on_x = (x[:-1] + fine * np.diff(x)).ravel()
    on_y = (y[:-1] + fine * np.diff(y)).ravel()
    inside = (on_x >= 0) & (on_x < 60) & (on_y >= 0) & (on_y < 50)
    crossed = set(zip(on_x[inside].astype(int).tolist(), on_y[inside].astype(int).tolist(), strict=True))
    assert found <= crossed
    # Of the dots that a line only cuts at a corner some are left out, but it has no hole.
    assert all(any((c + i, r + j) in found for i in (-1, 0, 1) for j in (-1, 0, 1)) for c, r in crossed)
    assert ages.size == columns.size and (ages.size == 0 or 0 <= ages.min() <= ages.max() <= 1)


def test_a_path_that_stays_adds_no_dots() -> None:
    x = np.append(np.linspace(0, 10, 50), np.full(100_000, 10.2))
    _, columns, _, ages = polylines(x, np.zeros(x.size), [x.size], 60, 50)
    assert columns.size < 60 and ages[-1] == 1


def path(x, y) -> Path:
    return Path(np.array(x, float), np.array(y, float), "lane0")


def test_the_box_doubles_until_all_is_inside() -> None:
    assert fitted_box([path([0.5], [0.5])], BOX) == BOX
    assert fitted_box([path([1.5], [0])], BOX) == (-2, 2, -2, 2)
    assert fitted_box([path([0], [-5])], BOX) == (-8, 8, -8, 8)
    assert fitted_box([path([NAN, INF, 1e7], [0, 0, 0])], BOX) == BOX
    assert fitted_box([], BOX) == BOX
    assert fitted_box([], None) is None


def test_without_a_view_the_box_is_round_about_the_start() -> None:
    assert fitted_box([path([1, 2, 3], [1, 1, 1])], None) == (-1, 3, -1, 3)
    far = fitted_box([path([0, 1, 2, 1e30], [0, 0, 0, 0])], None)
    assert far is not None and far[1] < 100
    same = fitted_box([path([5, 5], [5, 5])], None)
    assert same is not None and same[0] < 5 < same[1]


def test_it_seldom_moves() -> None:
    x = np.cumsum(np.full(1000, 0.05))
    assert len({fitted_box([path(x[: n + 1], x[: n + 1])], BOX) for n in range(1000)}) <= 7


class Lane:
    """Whose path it is."""


@pytest.mark.parametrize("seed", range(6))
def test_a_path_that_grows_is_drawn_as_one_that_is_seen_for_the_first_time(seed: int) -> None:
    rng, lanes = np.random.default_rng(seed), [Lane(), Lane(), Lane()]
    walks = [rng.normal(0, 0.1 if lane else 0.02, (2, 900)).cumsum(axis=1) for lane in range(3)]
    sizes = np.zeros(3, int)
    for frame in range(40):
        sizes += rng.integers(0, 40, 3)
        grown, fresh = [], []
        for lane, walk, size in zip(lanes, walks, sizes.tolist(), strict=True):
            x, y = walk[:, : min(size, 900)].copy()
            if x.size:
                # The newest point is of a bucket that is not full yet.
                x[-1] += rng.normal(0, 0.3)
            ink = f"lane{lanes.index(lane)}"
            stage = frame // 15
            if stage % 2:
                x, y = x[::2], y[::2]
            grown.append(Path(x, y, ink, owner=lane, stage=stage))
            fresh.append(Path(x, y, ink))
        box = BOX if frame < 20 else (-2.0, 2.0, -2.0, 2.0)
        size = (60, 20) if frame != 30 else (40, 12)
        assert draw_terrain(BOWL, box, grown, *size) == draw_terrain(BOWL, box, fresh, *size)
