"""Alarms in a window and on paper: told once, marked on the curve, printed below the table."""

from pathlib import Path

from panel_runs import LANES, make_run, text_of_row, view_of, walk

from opttui.cli.report import alarms
from opttui.plots.picture import text_of
from opttui.record.events import Event
from opttui.tui.news import Newsroom
from opttui.tui.panels import PANELS, header

SPIKE = Event("alarm", "SGD's loss jumped to 9", 0, 300, data={"alarm": "spike", "value": 9.0})
LOST = Event("alarm", "Adam diverged: no reason", 1, 5, data={"alarm": "divergence", "outcome": "diverged"})


def test_an_alarm_is_told_once_and_an_outcome_only_as_such(tmp_path: Path) -> None:
    reader = make_run(tmp_path, events=[SPIKE, LOST])
    news = Newsroom(0)
    assert [fact.sentence for fact in news.fresh(reader.manifest, reader.events, lambda event: False)] == [
        "! SGD's loss jumped to 9"
    ]
    assert news.fresh(reader.manifest, reader.events, lambda event: False) == []


def test_an_alarm_is_a_mark_on_its_lane_s_curve(tmp_path: Path) -> None:
    reader = make_run(tmp_path, {0: walk(0, 600, 0.1)}, lanes=LANES[:1], events=[SPIKE])
    loss = next(panel for panel in PANELS if panel.key == "loss")
    row = next(
        line
        for line in text_of(loss.draw(view_of(reader, state="ended"), 100, 20)).splitlines()
        if "!" in line
    )
    # The axis ends at 600: the mark stands in the middle of the chart.
    assert 45 <= row.index("!") <= 60


def test_the_headline_says_what_the_race_was_paused_for_as_long_as_there_is_room(tmp_path: Path) -> None:
    reader = make_run(tmp_path)
    view = view_of(
        reader, state="paused", reason="SGD's loss jumped to 9; in the 64 steps before it lay between 1 and 2"
    )
    for width, words in ((140, "between 1 and 2"), (80, "paused: SGD's loss jumped to 9 "), (40, "paused ")):
        assert words in text_of_row(header(view, width))


def test_show_prints_alarms_and_counts_those_beyond_twenty(tmp_path: Path) -> None:
    reader = make_run(tmp_path, events=[SPIKE] * 23)
    assert alarms(reader) == ["", *["! step 300: SGD's loss jumped to 9"] * 20, "  … and 3 more alarms"]
    assert alarms(make_run(tmp_path)) == []
