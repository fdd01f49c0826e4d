"""The results table."""

import math

import pytest
from cli_toys import result

from opttui.cli.table import results_table
from opttui.record.manifest import LaneInfo

SGD, ADAM, BIG = (
    LaneInfo(id=n, name=name, phrase=f"{name}:lr=0.1") for n, name in enumerate(("SGD", "Adam", "big"))
)


def test_lanes_are_ranked_by_their_best_loss_and_broken_ones_come_last() -> None:
    table = results_table(
        [
            result(
                BIG,
                3,
                outcome="diverged",
                reason="the loss is inf at step 3",
                best_loss=1e-9,
                final_loss=math.inf,
            ),
            result(SGD, 2000, best_loss=0.25, final_loss=0.5, seconds=123.4),
            result(ADAM, 2000, best_loss=0.0312345678, final_loss=0.0312345678, seconds=0.61),
        ]
    )
    assert table.splitlines() == [
        "#  lane     loss     best  at step  steps  evaluations    seconds  outcome     phrase",
        "1  Adam  0.03123  0.03123    1,999  2,000        2,000     0.61 s  finished    Adam:lr=0.1",
        "2  SGD       0.5     0.25    1,999  2,000        2,000  2 min 3 s  finished    SGD:lr=0.1",
        "-  big       inf    1e-09        2      3            3      50 ms  ✗ diverged  big:lr=0.1",
        "",
        "big: the loss is inf at step 3",
    ]


def test_what_does_not_exist_is_a_dash_and_comes_after_what_does() -> None:
    lines = results_table(
        [
            result(SGD, 1, best_loss=None, final_loss=None, best_step=None, outcome="stopped"),
            result(ADAM, 1, best_loss=2.0),
        ]
    ).splitlines()
    assert lines[1].split()[:2] == ["1", "Adam"]
    assert lines[2].split()[:5] == ["2", "SGD", "-", "-", "-"]


def test_a_name_is_not_said_twice() -> None:
    named = LaneInfo(id=0, name="a, hot", phrase="a, hot=Adam:lr=0.1")
    quoted = LaneInfo(id=1, name="x=1", phrase="'x=1'=Adam:lr=0.2")
    lines = results_table([result(named, 5), result(quoted, 5)]).splitlines()
    assert lines[1].endswith("  Adam:lr=0.1")
    assert lines[2].endswith("  Adam:lr=0.2")


def test_text_from_a_record_reaches_the_terminal_without_its_escapes() -> None:
    nasty = LaneInfo(id=0, name="a\x1b]0;x\x07b", phrase="p\u202eq")
    table = results_table([result(nasty, 1, reason="line\nbreak\x1b[2J", outcome="failed")])
    assert not set("\x1b\x07\u202e") & set(table)
    assert table.count("\n") == 3


LONG = LaneInfo(
    id=0,
    name="Adam, far too hot",
    phrase="Adam, far too hot=Adam:lr=0.1,betas=(0.9,0.99)@StepLR:step_size=500,gamma=0.5",
)


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    reason = "the loss became infinite; " * 8
    table = results_table([result(LONG, 12_000, outcome="diverged", reason=reason), result(SGD, 5)], width)
    assert max(map(len, table.splitlines())) <= width
    assert "Adam:lr=0.1" in table if width > 40 else "…" in table
    assert ("…" in table) == (width < 200)
    assert " ".join(table.split()).count("the loss became infinite;") == 8


def test_a_pipe_has_no_width() -> None:
    table = results_table([result(LONG, 12_000, reason="so it is " * 50)])
    assert "@StepLR:step_size=500,gamma=0.5" in table
    assert table.count("\n") == 3


def test_where_held_out_losses_are_known_they_rank_the_lanes() -> None:
    lucky, calm, broken = result(SGD, 5, best_loss=1e-9), result(ADAM, 7, best_loss=0.1), result(BIG, 3)
    lines = results_table([lucky, calm, broken], held_out={0: 0.5, 1: 0.25, 2: None}).splitlines()
    assert lines[0].split()[:5] == ["#", "lane", "held-out", "loss", "best"]
    assert [line.split()[:3] for line in lines[1:]] == [
        ["1", "Adam", "0.25"],
        ["2", "SGD", "0.5"],
        ["3", "big", "-"],
    ]
