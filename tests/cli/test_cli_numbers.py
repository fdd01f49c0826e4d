"""Numbers, durations and columns as a person reads them."""

import math

import pytest

from opttui.cli.columns import cells, columns, shortened
from opttui.cli.numbers import count, duration, number
from opttui.control.listing import age


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.000310412, "0.0003104"),
        (12.34567, "12.35"),
        (1e-9, "1e-09"),
        (math.nan, "nan"),
        (2.0, "2"),
    ],
)
def test_a_number_has_four_digits(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (math.nan, "-"),
        (math.inf, "-"),
        (0.0, "0 ms"),
        (0.0021, "2.1 ms"),
        (0.0994, "99 ms"),
        (0.0996, "0.10 s"),
        (0.61, "0.61 s"),
        (0.996, "1.0 s"),
        (59.94, "59.9 s"),
        (59.96, "1 min 0 s"),
        (123.4, "2 min 3 s"),
        (3599.6, "1 h 0 min"),
        (12000, "3 h 20 min"),
    ],
)
def test_a_duration_in_its_two_largest_units(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "now"), (59.9, "59 s"), (60, "1 min"), (7300, "2 h"), (86400, "1 day"), (200000, "2 days")],
)
def test_an_age_in_its_largest_unit(seconds: float, text: str) -> None:
    assert age(seconds) == text


def test_counts_have_their_thousands_apart() -> None:
    assert (count(1234567), count(None)) == ("1,234,567", "-")


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    text = columns(("lane", "steps"), [("Adam", "5"), ("日本", "12,000"), ("é", "7")], "lr")
    assert text.splitlines() == [
        "lane   steps",
        "Adam       5",
        "日本  12,000",
        "é          7",
    ]
    assert cells("e\u0301") == 1


NARROW = [
    ("Adam, too hot", "12,000", "2,000", "Adam:lr=0.1@StepLR:step_size=500"),
    ("日本語の名前", "5", "7", "SGD:lr=0.1"),
]


@pytest.mark.parametrize("width", [80, 58, 50, 47, 40, 30, 20])
def test_columns_keep_to_a_width(width: int) -> None:
    heading = ("lane", "steps", "evaluations", "phrase")
    lines = columns(heading, NARROW, "lrrl", width, ("phrase", "lane"), ("evaluations", "steps")).splitlines()
    assert len(lines) == 3
    assert max(map(cells, lines)) <= width
    if width >= 66:
        assert lines[1].endswith("step_size=500")
    if width < 50:
        assert "evaluations" not in lines[0]
    if width >= 30:
        assert "…" not in lines[2]
        assert "Adam:lr=0.1@" in lines[1]


def test_columns_in_a_pipe_are_whole() -> None:
    long = "x" * 500
    assert long in columns(("a", "b"), [(long, "1")])


@pytest.mark.parametrize(
    ("width", "text"), [(9, "日本ab"), (6, "日本ab"), (5, "日本…"), (4, "日…"), (1, "…")]
)
def test_a_cut_counts_cells(width: int, text: str) -> None:
    assert shortened("日本ab", width) == text
