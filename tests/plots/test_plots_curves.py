"""Curves in their frame: pictures as text, and which ink owns a cell."""

import itertools

import numpy as np
import pytest

from opttui.plots.curves import Frame, Line, Mark, draw_curves
from opttui.plots.picture import Picture, text_of

NAN, INF = float("nan"), float("inf")
X = np.arange(200.0)
HALVED = 0.1 * 0.5 ** (X // 50)


def line(y, x=None, ink: str = "lane0", **more) -> Line:
    array = np.array(y, float)
    return Line(np.arange(float(array.size)) if x is None else np.array(x, float), array, array, ink, **more)


def shown(lines: list[Line], *frame, **more) -> str:
    """The picture as text, without trailing blanks."""
    return "\n".join(row.rstrip() for row in text_of(draw_curves(lines, Frame(*frame, **more))).splitlines())


def spans_with(picture: Picture, role: str) -> str:
    return "".join(text for row in picture for text, ink in row if ink.fg == role)


def test_a_decay_and_a_flat_line_on_a_log_axis() -> None:
    assert (
        shown([line(10 ** (-X / 50)), line(np.full(200, 0.1), ink="lane1")], 44, 12, "log", "step", "loss")
        == """\
      1┤⢄⡀┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       │ ⠉⠑⠢⢤⡀
       │⣀⣀⣀⣀⣀⣈⣙⣲⣤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀
       │         ⠈⠙⠲⠤⣀
       │             ⠈⠉⠒⠤⣄
   0.01┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠉⠒⠦⣄⡀┈┈┈┈┈┈┈┈┈┈┈┈┈
       │                      ⠉⠓⠦⢄⡀
       │                          ⠈⠓⠢⢄⣀
       │                              ⠈⠑⠲⢤⣀
 0.0001┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠈⠙
  loss └┬─────────────────┬─────────────────
        0                100            step"""
    )


def test_a_schedule_past_solid_future_dotted_and_now() -> None:
    assert (
        shown(
            [line(HALVED[:101]), line(HALVED[100:], X[100:], dotted=True)],
            44,
            10,
            "linear",
            "step",
            "lr",
            100.0,
        )
        == """\
   0.10┤⣀⣀⣀⣀⣀⣀⣀⣀⣀┈┈┈┈┈┈┈┈┈╎┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       │         ⡇        ╎
       │         ⡇        ╎
       │         ⡇        ╎
   0.05┤┈┈┈┈┈┈┈┈┈⣇⣀⣀⣀⣀⣀⣀⣀⣀╎┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       │                  ⡇
       │                  ⡇⡀⡀⡀⡀⡀⡀⡀⡀
       │                  ╎        ⠅⡀⡀⡀⡀⡀⡀⡀⡀
    lr └┬─────────────────┬─────────────────
        0                100            step"""
    )


def test_what_a_log_axis_cannot_hold_lies_below_and_is_counted() -> None:
    assert (
        shown([line([1, 0.1, 0.01, 0, -1, 0.01, 0.1, INF, 1])], 30, 8, "log", "step", "loss")
        == """\
      1┤⢄┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⡇⠁┈⠁⠸
       │⠘⢄               ⡇
       │ ⠈⢆              ⡇
       │  ⠈⢢           ⢠⠋
       │    ⠣⡀        ⡰⠁
   0.01┤┈┈┈┈┈⠑⡄┈⡀┈ 2 ≤ 0, 1 ∞
  loss └┬────────────┬────────
        0            5    step"""
    )


def test_nothing_finite_is_an_empty_frame_that_says_so() -> None:
    assert (
        shown([line([NAN] * 5)], 30, 8, "linear", "step", "loss")
        == """\
    1.0┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       │
       │     no data yet
    0.5┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       │
      0┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
  loss └┬──────────┬──────────
        0          2      step"""
    )


def test_nan_is_a_gap() -> None:
    assert (
        shown([line([1, 2, 3, NAN, NAN, 2, 1])], 30, 8)
        == """\
      3┤┈┈┈┈┈┈⢀⠄┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       │     ⡠⠃
       │    ⡔⠁
      2┤┈┈⡠⠊┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠑⢄┈┈
       │⢀⠔⠁                 ⠣⡀
      1┤⠊┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⠘
       └┬─────────────────┬───
        0                 5"""
    )


def test_marks_lie_on_their_line_and_inside() -> None:
    assert (
        shown(
            [
                line(X, marks=(Mark(50, "◆", "lane0"), Mark(199, "★", "good"))),
                line([5, NAN], ink="lane1", marks=(Mark(1, "✗", "bad"),)),
            ],
            30,
            8,
        )
        == """\
    200┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈⣀★
       │                ⣀⡤⠖⠋⠁
       │            ⣀⡤⠖⠋⠁
       │        ⣀⡤⠖⠋⠁
       │    ⣀◆⠒⠋⠁
      0┤✗⠤⠒⠉┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       └┬──────────┬──────────
        0         100"""
    )


def test_blocks() -> None:
    assert (
        shown([line(np.sin(X / 20))], 30, 8, marker="block")
        == """\
      1┤┈┈▄▄▄┈┈┈┈┈┈┈┈┈┈┈▄▄▄┈┈┈
       │▗▛  ▝▚        ▗▛  ▝▙
       │▞     ▚      ▗▛     ▙
      0┤▘┈┈┈┈┈▝▙┈┈┈┈┈▛┈┈┈┈┈┈▝▙
       │       ▝▙  ▗▛        ▝
     -1┤┈┈┈┈┈┈┈┈┈▀▀▀┈┈┈┈┈┈┈┈┈┈
       └┬──────────┬──────────
        0         100"""
    )


def test_plain_ascii() -> None:
    assert (
        shown(
            [line(np.sin(X / 20), marks=(Mark(50, "◆", "lane0"),))],
            30,
            8,
            "linear",
            "step",
            "y",
            100.0,
            "ascii",
        )
        == """\
      1|  ***      :    ***
       |**  *+     :  **  **
       |*     *    : **     *
      0|*     **   : *      **
       |       **  **        *
     -1|         ***
     y ++----------+----------
        0         100     step"""
    )


def test_beyond_a_given_range_a_line_runs_in_dots_along_the_edge() -> None:
    assert (
        shown([line([0.2, 0.5, 2, 3, 0.5, 0.5])], 30, 8, y_range=(0, 1))
        == """\
    1.0┤┈┈┈┈┈⢸⠁┈⠁┈⠁┈⠁┈⠁┈⠉⡆┈┈┈┈
       │     ⡎           ⡇
       │    ⢰⠁           ⢸
    0.5┤┈┈⡠⠒⠁┈┈┈┈┈┈┈┈┈┈┈┈⠈⠉⠉⠉⠉
       │⡰⠊
      0┤┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       └┬────────────────────┬
        0                    5"""
    )


def test_dashes_are_a_second_channel() -> None:
    assert (
        shown([line(np.full(200, 1.0), dash=1), line(np.full(200, 2.0), dash=2)], 30, 8)
        == """\
      2┤⠤┈⠤┈⠤┈⠤┈⠤┈⠤┈⠤┈⠤┈⠤┈⠤┈⠤┈
       │
       │
       │
       │
      1┤⠒⠒⠂⠐⠒⠒┈⠒⠒⠂⠐⠒⠒┈⠒⠒⠂⠐⠒⠒┈⠒
       └┬──────────┬──────────
        0         100"""
    )


def test_ticks_beside_a_base() -> None:
    assert (
        shown([line([12345678, 12345679, 12345680])], 30, 11)
        == """\
     +2┤┈12345678┈┈┈┈┈┈┈┈┈┈┈┈⢀
       │                  ⢀⠤⠊⠁
       │               ⢀⠤⠊⠁
       │            ⢀⠤⠊⠁
     +1┤┈┈┈┈┈┈┈┈┈⢀⡠⠜⠁┈┈┈┈┈┈┈┈┈
       │      ⢀⡠⠒⠁
       │   ⢀⡠⠒⠁
       │⢀⡠⠒⠁
     +0┤⠁┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
       └┬──────────┬─────────┬
        0          1         2"""
    )


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (
            (15, 5),
            ["┈┈┈┈┈┈┈┈┈┈┈┈⢀⡤⠔", "        ⣀⡤⠖⠋⠁  ", "    ⣀⡤⠖⠋⠁      ", "⣀⠤⠖⠋⠁┈┈┈┈┈┈┈┈┈┈", "┬──────┬───────"],
        ),
        ((9, 3), ["┈┈┈┈┈┈⢀⡠⠖", "   ⣀⡤⠚⠉  ", "⣠⠴⠋⠁┈┈┈┈┈"]),
        ((3, 2), [" ⢀⡜", "⡴⠋ "]),
        ((1, 1), ["⡼"]),
        ((0, 3), ["", "", ""]),
        ((3, 0), [""]),
    ],
)
def test_small_panels_drop_what_there_is_no_room_for(size: tuple[int, int], expected: list[str]) -> None:
    assert text_of(draw_curves([line(X)], Frame(*size, "linear", "step", "y"))).split("\n") == expected


def test_a_cell_has_the_dots_of_all_and_the_ink_of_the_last_line() -> None:
    under, over = line([0, 1], ink="lane0"), line([1, 0], ink="lane1")
    picture = draw_curves([under, over], Frame(11, 3))
    assert text_of(picture) == "⠒⠤⣀┈┈┈┈┈⣀⠤⠒\n   ⠉⣒⠤⣒⠉   \n⣀⠤⠒⠉┈┈┈⠉⠒⠤⣀"
    # The dots of both meet in the middle row; the later line owns every cell that it enters.
    assert "⣒⠤⣒" in spans_with(picture, "lane1") and "⣒" not in spans_with(picture, "lane0")


def test_axes_are_faint_and_labels_are_labels() -> None:
    picture = draw_curves([line(X)], Frame(40, 10, "linear", "step", "loss"))
    assert set(spans_with(picture, "axis")) == set("│┤└─┬")
    assert spans_with(picture, "grid").strip("┈") == ""
    assert spans_with(picture, "faint").split() == ["lossstep"]
    assert spans_with(picture, "label").split() == ["200", "00100"]


def test_rows_of_an_unchanged_picture_are_equal_and_neighbours_differ_in_ink() -> None:
    frame = Frame(60, 15, "log", "step", "loss")
    lines = [line(np.exp(-X / (20 + 10 * lane)), ink=f"lane{lane}") for lane in range(4)]
    one, other = draw_curves(lines, frame), draw_curves(lines, frame)
    assert one == other and hash(one) == hash(other)
    for row in one:
        assert all(a[1] != b[1] for a, b in itertools.pairwise(row))


def test_a_changed_value_changes_only_rows_that_it_crosses() -> None:
    y = np.full(200, 5.0)
    before = draw_curves([line(y)], Frame(40, 20, y_range=(0, 10)))
    y[100] = 6
    after = draw_curves([line(y)], Frame(40, 20, y_range=(0, 10)))
    changed = [row for row, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]
    assert changed and set(changed) <= {6, 7, 8, 9}


def test_a_lane_without_a_number_still_shows_its_mark() -> None:
    picture = draw_curves([line([NAN, NAN], marks=(Mark(1.0, "✗", "bad"),))], Frame(30, 8))
    assert spans_with(picture, "bad") == "✗"


def test_the_grid_and_the_gutter_stand_still_while_data_come() -> None:
    places = set()
    for size in range(20, 200, 3):
        rows = text_of(draw_curves([line(1 / (1 + X[:size]))], Frame(40, 10, "log"))).splitlines()
        places.add(rows[0].index("│") if "│" in rows[0] else rows[0].index("┤"))
    assert places == {7}


def test_words_on_the_axes_are_one_cell_a_character() -> None:
    text = text_of(draw_curves([line(X)], Frame(40, 10, "linear", "損失 θ", "e\u0301\n")))
    assert "?? θ" in text and "e??" in text
    assert {len(row) for row in text.split("\n")} == {40}
