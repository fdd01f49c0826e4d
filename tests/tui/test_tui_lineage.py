"""Forks and rewinds on the panels: shades, marks, ghosts, the tree in the table, what no longer holds."""

from pathlib import Path

import msgspec
import pytest
from panel_runs import LANES, lane_infos, make_run, text_of_row, view_of, walk

from opttui.plots.picture import text_of
from opttui.record.events import Event
from opttui.record.layout import STEP
from opttui.record.reader import RunReader
from opttui.record.writer import RunWriter
from opttui.tui.news import Newsroom
from opttui.tui.palettes import DARK, TERMINAL
from opttui.tui.panels import PANELS, hyper_line
from opttui.tui.panels.facts import ledger
from opttui.tui.panels.kin import branch, dash_of, descent, ink_of
from opttui.tui.panels.rate import _lines as rate_lines
from opttui.tui.theme import blend

KEYS = ("loss", "path", "table")
LOSS, PATH, TABLE = (next(panel for panel in PANELS if panel.key == key) for key in KEYS)


def family(runs: Path, **more: object) -> RunReader:
    """SGD and Adam; lane 2 a fork of Adam at 300, lane 3 a fork of that at 400 with another optimizer."""
    names = (*LANES[:2], ("Adam lr 0.05", LANES[1][1], 0.05), ("Lion", "Lion:lr=0.001", 0.001))
    infos = list(lane_infos(names, 1000))
    infos[2] = msgspec.structs.replace(infos[2], parent=1, forked_at=300, exact="exact", changes="lr=0.05")
    infos[3] = msgspec.structs.replace(
        infos[3], parent=2, forked_at=400, exact="fresh optimizer", changes="Lion"
    )
    rows = {
        0: walk(0, 600, 0.001),
        1: walk(1, 600, 0.1),
        2: walk(1, 600, 0.05)[300:],
        3: walk(1, 600, 0.01)[400:],
    }
    told = [
        Event("forked", "fork of Adam at step 300, exact", 2, 300, data={"parent": 1, "exact": "exact"}),
        Event(
            "forked", "fork of it at step 400, fresh", 3, 400, data={"parent": 2, "exact": "fresh optimizer"}
        ),
    ]
    return make_run(runs, rows, lanes=names, infos=tuple(infos), events=told, **more)  # type: ignore[arg-type]


def test_a_fork_has_a_shade_of_its_family_s_ink_for_life(tmp_path: Path) -> None:
    reader = family(tmp_path)
    assert [ink_of(reader, lane) for lane in range(4)] == ["lane0", "lane1", "lane1+1", "lane1+2"]
    assert descent(reader, 3) == (1, 2, 3) and dash_of(reader, 3) == 0
    assert branch(0) == "" and branch(1) == "└ " and branch(2) == "  └ "
    assert DARK.colour("lane1+1") == blend(DARK.lanes[1], DARK.roles["text"], 0.5)
    shades = {DARK.colour(f"lane1{shade}") for shade in ("", "+1", "+2", "+3", "+4")}
    assert len(shades) == 5 and DARK.colour("lane1+1ghost") not in shades
    assert TERMINAL.colour("lane1+1") == TERMINAL.lanes[1]


def test_the_table_draws_the_tree_and_says_what_is_exact_and_by_hand(tmp_path: Path) -> None:
    view = view_of(family(tmp_path), sort="tree")
    rows = [text_of_row(row) for row in TABLE.draw(view, 120, 5)]
    assert [row[8:25].strip() for row in rows[1:]] == ["SGD", "Adam", "└ Adam lr 0.05*", "└ Lion*"]
    assert "= 300" in rows[3] and "≈ 400" in rows[4] and "fork" in rows[0]


def test_the_line_of_the_focused_lane_says_whose_fork_it_is(tmp_path: Path) -> None:
    view = view_of(family(tmp_path), focus=3)
    assert "fork of Adam lr 0.05 at 400 with Lion, fresh optimizer" in text_of_row(hyper_line(view, 160))
    assert "fork of" not in text_of_row(hyper_line(view, 60))


def test_a_fork_is_a_mark_on_its_parent_s_curve(tmp_path: Path) -> None:
    reader = family(tmp_path)
    assert ledger(reader).lane(1).forks == [300] and ledger(reader).lane(2).forks == [400]
    assert text_of(LOSS.draw(view_of(reader), 100, 24)).count("◇") == 2
    assert text_of(LOSS.draw(view_of(reader, marker="ascii"), 100, 24)).isascii()


def test_what_a_rewind_has_undone_is_a_ghost_and_no_fact(tmp_path: Path) -> None:
    turn = Event("set", "lr", 1, 500, data={"hyper": "lr", "old": 0.1, "new": 0.7})
    reader = make_run(tmp_path, {1: walk(1, 600, 0.1)}, lanes=LANES[:2], events=[turn])
    view = view_of(reader)
    assert ledger(reader).lane(1).turns == [500] and view.hypers_now(1)["lr"] == pytest.approx(0.1)
    writer = RunWriter(reader.path, 2)
    writer.event(Event("rewound", "back", 1, 200, data={"from": 600, "outcome": "running", "reason": ""}))
    writer.flush(everything=True)
    writer.close()
    reader.poll()
    assert reader.lanes[1].last is not None and reader.lanes[1].last[STEP] == 199
    assert ledger(reader).lane(1).turns == [] and not ledger(reader).lane(1).touched
    for panel in (LOSS, PATH):
        inks = {ink.fg for row in panel.draw(view, 100, 20) for _, ink in row}
        assert "lane1ghost" in inks and "lane1" in inks, panel.key
    # Here the rate to come covers that which was: both are 0.1.
    ghosts = [line for line in rate_lines(view, ahead=True) if line.ink == "lane1ghost"]
    assert [line.behind for line in ghosts] == [True] and ghosts[0].x[-1] == 599
    (points,) = reader.lanes[1].ghost_paths()
    assert points[0, 0] >= 200 and points[0, -1] == 599


@pytest.mark.parametrize(
    ("kind", "outcome", "word"), [("frozen", "paused", "frozen"), ("dropped", "stopped", "dropped")]
)
def test_a_lane_that_is_held_says_so_and_how_to_ends_it(
    tmp_path: Path, kind, outcome: str, word: str
) -> None:
    events = [Event(kind, f"SGD: {kind}", 0, 100, data={"outcome": outcome, "reason": f"{kind} at step 100"})]
    reader = make_run(tmp_path, {0: walk(0, 100, 0.1)}, lanes=LANES[:1], events=events)
    assert f"{word} at 100" in text_of(TABLE.draw(view_of(reader), 120, 3))
    again = "thawed" if kind == "frozen" else "restored"
    back = [*events, Event(again, "SGD", 0, 100, data={"outcome": "running", "reason": ""})]  # type: ignore[arg-type]
    reader = make_run(tmp_path, {0: walk(0, 100, 0.1)}, lanes=LANES[:1], events=back)
    assert "running" in text_of(TABLE.draw(view_of(reader), 120, 3))


def test_forks_and_rewinds_are_told_the_inexact_as_a_warning(tmp_path: Path) -> None:
    reader = family(tmp_path)
    news = Newsroom(0).fresh(reader.manifest, reader.events, lambda event: False)
    assert [(fact.sentence[:6], fact.severity) for fact in news] == [
        ("◇ fork", "information"),
        ("◇ fork", "warning"),
    ]
