"""Text by terminal cells, and numbers in few of them."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_runs import text_of_row

from opttui.plots.picture import Ink
from opttui.tui.panels.cells import centred, fit, halves, joined, make_row, tame, width_of
from opttui.tui.panels.numbers import count, count_short, loss_text, seconds_text, short, speed

HOSTILE = st.text(st.characters(), max_size=30) | st.sampled_from(
    [
        "日本語の名前",
        "e\u0301e\u0301",
        "👩‍👩‍👧 family",
        "🇩🇪🇫🇷",
        "\x1b[31mred",
        "a\nb\tc",
        "\u202eabc",
        "❤️",
        "ﷺ",
        "\ud800",
        "한국어",
    ]
)


@given(HOSTILE, st.integers(0, 40), st.booleans())
def test_a_fitted_text_has_the_width_asked_for(text: str, width: int, right: bool) -> None:
    assert width_of(fit(tame(text), width, right)) == width


@given(HOSTILE, st.integers(0, 40))
def test_halves_add_up(text: str, at: int) -> None:
    text = tame(text)
    left, right = halves(text, at)
    assert width_of(left) == min(at, width_of(text))
    assert width_of(left) + width_of(right) == width_of(text)


@given(HOSTILE)
def test_tamed_text_is_printable_and_as_wide_as_its_characters(text: str) -> None:
    tamed = tame(text)
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in tamed)
    assert width_of(tamed) == sum(width_of(c) for c in tamed)


@given(st.lists(st.tuples(HOSTILE, st.sampled_from([Ink(), Ink("faint"), Ink("lane1")]))), st.integers(0, 50))
def test_a_row_is_as_wide_as_asked_and_neighbours_differ(spans: list[tuple[str, Ink]], width: int) -> None:
    row = make_row([(tame(text), ink) for text, ink in spans], width)
    assert width_of(text_of_row(row)) == width
    assert all(a[1] != b[1] for a, b in itertools.pairwise(row))
    assert all(text for text, _ in row)


@given(
    st.lists(st.tuples(HOSTILE, st.sampled_from([Ink(), Ink("faint"), Ink("lane1")]))),
    st.integers(0, 9),
    st.sampled_from([Ink(), Ink("faint")]),
)
def test_spans_that_are_known_to_fit_are_joined_to_the_same_row(
    spans: list[tuple[str, Ink]], rest: int, fill: Ink
) -> None:
    tamed = [(tame(text), ink) for text, ink in spans]
    width = sum(width_of(text) for text, _ in tamed) + rest
    assert text_of_row(joined(tamed, rest, fill)) == text_of_row(make_row(tamed, width, fill))
    if all(width_of(text) for text, _ in tamed):
        assert joined(tamed, rest, fill) == make_row(tamed, width, fill)


def test_half_a_wide_character_becomes_a_space() -> None:
    assert halves("a日b", 2) == ("a ", " b")


def test_centred_lines_stand_in_the_middle() -> None:
    picture = centred([[("ab", Ink())]], 6, 3)
    assert [text_of_row(row) for row in picture] == ["      ", "  ab  ", "      "]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.5, "12.50"),
        (0.0031, "0.003100"),
        (123.456, "123.5"),
        (999.96, "1000"),
        (12345.6, "12346"),
        (0.00001234, "1.234e-05"),
        (123456.0, "1.235e+05"),
        (99999.6, "1.000e+05"),
        (0.0, "0"),
        (-0.5, "-0.5000"),
        (None, "–"),
        (math.nan, "NaN"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_a_loss_has_four_digits(value: float | None, text: str) -> None:
    assert loss_text(value) == text


@given(st.floats())
def test_numbers_stay_within_their_cells(value: float) -> None:
    assert len(loss_text(value)) <= 9
    assert len(short(value)) <= 10
    if math.isfinite(value) and 1e-300 < abs(value) < 1e300:
        assert float(loss_text(value)) == pytest.approx(value, rel=0.05 if value < 0 else 5e-3)
        assert float(short(value)) == pytest.approx(value, rel=0.05)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.01, "0.01"),
        (1e-5, "1e-05"),
        (0.9, "0.9"),
        (20000, "20000"),
        (3e-4, "0.0003"),
        (0.0, "0"),
        (1.5e-7, "1.5e-07"),
    ],
)
def test_a_hyper_reads_as_typed(value: float, text: str) -> None:
    assert short(value) == text


def test_a_hyper_loses_digits_and_not_its_size_when_narrow() -> None:
    assert [short(9.5113e-5, width) for width in (9, 8, 7, 5)] == [
        "9.511e-05",
        "9.51e-05",
        "9.5e-05",
        "1e-04",
    ]


@pytest.mark.parametrize(
    ("value", "long", "brief"),
    [
        (812, "812", "812"),
        (12345, "12,345", "12.3k"),
        (999_960, "999,960", "1.0M"),
        (123_456_789, "123,456,789", "123M"),
        (None, "–", "–"),
    ],
)
def test_counts(value: int | None, long: str, brief: str) -> None:
    assert (count(value), count_short(value)) == (long, brief)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.6124, "0.612"),
        (61.2, "61.20"),
        (723.0, "12m03s"),
        (12000.0, "200m00s"),
        (40000.0, "11h06m"),
        (None, "–"),
        (math.nan, "–"),
    ],
)
def test_seconds(value: float | None, text: str) -> None:
    assert seconds_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.518, "0.52"), (8.25, "8.2"), (812.4, "812"), (12345.0, "12.3k"), (None, "–")]
)
def test_speed(value: float | None, text: str) -> None:
    assert speed(value) == text
