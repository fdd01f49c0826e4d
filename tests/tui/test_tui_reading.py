"""Reading values: cursor, zoom, baseline, filter, axis and ranks, as choices on a view and as the panels show them."""

import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_runs import NETWORK, make_run, race, text_of_row, view_of, walk

from opttui.plots.picture import text_of
from opttui.plots.places import value_at
from opttui.plots.scales import Scale
from opttui.record.events import Event
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS, STEP, X, Y
from opttui.record.overview import Overview
from opttui.tui import choices, reading, scrub, zoom
from opttui.tui.panels import PANELS
from opttui.tui.panels.axis import place_text, samples, word
from opttui.tui.panels.copied import copied, copied_words
from opttui.tui.panels.loss import scale_in_sight
from opttui.tui.panels.loss_lines import loss_curves
from opttui.tui.panels.path import box_of
from opttui.tui.panels.reach import whole_range, x_range
from opttui.tui.panels.reached import best_header, compared_words, cursor_words, lanes_at, row_at_cursor
from opttui.tui.panels.standings import ranked
from opttui.tui.panels.then import hypers_at, step_at
from opttui.tui.view import RaceView, fits

LOSS_PANEL, PATH, RATE, TABLE = PANELS[:4]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    return race(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def view(reader) -> RaceView:
    return view_of(reader, state="paused")


def test_the_cursor_begins_at_the_newest_row_and_walks_over_rows(view) -> None:
    reading.move_cursor(view, -1)
    assert view.cursor == 599
    reading.move_cursor(view, -1)
    assert view.cursor == 593, "a hundredth of what is in sight, 600 steps"
    reading.move_cursor(view, 1)
    reading.move_cursor(view, 1)
    assert view.cursor == 599
    reading.cursor_to_end(view, newest=False)
    reading.move_cursor(view, -1)
    assert view.cursor == 0
    reading.zoom_axis(view, 0.01)
    reading.move_cursor(view, 1)
    assert view.cursor == 1, "zoomed in, one row"


def test_every_value_at_the_cursor_is_that_of_its_row(view) -> None:
    reading.read_at(view, 123.2)
    assert view.cursor == 123
    lanes = {lane.id: lane for lane in lanes_at(view)}
    for lane in (0, 2, 3, 4):
        row = walk(lane, 600, 0.0)[123]
        assert lanes[lane].loss == row[LOSS] and lanes[lane].seconds == row[SECONDS]
        assert lanes[lane].steps == 124
        assert lanes[lane].best == walk(lane, 600, 0.0)[:124, LOSS].min()
    assert lanes[5].loss is None, "it diverged at 60"
    table = text_of(TABLE.draw(view, 160, 8))
    legend = text_of(LOSS_PANEL.draw(view, 120, 30))
    assert all(
        f"{lanes[lane].loss:#.4g}" in table and f"{lanes[lane].loss:#.4g}" in legend for lane in (0, 2)
    )
    assert TABLE.title(view) == "6 lanes · at step 123 · by best loss up to step 123"


def test_the_cursor_is_a_line_on_the_curves_and_a_ring_on_each_path(view) -> None:
    before = [panel.draw(view, 100, 24) for panel in (LOSS_PANEL, RATE, PATH)]
    reading.read_at(view, 590)
    for place in range(540, 600):
        view.cursor = float(place)
        words = text_of_row(LOSS_PANEL.draw(view, 100, 24)[-1]).split()
        assert set(words) <= {"0", "100", "200", "300", "400", "500", "600", "steps", str(place)}
    reading.read_at(view, 300)
    for panel, old in zip((LOSS_PANEL, RATE, PATH), before, strict=True):
        new = panel.draw(view, 100, 24)
        assert all(len(text_of_row(row)) == 100 for row in new)
        if panel is PATH:
            assert text_of(new).count("◉") == 5, "all but the lane that had diverged"
        else:
            columns = {
                x
                for a, b in zip(old, new, strict=True)
                for x, (p, q) in enumerate(zip(text_of_row(a), text_of_row(b), strict=True))
                if p != q and q == "│"
            }
            assert len(columns) == 1
            assert "300" in text_of_row(new[-1])
            whole = set(text_of_row(old[-1]).split())
            assert set(text_of_row(new[-1]).split()) - {"300"} <= whole, "no label is cut"


@pytest.mark.parametrize("axis", ["steps", "evaluations", "seconds"])
def test_a_step_inside_a_bucket_of_several_rows_is_read_exactly(tmp_path: Path, axis: str) -> None:
    """On a long lane every step can be had, not only each bucket's last: cells, learning rate, path."""
    rows = walk(0, 1000, 0.1)
    rows[:, LR] = 0.1 * 0.99 ** rows[:, STEP]
    reader = make_run(tmp_path, {0: rows})
    reader.lanes[0].overview = Overview(capacity=256)
    reader.lanes[0].overview.feed(np.ascontiguousarray(rows.T))
    view = view_of(reader)
    while view.axis != axis:
        choices.next_axis(view)
    scrub.enter(view)
    for step in (0, 1, 499, 500, 502, 997, 998, 999):
        scrub.go(view, step)
        assert step_at(view, 0) == step
        row = row_at_cursor(view, reader.lanes[0])
        assert row is not None and row[:6] == tuple(rows[step, :6].tolist())
        assert lanes_at(view)[0].loss == rows[step, LOSS]
        assert hypers_at(view, 0, step)["lr"] == rows[step, LR]
    assert "one row of" not in cursor_words(view)


@pytest.mark.parametrize("axis", ["evaluations", "seconds"])
def test_another_axis_keeps_cursor_and_window_where_the_focused_lane_was(view, axis: str) -> None:
    view.focus = 1
    reading.read_at(view, 200)
    view.x_window = (100.0, 300.0)
    reading.rebase(view, axis)
    column = EVALUATIONS if axis == "evaluations" else SECONDS
    rows = walk(1, 600, 0.1)[:, column]
    assert view.cursor == pytest.approx(rows[200])
    assert view.x_window == pytest.approx((rows[100], rows[300]))
    row = row_at_cursor(view, view.reader.lanes[1])
    assert row is not None and row[0] == 200
    reading.rebase(view, "steps")
    assert view.cursor == pytest.approx(200)


def test_a_zoomed_view_stays_put_and_follows_again_when_zoomed_out(tmp_path: Path) -> None:
    view = view_of(make_run(tmp_path, {0: walk(0, 400, 0.1)}))
    reading.read_at(view, 100)
    for _ in range(3):
        reading.zoom_chosen(view, inwards=True)
    low, high = x_range(view)
    assert (100 - low) / (high - low) == pytest.approx(0.25), "the cursor stays where it was"
    longer = view_of(make_run(tmp_path, {0: walk(0, 900, 0.1)}), x_window=view.x_window)
    assert x_range(longer) == (low, high) != whole_range(longer)
    for _ in range(20):
        reading.zoom_chosen(longer, inwards=False)
    assert longer.x_window is None and x_range(longer) == whole_range(longer)
    reading.pan_chosen(view, 1)
    assert x_range(view)[0] > low
    for _ in range(99):
        reading.pan_chosen(view, 1)
    assert x_range(view)[1] == whole_range(view)[1]


def test_losses_and_the_plane_are_zoomed_and_shown_again(view) -> None:
    before = [panel.draw(view, 100, 24) for panel in (LOSS_PANEL, PATH)]
    reading.zoom_heights(view, inwards=True)
    assert view.y_window is not None and "zoomed" in LOSS_PANEL.title(view)
    view.chosen = "path"
    reading.zoom_chosen(view, inwards=True)
    reading.pan_chosen(view, 1, 1)
    assert view.box is not None and "zoomed" in PATH.title(view)
    assert all(
        panel.draw(view, 100, 24) != old for panel, old in zip((LOSS_PANEL, PATH), before, strict=True)
    )
    reading.zoom_out(view)
    assert [panel.draw(view, 100, 24) for panel in (LOSS_PANEL, PATH)] == before


def test_the_losses_in_the_window_fill_the_picture(view) -> None:
    view.x_window = (500.0, 599.0)
    text = text_of(LOSS_PANEL.draw(view, 100, 24))
    assert "100" not in text.split(), "the first losses are out of sight, and so is their scale"


@given(
    low=st.floats(0, 1e9),
    span=st.floats(1e-6, 1e9),
    at=st.floats(-1, 2),
    factor=st.floats(0.01, 100),
    by=st.floats(-3, 3),
)
def test_a_part_of_an_axis_is_always_a_part(
    low: float, span: float, at: float, factor: float, by: float
) -> None:
    whole = (low, low + span)
    if not whole[0] < whole[1]:
        return
    for ends in (
        zoom.zoomed(whole, whole, low + at * span, factor),
        zoom.moved(zoom.zoomed(whole, whole, low + at * span, 0.5) or whole, whole, by),
    ):
        if ends is not None:
            slack = 1e-9 * span + 1e-9 * abs(low)
            assert whole[0] - slack <= ends[0] <= ends[1] <= whole[1] + slack


@given(st.floats(-0.5, 1.5))
@pytest.mark.parametrize(
    "scale", [Scale(-3.0, 5.0, "linear"), Scale(1e-6, 10.0, "log"), Scale(-10.0, 1e4, "symlog", 0.01)]
)
def test_a_place_goes_back_to_its_value(scale: Scale, place: float) -> None:
    assert float(scale.place(value_at(scale, place))) == pytest.approx(place, abs=1e-6)


def test_outliers_may_be_clipped(tmp_path: Path) -> None:
    rows = walk(0, 400, 0.1)
    rows[7, LOSS] = 1e9
    view = view_of(make_run(tmp_path, {0: rows}))
    whole = scale_in_sight(view)
    assert whole is not None and whole.high >= 1e9
    reading.toggle_clip(view)
    clipped = scale_in_sight(view)
    assert clipped is not None and clipped.high < 100 and "without outliers" in LOSS_PANEL.title(view)


def test_a_baseline_is_subtracted_then_divided_by_then_gone(view) -> None:
    view.focus = 2
    base, other = walk(2, 600, 0.0)[:, LOSS], walk(3, 600, 0.0)[:, LOSS]
    reading.pin(view)
    assert np.array_equal(loss_curves(view)[3].raw.last, other - base)
    assert LOSS_PANEL.title(view).startswith("loss − that of RMSprop · symlog")
    assert not loss_curves(view)[2].raw.last.any()
    header = text_of_row(TABLE.draw(view, 160, 8)[0])
    assert "− RMSprop" in header
    reading.pin(view)
    assert np.array_equal(loss_curves(view)[3].raw.last, other / base)
    assert {lane.id: lane.versus for lane in lanes_at(view)}[3] == other[-1] / base[-1]
    view.focus = 1
    reading.pin(view)
    assert (view.baseline, view.ratio) == (1, False), "another lane becomes the baseline"
    reading.pin(view)
    reading.pin(view)
    assert view.baseline is None and "versus" not in TABLE.title(view)


def test_beyond_its_end_nothing_is_compared_with_a_baseline(view) -> None:
    view.baseline = 4
    assert np.isnan(loss_curves(view)[0].raw.last[400:]).all()
    view.axis = "seconds"
    differences = loss_curves(view)[0].raw.last
    assert np.isfinite(differences[5:500]).all(), "between the baseline's rows it is a straight line"


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("adam", ["Adam"]),
        ("ADA", ["Adam", "Adagrad"]),
        ("sgd", ["SGD", "hot SGD"]),
        ("sgd !hot", ["SGD"]),
        ("lr=0.5", ["Adagrad"]),
        ("!sgd !a", ["RMSprop", "LBFGS"]),
        ("", ["SGD", "Adam", "RMSprop", "Adagrad", "LBFGS", "hot SGD"]),
    ],
)
def test_filtered_lanes_are_nowhere(view, words: str, kept: list[str]) -> None:
    if words == "!sgd !a":
        kept = [lane.name for lane in view.reader.manifest.lanes if fits(words, lane.name, lane.phrase)]
    choices.filter_by(view, words)
    assert [lane.name for lane in lanes_at(view)] == kept
    assert view.focus in view.shown_lanes()
    for panel in (LOSS_PANEL, RATE, PATH, TABLE):
        found = {ink.fg for row in panel.draw(view, 120, 24) for text, ink in row if text.strip()}
        hidden = {f"lane{lane}" for lane in range(6) if lane not in view.shown_lanes()}
        assert not hidden & {role.removesuffix("dim") for role in found}
    choices.move_focus(view, 1)
    assert view.focus in view.shown_lanes()


def test_a_filter_that_no_lane_fits_is_said(view) -> None:
    choices.filter_by(view, "  no   such ")
    assert TABLE.title(view).startswith("0 of 6 lanes · filter no such")
    assert "no lane fits the filter" in text_of(TABLE.draw(view, 80, 8))
    for panel in PANELS:
        assert len(panel.draw(view, 80, 20)) == 20
    choices.move_focus(view, 1)
    reading.move_cursor(view, 1)
    assert view.cursor is None


@pytest.mark.parametrize(
    ("column", "value"), [("loss", LOSS), ("lr", LR), ("evaluations", EVALUATIONS), ("seconds", SECONDS)]
)
def test_the_table_is_sorted_by_a_column_and_back(view, column: str, value: int) -> None:
    last = {lane.id: lane.last[value] for lane in view.reader.lanes}
    names = {lane.id: lane.name for lane in view.reader.manifest.lanes}

    def order() -> list[str]:
        rows = [text_of_row(row).replace("*", " ") for row in TABLE.draw(view, 220, 8)[1:7]]
        return [
            next(name for name in sorted(names.values(), key=len, reverse=True) if f" {name} " in row)
            for row in rows
        ]

    choices.sort_by(view, column)
    rising = [last[lane] for name in order() for lane in names if names[lane] == name]
    assert rising == sorted(rising)
    choices.sort_by(view, column)
    assert [last[lane] for name in order() for lane in names if names[lane] == name] == sorted(
        rising, reverse=True
    )
    assert f"sorted by {column}" in TABLE.title(view)


def test_the_sort_key_goes_through_the_columns(view) -> None:
    seen = []
    for _ in range(8):
        choices.sort_by_next(view)
        seen.append(view.sort)
    assert seen == ["name", "loss", "lr", "steps", "evaluations", "seconds", "outcome", "best"]


def test_ranks_follow_the_axis(tmp_path: Path) -> None:
    """Lane 1 is better in the end, and three times as dear: for the seconds that both have had it is behind."""
    cheap, dear = walk(0, 300, 0.1), walk(1, 300, 0.1)
    cheap[:, LOSS], dear[:, LOSS] = np.linspace(1, 0.5, 300), np.linspace(1, 0.4, 300)
    cheap[:, SECONDS], dear[:, SECONDS] = np.arange(1, 301) * 0.01, np.arange(1, 301) * 0.03
    view = view_of(make_run(tmp_path, {0: cheap, 1: dear}, lanes=[("a", "a", 0.1), ("b", "b", 0.1)]))
    assert [lane.id for lane in ranked(lanes_at(view))] == [1, 0]
    assert compared_words(view) == "by best loss"
    view.axis = "seconds"
    assert [lane.id for lane in ranked(lanes_at(view))] == [0, 1]
    assert compared_words(view) == "by best loss up to 3.000 s"
    assert lanes_at(view)[1].best == dear[99, LOSS]


def test_where_batches_differ_ranks_follow_the_held_out_loss(tmp_path: Path) -> None:
    rows = {0: walk(0, 300, 0.1), 1: walk(1, 300, 0.1)}
    rows[0][10, LOSS] = 1e-9
    held_out = [(lane, step, {"loss": 2.0 - 0.004 * step * lane}) for lane in rows for step in (0, 100, 200)]
    made = make_run(
        tmp_path, rows, validation=held_out, problem=NETWORK, lanes=[("a", "a", 0.1), ("b", "b", 0.1)]
    )
    view = view_of(made)
    assert [lane.id for lane in ranked(lanes_at(view))] == [1, 0]
    assert [lane.best for lane in lanes_at(view)] == [2.0, 1.2]
    assert (compared_words(view), best_header(view)) == ("by best held-out loss", "best val")
    view.cursor = 110.0
    assert [lane.best for lane in lanes_at(view)] == [2.0, 1.6]
    # Before the first comparison all are equal, and the batch's loss decides.
    view.cursor = 50.0
    assert [lane.best for lane in lanes_at(view)] == [2.0, 2.0]
    assert [lane.id for lane in ranked(lanes_at(view))] == [0, 1]
    view.cursor, view.axis = None, "evaluations"
    assert lanes_at(view)[1].best == 1.6 and compared_words(view).endswith("up to 300 evaluations")


def test_a_lane_that_ended_early_keeps_its_best_on_every_axis(tmp_path: Path) -> None:
    rows = {0: walk(0, 300, 0.1), 1: walk(1, 300, 0.1)[:30]}
    ended = [Event("outcome", "no", 1, 30, data={"outcome": "reached"})]
    view = view_of(make_run(tmp_path, rows, events=ended), axis="seconds")
    assert lanes_at(view)[0].best == rows[0][:, LOSS].min()
    assert lanes_at(view)[1].best == rows[1][:, LOSS].min()


def test_samples_are_counted_with_the_smaller_last_batch() -> None:
    problem = replace_problem(samples=100, batch_size=32)
    sizes = np.tile([32, 32, 32, 4], 5)
    assert samples(problem, np.arange(20.0)).tolist() == np.cumsum(sizes).tolist()
    assert samples(replace_problem(samples=0, batch_size=32), np.arange(3.0)).tolist() == [32, 64, 96]


def replace_problem(**changes: object):
    return msgspec.structs.replace(NETWORK, **changes)


def test_the_axis_of_samples(tmp_path: Path) -> None:
    rows = {0: walk(0, 50, 0.1)}
    known = view_of(make_run(tmp_path, rows, problem=replace_problem(samples=1437)), axis="samples")
    guessed = view_of(make_run(tmp_path, rows, problem=NETWORK), axis="samples")
    assert (word(known), word(guessed)) == ("samples", "≈ samples")
    assert x_range(replace(known, state="ended"))[1] == 2 * 1437 + 4 * 64
    assert "by ≈ samples" in LOSS_PANEL.title(guessed)
    reading.cursor_to_end(known, newest=True)
    assert place_text(known, known.cursor or 0) == "3,130 samples"
    assert "samples" not in view_of(make_run(tmp_path, rows)).axes()


def test_values_are_copied_exactly(view) -> None:
    reading.read_at(view, 250)
    lines = [line.split("\t") for line in copied(view).splitlines()]
    assert lines[0] == ["lane", "step", "evaluations", "seconds", "loss", "best_loss", "lr"]
    row = walk(3, 600, 0.5)[250]
    assert lines[4][:2] == ["Adagrad", "250"] and float(lines[4][4]) == row[LOSS]
    assert lines[6][4] == "", "no value where it had diverged"
    assert copied_words(view) == (
        "Copied the values of 6 lanes at step 250; best_loss is the best loss up to step 250."
    )


def test_nothing_breaks_before_the_first_row_and_without_numbers(tmp_path: Path) -> None:
    nan = walk(0, 5, 0.1)
    nan[:, [LOSS, X, Y, SECONDS]] = math.nan
    for view in (view_of(make_run(tmp_path)), view_of(make_run(tmp_path, {0: nan}), axis="seconds")):
        for choose in (
            lambda view: reading.move_cursor(view, 1),
            lambda view: reading.zoom_chosen(view, inwards=True),
            lambda view: reading.pan_chosen(view, 1, 1),
            lambda view: reading.zoom_heights(view, inwards=True),
            reading.toggle_clip,
            reading.pin,
            choices.next_axis,
            reading.pin,
            choices.next_axis,
            reading.zoom_out,
        ):
            choose(view)
            for panel in PANELS:
                panel.draw(view, 60, 12)
                panel.title(view)
            copied(view)


def test_the_plane_stays_by_key_and_follows_again(tmp_path: Path) -> None:
    view = view_of(race(tmp_path))
    followed = box_of(view)
    reading.toggle_box(view)
    assert view.box == followed and box_of(view) == followed
    reading.toggle_box(view)
    assert view.box is None
