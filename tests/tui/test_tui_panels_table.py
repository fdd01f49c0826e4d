"""The table: ranks, columns kept at each width, the focused lane in sight, clicks."""

from pathlib import Path

import numpy as np
import pytest
from panel_runs import LANES, NETWORK, check, make_run, race, text_of_row, view_of, walk

from opttui.plots.picture import Ink, text_of
from opttui.record.events import Event
from opttui.record.layout import LOSS
from opttui.tui.panels import PANELS, row_at

VALIDATED = {"loss": 0.4567, "accuracy": 0.9125}

TABLE = next(panel for panel in PANELS if panel.key == "table")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    return race(tmp_path_factory.mktemp("runs"))


def test_best_loss_first_and_the_diverged_last(reader) -> None:
    picture = TABLE.draw(view_of(reader), 120, 8)
    names = [text_of_row(row)[8:16].strip(" *") for row in picture[1:7]]
    best = {lane.id: lane.best_loss for lane in reader.lanes}
    expected = sorted((lane for lane in best if lane != 5), key=lambda lane: best[lane])
    assert names == [*(LANES[lane][0] for lane in expected), "hot SGD"]


@pytest.mark.parametrize(
    ("width", "headers"),
    [
        (20, "name"),
        (32, "name loss"),
        (40, "name loss outcome"),
        (60, "# name loss lr outcome"),
        (80, "# name loss best lr outcome curve"),
        (100, "# name loss best lr steps seconds outcome curve"),
        (200, "# name phrase loss best lr steps evals seconds outcome curve"),
    ],
)
def test_columns_kept(reader, width: int, headers: str) -> None:
    assert text_of_row(TABLE.draw(view_of(reader), width, 8)[0]).split() == headers.split()


def test_a_wider_table_has_every_column_of_a_narrower_one(reader) -> None:
    before: set[str] = set()
    for width in range(10, 240):
        head = text_of_row(TABLE.draw(view_of(reader), width, 3)[0])
        now = set(head.split())
        assert before <= now
        before = now
    assert len(now) == 11


def test_numbers_are_not_cut_into_other_numbers(tmp_path: Path) -> None:
    rows = walk(0, 20, 1e-3)
    rows[:, LOSS] = 1.2345e-123
    reader = make_run(tmp_path, {0: rows}, lanes=[("a", "SGD:lr=9.5113e-5", 9.5113e-05)])
    for width in range(1, 130):
        for word in text_of(TABLE.draw(view_of(reader), width, 2)).split():
            if word[0].isdigit() and "e" in word and "…" not in word:
                assert float(word) == pytest.approx(1.2345e-123, rel=0.1) or float(word) <= 1e-3


def test_the_outcome_says_why(reader) -> None:
    wide = text_of(TABLE.draw(view_of(reader), 220, 8))
    assert "✗ diverged at 60: the loss became infinite" in wide
    assert "★ target at 400" in wide
    assert "✗ diverged at 60 " in text_of(TABLE.draw(view_of(reader), 80, 8))


def test_the_focused_row_has_its_paper(reader) -> None:
    picture = TABLE.draw(view_of(reader, focus=2), 80, 8)
    papered = [y for y, row in enumerate(picture) if all(ink.bg == "cursor" for _, ink in row)]
    assert len(papered) == 1
    assert "RMSprop" in text_of_row(picture[papered[0]])


def test_each_lane_has_its_ink(reader) -> None:
    for row in TABLE.draw(view_of(reader), 100, 7)[1:]:
        swatch = next(ink for text, ink in row if "━━" in text)
        lane = next(
            i
            for i, (name, _, _) in enumerate(LANES)
            if name in text_of_row(row).replace("*", " ").split("  ")
        )
        assert swatch.fg == f"lane{lane}"


@pytest.mark.parametrize("state", ["paused", "crashed", "ended", "hung", "starting"])
def test_lanes_without_an_end_stand_as_the_race_does(reader, state: str) -> None:
    words = {
        "paused": "paused",
        "crashed": "stopped: its process is gone",
        "ended": "stopped",
        "hung": "running",
        "starting": "waiting",
    }
    assert words[state] in text_of(TABLE.draw(view_of(reader, state=state), 220, 8))


def test_validation_metrics_on_a_wide_table(tmp_path: Path) -> None:
    reader = make_run(
        tmp_path,
        {0: walk(0, 100, 0.1)},
        problem=NETWORK,
        validation=[(0, 0, {"loss": 2.3, "accuracy": 0.1}), (0, 50, VALIDATED)],
    )
    picture = TABLE.draw(view_of(reader), 220, 8)
    assert "accuracy" in text_of_row(picture[0])
    assert "0.9125" in text_of_row(picture[1]) and "0.4567" in text_of_row(picture[1])
    assert "accuracy" not in text_of(TABLE.draw(view_of(reader), 80, 8))


@pytest.mark.parametrize("height", [1, 2, 3, 5, 12, 99, 100, 101, 120])
@pytest.mark.parametrize("focus", [0, 1, 50, 99])
def test_among_a_hundred_lanes_the_focused_one_is_in_sight(tmp_path: Path, height: int, focus: int) -> None:
    lanes = [(f"lane number {i}", f"SGD:lr={i}", float(i + 1)) for i in range(100)]
    rows = {}
    for i in range(0, 100, 7):
        rows[i] = walk(i, 3, 0.1, first=float(100 - i))
    reader = make_run(tmp_path, rows, lanes=lanes)
    view = view_of(reader, focus=focus)
    picture = TABLE.draw(view, 80, height)
    check(picture, 80, height)
    assert sum(any(ink.bg == "cursor" for _, ink in row) for row in picture) == 1
    clicked = [row_at(view, 80, height, y) for y in range(-1, height + 1)]
    shown = [lane for lane in clicked if lane is not None]
    assert len(shown) == len(set(shown)) == sum("━━" in text_of_row(row) for row in picture)
    assert focus in shown
    if height < 101 and height > 3:
        assert "more" in text_of_row(picture[-1])
        hidden = [int(word) for word in text_of_row(picture[-1]).replace("…", "").split() if word.isdigit()]
        assert sum(hidden) == 100 - len(shown)


def test_a_click_finds_the_lane_that_the_row_shows(reader) -> None:
    view = view_of(reader)
    picture = TABLE.draw(view, 100, 9)
    assert row_at(view, 100, 9, 0) is None
    for y in range(1, 7):
        lane = row_at(view, 100, 9, y)
        assert lane is not None and LANES[lane][0] in text_of_row(picture[y])
    assert row_at(view, 100, 9, 7) is None


def test_lanes_without_a_row_stand_there_too(tmp_path: Path) -> None:
    reader = make_run(tmp_path, problem=None)
    text = text_of(TABLE.draw(view_of(reader, state="starting"), 120, 8))
    assert text.count("waiting") == 6
    assert all(name in text for name, _, _ in LANES)


def test_a_nan_loss_is_said(tmp_path: Path) -> None:
    rows = walk(0, 5, 0.1)
    rows[:, LOSS] = np.nan
    picture = TABLE.draw(view_of(make_run(tmp_path, {0: rows})), 100, 8)
    assert "NaN" in text_of(picture)


def test_a_failed_lane_keeps_its_sentence(tmp_path: Path) -> None:
    events = [Event("outcome", "RuntimeError: no", 0, 3, data={"outcome": "failed"})]
    picture = TABLE.draw(view_of(make_run(tmp_path, {0: walk(0, 3, 0.1)}, events=events)), 200, 8)
    assert "✗ failed at 3: RuntimeError: no" in text_of(picture)
    assert any(ink == Ink("bad", "cursor") for _, ink in picture[6])
