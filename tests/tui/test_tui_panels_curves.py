"""The loss and learning-rate panels: what is drawn where, marks, ranges, the legend."""

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_runs import LANES, check, lane_infos, make_run, race, view_of, walk

from opttui.plots.picture import Ink, Picture, text_of
from opttui.record.events import Event
from opttui.record.layout import EVALUATIONS, LOSS, LR, SECONDS
from opttui.record.manifest import Plan
from opttui.tui.choices import next_scale
from opttui.tui.panels import PANELS, momentum
from opttui.tui.panels.facts import LaneFacts, ledger
from opttui.tui.panels.legend import Entry, with_legend
from opttui.tui.panels.loss import scale_in_sight
from opttui.tui.panels.loss_range import loss_range
from opttui.tui.panels.marks import along, marks_of
from opttui.tui.panels.rate import is_log, to_come
from opttui.tui.panels.reach import round_up, x_range

LOSS_PANEL, RATE = (next(panel for panel in PANELS if panel.key == key) for key in ("loss", "rate"))


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory):
    return race(tmp_path_factory.mktemp("runs"))


def glyphs(picture: Picture, glyph: str) -> list[Ink]:
    """The inks in which a glyph stands in a picture."""
    return [ink for row in picture for text, ink in row for character in text if character == glyph]


def inks(picture: Picture) -> set[str]:
    return {ink.fg for row in picture for text, ink in row if text.strip()}


@pytest.mark.parametrize("axis", ["steps", "evaluations", "seconds"])
@pytest.mark.parametrize("scale", ["log", "symlog", "linear"])
def test_every_lane_and_every_mark_is_drawn(reader, axis: str, scale: str) -> None:
    picture = LOSS_PANEL.draw(view_of(reader, axis=axis, scale=scale), 120, 30)
    check(picture, 120, 30)
    assert {f"lane{i}" for i in range(6)} <= inks(picture)
    assert Ink("lane1") in [Ink(ink.fg) for ink in glyphs(picture, "◆")]
    assert "bad" in [ink.fg for ink in glyphs(picture, "✗")]
    assert "good" in [ink.fg for ink in glyphs(picture, "★")]


def test_the_title_says_the_axes(reader) -> None:
    assert LOSS_PANEL.title(view_of(reader)) == "loss · log · by steps"
    assert LOSS_PANEL.title(view_of(reader, scale="linear", axis="seconds")) == "loss · linear · by seconds"


def test_a_smooth_curve_has_a_band_and_what_was_measured_behind_it(reader) -> None:
    rough, smooth = (LOSS_PANEL.draw(view_of(reader, smoothing=level), 120, 30) for level in (0, 3))
    assert not any(role.endswith(("band", "ghost")) for role in inks(rough))
    assert {"lane0", "lane0band", "lane0ghost"} <= inks(smooth)


def test_the_range_moves_at_most_once_a_second(tmp_path: Path) -> None:
    rows = walk(0, 200, 0.1)
    rows[100, LOSS] = 1e6
    view = view_of(make_run(tmp_path, {0: rows}), now=5.0)
    wide = scale_in_sight(view)
    # The run goes on as another one, in which the leap has been averaged away.
    calm = make_run(tmp_path, {0: walk(0, 200, 0.1)})
    view.reader = calm
    assert wide is not None and wide.high > 1e6
    view.now = 5.5
    assert scale_in_sight(view) == wide
    view.now = 6.1
    narrow = scale_in_sight(view)
    assert narrow is not None and narrow.high < 100


def test_losses_below_zero_have_a_scale_of_their_own(tmp_path: Path, reader) -> None:
    positive = view_of(reader)
    assert positive.loss_scale() == "log"
    assert [seen(positive) for _ in range(3)] == ["linear", "log", "linear"]
    rows = walk(0, 300, 0.1)
    rows[:, LOSS] -= 20
    below = view_of(make_run(tmp_path, {0: rows}))
    assert below.loss_scale() == "symlog" and "symlog" in LOSS_PANEL.title(below)
    text = text_of(LOSS_PANEL.draw(below, 80, 24))
    assert "≤" not in text and " -10┤" in text and "  10┤" in text
    assert [seen(below) for _ in range(3)] == ["linear", "log", "symlog"]


def seen(view) -> str:
    """The scale after another press of its key."""
    next_scale(view)
    return view.loss_scale()


@pytest.mark.parametrize("axis", ["steps", "evaluations", "seconds"])
def test_marks_lie_on_the_axis_chosen(reader, axis: str) -> None:
    lane = reader.lanes[1]
    (mark,) = marks_of(lane, ledger(reader).lane(1), axis, ink="lane1")
    row = walk(1, 600, 0.1)[300]
    column = {"steps": 0, "evaluations": EVALUATIONS, "seconds": SECONDS}[axis]
    assert mark.x == pytest.approx(row[column], rel=0.02)
    assert mark.glyph == "◆" and mark.ink == "lane1"


def test_marks_of_a_lane_without_rows(tmp_path: Path) -> None:
    lane = make_run(tmp_path).lanes[0]
    assert along(lane, "seconds", [3]).size == 0
    assert marks_of(lane, LaneFacts(turns=[1], outcome="failed", end_step=0), "seconds") == ()


def test_a_target_is_a_faint_line(tmp_path: Path) -> None:
    with_target = LOSS_PANEL.draw(view_of(race(tmp_path / "a", target=1e-3)), 100, 30)
    without = LOSS_PANEL.draw(view_of(race(tmp_path / "b")), 100, 30)
    assert sum(
        ink.fg == "faint" and bool(text.strip(" …0123456789more")) for row in with_target for text, ink in row
    ) > sum(
        ink.fg == "faint" and bool(text.strip(" …0123456789more")) for row in without for text, ink in row
    )


def test_a_diverging_lane_does_not_press_the_others_flat() -> None:
    calm, wild = np.array([1e-3, 10.0]), np.array([10.0, 1e250, math.inf])
    log = loss_range([calm], [wild], None, "log")
    assert log is not None and 300 <= log.high <= 500 and 5e-4 <= log.low <= 1e-3
    linear = loss_range([calm], [wild], None, "linear")
    assert linear is not None and 10 < linear.high <= 20
    below = loss_range([calm], [-wild], None, "linear")
    assert below is not None and -5 < below.low < 0 and below.high <= 12
    both = loss_range([calm], [-wild], None, "symlog")
    assert both is not None and -500 <= both.low <= -300 and both.high == 20


def test_where_all_are_lost_their_start_is_shown() -> None:
    scale = loss_range([], [np.array([10.0, 1e30, math.nan])], None, "log")
    assert scale is not None and scale.low <= 10 and 1e6 < scale.high < 1e8


@given(
    st.lists(st.lists(st.floats(), max_size=5).map(np.array), max_size=3),
    st.lists(st.lists(st.floats(), max_size=5).map(np.array), max_size=3),
    st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e200, max_value=1e200),
    st.sampled_from(["log", "symlog", "linear"]),
)
def test_a_range_is_finite_and_not_empty(kept, lost, target, kind: str) -> None:
    found = loss_range([a.astype(float) for a in kept], [a.astype(float) for a in lost], target, kind)
    if found is not None:
        assert math.isfinite(found.low) and math.isfinite(found.high) and found.low < found.high
        assert found.low > 0 or kind != "log"


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_an_axis_ends_at_a_round_number_not_far_above(value: float) -> None:
    assert value <= round_up(value) <= value * 1.51


def test_the_axis_grows_by_steps_and_ends_at_the_last_row(tmp_path: Path) -> None:
    ends = set()
    for steps in range(400, 500, 10):
        reader = make_run(tmp_path, {0: walk(0, steps, 0.1)}, steps=1000)
        ends.add(x_range(view_of(reader))[1])
    assert ends == {400.0, 500.0}
    assert x_range(view_of(reader, state="ended")) == (0.0, 489.0)
    full = make_run(tmp_path, {0: walk(0, 995, 0.1)}, steps=1000)
    assert x_range(view_of(full)) == (0.0, 999.0)


def test_the_focused_lane_is_bold_in_the_legend(reader) -> None:
    picture = LOSS_PANEL.draw(view_of(reader, focus=3), 120, 30)
    named = {
        text.strip(): ink
        for row in picture
        for text, ink in row
        if text.strip() in {name for name, _, _ in LANES}
    }
    assert set(named) == {name for name, _, _ in LANES}
    assert [name for name, ink in named.items() if ink.bold] == ["Adagrad"]


def test_a_legend_shrinks_and_goes() -> None:
    entries = [Entry(i, f"lane {i}", focused=i == 9) for i in range(12)]

    def on(width: int, height: int) -> str:
        blank = tuple(((" " * width, Ink()),) for _ in range(height))
        picture = with_legend(blank, entries, width)
        check(picture, width, height)
        return text_of(picture)

    assert on(120, 30).count("lane") == 12
    small = on(60, 10)
    assert 1 <= small.count("lane") < 12 and "lane 9" in small and "more" in small
    assert "lane" not in on(20, 10) and "lane" not in on(60, 3)


def test_a_legend_does_not_hide_curves() -> None:
    entries = [Entry(i, f"lane {i}") for i in range(4)]
    rows = [((" " * 50, Ink()), ("x" * 50, Ink("lane0")))] * 12 + [((" " * 100, Ink()),)] * 12
    below = with_legend(tuple(rows), entries, 100)
    assert below[:12] == tuple(rows[:12]) and "lane 3" in text_of(below[12:])
    full = ((("x" * 100, Ink("lane0")),),) * 24
    assert with_legend(full, entries, 100) == full


def test_a_future_begins_now() -> None:
    plan = Plan(steps=(0, 10, 20), lr=(1.0, 0.5, 0.0))
    steps, rates = to_come(plan, 5.0)
    assert steps.tolist() == [5, 10, 20] and rates.tolist() == [0.75, 0.5, 0.0]
    assert to_come(plan, -1.0)[0].tolist() == [0, 10, 20]
    assert to_come(plan, 20.0)[0].size == 0
    assert to_come(Plan(steps=(), lr=()), 3.0)[0].size == 0


def rates_drawn(monkeypatch: pytest.MonkeyPatch, view) -> list:
    """The lines and the frame that the rate panel gives to the plot."""
    import opttui.tui.panels.rate as module

    seen: list = []
    real = module.draw_curves
    monkeypatch.setattr(
        module, "draw_curves", lambda lines, frame: (seen.append((lines, frame)), real(lines, frame))[1]
    )
    RATE.draw(view, 80, 20)
    return seen[0]


def test_past_is_solid_future_dotted_and_a_turn_changes_it(monkeypatch, reader) -> None:
    lines, frame = rates_drawn(monkeypatch, view_of(reader, focus=2))
    futures = {line.ink: line for line in lines if line.dotted and not line.behind}
    pasts = [line.ink for line in lines if not line.dotted]
    assert set(pasts) == {f"lane{i}" for i in range(6)} and pasts[-1] == "lane2"
    assert set(futures) == {"lane0", "lane1", "lane2", "lane3"}, "a lane that has ended has no future"
    assert futures["lane1"].high.tolist() == [0.05, 0.05]
    assert futures["lane1"].x[0] == 599 and futures["lane0"].high[0] == 0.001
    assert frame.now == 599 and frame.x_range == (0, 999)


def test_the_future_that_a_change_has_undone_is_a_ghost(monkeypatch, tmp_path: Path, reader) -> None:
    lines, _ = rates_drawn(monkeypatch, view_of(reader))
    (ghost,) = [line for line in lines if line.behind]
    assert lines[0] is ghost and ghost.ink == "lane1old" and ghost.dotted
    assert ghost.x.tolist() == [300, 999] and ghost.high.tolist() == [0.1, 0.1]
    assert "lane1old" in inks(RATE.draw(view_of(reader), 80, 20))
    # Two turns before step 40 are one change, of what held since step 20.
    plans = [(20, 0.3), (40, 0.2), (40, 0.1)]
    events = [Event("plan", lane=0, step=at, data={"steps": [at, 999], "lr": [lr, lr]}) for at, lr in plans]
    turned = make_run(tmp_path, {0: walk(0, 60, 0.1)}, events=events)
    (ghost,) = [line for line in rates_drawn(monkeypatch, view_of(turned))[0] if line.behind]
    assert ghost.x[0] == 40 and set(ghost.high.tolist()) == {0.3}


@pytest.mark.parametrize(
    ("axis", "state"), [("evaluations", "running"), ("seconds", "running"), ("steps", "ended")]
)
def test_no_future_elsewhere(monkeypatch, reader, axis: str, state: str) -> None:
    lines, frame = rates_drawn(monkeypatch, view_of(reader, axis=axis, state=state))
    assert not any(line.dotted for line in lines) and frame.now is None


def test_the_momentum_that_a_schedule_moves_stands_below(monkeypatch, tmp_path: Path) -> None:
    plan = Plan(steps=(0, 500, 999), lr=(0.1, 0.2, 0.0), momentum=(0.95, 0.85, 0.95))
    infos = tuple(
        msgspec.structs.replace(info, plan=plan) if info.id == 1 else info for info in lane_infos(LANES, 1000)
    )
    view = view_of(make_run(tmp_path, {1: walk(1, 250, 0.1)}, infos=infos))
    picture = RATE.draw(view, 80, 24)
    check(picture, 80, 24)
    below = text_of(picture[16:])
    assert "mom. └" in below and "0.95┤" in below
    betas = tuple(msgspec.structs.replace(info, hypers={"beta1": 0.9}) for info in infos)
    adam = view_of(make_run(tmp_path, {1: walk(1, 250, 0.1)}, infos=betas))
    assert "beta1 └" in text_of(RATE.draw(adam, 80, 24)[16:])
    seen: list = []
    monkeypatch.setattr(momentum, "draw_curves", lambda lines, frame: seen.extend(lines) or ())
    momentum.draw(view, 80, 8, (0.0, 999.0), 249.0)
    future, past = seen
    assert future.dotted and not past.dotted and future.ink == past.ink == "lane1"
    assert past.x.tolist() == [0, 249] and future.x.tolist() == [249, 500, 999]
    assert past.high[-1] == future.high[0] == pytest.approx(0.9002)
    for more in ({"axis": "seconds"}, {"axis": "evaluations"}):
        assert "mom." not in text_of(RATE.draw(view_of(view.reader, **more), 80, 24))
    assert "mom." not in text_of(RATE.draw(view, 80, 12))


def test_log_only_when_rates_are_far_apart(tmp_path: Path, reader) -> None:
    assert is_log(view_of(reader))
    near = make_run(tmp_path, lanes=[("a", "SGD:lr=0.1", 0.1), ("b", "SGD:lr=0.01", 0.01)])
    assert not is_log(view_of(near))


def test_a_rate_of_zero_or_nan_is_no_trouble(tmp_path: Path) -> None:
    rows = walk(0, 10, 0.1)
    rows[5:, LR] = [0.0, math.nan, math.inf, -1.0, 0.0]
    broken = [
        Event("plan", lane=0, step=3, data={"steps": [3, 4], "lr": [None, 0.1]}),
        Event("plan", lane=1, data={"steps": 3}),
    ]
    view = view_of(make_run(tmp_path, {0: rows}, events=broken))
    check(RATE.draw(view, 60, 12), 60, 12)


@pytest.mark.parametrize("loss", [math.nan, math.inf, -math.inf, 0.0, -1.0, 1e308, 1e-320])
@pytest.mark.parametrize("scale", ["log", "symlog", "linear"])
def test_strange_losses(tmp_path: Path, loss: float, scale: str) -> None:
    rows = walk(0, 30, 0.1)
    rows[:, LOSS] = loss
    other = walk(1, 30, 0.1)
    other[::3, LOSS] = loss
    check(LOSS_PANEL.draw(view_of(make_run(tmp_path, {0: rows}), scale=scale), 80, 12), 80, 12)
    check(LOSS_PANEL.draw(view_of(make_run(tmp_path, {0: rows, 1: other}), scale=scale), 80, 12), 80, 12)
